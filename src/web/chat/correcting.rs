//! `POST /chats/{chat}/corrections`: 误报 and 漏报, and the decision about what a rep said.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Form, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template as _;

use super::{drawn, message_of, visible};
use crate::corrections::{self, Origin, Outcome, Saying};
use crate::domain::{CorrectionKind, Label};
use crate::shared::Shared;
use crate::store::StoredMessage;
use crate::web::error::PageError;
use crate::web::next_path::query_of;
use crate::web::query::path_of;
use crate::web::respond::{self, Policy};
use crate::web::same_site::require_own_page;
use crate::web::viewer::Viewer;

/// A form's fields as they came; one may come several times.
type Fields = Vec<(String, String)>;

/// Keeps what is said, and leads back to the line.
pub(in crate::web) async fn say(
    shared: Data<Shared>,
    viewer: Viewer,
    chat: Path<String>,
    request: HttpRequest,
    fields: Form<Fields>,
) -> Result<HttpResponse, PageError> {
    require_own_page(&request, &shared.settings.server.public_url)?;
    viewer.require_own_form(text(&fields, "csrf"))?;
    let chat = visible(&shared, &viewer, &chat).await?;
    let message = message_of(&shared, &chat, text(&fields, "message")).await?;
    match wanted(&shared, &viewer, &message, &fields).await? {
        Outcome::Holds | Outcome::Waits => {
            let page = path_of(&["chats", chat.id.as_str()]);
            let query = query_of(&[("message", message.id.as_str())]);
            Ok(respond::with(StatusCode::SEE_OTHER, Policy::Own)
                .insert_header((LOCATION, format!("{page}?{query}")))
                .finish())
        }
        Outcome::Senseless(why) => {
            let mut page = drawn(&shared, &viewer, &request, chat, Some(message)).await?;
            let language = viewer.look.language;
            page.refusal = Some(language.say(why.chinese(), why.page_english()).to_owned());
            Ok(respond::with(StatusCode::CONFLICT, Policy::Own).body(page.render()?))
        }
        Outcome::Unknown => Err(PageError::NotFound),
    }
}

async fn wanted(
    shared: &Data<Shared>,
    viewer: &Viewer,
    message: &StoredMessage,
    fields: &Fields,
) -> Result<Outcome, PageError> {
    let by = &viewer.person;
    let says = text(fields, "says");
    if let "confirm" | "refuse" = says {
        let correction = text(fields, "correction");
        return Ok(corrections::decide(shared, correction, says == "confirm", by).await?);
    }
    let kind: CorrectionKind = says.parse().map_err(|_| PageError::BadRequest)?;
    let (labels, instead) = (labels(fields, "label")?, labels(fields, "instead")?);
    let mut sayings = vec![Saying {
        kind,
        labels: &labels,
        words: text(fields, "words"),
    }];
    if kind == CorrectionKind::FalseAlarm && !instead.is_empty() {
        sayings.push(Saying {
            kind: CorrectionKind::Missed,
            labels: &instead,
            words: text(fields, "heard"),
        });
    }
    Ok(corrections::say(shared, &message.id, &sayings, (by, Origin::Page)).await?)
}

fn text<'f>(fields: &'f Fields, name: &str) -> &'f str {
    let found = fields.iter().find(|(field, _)| field == name);
    found.map_or("", |(_, value)| value)
}

/// All labels of that field, each once. An empty one stands for none.
fn labels(fields: &Fields, name: &str) -> Result<Vec<Label>, PageError> {
    let mut labels: Vec<Label> = Vec::new();
    for (_, code) in fields
        .iter()
        .filter(|(field, code)| field == name && !code.is_empty())
    {
        let label = code.parse().map_err(|_| PageError::BadRequest)?;
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    Ok(labels)
}
