//! What a caller is told when a request isn't answered: `application/problem+json`, RFC 9457.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderName, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Map, Value, json};
use ulid::Ulid;

use crate::board::BoardError;
use crate::exchange::ExportError;
use crate::store::StoreError;

/// A request that isn't answered as the caller wished. In a box, since most requests are.
pub(super) struct Problem(Box<Refusal>);

struct Refusal {
    status: StatusCode,
    /// Names the kind of problem for programs; the end of its `type`.
    kind: &'static str,
    title: &'static str,
    detail: String,
    /// Members of this kind alone.
    more: Map<String, Value>,
    /// A header that the status asks for.
    header: Option<(HeaderName, String)>,
    /// Names this one occurrence, in the answer and in the log.
    id: Ulid,
}

/// A parameter or a member of a body that is not as it should be.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct WrongField {
    pub(super) field: String,
    pub(super) found: String,
    pub(super) expected: String,
}

impl Problem {
    fn new(
        status: StatusCode,
        kind: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self(Box::new(Refusal {
            status,
            kind,
            title,
            detail: detail.into(),
            more: Map::new(),
            header: None,
            id: Ulid::generate(),
        }))
    }

    fn with(mut self, member: &str, value: Value) -> Self {
        self.0.more.insert(member.to_owned(), value);
        self
    }

    fn with_header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.0.header = Some((name, value.into()));
        self
    }

    /// No token, or one that isn't ours.
    pub(super) fn unauthorized(was_given: bool) -> Self {
        let detail = if was_given {
            "the bearer token is not one of [api] tokens"
        } else {
            "send the header Authorization: Bearer TOKEN with one of [api] tokens"
        };
        let problem = Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "Who are you?",
            detail,
        );
        // RFC 6750 §3.1: without a token, no error code.
        let error = if was_given {
            ", error=\"invalid_token\""
        } else {
            ""
        };
        problem.with_header(WWW_AUTHENTICATE, format!("Bearer realm=\"dingdan\"{error}"))
    }

    /// The token allows less.
    pub(super) fn insufficient_scope() -> Self {
        let detail = "this token may only read; use one with scope = \"write\"";
        let challenge = "Bearer realm=\"dingdan\", error=\"insufficient_scope\", scope=\"write\"";
        Self::new(
            StatusCode::FORBIDDEN,
            "insufficient-scope",
            "Not with this token",
            detail,
        )
        .with_header(WWW_AUTHENTICATE, challenge)
    }

    pub(super) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found", detail)
    }

    pub(super) fn wrong_method(allowed: &str) -> Self {
        let detail = format!("this path takes {allowed}");
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            "Method not allowed",
            detail,
        )
        .with_header(ALLOW, allowed)
    }

    pub(super) fn not_json() -> Self {
        let detail = "send a JSON object with the header Content-Type: application/json";
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not-json",
            "Not JSON",
            detail,
        )
    }

    pub(super) fn too_large() -> Self {
        let detail = format!("a body may have {} KB", super::LARGEST_BODY / 1024);
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "Body too large",
            detail,
        )
    }

    /// The body can't be read at all.
    pub(super) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "malformed",
            "Malformed request",
            detail,
        )
    }

    /// Parameters or members are wrong: all of them at once.
    pub(super) fn wrong_fields(wrong: &[WrongField]) -> Self {
        let sentences: Vec<String> = wrong.iter().map(WrongField::sentence).collect();
        let errors = wrong.iter().map(WrongField::json).collect();
        Self::new(
            StatusCode::BAD_REQUEST,
            "wrong-fields",
            "Wrong fields",
            sentences.join("; "),
        )
        .with("errors", Value::Array(errors))
    }

    /// A field names something that doesn't exist.
    pub(super) fn unknown_reference(field: &str, id: &str, expected: &str) -> Self {
        let wrong = WrongField {
            field: field.to_owned(),
            found: format!("{id:?}"),
            expected: expected.to_owned(),
        };
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "unknown-reference",
            "Unknown reference",
            wrong.sentence(),
        )
        .with("errors", json!([wrong.json()]))
    }

    /// The process has no such stage.
    pub(super) fn unknown_stage(stage: &str, known: &[&str]) -> Self {
        let detail = format!(
            "stage: found {stage:?}, expected one of {}",
            known.join(", ")
        );
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "unknown-stage",
            "Unknown stage",
            detail,
        )
        .with("known_stages", json!(known))
    }

    /// The process has no such node.
    pub(super) fn unknown_node(node: &str, known: &[&str]) -> Self {
        let detail = format!("node: found {node:?}, expected one of {}", known.join(", "));
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "unknown-node",
            "Unknown node",
            detail,
        )
        .with("known_nodes", json!(known))
    }

    /// A gate stands before the stage: these runs have to be done first.
    pub(super) fn gated(detail: String, missing: Vec<Value>) -> Self {
        Self::new(StatusCode::CONFLICT, "gated", "Gated", detail)
            .with("missing", Value::Array(missing))
    }

    /// It makes no sense where the run or the deal stands.
    pub(super) fn senseless(detail: &str) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "makes-no-sense",
            "Makes no sense now",
            detail,
        )
    }

    /// The person named may not decide this.
    pub(super) fn not_theirs(by: &str) -> Self {
        Self::unknown_reference(
            "by",
            by,
            "the id of an administrator, or of a director who answers for the rep",
        )
    }

    /// The id belongs to another deal.
    pub(super) fn id_taken(id: &str) -> Self {
        let detail = format!("the id {id:?} is that of a deal with another customer, rep or name");
        Self::new(StatusCode::CONFLICT, "id-taken", "Id taken", detail)
    }

    fn failed(status: StatusCode, kind: &'static str, title: &'static str) -> Self {
        Self::new(
            status,
            kind,
            title,
            "the reason is in the log, under this instance",
        )
    }
}

