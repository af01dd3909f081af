//! Two services on one database, with everything coming through both: nothing is lost, nothing
//! happens twice, each conversation keeps its order, and each deadline fires once.
//!
//! Only Postgres can be shared, so on SQLite there is nothing to test here.

use std::time::Duration;

use dingdan::domain::{OpportunityId, Timestamp};
use dingdan::journal;
use dingdan::sandbox::{DingtalkMessage, Outcome, Record};
use tokio_util::sync::CancellationToken;

use crate::app::{CUSTOMER, REP, START, Setup, TestApp, World};
use crate::sightings::{
    assert_nothing_vanished, cards, delivered, inbox, lines, only_card, outbox, receipts, told,
};

const HOUR: Duration = Duration::from_secs(3600);
const SENTENCES: usize = 12;
const CUSTOMERS: [&str; 3] = [CUSTOMER, "wmHuafengLin003", "wmGangchengMa05"];
const REPS: [&str; 3] = [REP, "QianYue", "sun.hao"];
const DEALS: [&str; 3] = ["deal-yunshan", "deal-huafeng", "deal-gangcheng"];
const BOTH: &[(&str, &[&str])] = &[
    ("risk_type", &["open_tender"]),
    ("strategy", &["total_cost"]),
];

struct Pair([TestApp; 2]);

impl Pair {
    async fn start() -> Option<Self> {
        let world = World::at(Timestamp::parse_rfc3339(START).unwrap()).await;
        if world.storage.starts_with("sqlite") {
            return None;
        }
        let first = TestApp::start_in(world.clone(), Setup::default()).await;
        let seeded = Setup {
            seed: false,
            ..Setup::default()
        };
        let second = TestApp::start_in(world, seeded).await;
        Some(Self([first, second]))
    }

    /// From now on callbacks go to that one.
    fn listen(&self, number: usize) {
        let app = &self.0[number % 2];
        let url = format!("{}/wecom/callback/sales", app.url);
        app.sandbox.set_callback_url("sales", &url);
    }

    /// Both work, at the same time, until the other thing is done and nothing is left that is due.
    async fn work_during(&self, other: impl Future<Output = ()>) {
        let done = CancellationToken::new();
        let work = async |app: &TestApp| {
            while !done.is_cancelled() {
                app.settle().await;
                tokio::task::yield_now().await;
            }
            // What the other one had in hand may have led to more.
            app.settle().await;
            app.settle().await;
        };
        let [first, second] = &self.0;
        let other = async {
            other.await;
            done.cancel();
        };
        tokio::join!(other, work(first), work(second));
        first.settle().await;
    }

    async fn converse(&self) {
        for number in 0..SENTENCES {
            for customer in CUSTOMERS {
                self.listen(number);
                let words = format!("第{number:02}句，今年要走招标");
                self.0[0].sandbox.customer(customer).says(&words).await;
            }
            self.listen(number + 1);
            self.0[0]
                .sandbox
                .rep(REP)
                .says(&format!("问{number}"))
                .await;
        }
    }
}

fn late(app: &TestApp) -> Vec<DingtalkMessage> {
    let mut late = delivered(app);
    late.retain(|message| told(message).contains("已超时"));
    late
}

#[tokio::test(flavor = "multi_thread")]
async fn two_services_on_one_database_lose_nothing_and_do_nothing_twice() {
    let Some(pair) = Pair::start().await else {
        return;
    };
    let app = &pair.0[0];

    pair.work_during(pair.converse()).await;

    let said = lines(app).await;
    assert_eq!(said.len(), SENTENCES * CUSTOMERS.len());
    for rep in REPS {
        assert_eq!(cards(app, rep).len(), 1, "{rep}");
    }
    assert_eq!(delivered(app).len(), DEALS.len(), "one alert a deal");
    // Without Redis each replica has a board of its own.
    if std::env::var("DINGDAN_TEST_REDIS").is_ok() {
        let totals = app.api("board").await["totals"].clone();
        assert_eq!(totals["TENDER"], SENTENCES * CUSTOMERS.len());
    }

    pair.work_during(answer(&pair)).await;
    pair.work_during(async { app.clock.advance(3 * HOUR) })
        .await;
    pair.work_during(async { app.clock.advance(HOUR) }).await;

    assert_eq!(receipts(app).len(), 1);
    assert_eq!(late(app).len(), DEALS.len() - 1, "one is answered");
    assert_eq!((inbox(app).await, outbox(app).await), ((0, 0), (0, 0)));
    judge(app).await;
}

async fn answer(pair: &Pair) {
    pair.listen(1);
    let app = &pair.0[0];
    let rep = app.sandbox.rep(REP);
    rep.clicks(&only_card(app, REP), "submit", BOTH)
        .await
        .expect("the card is open");
}

/// Nothing vanished, nothing was sent twice, the lines of each deal are in their order, and no
/// journal is broken.
async fn judge(app: &TestApp) {
    assert_nothing_vanished(app);
    let repeated = app.sandbox.ledger().all().into_iter().any(|entry| {
        matches!(entry.record, Record::Wecom(message) if message.outcome == Outcome::Duplicate)
    });
    assert!(!repeated, "no text went out twice");
    let ends = app.store.journal_ends(None, 100).await.unwrap();
    for deal in DEALS {
        let deal: OpportunityId = deal.parse().unwrap();
        let entries = app.store.journal(&deal).await.unwrap();
        let (_, end) = ends.iter().find(|(id, _)| *id == deal).unwrap();
        assert_eq!(journal::verify(&entries, end), Ok(()), "{deal}");
        let heard: Vec<&str> = entries
            .iter()
            .filter_map(|entry| entry.event.split_once("第"))
            .map(|(_, rest)| rest.split('句').next().unwrap())
            .collect();
        assert_eq!(heard.len(), SENTENCES, "{deal}");
        assert!(heard.is_sorted(), "{deal}: {heard:?}");
    }
}
