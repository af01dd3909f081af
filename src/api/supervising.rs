//! `POST /runs/{id}/{act}`: what supervisors do with a run.

use std::sync::Arc;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::access::Caller;
use super::body::Body;
use super::people::known_person;
use super::problem::Problem;
use super::run;
use crate::domain::RunId;
use crate::engine::Looked;
use crate::journal::{Act, MoreTime, Outcome, supervise as decide};
use crate::shared::Shared;

/// What can be done, as paths and the description name it.
pub(super) const ACTS: [&str; 9] = [
    "acknowledge",
    "urge",
    "extend",
    "pause",
    "resume",
    "waive",
    "dismiss",
    "approve",
    "return",
];

const LONGEST_ID: usize = 64;
const LONGEST_REASON: usize = 200;
const SHA256_DIGITS: usize = 64;
/// A quarter of a year.
const MOST_HOURS: u32 = 2_160;

/// Does it, on record, and answers with the run as it stands since.
pub(super) async fn supervise(
    shared: Data<Shared>,
    caller: Caller,
    request: HttpRequest,
    path: Path<(String, String)>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let (id, act) = path.into_inner();
    let id: RunId = id.parse().map_err(|_| run::unknown())?;
    let (by, act) = read(&act, body)?;
    let person = known_person(&shared, &by).await?;
    let inner: &Arc<Shared> = &shared;
    let cause = format!("api:{}", caller.name);
    match decide(inner, &id, &person, act, &cause).await? {
        Outcome::Done => run::answer(&shared, &caller, &request, &id).await,
        Outcome::Senseless(why) => Err(Problem::senseless(why.english())),
        Outcome::NotTheirs => Err(Problem::not_theirs(&by)),
        Outcome::Unknown => Err(run::unknown()),
    }
}

fn read(act: &str, mut body: Body) -> Result<(String, Act), Problem> {
    let by = body.required_text("by", LONGEST_ID);
    let act = wanted(act, &mut body)?;
    body.finish()?;
    by.zip(act).ok_or_else(|| {
        Problem::malformed("by, and the reason where one is needed, have to be there")
    })
}

/// What the body says is wanted; `None` after a mistake that the body notes.
fn wanted(act: &str, body: &mut Body) -> Result<Option<Act>, Problem> {
    Ok(match act {
        "acknowledge" => Some(Act::Acknowledge),
        "urge" => Some(Act::Urge),
        "resume" => Some(Act::Resume),
        "approve" => seen(body).map(|seen| Act::Approve { seen }),
        "pause" => reason(body).map(|why| Act::Pause { why }),
        "waive" => reason(body).map(|why| Act::Waive { why }),
        "dismiss" => reason(body).map(|why| Act::Dismiss { why }),
        "extend" => {
            let until = more_time(body);
            let why = reason(body);
            until
                .zip(why)
                .map(|(until, why)| Act::Extend { until, why })
        }
        "return" => {
            let questions = body.texts("questions", LONGEST_ID);
            reason(body).map(|why| Act::Return { questions, why })
        }
        _ => {
            let known = ACTS.join(", ");
            return Err(Problem::not_found(format!(
                "this can't be done with a run; expected one of {known}"
            )));
        }
    })
}

/// What was looked at: an approval holds for that alone.
fn seen(body: &mut Body) -> Option<Looked> {
    let question = body.required_text("question", LONGEST_ID);
    let sha256 = body.required_text("sha256", SHA256_DIGITS);
    let (question, sha256) = question.zip(sha256)?;
    Some(Looked { question, sha256 })
}

fn reason(body: &mut Body) -> Option<String> {
    body.required_text("reason", LONGEST_REASON)
}

fn more_time(body: &mut Body) -> Option<MoreTime> {
    let until = body.moment("due_at").map(MoreTime::Until);
    let hours = body.count("hours", MOST_HOURS).map(MoreTime::Hours);
    if until.is_some() == hours.is_some() {
        let found = if until.is_some() { "both" } else { "nothing" };
        body.refuse("due_at", found, "either due_at or hours");
        return None;
    }
    until.or(hours)
}
