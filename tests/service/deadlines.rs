//! Deadlines that can't be fired: none is lost, and none holds up another.

use std::time::Duration;

use dingdan::domain::{OpportunityId, Timestamp};
use dingdan::engine::Event;
use dingdan::journal::{self, Cause};
use dingdan::store::{NewOpportunity, Store, Tx};
use futures_util::FutureExt as _;

use crate::app::{CUSTOMER, Setup, TestApp};
use crate::sightings::{delivered, number, receipts, told};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const OTHER_CUSTOMER: &str = "wmHuafengLin003";
const TENDER: &str = "要走招标";
const GOLDEN_SIX: &str = include_str!("../../config/processes/golden-six.toml");

async fn hear(app: &TestApp, contacts: &[&str]) {
    for contact in contacts {
        app.sandbox.customer(contact).says(TENDER).await;
    }
    app.settle().await;
}

fn heard(label: &str) -> Event {
    Event::SignalHeard {
        label: label.parse().unwrap(),
        words: "西门子".to_owned(),
        quote: "西门子也报价了".to_owned(),
        message: "m1".parse().unwrap(),
        chat: "c1".parse().unwrap(),
    }
}

/// What directors were told of deadlines that passed.
fn late(app: &TestApp) -> Vec<String> {
    let told = delivered(app).into_iter().map(|message| told(&message));
    told.filter(|text| text.contains("已超时")).collect()
}

/// Replaces the deal's state by another text. Returns the one that it had.
async fn put_state(app: &TestApp, deal: &OpportunityId, state: &str) -> String {
    let mut tx = app.store.begin().await.unwrap();
    let row = tx.opportunity(deal).await.unwrap().unwrap();
    tx.save_deal(&dingdan::store::SavedDeal {
        id: deal,
        version: row.version,
        state,
        stage: &row.stage,
        closed_at: None,
        journal_end: "",
    })
    .await
    .unwrap();
    tx.commit().await.unwrap();
    row.state
}

#[tokio::test]
async fn a_deal_that_cannot_be_read_holds_up_no_other_deals_deadline() {
    let app = TestApp::start().await;
    hear(&app, &[CUSTOMER]).await;
    app.clock.advance(MINUTE);
    hear(&app, &[OTHER_CUSTOMER]).await;
    let broken: OpportunityId = "deal-yunshan".parse().unwrap();
    let state = put_state(&app, &broken, "unreadable").await;

    app.advance(3 * HOUR).await;
    let others = late(&app);
    assert_eq!(others.len(), 1, "{others:?}");
    assert!(others[0].contains("华丰电子"), "{others:?}");

    put_state(&app, &broken, &state).await;
    app.advance(15 * MINUTE).await;
    let all = late(&app);
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(all[1].contains("云杉机械"), "{all:?}");
    app.advance(24 * HOUR).await;
    assert_eq!(late(&app).len(), 2);
}

/// Deals like that of 云杉机械, in which its customer said the same.
async fn open_deals(app: &TestApp, count: usize) -> Vec<OpportunityId> {
    let mut tx = app.store.begin().await.unwrap();
    let known = tx.opportunity(&"deal-yunshan".parse().unwrap()).await;
    let known = known.unwrap().unwrap();
    let mut opened = Vec::new();
    for number in 0..count {
        let deal = NewOpportunity {
            id: format!("deal-{number:03}").parse().unwrap(),
            customer: known.customer_id.clone(),
            rep: known.rep_id.clone(),
            name: format!("第{number}期"),
            stage: known.stage.clone(),
            opened_at: app.clock.now(),
        };
        assert!(tx.create_opportunity(&deal).await.unwrap());
        let cause = Cause {
            key: "test",
            click: None,
        };
        let events = [heard("TENDER")];
        let stepped = journal::step(&app.shared, &mut tx, &deal.id, &events, cause);
        stepped.await.unwrap();
        opened.push(deal.id);
    }
    tx.commit().await.unwrap();
    opened
}

#[tokio::test]
async fn of_many_deals_that_are_due_at_once_each_is_ticked_once_but_the_one_that_cannot_be() {
    let app = TestApp::start().await;
    let mut deals = open_deals(&app, 60).await;
    let broken = deals.remove(30);
    put_state(&app, &broken, "unreadable").await;

    app.clock.advance(3 * HOUR);
    app.settle().await;

    let raised = app.store.alerts((Timestamp(0), ""), 1000).await.unwrap();
    let late = raised.iter().filter(|alert| alert.reason == "late");
    let mut late: Vec<_> = late.map(|alert| alert.opportunity_id.clone()).collect();
    late.sort();
    assert_eq!(late, deals);
    for deal in &deals {
        let entries = app.store.journal(deal).await.unwrap();
        let ticks = entries.iter().filter(|entry| entry.cause == "tick");
        assert_eq!(ticks.count(), 1, "{deal}");
        let all = app.store.journal_ends(None, 1000).await.unwrap();
        let (_, end) = all.iter().find(|(id, _)| id == deal).unwrap();
        assert_eq!(journal::verify(&entries, end), Ok(()), "{deal}");
    }
}

