//! `kill -9` between any two steps, of a real process. What it leaves behind is taken over by a
//! service in this process, whose clock can be moved past the dead one's leases.
//!
//! The ledger of the platforms and the store judge: nothing is lost, and nothing is repeated but a
//! send whose outcome died with the process. That one says of itself that it may be a repeat.

use std::time::Duration;

use dingdan::clock::Clock;
use dingdan::sandbox::{
    CallbackAnswer, Endpoint, Entry, Fault, Outcome, PressError, Record, Sandbox,
};
use dingdan::store::Store;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::app::{ALWAYS_WORKING, API_TOKEN, CUSTOMER, REP, Setup, TestApp, World, seed};
use crate::child::{Child, PATIENCE};
use crate::sightings::{
    assert_nothing_vanished, cards, delivered, inbox, lines, newest_card, outbox, receipts, texts,
    told,
};

const WORDS: &str = "你们太贵了,今年要走招标";
/// Longer than any lease.
const LEASES_END: Duration = Duration::from_secs(120);
const HOUR: Duration = Duration::from_secs(3600);

/// The platforms now, by the system's clock, and a store with people and deals in it.
pub async fn world() -> World {
    let world = World::at(Clock::system().now()).await;
    let store = Store::open(&world.storage).await.unwrap();
    seed(&store, &world.sandbox.company(), world.clock.now()).await;
    store.close().await;
    world
}

fn taken_over() -> Setup {
    Setup {
        seed: false,
        ..Setup::default()
    }
}

/// Kills the child when the ledger shows the moment, and takes over what it leaves.
pub async fn kill_at(child: Child, world: World, moment: impl Fn(&Entry) -> bool) -> TestApp {
    let ledger = world.sandbox.ledger();
    let seen = ledger.wait_for(moment, PATIENCE).await;
    seen.unwrap_or_else(|| panic!("the moment never came: {:#?}", ledger.all()));
    child.kill().await;
    world.clock.advance(LEASES_END);
    let app = TestApp::start_in(world, taken_over()).await;
    recover(&app).await;
    app
}

/// Works until everything that waits for a later moment was tried again.
async fn recover(app: &TestApp) {
    app.settle().await;
    for _ in 0..3 {
        app.advance(LEASES_END).await;
    }
}

/// A customer speaks to a child, which dies at the moment that the ledger shows.
async fn struck(prepare: impl Fn(&Sandbox), moment: impl Fn(&Entry) -> bool) -> TestApp {
    let world = world().await;
    prepare(&world.sandbox);
    let child = serve(&world).await;
    let sandbox = world.sandbox.clone();
    let speaking = tokio::spawn(async move { sandbox.customer(CUSTOMER).says(WORDS).await });
    let app = kill_at(child, world, moment).await;
    speaking.await.unwrap();
    app
}

pub fn called(endpoint: Endpoint) -> impl Fn(&Entry) -> bool {
    move |entry| matches!(&entry.record, Record::Call(call) if call.endpoint == endpoint)
}

