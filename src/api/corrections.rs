//! `GET /corrections`, `POST /corrections`, `POST /corrections/{id}/{act}`: 误报 and 漏报.

use std::sync::Arc;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::access::Caller;
use super::answer;
use super::body::Body;
use super::page::{self, Page};
use super::parameters::Parameters;
use super::people::known_person;
use super::problem::Problem;
use super::views;
use crate::corrections::{self, Origin, Outcome, Saying};
use crate::domain::{CorrectionKind, Label, MessageId};
use crate::shared::Shared;
use crate::store::{CorrectionFilter, CorrectionRow};

/// What can be done with a correction that waits, as paths and the description name it.
pub(super) const ACTS: [&str; 2] = ["confirm", "refuse"];
pub(super) const KINDS: [&str; 2] = ["false_alarm", "missed"];
pub(super) const STATES: [&str; 4] = ["pending", "confirmed", "refused", "replaced"];

const LONGEST_ID: usize = 128;
const LONGEST_WORDS: usize = 200;

/// What people said of signals, the oldest first.
pub(super) async fn corrections(
    shared: Data<Shared>,
    mut parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    let filter = CorrectionFilter {
        said: parameters.period(),
        state: parameters.one_of("state", &STATES),
        kind: parameters.one_of("kind", &KINDS),
        chat: parameters.text("chat"),
        person: parameters.text("person"),
    };
    let page = Page::of("corrections", &mut parameters);
    parameters.finish()?;

    let mut rows = shared
        .store
        .corrections_page(&filter, page.after.as_ref(), page.rows())
        .await?;
    let next_cursor = page.close(&mut rows, |row: &CorrectionRow| {
        (row.said_at, row.id.clone())
    });
    let items = rows.iter().map(shown).collect();
    Ok(page::answer(items, next_cursor))
}

/// Says of a line that it doesn't mean what was heard, or means what was not.
pub(super) async fn say(
    shared: Data<Shared>,
    caller: Caller,
    request: HttpRequest,
    mut body: Body,
) -> Result<HttpResponse, Problem> {
    let message = body.required_text("message_id", LONGEST_ID);
    let kind = body.one_of("kind", &KINDS);
    let labels = labels(&mut body);
    let words = body.text("words", LONGEST_WORDS);
    let by = body.required_text("by", LONGEST_ID);
    body.finish()?;
    let (Some(message), Some(kind), Some(by)) = (message, kind, by) else {
        return Err(Problem::malformed(
            "message_id, kind and by have to be there",
        ));
    };
    let kind: CorrectionKind = kind.parse().map_err(|_| Problem::malformed("kind"))?;
    let person = known_person(&shared, &by).await?;
    let message: MessageId = message.parse().map_err(|_| unknown_line())?;
    let stored = shared.store.message(message.as_str()).await?;
    let stored = stored.ok_or_else(unknown_line)?;
    let (chat, id) = (stored.chat_id.clone(), Some(&stored.id));
    views::record(&shared, &caller, &request, "corrections", [chat], id).await?;

    let inner: &Arc<Shared> = &shared;
    let saying = Saying {
        kind,
        labels: &labels,
        words: words.as_deref().unwrap_or_default(),
    };
    let said = corrections::say(inner, &stored.id, &[saying], (&person, Origin::Api)).await?;
    match said {
        Outcome::Holds | Outcome::Waits => {
            let at = stored.sent_at;
            let rows = shared
                .store
                .corrections_of_chat(&stored.chat_id, at, at)
                .await?;
            let own = rows.iter().filter(|row| row.message_id == stored.id);
            let items: Vec<Value> = own.map(shown).collect();
            Ok(HttpResponse::Ok().json(json!({ "corrections": items })))
        }
        Outcome::Senseless(why) => Err(Problem::senseless(why.english())),
        Outcome::Unknown => Err(Problem::not_theirs(&by)),
    }
}

/// Decides about what a rep said.
pub(super) async fn decide(
    shared: Data<Shared>,
    path: Path<(String, String)>,
    mut body: Body,
) -> Result<HttpResponse, Problem> {
    let (id, act) = path.into_inner();
    if !ACTS.contains(&act.as_str()) {
        let known = ACTS.join(", ");
        return Err(Problem::not_found(format!(
            "this can't be done with a correction; expected one of {known}"
        )));
    }
    let by = body.required_text("by", LONGEST_ID);
    body.finish()?;
    let by = by.ok_or_else(|| Problem::malformed("by has to be there"))?;
    let person = known_person(&shared, &by).await?;
    if shared.store.correction(&id).await?.is_none() {
        return Err(unknown());
    }
    let inner: &Arc<Shared> = &shared;
    match corrections::decide(inner, &id, act == "confirm", &person).await? {
        Outcome::Holds | Outcome::Waits => {
            let row = shared.store.correction(&id).await?.ok_or_else(unknown)?;
            Ok(HttpResponse::Ok().json(shown(&row)))
        }
        Outcome::Senseless(why) => Err(Problem::senseless(why.english())),
        Outcome::Unknown => Err(Problem::not_theirs(&by)),
    }
}

fn labels(body: &mut Body) -> Vec<Label> {
    let mut labels = Vec::new();
    for code in body.texts("labels", LONGEST_ID) {
        match code.parse::<Label>() {
            Ok(label) if !labels.contains(&label) => labels.push(label),
            Ok(_) => {}
            Err(_) => {
                let expected = "signals' codes such as PRICE or TENDER";
                body.refuse("labels", &format!("{code:?}"), expected);
            }
        }
    }
    labels
}

fn shown(row: &CorrectionRow) -> Value {
    json!({
        "id": row.id,
        "message_id": row.message_id,
        "chat_id": row.chat_id,
        "label": row.label,
        "label_name": row.label.chinese(),
        "kind": row.kind,
        "person_id": row.person_id,
        "person": row.person,
        "role": row.role,
        "origin": row.origin,
        "said_at": row.said_at.rfc3339(),
        "state": row.state,
        "decided_by": row.decided_by,
        "decided_at": answer::moment(row.decided_at),
    })
}

fn unknown() -> Problem {
    Problem::not_found("no correction has this id")
}

fn unknown_line() -> Problem {
    Problem::not_found("no message has this id, neither ours nor the platform's")
}
