//! An empty database for a test: SQLite in a folder, or one of its own on the Postgres server that
//! `DINGDAN_TEST_POSTGRES` names, so that one suite runs on both.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::Connection as _;

static COUNTER: AtomicU32 = AtomicU32::new(0);

/// The address of a new database.
pub(crate) async fn fresh_url(folder: &Path) -> String {
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let Ok(server) = std::env::var("DINGDAN_TEST_POSTGRES") else {
        let file = folder.join(format!("dingdan-{number}.db"));
        return format!("sqlite://{}", file.display());
    };
    let name = format!("test_lib_{}_{number}", std::process::id());
    let mut connection = sqlx::PgConnection::connect(&format!("{server}/postgres"))
        .await
        .unwrap();
    // Databases are copied from the template one at a time; others who copy it make this wait.
    let mut statement = sqlx::QueryBuilder::<sqlx::Postgres>::new("create database ");
    statement.push(&name).push(" strategy file_copy");
    statement.build().execute(&mut connection).await.unwrap();
    format!("{server}/{name}")
}
