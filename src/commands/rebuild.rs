//! `dingdan rebuild`: projections are made again from what is stored, and come out equal.

use std::io::Write as _;

use super::ConfigOption;
use super::output::Output;
use crate::board_keeper::BoardKeeper;
use crate::clock::Clock;
use crate::shared::open_board;

pub(super) async fn rebuild(options: &ConfigOption) -> anyhow::Result<()> {
    let settings = options.load()?;
    if settings.redis.is_none() {
        writeln!(
            Output,
            "no [redis]: the board lives in the serving process, which makes it again at each start"
        )?;
        return Ok(());
    }
    let store = options.store_to_change().await?;
    let board = open_board(&settings)?;
    let keeper = BoardKeeper::new(board, store, Clock::system());
    let counted = keeper.rebuild().await?;
    writeln!(Output, "board: {counted} hits counted")?;
    Ok(())
}
