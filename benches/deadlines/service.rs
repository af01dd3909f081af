//! The service on a store, with its clock in our hand.

use std::path::Path;
use std::sync::Arc;

use dingdan::clock::Clock;
use dingdan::config::{Document, Settings};
use dingdan::domain::Timestamp;
use dingdan::loaded::Loaded;
use dingdan::shared::Shared;
use dingdan::store::Store;
use sqlx::SqlitePool;

/// A Monday morning, when people work.
pub(crate) fn opened() -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-23T09:30:00+08:00").unwrap()
}

/// All that the parts of a service share.
pub(crate) async fn shared(folder: &Path, now: Timestamp) -> Arc<Shared> {
    let text = format!(
        "[server]\npublic_url = \"https://dingdan.example.com\"\n\
         [storage]\nurl = \"sqlite://{}\"\n\
         [wecom]\ncorp_id = \"ww4b7d2f9c1e8a6035\"\napi_base = \"http://127.0.0.1:9\"\n\
         [[wecom.app]]\nname = \"sales\"\nagent_id = 1000002\nsecret = \"none\"\n\
         token = \"hT4kPq9ZrW2m\"\nencoding_aes_key = \"kV8dR2nLx5TqJ7wYb3GmZc9HsPf1EaUo6Xi4NtKvBrQ\"\n",
        folder.join("dingdan.db").display()
    );
    let settings = Settings::from_document(&Document::new("bench.toml", text)).unwrap();
    let loaded = Loaded::of(settings).unwrap();
    Arc::new(Shared::open(loaded, Clock::frozen_at(now)).await.unwrap())
}

/// The connection that writes.
pub(crate) fn writer(shared: &Shared) -> &SqlitePool {
    match &shared.store {
        Store::Sqlite { writer, .. } => writer,
        Store::Postgres(_) => unreachable!("the address says SQLite"),
    }
}
