//! The parameters of a query: each known, each once, each of its type; mistakes told together.

use std::collections::BTreeMap;
use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::web::Query;
use actix_web::{FromRequest, HttpRequest};

use super::problem::{Problem, WrongField};
use crate::domain::{Day, Timestamp};
use crate::store::Period;

/// What a query says. Take every parameter, then [`Parameters::finish`]: what wasn't taken is unknown.
pub(super) struct Parameters {
    given: BTreeMap<String, String>,
    known: Vec<&'static str>,
    wrong: Vec<WrongField>,
}

impl Parameters {
    fn parse(query: &str) -> Result<Self, Problem> {
        let pairs = Query::<Vec<(String, String)>>::from_query(query).map_err(|_| {
            Problem::malformed(
                "the query can't be read; write it as name=value&name=value, percent-encoded",
            )
        })?;
        let (mut given, mut wrong) = (BTreeMap::new(), Vec::new());
        for (name, value) in pairs.into_inner() {
            if given.insert(name.clone(), value).is_some() {
                wrong.push(WrongField::doubled(name));
            }
        }
        Ok(Self {
            given,
            known: Vec::new(),
            wrong,
        })
    }

    /// The parameter as it is; an empty one counts as left out.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        self.known.push(name);
        self.given.remove(name).filter(|value| !value.is_empty())
    }

    /// The parameter as its type.
    pub(super) fn parsed<T: FromStr>(&mut self, name: &'static str, expected: &str) -> Option<T> {
        let text = self.text(name)?;
        let value = text.parse().ok();
        if value.is_none() {
            self.refuse(name, &text, expected);
        }
        value
    }

    /// One of some words.
    pub(super) fn one_of(&mut self, name: &'static str, words: &[&str]) -> Option<String> {
        let text = self.text(name)?;
        if words.contains(&text.as_str()) {
            return Some(text);
        }
        self.refuse(name, &text, &words.join(", "));
        None
    }

    /// A moment: RFC 3339 with offset, or a day in China, which stands for its first moment.
    pub(super) fn moment(&mut self, name: &'static str) -> Option<Timestamp> {
        let text = self.text(name)?;
        let moment = moment(&text);
        if moment.is_none() {
            self.refuse(
                name,
                &text,
                "a time such as 2026-11-23T09:30:00+08:00, or a day such as 2026-11-23",
            );
        }
        moment
    }

    /// A day in China, or the day of a moment.
    pub(super) fn day(&mut self, name: &'static str) -> Option<Day> {
        self.moment(name).map(Timestamp::day)
    }

    /// `from` and `to`: all times, where they are left out.
    pub(super) fn period(&mut self) -> Period {
        let from = self.moment("from").unwrap_or(Timestamp(i64::MIN));
        let until = self.moment("to").unwrap_or(Timestamp(i64::MAX));
        Period { from, until }
    }

    pub(super) fn refuse(&mut self, name: &str, found: &str, expected: &str) {
        self.wrong.push(WrongField {
            field: name.to_owned(),
            found: format!("{found:?}"),
            expected: expected.to_owned(),
        });
    }

    /// # Errors
    /// All mistakes, among them parameters that nobody took.
    pub(super) fn finish(mut self) -> Result<(), Problem> {
        let known = self.known.join(", ");
        let expected = if known.is_empty() {
            "no parameters".to_owned()
        } else {
            format!("only {known}")
        };
        self.wrong
            .extend(self.given.into_keys().map(|field| WrongField {
                field,
                found: "an unknown parameter".to_owned(),
                expected: expected.clone(),
            }));
        if self.wrong.is_empty() {
            Ok(())
        } else {
            Err(Problem::wrong_fields(&self.wrong))
        }
    }
}

fn moment(text: &str) -> Option<Timestamp> {
    // A plus sign that isn't written %2B arrives as a blank, and is easily forgotten.
    let plus = text.replace(' ', "+");
    Timestamp::parse_rfc3339(&plus)
        .or_else(|| Timestamp::parse_rfc3339(&format!("{text}T00:00:00+08:00")))
}

impl FromRequest for Parameters {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::parse(request.query_string()))
    }
}
