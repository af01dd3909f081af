//! The article's case: a region's rate falls, and it was one node, of two reps, since one week.

use super::{Asked, Causes, Grain, Report, bands};
use crate::config::Document;
use crate::domain::{Day, Role, Timestamp, day};
use crate::engine::Process;
use crate::health::Band;
use crate::store::{
    Customer, HealthQuestion, NewOpportunity, Period, Person, RunRow, Store, Tx, ViewScope,
    fresh_url,
};

const NODES: [&str; 6] = [
    "clarify",
    "demo_prep",
    "decision_chain",
    "roi",
    "risk",
    "acceptance",
];
/// Twelve weeks, of which the last six are the period.
const FIRST: &str = "2026-08-31";
const WEEKS: i64 = 12;
/// The Monday on which the ERP was changed.
const CHANGE: &str = "2026-10-19";

fn id<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().expect("an id")
}

async fn store(folder: &tempfile::TempDir) -> Store {
    let store = Store::open(&fresh_url(folder.path()).await).await;
    store.expect("a store")
}

async fn rep(tx: &mut Tx, name: &str, region: &str) {
    let person = Person {
        id: id(name),
        name: name.to_owned(),
        role: Role::Rep,
        region: region.to_owned(),
        supervisor_id: None,
        wecom_userid: String::new(),
        dingtalk_userid: None,
        dingtalk_unionid: None,
        mobile: None,
    };
    tx.put_person(&person).await.expect("stored");
    let deal = NewOpportunity {
        id: id(&format!("deal-{name}")),
        customer: id("c"),
        rep: id(name),
        name: name.to_owned(),
        stage: "lead".to_owned(),
        opened_at: day(FIRST).start(),
    };
    tx.create_opportunity(&deal).await.expect("stored");
}

/// Five runs of a node in the week, of which so many are done.
async fn week(tx: &mut Tx, rep: &str, node: &str, monday: Day, done: i64) {
    for number in 0..5 {
        let due_at = monday.plus(number).start();
        let is_done = number < done;
        let run = RunRow {
            id: id(&format!("{rep}-{node}-{due_at}")),
            opportunity_id: id(&format!("deal-{rep}")),
            node: node.to_owned(),
            title: node.to_owned(),
            status: if is_done { "done" } else { "overdue" }.to_owned(),
            opened_at: due_at,
            expected_at: None,
            due_at,
            done_at: is_done.then_some(due_at),
            late: !is_done,
            answers: "{}".to_owned(),
            done_by: None,
            spot_check: None,
        };
        tx.put_run(&run).await.expect("stored");
    }
}

/// 华东 with three reps and 华北 with one; 4 of 5 done everywhere, but for 决策链穿透 of two reps since
/// the change: 1 of 5.
async fn company(store: &Store) {
    let mut tx = store.begin().await.expect("a transaction");
    let customer = Customer {
        id: id("c"),
        name: "C".to_owned(),
        industry: String::new(),
        region: String::new(),
    };
    tx.put_customer(&customer).await.expect("stored");
    for (name, region) in [
        ("zhao", "华东"),
        ("qian", "华东"),
        ("sun", "华东"),
        ("li", "华北"),
    ] {
        rep(&mut tx, name, region).await;
        for number in 0..WEEKS {
            let monday = day(FIRST).plus(number * 7);
            for node in NODES {
                let hit = node == "decision_chain" && ["zhao", "sun"].contains(&name);
                let done = if hit && monday >= day(CHANGE) { 1 } else { 4 };
                week(&mut tx, name, node, monday, done).await;
            }
        }
    }
    tx.commit().await.expect("stored");
}

fn process() -> Process {
    let text = include_str!("../../config/processes/golden-six.toml");
    let document = Document::new("golden-six.toml", text.to_owned());
    Process::from_document(&document).expect("the process")
}

