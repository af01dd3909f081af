//! `dingdan schema`: what editors need to complete a process definition and to explain its keys.

use std::io::Write as _;

use super::output::Output;
use crate::engine::Process;

pub(super) fn schema() -> anyhow::Result<()> {
    let schema = serde_json::to_string_pretty(&Process::schema())?;
    writeln!(Output, "{schema}")?;
    Ok(())
}
