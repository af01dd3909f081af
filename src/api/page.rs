//! Pages of a list, and the cursors that lead from one to the next.

use actix_web::HttpResponse;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::parameters::Parameters;

const MOST_ITEMS: i64 = 200;
const USUAL_ITEMS: i64 = 50;

/// Which page of a list is asked for; `K` is what the list is ordered by.
pub(super) struct Page<K> {
    list: &'static str,
    limit: i64,
    /// The last row of the page before.
    pub(super) after: Option<K>,
}

impl<K: Serialize + DeserializeOwned> Page<K> {
    /// Takes `limit` and `cursor`. A cursor of another list is refused.
    pub(super) fn of(list: &'static str, parameters: &mut Parameters) -> Self {
        let expected = format!("a number from 1 to {MOST_ITEMS}");
        let mut limit = parameters.parsed("limit", &expected).unwrap_or(USUAL_ITEMS);
        if !(1..=MOST_ITEMS).contains(&limit) {
            parameters.refuse("limit", &limit.to_string(), &expected);
            limit = USUAL_ITEMS;
        }
        let cursor = parameters.text("cursor");
        let after = cursor.as_deref().and_then(|cursor| opened(list, cursor));
        if let (Some(cursor), None) = (&cursor, &after) {
            parameters.refuse(
                "cursor",
                cursor,
                "next_cursor of this list's answer before, as it was",
            );
        }
        Self { list, limit, after }
    }

    /// How many rows to read: one more than are shown, which says whether another page follows.
    pub(super) const fn rows(&self) -> i64 {
        self.limit + 1
    }

    /// Leaves out the row too many; the cursor to the page after, if there is one.
    pub(super) fn close<R>(&self, rows: &mut Vec<R>, key: impl Fn(&R) -> K) -> Option<String> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let is_last = rows.len() <= limit;
        rows.truncate(limit);
        let last = rows.last().filter(|_| !is_last)?;
        let cursor = serde_json::to_vec(&(self.list, key(last)))
            .expect("texts and numbers are always valid JSON");
        Some(BASE64_URL_SAFE_NO_PAD.encode(cursor))
    }

    /// The answer to a page whose rows say by themselves what is shown.
    pub(super) fn answer<R>(
        &self,
        mut rows: Vec<R>,
        key: impl Fn(&R) -> K,
        shown: impl Fn(&R) -> Value,
    ) -> HttpResponse {
        let next_cursor = self.close(&mut rows, key);
        answer(rows.iter().map(shown).collect(), next_cursor)
    }
}

/// A page's answer.
pub(super) fn answer(items: Vec<Value>, next_cursor: Option<String>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "items": items, "next_cursor": next_cursor }))
}

fn opened<K: DeserializeOwned>(list: &str, cursor: &str) -> Option<K> {
    let json = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (of_list, key): (String, K) = serde_json::from_slice(&json).ok()?;
    (of_list == list).then_some(key)
}