/// One line, its signals, its run, one card, and so many alerts of which all but the first say that
/// they may be repeats. And another start changes nothing.
async fn judge(app: TestApp, alerts: &[usize], what: &str) {
    assert_eq!(lines(&app).await, [WORDS], "{what}");
    assert_eq!(app.items("signals").await.len(), 2, "{what}");
    assert_eq!(app.items("runs").await.len(), 1, "{what}");
    // Of the week: a test that runs by the system's clock may see midnight.
    let totals = app.api("board?period=week").await["totals"].clone();
    assert_eq!(
        (&totals["PRICE"], &totals["TENDER"]),
        (&1.into(), &1.into()),
        "{what}"
    );
    assert_eq!(cards(&app, REP).len(), 1, "{what}");
    let seen = delivered(&app);
    assert!(alerts.contains(&seen.len()), "{what}: {seen:#?}");
    assert!(
        seen[1..]
            .iter()
            .all(|alert| told(alert).contains("可能重复")),
        "{what}"
    );
    assert_eq!(
        (inbox(&app).await, outbox(&app).await),
        ((0, 0), (0, 0)),
        "{what}"
    );
    assert_nothing_vanished(&app);

    let before = app.sandbox.ledger().all().len();
    let app = app.restart().await;
    app.settle().await;
    assert_eq!(
        app.sandbox.ledger().all().len(),
        before,
        "{what}: another start"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_the_pull_is_answered_nothing_is_lost() {
    for endpoint in [Endpoint::WecomToken, Endpoint::WecomSyncMessages] {
        for fault in [Fault::NeverAnswer, Fault::SilenceAfterReading] {
            let what = format!("{endpoint:?} {fault:?}");
            let prepare = |sandbox: &Sandbox| sandbox.faults().next(endpoint, fault.clone());
            let app = struck(prepare, called(endpoint)).await;
            judge(app, &[1], &what).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_a_card_and_its_record_the_rep_has_one_card() {
    for fault in [Fault::NeverAnswer, Fault::SilenceAfterReading] {
        let what = format!("{fault:?}");
        let prepare = |sandbox: &Sandbox| {
            sandbox.faults().next(Endpoint::WecomSend, fault.clone());
            // The alert waits, so that the card is what is in hand.
            let faults = sandbox.faults();
            faults.next(Endpoint::DingtalkToken, Fault::NeverAnswer);
        };
        let app = struck(prepare, called(Endpoint::WecomSend)).await;
        judge(app, &[1], &what).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_an_alert_and_its_record_the_director_has_it_twice_and_marked() {
    let prepare = |sandbox: &Sandbox| {
        let faults = sandbox.faults();
        faults.next(Endpoint::RobotToPeople, Fault::SilenceAfterReading);
    };
    let app = struck(prepare, called(Endpoint::RobotToPeople)).await;

    let alerts = app.items("alerts").await;
    assert_eq!(alerts[0]["status"], "sent");
    assert_eq!(alerts[0]["why"], "an earlier try may have arrived too");
    judge(app, &[2], "the answer died").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_an_alert_arrives_the_director_has_it_once() {
    let prepare = |sandbox: &Sandbox| {
        let faults = sandbox.faults();
        faults.next(Endpoint::RobotToPeople, Fault::NeverAnswer);
    };
    let app = struck(prepare, called(Endpoint::RobotToPeople)).await;
    judge(app, &[1], "it never arrived").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_entry_of_the_ledger_nothing_is_lost_and_nothing_else_repeated() {
    for number in 1..=7 {
        let app = struck(|_| {}, |entry| entry.number >= number).await;
        judge(app, &[1, 2], &format!("entry {number}")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_before_the_kill_is_answered_after_it() {
    let world = world().await;
    let child = serve(&world).await;
    let sandbox = world.sandbox.clone();
    let speaking = tokio::spawn(async move {
        for number in 0..20 {
            sandbox.rep(REP).says(&format!("第{number}句")).await;
        }
    });
    let is_tenth = |entry: &Entry| match &entry.record {
        Record::Callback(attempt) => attempt.callback == 10,
        _ => false,
    };
    let app = kill_at(child, world, is_tenth).await;
    speaking.await.unwrap();
    app.settle().await;

    let attempts = app.sandbox.ledger().callbacks().into_iter();
    let acknowledged = attempts
        .filter(|attempt| matches!(attempt.answer, CallbackAnswer::Acknowledged(_)))
        .count();
    assert!(acknowledged >= 10, "{acknowledged}");
    // One that was stored and not acknowledged any more is answered too.
    let answered = texts(&app, REP).len();
    assert!(
        (acknowledged..=acknowledged + 1).contains(&answered),
        "{answered}"
    );
    assert_eq!((inbox(&app).await, outbox(&app).await), ((0, 0), (0, 0)));
    assert_nothing_vanished(&app);
}

/// A service of this process that counts as the child does.
fn working() -> Setup {
    Setup {
        extra: ALWAYS_WORKING.to_owned(),
        ..Setup::default()
    }
}

async fn serve(world: &World) -> Child {
    Child::serve_with(world, |text| text + ALWAYS_WORKING).await
}

/// A card is on the phone, and its deadline passed while nothing ran.
async fn with_a_missed_deadline() -> World {
    let world = World::at(Clock::system().now().minus(3 * HOUR)).await;
    let app = TestApp::start_in(world, working()).await;
    app.sandbox.customer(CUSTOMER).says(WORDS).await;
    app.settle().await;
    let world = app.stop().await;
    world.clock.advance(3 * HOUR);
    world
}

fn is_late(entry: &Entry) -> bool {
    match &entry.record {
        Record::Dingtalk(message) => {
            message.outcome == Outcome::Delivered && told(message).contains("已超时")
        }
        _ => false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_a_deadline_fired_it_is_not_fired_again() {
    for fault in [None, Some(Fault::SilenceAfterReading)] {
        let what = format!("{fault:?}");
        let world = with_a_missed_deadline().await;
        let (most, faults) = (2, world.sandbox.faults());
        let least = fault.map_or(1, |fault| {
            faults.next(Endpoint::RobotToPeople, fault);
            2
        });
        let child = serve(&world).await;

        let app = kill_at(child, world, is_late).await;

        let late = delivered(&app).into_iter();
        let late: Vec<String> = late
            .map(|alert| told(&alert))
            .filter(|text| text.contains("已超时"))
            .collect();
        assert!((least..=most).contains(&late.len()), "{what}: {late:#?}");
        assert!(
            late[1..].iter().all(|text| text.contains("可能重复")),
            "{what}"
        );
        assert_eq!(
            app.items("alerts").await.len(),
            2,
            "{what}: one opened, one late"
        );
        assert_eq!(app.items("runs").await[0]["status"], "overdue", "{what}");
        assert_eq!(outbox(&app).await, (0, 0), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_a_card_becomes_its_receipt_the_dialogue_goes_on() {
    let world = with_a_missed_deadline().await;
    let child = serve(&world).await;
    let faults = world.sandbox.faults();
    faults.next(Endpoint::WecomUpdateCard, Fault::SilenceAfterReading);
    let own: [(&str, &[&str]); 2] = [("risk_type", &["open_tender"]), ("strategy", &["own"])];
    let sandbox = world.sandbox.clone();
    let card = sandbox.ledger().wecom_inbox(REP);
    let card = card[0].content["task_id"].as_str().unwrap().to_owned();
    sandbox
        .rep(REP)
        .clicks(&card, "submit", &own)
        .await
        .unwrap();

    let app = kill_at(child, world, called(Endpoint::WecomUpdateCard)).await;

    assert_eq!(receipts(&app).len(), 1, "the card was changed once");
    assert_eq!(newest_card(&app, REP), card, "and no other was sent");
    let again = sandbox.rep(REP).clicks(&card, "submit", &own).await;
    assert_eq!(again, Err(PressError::NotOpen));
    assert_eq!(
        texts(&app, REP).len(),
        1,
        "one question: {:?}",
        texts(&app, REP)
    );
    sandbox.rep(REP).says("先谈全周期成本").await;
    app.settle().await;
    assert_eq!(app.items("runs").await[0]["status"], "done");
}

#[tokio::test(flavor = "multi_thread")]
async fn told_to_stop_it_finishes_what_is_in_hand_and_ends_well() {
    let world = world().await;
    let child = serve(&world).await;
    world.sandbox.customer(CUSTOMER).says(WORDS).await;
    let called = called(Endpoint::WecomSend);
    let ledger = world.sandbox.ledger();
    ledger.wait_for(called, PATIENCE).await.expect("a card");

    let ended = child.terminate().await;

    assert!(ended.success(), "{ended}");
    let app = TestApp::start_in(world, taken_over()).await;
    app.settle().await;
    assert_eq!(cards(&app, REP).len(), 1);
    // Nothing is left in flight, so nothing is unknown and nobody has to wait for a lease.
    assert_eq!(delivered(&app).len(), 1);
    assert_eq!((inbox(&app).await, outbox(&app).await), ((0, 0), (0, 0)));
}

/// What a connection says next, until it says this.
async fn hear(connection: &mut TcpStream, part: &str) -> String {
    let mut heard = Vec::new();
    let listening = async {
        while !String::from_utf8_lossy(&heard).contains(part) {
            if connection.read_buf(&mut heard).await.unwrap() == 0 {
                break;
            }
        }
    };
    tokio::time::timeout(PATIENCE, listening).await.unwrap();
    let heard = String::from_utf8(heard).unwrap();
    assert!(heard.contains(part), "no {part:?} in {heard:?}");
    heard
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_in_hand_is_answered_by_a_service_that_was_told_to_stop() {
    let world = world().await;
    let child = Child::serve(&world).await;
    let address = child.url.strip_prefix("http://").unwrap().to_owned();
    let deal = r#"{"id":"late","customer_id":"yunshan","rep_id":"rep-zhao","name":"新线"}"#;
    let head = format!(
        "POST /api/v1/opportunities HTTP/1.1\r\nHost: {address}\r\n\
         Authorization: Bearer {API_TOKEN}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        deal.len()
    );
    let mut connection = TcpStream::connect(&address).await.unwrap();
    connection.write_all(head.as_bytes()).await.unwrap();
    hear(&mut connection, "100 Continue").await;

    child.tell_to_stop().await;
    // It has begun to stop when nobody is let in any more.
    let closing = async { while TcpStream::connect(&address).await.is_ok() {} };
    tokio::time::timeout(PATIENCE, closing).await.unwrap();
    connection.write_all(deal.as_bytes()).await.unwrap();
    let answer = hear(&mut connection, "新线").await;

    assert!(answer.contains("201 Created"), "{answer}");
    let ended = child.ended().await;
    assert!(ended.success(), "{ended}");
    let app = TestApp::start_in(world, taken_over()).await;
    assert_eq!(app.api("opportunities/late").await["name"], "新线");
}
