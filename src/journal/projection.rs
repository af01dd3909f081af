//! Runs as lists show them: rewritten from the state whenever it changes.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{OpportunityId, PersonId, RunId};
use crate::engine::{Definitions, Phase, Run, State};
use crate::store::{RunRow, StoreError, Tx};

/// Stores each run that is not as it was. Answers who is no longer asked something.
pub(super) async fn save_runs(
    tx: &mut Tx,
    opportunity: &OpportunityId,
    definitions: &Definitions,
    before: &State,
    after: &State,
) -> Result<BTreeSet<PersonId>, StoreError> {
    let mut free = BTreeSet::new();
    for (id, run) in &after.runs {
        let known = before.runs.get(id);
        if known == Some(run) {
            continue;
        }
        tx.put_run(&run_row(opportunity, definitions, id, run))
            .await?;
        if run.asked.is_none() && known.is_some_and(|known| known.asked.is_some()) {
            free.extend(tx.clear_asking(id).await?);
        }
    }
    Ok(free)
}

fn run_row(
    opportunity: &OpportunityId,
    definitions: &Definitions,
    id: &RunId,
    run: &Run,
) -> RunRow {
    let done = match &run.phase {
        Phase::Done { signed, .. } => Some((signed.at, signed.by.name.clone())),
        _ => None,
    };
    let (done_at, done_by) = done.unzip();
    let node = definitions.node_of(run);
    let answers: BTreeMap<&str, String> = run
        .answers
        .iter()
        .map(|(question, answer)| (question.as_str(), answer.shown()))
        .collect();
    RunRow {
        id: id.clone(),
        opportunity_id: opportunity.clone(),
        node: run.node.clone(),
        title: node.map_or_else(|| run.node.clone(), |node| node.name.clone()),
        status: run.phase.word().to_owned(),
        opened_at: run.opened_at,
        expected_at: run.phase.expected(),
        due_at: run.phase.due(),
        done_at,
        late: run.is_late(),
        done_by,
        spot_check: spot_check(run).map(str::to_owned),
        answers: serde_json::to_string(&answers).expect("a map of texts is always valid JSON"),
    }
}

/// Wanted as long as one answer waits.
fn spot_check(run: &Run) -> Option<&'static str> {
    if run.unseen().next().is_some() {
        Some("wanted")
    } else {
        run.approved().map(|_| "approved")
    }
}
