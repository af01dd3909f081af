//! `dingdan inbox`: what came in and was set aside, and working on it again.

use std::io::Write as _;

use super::ConfigOption;
use super::output::Output;
use crate::store::key_mark;

const MOST_LISTED: i64 = 1000;

/// What to do with the inbox.
#[derive(clap::Subcommand)]
pub enum InboxCommand {
    /// List what was set aside, by the name it has in the log, with the reason
    List(ConfigOption),
    /// Work again on everything that was set aside, after the cause was mended
    Retry(ConfigOption),
}

pub(super) async fn inbox(command: &InboxCommand) -> anyhow::Result<()> {
    match command {
        InboxCommand::List(config) => {
            let rows = config
                .existing_store()
                .await?
                .arrivals_set_aside(MOST_LISTED)
                .await?;
            if rows.is_empty() {
                writeln!(Output, "nothing was set aside")?;
            }
            for (key, account, received_at, why) in rows {
                let mark = key_mark(&key);
                writeln!(
                    Output,
                    "{mark}  {key}  {account}  received {received_at}: {why}"
                )?;
            }
        }
        InboxCommand::Retry(config) => {
            let store = config.store_to_change().await?;
            let again = store.retry_arrivals_set_aside().await?;
            writeln!(Output, "{again} will be worked on again")?;
        }
    }
    Ok(())
}