#[tokio::test]
async fn an_open_run_is_held_to_the_definition_it_began_under_after_a_restart_too() {
    let app = TestApp::start().await;
    hear(&app, &[CUSTOMER]).await;
    let text = GOLDEN_SIX.replacen("risk_registration", "risk_renamed", 1);
    let changed = |text: String| text + "[process]\nfile = \"changed.toml\"\n";

    let world = app.stop().await;
    std::fs::write(world.folder().join("changed.toml"), text).unwrap();
    let setup = Setup {
        seed: false,
        change: changed,
        ..Setup::default()
    };
    let app = TestApp::start_in(world, setup).await;
    app.advance(3 * HOUR).await;

    assert_eq!(late(&app).len(), 1);
    let run = &app.items("runs").await[0];
    assert_eq!(
        (&run["status"], &run["node"]),
        (&"overdue".into(), &"risk_registration".into())
    );
    assert_eq!(run["title"], "风险预判登记");
}

#[tokio::test]
async fn whoever_waits_for_deadlines_is_woken_after_the_commit_and_not_before() {
    let app = TestApp::start().await;
    hear(&app, &[CUSTOMER]).await;
    let woken = || app.shared.deadline_set().now_or_never().is_some();
    assert!(woken(), "by the line that was worked off");
    let competitor = heard("COMPETITOR");

    let mut tx = app.store.begin().await.unwrap();
    let (deal, cause) = (
        "deal-yunshan".parse().unwrap(),
        Cause {
            key: "test",
            click: None,
        },
    );
    journal::step(&app.shared, &mut tx, &deal, &[competitor], cause)
        .await
        .unwrap();

    assert!(!woken(), "nothing is committed yet");
    tx.commit().await.unwrap();
    assert!(!woken(), "whoever commits says so");

    // Whoever is woken finds what was committed.
    app.sandbox.customer(OTHER_CUSTOMER).says(TENDER).await;
    let all = app.items("runs").await.len() + 1;
    let waiting = async {
        while app.items("runs").await.len() < all {
            app.shared.deadline_set().await;
        }
    };
    let both = async { tokio::join!(waiting, app.settle()) };
    let found = tokio::time::timeout(20 * SECOND, both).await;
    found.expect("the last commit woke, and was there to be found");
}

#[tokio::test]
async fn questions_that_cannot_be_settled_hold_up_no_deadline() {
    let app = TestApp::start().await;
    hear(&app, &[CUSTOMER]).await;
    rename(&app, "alter table deal_question rename to elsewhere").await;

    app.clock.advance(3 * HOUR);
    app.settle().await;

    assert_eq!(late(&app).len(), 1);
    rename(&app, "alter table elsewhere rename to deal_question").await;
}

async fn rename(app: &TestApp, sql: &'static str) {
    match &app.store {
        Store::Sqlite { writer, .. } => drop(sqlx::query(sql).execute(writer).await.unwrap()),
        Store::Postgres(pool) => drop(sqlx::query(sql).execute(pool).await.unwrap()),
    }
}

#[tokio::test]
async fn no_director_is_told_that_a_lost_deal_is_late() {
    let app = TestApp::start().await;
    hear(&app, &[CUSTOMER]).await;

    app.ends("deal-yunshan").await;
    app.advance(5 * HOUR).await;

    assert_eq!(late(&app).len(), 0);
    assert_eq!(app.items("runs?status=ended").await.len(), 1);
    let shown = receipts(&app);
    assert!(shown[0].1.contains("商机已结束"), "{shown:?}");
    let moments = "select count(*) from moment where opportunity_id = 'deal-yunshan'";
    assert_eq!(number(&app.store, moments).await, 0);
}

/// Returns when someone waits for what this transaction holds. SQLite has one writer, so there
/// everyone does.
pub async fn waited_for(tx: &mut Tx) {
    const SQL: &str = "\
        select count(*) from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))";
    let Tx::Postgres(tx) = tx else { return };
    while sqlx::query_scalar::<_, i64>(SQL)
        .fetch_one(&mut **tx)
        .await
        .unwrap()
        == 0
    {}
}

#[tokio::test]
async fn a_tick_and_an_answer_of_one_moment_do_not_wait_for_each_other() {
    let app = TestApp::start().await;
    hear(&app, &[CUSTOMER]).await;
    app.clock.advance(3 * HOUR);

    // As an answer does: the deal first, then its deadlines.
    let mut tx = app.store.begin().await.unwrap();
    tx.opportunity(&"deal-yunshan".parse().unwrap())
        .await
        .unwrap();
    let answering = async move {
        waited_for(&mut tx).await;
        tx.set_moment(&"deal-yunshan".parse().unwrap(), None)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    tokio::time::timeout(20 * SECOND, async { tokio::join!(app.settle(), answering) })
        .await
        .expect("both end");

    assert_eq!(late(&app).len(), 0, "the answer was first");
}