fn asked(region: Option<&str>, scope: ViewScope) -> Asked {
    let (from, until) = (day(FIRST).plus(42), day(FIRST).plus(84));
    Asked {
        scope,
        question: HealthQuestion {
            region: region.map(str::to_owned),
            ..HealthQuestion::all(Period {
                from: from.start(),
                until: until.start(),
            })
        },
        before: Asked::just_before(Period {
            from: from.start(),
            until: until.start(),
        }),
        now: until.start(),
    }
}

#[tokio::test]
async fn a_fall_is_named_by_its_node_its_reps_and_its_week() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(&folder).await;
    company(&store).await;
    let process = process();
    let asked = asked(Some("华东"), ViewScope::All);

    let report = Report::of(&store, &process, &asked).await.expect("read");
    let causes = Causes::of(&store, (&asked, &report)).await.expect("read");
    let causes = causes.expect("both periods have something due");

    // Of 18 cells two fall from 80 to 30 percent, in five of the six weeks.
    let total = report.total();
    assert_eq!(
        (total.before.rate(), causes.whole.whole.tenths()),
        (Some(0.8), -56)
    );
    assert_eq!(causes.grain, Grain::Week);
    let main = causes.main_nodes();
    assert_eq!(main.len(), 1, "one node makes the fall");
    let main = main[0];
    assert_eq!(
        (main.part.group.as_str(), main.part.tenths),
        ("decision_chain", -56)
    );
    assert_eq!(main.since, Some(day(CHANGE)));
    assert!(
        causes.nodes[1..]
            .iter()
            .all(|cause| cause.part.tenths == 0 && cause.since.is_none())
    );
    let who: Vec<_> = causes.of_node("decision_chain");
    let who: Vec<_> = who
        .iter()
        .map(|cause| (cause.part.group.0.as_str(), cause.part.tenths, cause.since))
        .collect();
    assert_eq!(
        who,
        [
            ("sun", -28, Some(day(CHANGE))),
            ("zhao", -28, Some(day(CHANGE)))
        ]
    );
    assert_eq!(causes.regions.len(), 1);
    let sum: i64 = causes.reps.iter().map(|cause| cause.part.tenths).sum();
    assert_eq!(sum, -56);
    store.close().await;
}

#[tokio::test]
async fn whoever_looks_has_a_change_of_their_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(&folder).await;
    company(&store).await;
    let process = process();
    for (scope, change) in [
        (ViewScope::All, Some(-42)),
        (ViewScope::Rep(id("qian")), Some(0)),
        (ViewScope::Rep(id("nobody")), None),
    ] {
        let asked = asked(None, scope);

        let report = Report::of(&store, &process, &asked).await.expect("read");
        let causes = Causes::of(&store, (&asked, &report)).await.expect("read");

        assert_eq!(causes.map(|causes| causes.whole.whole.tenths()), change);
    }
    store.close().await;
}

#[tokio::test]
async fn what_has_time_counts_neither_way_and_bands_say_how_few_deals_they_have() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(&folder).await;
    company(&store).await;
    let process = process();
    let mut asked = asked(None, ViewScope::All);
    let two_days = asked.question.period.from.day().plus(1);
    asked.now = Timestamp(two_days.start().0 + 1);

    let report = Report::of(&store, &process, &asked).await.expect("read");
    let (bands, without) = bands(&store, &process, (&asked, &report))
        .await
        .expect("read");

    assert_eq!(report.counted_until, asked.now);
    assert_eq!(report.total().now.due, 2 * 6 * 4, "of Monday and Tuesday");
    assert_eq!(report.total().now.rate(), Some(1.0));
    let reps = bands.map(|band| (band.band, band.reps, band.closed.win_rate()));
    assert_eq!(
        reps,
        [
            (Band::High, 4, None),
            (Band::Middle, 0, None),
            (Band::Low, 0, None)
        ]
    );
    assert_eq!(without.reps, 0);
    store.close().await;
}
