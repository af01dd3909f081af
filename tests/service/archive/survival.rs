//! `kill -9` of the service in the middle of a pull, and two services on one database.

use std::time::Duration;

use dingdan::sandbox::{Endpoint, Entry, Fault};
use serde_json::json;

use super::{WORDS, archive, configuration, labels, notified, pulls, waits, world, world_now};
use crate::app::{ALWAYS_WORKING, CUSTOMER, REP, Setup, TestApp};
use crate::child::{Child, PATIENCE};
use crate::crash::called;
use crate::sightings::{cards, inbox, lines};

const LEASES_END: Duration = Duration::from_secs(120);

/// What the archive holds, in the order in which it was said.
const SAID: [&str; 3] = ["第一句", WORDS, "第三句"];

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_a_pull_the_service_loses_nothing_and_doubles_nothing() {
    let struck: [(Endpoint, Fault, usize); 4] = [
        (Endpoint::WecomArchivePull, Fault::NeverAnswer, 1),
        (Endpoint::WecomArchivePull, Fault::SilenceAfterReading, 1),
        // Between a page that is stored and the next one; and over the consent of the first line.
        (Endpoint::WecomArchivePull, Fault::SilenceAfterReading, 2),
        (Endpoint::WecomSingleAgree, Fault::SilenceAfterReading, 1),
    ];
    for (endpoint, fault, which) in struck {
        let what = format!("{endpoint:?} {fault:?} {which}");
        let world = world_now().await;
        let extra = configuration(&world, &[1]) + "limit = 2\n";
        for text in SAID {
            world.sandbox.archive().says(CUSTOMER, REP, text);
        }
        let faults = world.sandbox.faults();
        for _ in 1..which {
            faults.next(endpoint, Fault::Delay(Duration::ZERO));
        }
        faults.next(endpoint, fault);
        let child =
            Child::serve_with(&world, |text| format!("{text}\n{ALWAYS_WORKING}{extra}")).await;
        // Its timer pulls at the start.
        let ledger = world.sandbox.ledger();
        let times = std::sync::atomic::AtomicUsize::new(0);
        let is_called = called(endpoint);
        let is_struck = |entry: &Entry| {
            is_called(entry)
                && times.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1 == which
        };
        let seen = ledger.wait_for(is_struck, PATIENCE).await;
        assert!(seen.is_some(), "{what}");
        child.kill().await;

        world.clock.advance(LEASES_END);
        let setup = Setup {
            extra: format!("{ALWAYS_WORKING}{extra}"),
            seed: false,
            ..Setup::default()
        };
        let app = TestApp::start_in(world, setup).await;
        app.settle().await;
        notified(&app).await;
        for _ in 0..3 {
            app.advance(LEASES_END).await;
        }

        assert_eq!(lines(&app).await, SAID, "{what}");
        assert_eq!(labels(&app).await, ["PRICE", "TENDER"], "{what}");
        assert_eq!(cards(&app, REP).len(), 1, "{what}");
        assert_eq!(inbox(&app).await, (0, 0), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_services_on_one_database_one_pulls() {
    let world = world().await;
    if world.storage.starts_with("sqlite") {
        return;
    }
    let extra = configuration(&world, &[1]);
    let setup = |seed| Setup {
        extra: extra.clone(),
        seed,
        ..Setup::default()
    };
    let first = TestApp::start_in(world.clone(), setup(true)).await;
    let second = TestApp::start_in(world, setup(false)).await;
    for number in 0..20 {
        let from = if number % 2 == 0 {
            CUSTOMER
        } else {
            "wmHuafengLin003"
        };
        archive(&first).says(
            from,
            if number % 2 == 0 { REP } else { "QianYue" },
            &format!("第{number:02}句，今年要走招标"),
        );
    }

    first.clock.advance(super::NEXT);
    archive(&first).notifies().await;
    tokio::join!(first.settle(), second.settle());
    tokio::join!(first.settle(), second.settle());

    assert_eq!(pulls(&first), 2, "the page, and that there is no more");
    assert_eq!(lines(&first).await.len(), 20);
    assert_eq!(labels(&first).await.len(), 20);
    assert_eq!(cards(&first, REP).len(), 1);
    assert_eq!(inbox(&first).await, (0, 0));
}

#[tokio::test]
async fn notices_may_come_to_an_apps_url_or_to_the_archives_own() {
    for own in [true, false] {
        let world = world().await;
        let mut extra = configuration(&world, &[1]);
        if !own {
            extra = extra
                .lines()
                .filter(|line| !line.starts_with("token") && !line.starts_with("encoding"))
                .map(|line| format!("{line}\n"))
                .collect();
        }
        let app = TestApp::start_in(
            world,
            Setup {
                extra,
                ..Setup::default()
            },
        )
        .await;
        if !own {
            app.sandbox.set_up(|company| {
                for known in company
                    .apps
                    .iter_mut()
                    .filter(|known| known.name == "archive")
                {
                    known.callback_url = None;
                }
            });
        }
        archive(&app).archives(
            json!({ "from": CUSTOMER, "tolist": [REP], "roomid": "", "msgtype": "text",
            "text": { "content": WORDS } }),
        );
        notified(&app).await;
        waits(&app).await;
        assert_eq!(lines(&app).await, [WORDS], "own: {own}");
        let told = app.sandbox.ledger().callbacks();
        let app_told = if own { "archive" } else { "sales" };
        assert!(told.iter().any(|told| told.app.as_deref() == Some(app_told) && told.kind == "msgaudit_notify"));
    }
}
