//! `POST /opportunities/{id}/rules/{rule}/acknowledge`: takes a rule's alert on.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde_json::{Value, json};

use super::access::Caller;
use super::answer::moment;
use super::body::Body;
use super::opportunities::stored;
use super::people::known_person;
use super::problem::Problem;
use crate::domain::OpportunityId;
use crate::engine::State;
use crate::journal::{Outcome, acknowledge_rule};
use crate::shared::Shared;
use crate::standing_run::standing_state;

const LONGEST_ID: usize = 64;

/// Takes it on, on record, and answers with the alert as it stands since.
pub(super) async fn acknowledge(
    shared: Data<Shared>,
    caller: Caller,
    path: Path<(String, String)>,
    mut body: Body,
) -> Result<HttpResponse, Problem> {
    let by = body.required_text("by", LONGEST_ID);
    body.finish()?;
    let by = by.ok_or_else(|| Problem::malformed("by has to be there"))?;
    let (id, rule) = path.into_inner();
    let id: OpportunityId = id.parse().map_err(|_| unknown())?;
    let person = known_person(&shared, &by).await?;
    let inner: &Arc<Shared> = &shared;
    let cause = format!("api:{}", caller.name);
    match acknowledge_rule(inner, (&id, &rule), &person, &cause).await? {
        Outcome::Done => {
            let deal = stored(&shared, &id).await?;
            let state = standing_state(&shared, &deal).await?;
            Ok(HttpResponse::Ok().json(shown(&shared, &id, &rule, &state)))
        }
        Outcome::Senseless(why) => Err(Problem::senseless(why.english())),
        Outcome::NotTheirs => Err(Problem::not_theirs(&by)),
        Outcome::Unknown => Err(unknown()),
    }
}

fn unknown() -> Problem {
    Problem::not_found("no deal has this id, or the process has no such rule")
}

fn shown(shared: &Shared, deal: &OpportunityId, rule: &str, state: &State) -> Value {
    let process = shared.process.load();
    let name = process.rule(rule).map(|rule| rule.name.as_str());
    let red = state.watches.get(rule).and_then(|watch| watch.red.as_ref());
    let acknowledged = red.and_then(|red| red.acknowledged.as_ref());
    json!({
        "opportunity_id": deal,
        "rule": rule,
        "name": name.unwrap_or(rule),
        "raised_at": moment(red.map(|red| red.at)),
        "level": red.map(|red| red.level),
        "acknowledged": acknowledged.map(|signed| json!({
            "at": signed.at.rfc3339(),
            "by_id": signed.by.id,
            "by": signed.by.name,
        })),
    })
}
