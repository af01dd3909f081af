//! `dingdan outbox`: what could not be sent, and sending it again.

use std::io::Write as _;

use super::ConfigOption;
use super::output::Output;
use crate::clock::Clock;
use crate::domain::OutboxId;
use crate::outbox::{self, Order};
use crate::store::OutboxRow;

const MOST_LISTED: i64 = 1000;

/// What to do with the outbox.
#[derive(clap::Subcommand)]
pub enum OutboxCommand {
    /// List what waits and what was given up, with the reason
    List(ConfigOption),
    /// Send again what was given up: one, or all
    Retry {
        #[command(flatten)]
        config: ConfigOption,
        /// The id that `outbox list` shows; all that were given up when left out
        id: Option<String>,
    },
}

pub(super) async fn outbox(command: &OutboxCommand) -> anyhow::Result<()> {
    match command {
        OutboxCommand::List(config) => {
            let rows = config
                .existing_store()
                .await?
                .unsent_orders(MOST_LISTED)
                .await?;
            if rows.is_empty() {
                writeln!(Output, "nothing waits and nothing was given up")?;
            }
            for row in &rows {
                writeln!(Output, "{}", line(row))?;
            }
            Ok(())
        }
        OutboxCommand::Retry { config, id } => {
            let id = id.as_deref().map(str::parse::<OutboxId>).transpose()?;
            let store = config.store_to_change().await?;
            let again = outbox::retry(&store, id.as_ref(), Clock::system().now()).await?;
            if again == 0 && id.is_some() {
                anyhow::bail!(
                    "nothing of that id was given up; `dingdan outbox list` shows the ids"
                );
            }
            writeln!(Output, "{again} will be sent again")?;
            Ok(())
        }
    }
}

fn line(row: &OutboxRow) -> String {
    let kind =
        serde_json::from_str::<Order>(&row.payload).map_or("unreadable", |order| order.kind());
    let unknown = if row.unknowns > 0 {
        ", may have arrived"
    } else {
        ""
    };
    let why = row
        .failure
        .as_deref()
        .map(|why| format!(": {why}"))
        .unwrap_or_default();
    format!(
        "{}  {}  {kind}  {} after {} tries{unknown}, ordered {}, due {}{why}",
        row.id, row.destination, row.status, row.attempts, row.created_at, row.due_at
    )
}
