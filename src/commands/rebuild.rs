//! `dingdan rebuild`: projections are made again from what is stored, and come out equal.

use std::io::Write as _;

use super::ConfigOption;
use super::output::Output;
use crate::board_keeper::BoardKeeper;
use crate::clock::Clock;
use crate::config::Settings;
use crate::domain::OpportunityId;
use crate::journal::{FoldOutcome, NotFoldable, Refolding};
use crate::loaded::Loaded;
use crate::shared::{kept_versions, open_board};
use crate::store::Store;

/// Deals looked up at a time.
const DEALS_AT_A_TIME: i64 = 500;

pub(super) async fn rebuild(options: &ConfigOption) -> anyhow::Result<()> {
    let store = options.store_to_change().await?;
    let loaded = options.load_all()?;
    let settings = loaded.settings.clone();
    let broken = deals(&store, loaded).await?;
    board(&store, &settings).await?;
    anyhow::ensure!(
        broken == 0,
        "{broken} journal(s) are broken: their states were left as they are"
    );
    Ok(())
}

/// States and runs, from the journals. Says how many journals are broken.
async fn deals(store: &Store, loaded: Loaded) -> anyhow::Result<u64> {
    let kept = kept_versions(store, &loaded.process).await?;
    let refolding = Refolding::new(loaded.process, kept, loaded.calendar);
    let (mut deals, mut entries, mut runs, mut mended, mut broken) = (0_u64, 0, 0, 0_u64, 0_u64);
    let mut after: Option<OpportunityId> = None;
    loop {
        let page = store.journal_ends(after.as_ref(), DEALS_AT_A_TIME).await?;
        for (deal, _) in &page {
            let refolded = refolding.refold(store, deal).await?;
            deals += u64::from(refolded.entries > 0);
            entries += refolded.entries;
            runs += refolded.runs;
            match refolded.outcome {
                FoldOutcome::Equal => {}
                FoldOutcome::Mended => mended += 1,
                FoldOutcome::Left(why) => {
                    broken += u64::from(matches!(why, NotFoldable::Broken(_)));
                    writeln!(Output, "deal {deal}: its state is left as it is; {why}")?;
                }
            }
        }
        match page.into_iter().last() {
            Some((last, _)) => after = Some(last),
            None => break,
        }
    }
    writeln!(
        Output,
        "deals: {entries} entries of {deals} journals folded again, {mended} state(s) mended, {runs} runs written"
    )?;
    Ok(broken)
}

async fn board(store: &Store, settings: &Settings) -> anyhow::Result<()> {
    if settings.redis.is_none() {
        writeln!(
            Output,
            "board: no [redis], so it lives in the serving process, which makes it again at each start"
        )?;
        return Ok(());
    }
    let keeper = BoardKeeper::new(open_board(settings)?, store.clone(), Clock::system());
    let counted = keeper.rebuild().await?;
    writeln!(Output, "board: {counted} hits counted")?;
    Ok(())
}
