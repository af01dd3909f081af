//! `dingdan rebuild`: states and runs are the fold of the journal, and come out of it again.

use std::time::Duration;

use serde_json::{Value, json};

use crate::app::{API_TOKEN, CUSTOMER, REP, Setup, TestApp, World};
use crate::child::{configured, run};
use crate::sightings::{number, tamper};
use dingdan::clock::Clock;

const DEAL: &str = "deal-yunshan";
const HOUR: Duration = Duration::from_secs(3600);

/// Runs that are open, late, waived and done, a stage that moved on, words of the rep.
async fn eventful() -> (TestApp, std::path::PathBuf) {
    let world = World::at(Clock::system().now()).await;
    let file = configured(&world, |text| text);
    let app = TestApp::start_in(world, Setup::default()).await;
    for words in [
        "你们太贵了，今年要走招标",
        "竞争对手报价比你们低",
        "我们打算采购",
    ] {
        app.sandbox.customer(CUSTOMER).says(words).await;
        app.settle().await;
    }
    app.sandbox.rep(REP).says("状态").await;
    app.settle().await;
    post(
        &app,
        &format!("opportunities/{DEAL}/stage"),
        json!({ "stage": "demo" }),
    )
    .await;
    app.advance(30 * HOUR).await;
    let runs = app
        .items(&format!("runs?opportunity={DEAL}&status=overdue"))
        .await;
    let run = runs[0]["id"].as_str().expect("a run").to_owned();
    let why = json!({ "by": "director-east", "reason": "客户已书面确认" });
    post(&app, &format!("runs/{run}/waive"), why).await;
    (app, file)
}

async fn post(app: &TestApp, path: &str, body: Value) {
    let posted = app.http.post(format!("{}/api/v1/{path}", app.url));
    let answer = posted.bearer_auth(API_TOKEN).json(&body).send().await;
    let answer = answer.unwrap();
    let status = answer.status();
    assert!(
        status.is_success(),
        "{path}: {status} {}",
        answer.text().await.unwrap()
    );
    app.settle().await;
}

async fn state(app: &TestApp) -> String {
    let deal = DEAL.parse().unwrap();
    app.store.opportunity_state(&deal).await.unwrap().unwrap()
}

/// When the deal has to be looked at next.
async fn moment(app: &TestApp) -> i64 {
    const DUE: &str =
        "select coalesce(max(due_at), 0) from moment where opportunity_id = 'deal-yunshan'";
    number(&app.store, DUE).await
}

async fn rebuilt(file: &std::path::Path, code: i32) -> String {
    let output = run(&["rebuild", "--config", file.to_str().unwrap()]).await;
    let said =
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{said}");
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_lost_beside_the_journal_comes_out_of_it_as_it_was() {
    let (app, file) = eventful().await;
    let (state_before, runs_before) = (state(&app).await, app.api("runs").await);
    let moment_before = moment(&app).await;
    assert!(moment_before > 0);

    let untouched = rebuilt(&file, 0).await;
    assert!(untouched.contains("0 state(s) mended"), "{untouched}");
    assert_eq!(state(&app).await, state_before);

    tamper(&app.store, "delete from run").await;
    tamper(&app.store, "delete from moment").await;
    tamper(
        &app.store,
        "update opportunity set state = '{' where state <> '{}'",
    )
    .await;
    let said = rebuilt(&file, 0).await;

    assert!(said.contains("1 state(s) mended"), "{said}");
    assert_eq!(state(&app).await, state_before);
    assert_eq!(app.api("runs").await, runs_before);
    assert_eq!(moment(&app).await, moment_before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_can_not_be_folded_leaves_the_state_and_says_why() {
    let (app, file) = eventful().await;
    let before = state(&app).await;

    let other_hours = format!(
        "{}[process]\ncalendar = \"always.toml\"\n",
        std::fs::read_to_string(&file).unwrap()
    );
    let elsewhere = file.with_file_name("other-hours.toml");
    std::fs::write(&elsewhere, other_hours).unwrap();
    let said = rebuilt(&elsewhere, 0).await;
    assert!(
        said.contains("the work calendar was changed since"),
        "{said}"
    );
    assert_eq!(state(&app).await, before);

    tamper(
        &app.store,
        "update journal set cause = 'another' where position = 2",
    )
    .await;
    let said = rebuilt(&file, 1).await;
    assert!(said.contains("broken at entry 2"), "{said}");
    assert_eq!(state(&app).await, before);
}
