//! `GET /runs/{id}`: one run with everything that was asked, given and decided.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::access::Caller;
use super::answer::{known, moment};
use super::parameters::Parameters;
use super::problem::Problem;
use super::{runs, views};
use crate::domain::RunId;
use crate::engine::{
    Actor, Answer, ClockChange, ClockEntry, Definitions, Given, Light, Phase, Run, Signed,
    SpotCheck,
};
use crate::shared::Shared;
use crate::standing_run::{StandingRun, standing_run};

/// One run.
pub(super) async fn run(
    shared: Data<Shared>,
    caller: Caller,
    request: HttpRequest,
    id: Path<String>,
    parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    parameters.finish()?;
    let id: RunId = id.parse().map_err(|_| unknown())?;
    answer(&shared, &caller, &request, &id).await
}

/// The run as it stands. It may tell a customer's words, so the look is recorded.
///
/// # Errors
/// When there is no such run, or the store fails.
pub(super) async fn answer(
    shared: &Shared,
    caller: &Caller,
    request: &HttpRequest,
    id: &RunId,
) -> Result<HttpResponse, Problem> {
    let row = shared.store.run(id).await?.ok_or_else(unknown)?;
    let found = standing_run(shared, row).await?.ok_or_else(unknown)?;
    let heard = found.run.cause.heard();
    let message = heard.map(|heard| &heard.message);
    let chats = found.chats();
    views::record(shared, caller, request, "runs", chats, message).await?;
    Ok(HttpResponse::Ok().json(shown(&shared.definitions(), &found)))
}

pub(super) fn unknown() -> Problem {
    Problem::not_found("no run has this id")
}

fn shown(definitions: &Definitions, found: &StandingRun) -> Value {
    let StandingRun { row, deal, run } = found;
    let mut shown = runs::shown(row);
    shown["opportunity"] = json!(deal.name);
    shown["customer_id"] = json!(deal.customer_id);
    shown["customer"] = json!(deal.customer);
    shown["rep_id"] = json!(deal.rep_id);
    shown["rep"] = json!(deal.rep);
    shown["region"] = json!(known(&deal.region));
    shown["light"] = json!(run.phase.light().map(light));
    shown["why"] = json!(run.cause.shown());
    shown["heard"] = heard(run);
    shown["questions"] = questions(definitions, run).into();
    shown["clock"] = run.clock.iter().map(clock_entry).collect();
    shown["decided"] = decided(&run.phase);
    shown["acknowledged"] = match &run.phase {
        Phase::Overdue { acknowledged, .. } => json!(acknowledged.as_ref().map(signed)),
        _ => Value::Null,
    };
    let approved = run.approved().filter(|_| run.unseen().next().is_none());
    shown["spot_checked"] = json!(approved.map(signed));
    shown["returned"] = match &run.returned {
        Some(returned) => with_reason(signed(&returned.signed), &returned.why),
        None => Value::Null,
    };
    shown["put_off_until"] = json!(moment(run.put_off));
    shown
}

const fn light(light: Light) -> &'static str {
    match light {
        Light::Green => "green",
        Light::Yellow => "yellow",
        Light::Red => "red",
    }
}

fn heard(run: &Run) -> Value {
    let Some(heard) = run.cause.heard() else {
        return Value::Null;
    };
    json!({
        "label": heard.label,
        "words": heard.words,
        "quote": heard.quote,
        "message_id": heard.message,
        "chat_id": heard.chat,
        "at": heard.at.rfc3339(),
    })
}

fn questions(definitions: &Definitions, run: &Run) -> Vec<Value> {
    let node = definitions.node_of(run);
    let meant = run.questions.iter().map(|key| {
        let question = node.and_then(|node| node.question(key));
        let past = run.past.iter().filter(|past| past.question == *key);
        let history = past.map(|past| {
            let mut shown = given(&past.answer);
            shown["until"] = json!(past.until.rfc3339());
            shown["why"] = json!(past.why);
            shown
        });
        json!({
            "key": key,
            "title": question.map_or(key.as_str(), |question| question.title.as_str()),
            "required": question.is_some_and(|question| question.required),
            "answer": run.answers.get(key).map(given),
            "history": history.collect::<Vec<_>>(),
        })
    });
    meant.collect()
}

fn given(answer: &Answer) -> Value {
    let evidence = match &answer.given {
        Given::Evidence { evidence } => json!({
            "sha256": known(&evidence.sha256),
            "name": evidence.name,
            "size": evidence.size,
            "finding": evidence.finding,
        }),
        _ => Value::Null,
    };
    let rows = match &answer.given {
        Given::Rows { rows } => json!(rows),
        _ => Value::Null,
    };
    json!({
        "text": answer.shown(),
        "by_id": answer.by,
        "at": answer.at.rfc3339(),
        "evidence": evidence,
        "rows": rows,
        "spot_check": match &answer.spot_check {
            Some(SpotCheck::Wanted) => json!("wanted"),
            Some(SpotCheck::Approved(_)) => json!("approved"),
            None => Value::Null,
        },
    })
}

fn clock_entry(entry: &ClockEntry) -> Value {
    let (what, by, why, due, level) = match &entry.change {
        ClockChange::Started { due } => ("started", None, None, Some(due), None),
        ClockChange::TurnedYellow => ("turned_yellow", None, None, None, None),
        ClockChange::TurnedRed => ("turned_red", None, None, None, None),
        ClockChange::Escalated { level } => ("escalated", None, None, None, Some(level)),
        ClockChange::Acknowledged { by } => ("acknowledged", Some(by), None, None, None),
        ClockChange::Paused { by, why } => ("paused", by.as_ref(), Some(&why.0), None, None),
        ClockChange::Resumed { by, due } => ("resumed", by.as_ref(), None, Some(due), None),
        ClockChange::Extended { by, why, due } => {
            ("extended", Some(by), Some(&why.0), Some(due), None)
        }
        ClockChange::Returned { by, due } => ("returned", Some(by), None, Some(due), None),
    };
    json!({
        "at": entry.at.rfc3339(),
        "what": what,
        "by_id": by.map(|by| &by.id),
        "by": by.map(|by| &by.name),
        "why": why,
        "due_at": due.map(|due| due.rfc3339()),
        "level": level,
    })
}

/// Who brought the run to where it stands, if a person did.
fn decided(phase: &Phase) -> Value {
    match phase {
        Phase::Done { signed: by, .. } => with_reason(signed(by), ""),
        Phase::Waived {
            signed: by, why, ..
        }
        | Phase::NotApplicable {
            signed: by, why, ..
        } => with_reason(signed(by), &why.0),
        Phase::Paused {
            at,
            by: Some(by),
            why,
            ..
        } => with_reason(named(by, at.rfc3339()), &why.0),
        _ => Value::Null,
    }
}

fn signed(signed: &Signed) -> Value {
    named(&signed.by, signed.at.rfc3339())
}

fn named(by: &Actor, at: String) -> Value {
    json!({ "at": at, "by_id": by.id, "by": by.name })
}

fn with_reason(mut decision: Value, why: &str) -> Value {
    decision["why"] = json!(known(why));
    decision
}
