//! `kill -9` while an alert waits for others, while several go out as one, and while a to-do is
//! made: nobody misses anything, and a repeat says that it may be one.

use std::time::Duration;

use dingdan::clock::Clock;
use dingdan::sandbox::{Endpoint, Entry, Fault};

use crate::app::{ALWAYS_WORKING, CUSTOMER, DIRECTOR, ONE_BY_ONE, Setup, TestApp, World};
use crate::child::Child;
use crate::crash::{called, kill_at, world};
use crate::sightings::{alert_statuses, assert_nothing_vanished, delivered, outbox, told};

const OTHER_CUSTOMER: &str = "wmHuafengLin003";
const HOUR: Duration = Duration::from_secs(3600);

/// What comes within a second comes together, at any hour.
const TOGETHER: &str = "[alerts]\ndigest_seconds = 1\nquiet_hours = \"none\"\n";
/// The usual minute, at any hour.
const USUAL: &str = "[alerts]\nquiet_hours = \"none\"\n";

async fn serve(world: &World, alerts: &'static str) -> Child {
    Child::serve_with(world, |text| {
        text.replace(ONE_BY_ONE, alerts) + ALWAYS_WORKING
    })
    .await
}

/// These customers speak, and then so much time passes in which nothing runs.
async fn unattended(customers: &[&str], for_hours: u32) -> World {
    let away = for_hours * HOUR;
    let world = World::at(Clock::system().now().minus(away)).await;
    let setup = Setup {
        extra: ALWAYS_WORKING.to_owned(),
        ..Setup::default()
    };
    let app = TestApp::start_in(world, setup).await;
    for customer in customers {
        app.sandbox.customer(customer).says("要走招标").await;
    }
    app.settle().await;
    let world = app.stop().await;
    world.clock.advance(away);
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_an_alert_waits_for_others_it_is_told_once() {
    let world = world().await;
    let child = serve(&world, USUAL).await;
    let sandbox = world.sandbox.clone();
    let speaking = tokio::spawn(async move { sandbox.customer(CUSTOMER).says("要走招标").await });

    let app = kill_at(child, world, called(Endpoint::WecomSend)).await;
    speaking.await.unwrap();

    assert_eq!(delivered(&app).len(), 1, "{:#?}", delivered(&app));
    assert_eq!(alert_statuses(&app).await, ["sent"]);
    assert_eq!(outbox(&app).await, (0, 0));
    assert_nothing_vanished(&app);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_several_alerts_go_out_as_one_each_is_told_and_a_repeat_says_so() {
    let world = unattended(&[CUSTOMER, OTHER_CUSTOMER], 3).await;
    let faults = world.sandbox.faults();
    faults.next(Endpoint::RobotToPeople, Fault::SilenceAfterReading);
    let before = world.sandbox.ledger().all().len();
    let child = serve(&world, TOGETHER).await;

    let is_alert = called(Endpoint::RobotToPeople);
    let is_new = |entry: &Entry| usize::try_from(entry.number).unwrap() > before;
    let app = kill_at(child, world, |entry| is_new(entry) && is_alert(entry)).await;

    let all = delivered(&app);
    let together: Vec<String> = all.iter().map(told).collect();
    let together: Vec<&String> = together
        .iter()
        .filter(|text| text.contains("2 条预警"))
        .collect();
    assert_eq!(together.len(), 2, "{all:#?}");
    for part in ["云杉机械", "华丰电子"] {
        assert!(together.iter().all(|text| text.contains(part)), "{part}");
    }
    assert!(together[1].contains("可能重复"), "{}", together[1]);
    assert_eq!(alert_statuses(&app).await, ["sent"; 4]);
    assert_eq!(outbox(&app).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_a_to_do_is_made_there_is_one() {
    for fault in [Fault::NeverAnswer, Fault::SilenceAfterReading] {
        let world = unattended(&[], 80).await;
        let faults = world.sandbox.faults();
        faults.next(Endpoint::TodoCreate, fault);
        let child = serve(&world, TOGETHER).await;

        let app = kill_at(child, world, called(Endpoint::TodoCreate)).await;

        let todos = app.sandbox.director(DIRECTOR).todos();
        assert_eq!(todos.len(), 1, "{todos:?}");
        let kept = app.store.todos_of(&"deal-yunshan".parse().unwrap()).await;
        let kept = kept.unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].task_id.as_deref(), Some(todos[0].id.as_str()));
        assert_eq!(outbox(&app).await, (0, 0));
    }
}
