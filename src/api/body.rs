//! A JSON body: an object of at most 64 KB, each member known, there once and of its type; mistakes
//! told together.

use std::collections::BTreeSet;
use std::fmt;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::problem::{Problem, WrongField};
use crate::domain::Timestamp;

/// Moments and words are shorter.
const LONGEST_MOMENT: usize = 64;

/// What a body says. Take every member, then [`Body::finish`]: what wasn't taken is unknown.
pub(super) struct Body {
    given: Map<String, Value>,
    known: Vec<&'static str>,
    wrong: Vec<WrongField>,
}

impl Body {
    fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let value: Value = serde_json::from_slice(bytes).map_err(|error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            Problem::malformed(format!("the body is no valid JSON: see {place}"))
        })?;
        let Value::Object(given) = value else {
            return Err(Problem::malformed(format!(
                "the body is {}, expected an object",
                kind(&value)
            )));
        };
        // JSON keeps the last of two members of a name; whoever wrote both meant something else.
        let Doubled(doubled) = serde_json::from_slice(bytes).unwrap_or_default();
        Ok(Self {
            given,
            known: Vec::new(),
            wrong: doubled.into_iter().map(WrongField::doubled).collect(),
        })
    }

    /// A text that has to be there.
    pub(super) fn required_text(&mut self, name: &'static str, longest: usize) -> Option<String> {
        if !self.given.contains_key(name) {
            self.known.push(name);
            self.refuse(name, "nothing", "a text");
            return None;
        }
        self.text(name, longest)
    }

    /// A text that may be left out, or be `null`. It is never blank, and of one line.
    pub(super) fn text(&mut self, name: &'static str, longest: usize) -> Option<String> {
        self.known.push(name);
        let expected = format!("a text of 1 to {longest} characters without line breaks");
        match self.given.remove(name)? {
            Value::Null => None,
            Value::String(text) if is_fit(&text, longest) => Some(text.trim().to_owned()),
            Value::String(_) => self.refuse(
                name,
                "a text that is blank, too long or of several lines",
                &expected,
            ),
            other => self.refuse(name, kind(&other), &expected),
        }
    }

    /// A moment as RFC 3339 with offset, that may be left out.
    pub(super) fn moment(&mut self, name: &'static str) -> Option<Timestamp> {
        const EXPECTED: &str = "a time such as 2026-11-23T09:30:00+08:00";
        let text = self.text(name, LONGEST_MOMENT)?;
        let moment = Timestamp::parse_rfc3339(&text);
        if moment.is_none() {
            self.refuse(name, "another text", EXPECTED);
        }
        moment
    }

    /// A whole number from 1 on, that may be left out.
    pub(super) fn count(&mut self, name: &'static str, most: u32) -> Option<u32> {
        self.known.push(name);
        let given = self.given.remove(name).filter(|value| !value.is_null())?;
        let number = given.as_u64().and_then(|number| u32::try_from(number).ok());
        let number = number.filter(|number| (1..=most).contains(number));
        if number.is_none() {
            let expected = format!("a whole number from 1 to {most}");
            self.refuse(name, kind(&given), &expected);
        }
        number
    }

    /// A list of texts, empty when it is left out.
    pub(super) fn texts(&mut self, name: &'static str, longest: usize) -> Vec<String> {
        self.known.push(name);
        let given = self.given.remove(name).unwrap_or_default();
        let fit = |value: &Value| {
            let text = value.as_str().filter(|text| is_fit(text, longest))?;
            Some(text.trim().to_owned())
        };
        let texts: Option<Vec<String>> = match &given {
            Value::Null => return Vec::new(),
            Value::Array(values) => values.iter().map(fit).collect(),
            _ => None,
        };
        texts.unwrap_or_else(|| {
            let expected = format!("a list of texts of 1 to {longest} characters");
            self.refuse(name, kind(&given), &expected);
            Vec::new()
        })
    }

    /// One of some words, that has to be there.
    pub(super) fn one_of(&mut self, name: &'static str, words: &[&str]) -> Option<String> {
        let text = self.required_text(name, LONGEST_MOMENT)?;
        if words.contains(&text.as_str()) {
            return Some(text);
        }
        self.refuse(name, &format!("{text:?}"), &words.join(", "))
    }

    /// One of these words, that may be left out.
    pub(super) fn maybe_one_of(&mut self, name: &'static str, words: &[&str]) -> Option<String> {
        let text = self.text(name, LONGEST_MOMENT)?;
        if words.contains(&text.as_str()) {
            return Some(text);
        }
        self.refuse(name, &format!("{text:?}"), &words.join(", "))
    }

    /// Says that a member is not as it should be.
    pub(super) fn refuse(&mut self, name: &str, found: &str, expected: &str) -> Option<String> {
        self.wrong.push(WrongField {
            field: name.to_owned(),
            found: found.to_owned(),
            expected: expected.to_owned(),
        });
        None
    }

    /// # Errors
    /// All mistakes, among them members that nobody took.
    pub(super) fn finish(mut self) -> Result<(), Problem> {
        let expected = format!("only {}", self.known.join(", "));
        let unknown: Vec<String> = self.given.keys().cloned().collect();
        for field in unknown {
            self.refuse(&field, "an unknown member", &expected);
        }
        if self.wrong.is_empty() {
            Ok(())
        } else {
            Err(Problem::wrong_fields(&self.wrong))
        }
    }
}

/// The names that an object has more than once.
#[derive(Default)]
struct Doubled(BTreeSet<String>);

impl<'de> Deserialize<'de> for Doubled {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Names)
    }
}

struct Names;

impl<'de> Visitor<'de> for Names {
    type Value = Doubled;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Doubled, A::Error> {
        let (mut names, mut doubled) = (BTreeSet::new(), BTreeSet::new());
        while let Some((name, _)) = members.next_entry::<String, IgnoredAny>()? {
            if !names.insert(name.clone()) {
                doubled.insert(name);
            }
        }
        Ok(Doubled(doubled))
    }
}

fn is_fit(text: &str, longest: usize) -> bool {
    let text = text.trim();
    !text.is_empty() && text.chars().count() <= longest && !text.chars().any(char::is_control)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

impl FromRequest for Body {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = request
            .content_type()
            .eq_ignore_ascii_case("application/json");
        let bytes = Bytes::from_request(request, payload);
        Box::pin(async move {
            if !is_json {
                return Err(Problem::not_json());
            }
            let bytes =
                bytes
                    .await
                    .map_err(|error| match error.as_response_error().status_code() {
                        StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(),
                        _ => Problem::malformed("the body broke off"),
                    })?;
            Self::parse(&bytes)
        })
    }
}
