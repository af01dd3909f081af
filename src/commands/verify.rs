//! `dingdan verify`: nobody changed the record.

use std::io::Write as _;

use super::ConfigOption;
use super::output::Output;
use crate::domain::OpportunityId;
use crate::journal;

/// Deals looked up at a time.
const DEALS_AT_A_TIME: i64 = 500;

pub(super) async fn verify(options: &ConfigOption) -> anyhow::Result<()> {
    let store = options.existing_store().await?;
    let (mut deals, mut entries) = (0_u64, 0_usize);
    let mut after: Option<OpportunityId> = None;
    loop {
        let page = store.journal_ends(after.as_ref(), DEALS_AT_A_TIME).await?;
        for (deal, end) in &page {
            let chain = store.journal(deal).await?;
            if let Err(broken) = journal::verify(&chain, end) {
                let position = broken.position;
                anyhow::bail!(
                    "the journal of deal {deal} is broken at entry {position}: it was changed, or it or an entry before it is missing"
                );
            }
            deals += u64::from(!chain.is_empty());
            entries += chain.len();
        }
        match page.into_iter().last() {
            Some((last, _)) => after = Some(last),
            None => break,
        }
    }
    writeln!(
        Output,
        "journal: {entries} entries of {deals} deals, all as they were written"
    )?;
    Ok(())
}
