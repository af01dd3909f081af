//! A deal has another rep: the new one hears so and is asked what is open, and the one before is
//! asked what waited behind it.

use std::sync::Arc;

use super::{Cause, load, say_next, step, tell};
use crate::domain::OpportunityId;
use crate::engine::Event;
use crate::shared::Shared;
use crate::store::{StoreError, Tx};

/// Deals in one round.
const DEALS_OF_ONE_ROUND: i64 = 100;
/// What leads to the questions that the new rep is asked, in the journal.
const HANDED_OVER: &str = "handover";

/// Asks the new reps, each deal in a transaction of its own; one that can't be handed over holds up
/// no other. Returns how many deals were handed over.
///
/// # Errors
/// When the store fails.
pub(crate) async fn hand_over_due(shared: &Arc<Shared>) -> Result<usize, StoreError> {
    let mut done = 0;
    for id in shared.store.handovers(DEALS_OF_ONE_ROUND).await? {
        let mut tx = shared.store.begin().await?;
        match hand_over(shared, &mut tx, &id).await {
            Ok(()) => {
                tx.commit().await?;
                shared.wake_after_commit();
                done += 1;
            }
            // Another replica is at it.
            Err(StoreError::Conflict) => {}
            Err(error) => {
                tracing::error!(opportunity.id = %id, error = %error, "journal: the new rep of a deal could not be asked; trying again later");
            }
        }
    }
    Ok(done)
}

async fn hand_over(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    id: &OpportunityId,
) -> Result<(), StoreError> {
    let Some((deal, _)) = load(tx, id).await? else {
        return Ok(());
    };
    let Some(former) = tx.take_handover(id).await? else {
        return Err(StoreError::Conflict);
    };
    say_next(shared, tx, &former).await?;
    let unfinished = deal.state.runs.iter();
    let unfinished = unfinished.filter(|(_, run)| run.phase.is_unfinished());
    let resumed: Vec<Event> = unfinished
        .map(|(run, _)| Event::Resumed {
            run: run.clone(),
            by: deal.rep.id.clone(),
        })
        .collect();
    if former == deal.rep.id || resumed.is_empty() {
        return Ok(());
    }
    let former = tx.person(&former).await?;
    let former = former.map_or_else(|| "同事".to_owned(), |person| person.name);
    let text = format!(
        "{former}把{}的「{}」转给您了，还没做完的有 {} 项，接下来会问您。",
        deal.context.customer,
        deal.context.opportunity_name,
        resumed.len()
    );
    let now = shared.clock.now();
    let key = format!("{HANDED_OVER}:{id}:{}", now.0);
    tell(shared, tx, &deal.rep, &text, &key).await?;
    let cause = Cause {
        key: HANDED_OVER,
        click: None,
    };
    step(shared, tx, id, &resumed, cause).await?;
    Ok(())
}