impl WrongField {
    /// It is there more than once.
    pub(super) fn doubled(field: String) -> Self {
        Self {
            field,
            found: "it twice".to_owned(),
            expected: "it once".to_owned(),
        }
    }

    fn sentence(&self) -> String {
        format!(
            "{}: found {}, expected {}",
            self.field, self.found, self.expected
        )
    }

    fn json(&self) -> Value {
        json!({ "field": self.field, "found": self.found, "expected": self.expected })
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    fn error_response(&self) -> HttpResponse {
        let refusal = &self.0;
        let mut body = refusal.more.clone();
        body.insert(
            "type".to_owned(),
            format!("urn:problem-type:dingdan:{}", refusal.kind).into(),
        );
        body.insert("title".to_owned(), refusal.title.into());
        body.insert("status".to_owned(), refusal.status.as_u16().into());
        body.insert("detail".to_owned(), refusal.detail.as_str().into());
        body.insert(
            "instance".to_owned(),
            format!("urn:ulid:{}", refusal.id).into(),
        );
        let mut answer = HttpResponse::build(refusal.status);
        if let Some((name, value)) = &refusal.header {
            answer.insert_header((name.clone(), value.as_str()));
        }
        // Not `json`, which would set its own content type.
        answer
            .content_type("application/problem+json")
            .body(Value::Object(body).to_string())
    }
}

/// Without the detail, which may repeat what the caller sent.
impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.0.status.as_u16(), self.0.kind)
    }
}

/// As [`Display`](fmt::Display): frameworks log errors in this form.
impl fmt::Debug for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::Conflict) {
            let detail =
                "someone else changed this deal at the same moment; send the request again";
            return Self::new(
                StatusCode::CONFLICT,
                "changed-meanwhile",
                "Changed meanwhile",
                detail,
            );
        }
        let problem = Self::failed(
            StatusCode::SERVICE_UNAVAILABLE,
            "store-failing",
            "The store fails",
        );
        tracing::error!(problem.id = %problem.0.id, error = %error, "API: the store failed");
        problem
    }
}

impl From<ExportError> for Problem {
    fn from(error: ExportError) -> Self {
        let error = match error {
            ExportError::Store(error) => return error.into(),
            other => other,
        };
        let problem = Self::failed(
            StatusCode::INTERNAL_SERVER_ERROR,
            "unwritable",
            "The file can't be written",
        );
        tracing::error!(problem.id = %problem.0.id, error = %error, "API: a file could not be written");
        problem
    }
}

impl From<BoardError> for Problem {
    fn from(error: BoardError) -> Self {
        let problem = Self::failed(
            StatusCode::SERVICE_UNAVAILABLE,
            "board-away",
            "The board is away",
        );
        tracing::warn!(problem.id = %problem.0.id, error = %error, "API: the board didn't answer");
        problem
    }
}
