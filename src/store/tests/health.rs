//! What health counts, for whom, and by which indexes.

use std::collections::BTreeMap;

use sqlx::AssertSqlSafe;

use super::store;
use crate::domain::{PersonId, Role, Timestamp};
use crate::health::Tally;
use crate::store::health::{closed_sql, steps_sql, tallies_sql};
use crate::store::health_lists::{due_runs_sql, lasted_sql, stages_sql};
use crate::store::{
    Behind, Customer, Grid, HealthQuestion, NewOpportunity, Period, Person, RunRow, RunsOf, Stay,
    StepsBy, Store, Tx, ViewScope,
};

const DAY: i64 = 24 * 3600 * 1000;

fn id<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().unwrap()
}

async fn person(tx: &mut Tx, name: &str, role: Role, region: &str, supervisor: Option<&str>) {
    let person = Person {
        id: id(name),
        name: name.to_uppercase(),
        role,
        region: region.to_owned(),
        supervisor_id: supervisor.map(id),
        wecom_userid: String::new(),
        dingtalk_userid: None,
        dingtalk_unionid: None,
        mobile: None,
    };
    tx.put_person(&person).await.unwrap();
}

async fn run(tx: &mut Tx, deal: &str, node: &str, (status, late): (&str, bool), due: i64) {
    let run = RunRow {
        id: id(&format!("{deal}-{node}-{status}-{late}-{due}")),
        opportunity_id: id(deal),
        node: node.to_owned(),
        title: node.to_uppercase(),
        status: status.to_owned(),
        opened_at: Timestamp(0),
        expected_at: None,
        due_at: Timestamp(due * DAY),
        done_at: (status == "done").then_some(Timestamp(due * DAY)),
        late,
        answers: "{}".to_owned(),
        done_by: None,
        spot_check: None,
    };
    tx.put_run(&run).await.unwrap();
}

/// A rep in the east under a director, one in the north; a deal each, with runs of days 1 to 9.
async fn company(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    person(&mut tx, "boss", Role::Director, "east", None).await;
    person(&mut tx, "eve", Role::Rep, "east", Some("boss")).await;
    person(&mut tx, "noah", Role::Rep, "north", None).await;
    let customer = Customer {
        id: id("c"),
        name: "C".to_owned(),
        industry: String::new(),
        region: String::new(),
    };
    tx.put_customer(&customer).await.unwrap();
    for (deal, rep) in [("east-deal", "eve"), ("north-deal", "noah")] {
        let deal = NewOpportunity {
            id: id(deal),
            customer: id("c"),
            rep: id(rep),
            name: deal.to_owned(),
            stage: "lead".to_owned(),
            opened_at: Timestamp(0),
        };
        tx.create_opportunity(&deal).await.unwrap();
    }
    for (node, stands, due) in [
        ("roi", ("done", false), 1),
        ("roi", ("done", true), 2),
        ("roi", ("overdue", true), 8),
        ("risk", ("open", false), 3),
        ("risk", ("waived", true), 3),
        ("risk", ("not_applicable", false), 3),
        ("risk", ("paused", false), 3),
        ("risk", ("ended", false), 3),
        ("risk", ("ended", true), 9),
    ] {
        run(&mut tx, "east-deal", node, stands, due).await;
    }
    run(&mut tx, "north-deal", "roi", ("done", false), 4).await;
    tx.commit().await.unwrap();
}

fn days(from: i64, until: i64) -> HealthQuestion {
    HealthQuestion::all(Period {
        from: Timestamp(from * DAY),
        until: Timestamp(until * DAY),
    })
}

fn director() -> ViewScope {
    ViewScope::Director {
        id: id("boss"),
        region: "east".to_owned(),
    }
}

fn cell(rep: &str, node: &str) -> (PersonId, String) {
    (id(rep), node.to_owned())
}

#[tokio::test]
async fn runs_are_counted_by_how_they_stand_within_the_period_and_the_scope() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    company(&store).await;

    let all = store.tallies(&ViewScope::All, &days(1, 9)).await.unwrap();
    let own = store.tallies(&director(), &days(1, 9)).await.unwrap();
    let noah = ViewScope::Rep(id("noah"));
    let of_rep = store.tallies(&noah, &days(0, 99)).await.unwrap();

    let roi = Tally {
        due: 3,
        done: 2,
        on_time: 1,
        ..Tally::default()
    };
    let risk = Tally {
        due: 1,
        waived: 1,
        not_applicable: 1,
        paused: 1,
        ended: 1,
        ..Tally::default()
    };
    let north = Tally::of("done", false, 1);
    let east = BTreeMap::from([(cell("eve", "roi"), roi), (cell("eve", "risk"), risk)]);
    assert_eq!(own, east);
    assert_eq!(all.get(&cell("noah", "roi")), Some(&north));
    assert_eq!(all.len(), 3);
    assert_eq!(of_rep, BTreeMap::from([(cell("noah", "roi"), north)]));

    let asked = |region: &str, team: &str, rep: &str| HealthQuestion {
        region: Some(region.to_owned()).filter(|region| !region.is_empty()),
        team: team.parse().ok(),
        rep: rep.parse().ok(),
        ..days(1, 9)
    };
    for (question, cells) in [
        (asked("east", "", ""), 2),
        (asked("", "boss", ""), 2),
        (asked("", "", "noah"), 1),
        (asked("north", "boss", ""), 0),
    ] {
        let found = store.tallies(&ViewScope::All, &question).await.unwrap();
        assert_eq!(found.len(), cells, "{question:?}");
    }
    let others = store.tallies(&director(), &asked("", "", "noah")).await;
    assert_eq!(others.unwrap(), BTreeMap::new(), "of another region");
    let seen = store.people_seen(&director()).await.unwrap();
    let seen: Vec<&str> = seen.iter().map(|person| person.id.as_str()).collect();
    assert_eq!(seen, ["boss", "eve"]);
    store.close().await;
}

#[tokio::test]
async fn steps_add_up_to_the_period_and_lists_hold_what_figures_count() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    company(&store).await;
    let grid = Grid {
        from: Timestamp(DAY),
        step_ms: 7 * DAY,
    };

    let by = |by| (by, grid);
    let scope = ViewScope::All;
    let whole = store
        .tally_steps(&scope, &days(1, 15), by(StepsBy::Whole))
        .await
        .unwrap();
    let nodes = store
        .tally_steps(&scope, &days(1, 15), by(StepsBy::Node))
        .await
        .unwrap();
    let regions = store
        .tally_steps(&scope, &days(1, 15), by(StepsBy::Region))
        .await
        .unwrap();

    let due = |steps: &BTreeMap<(String, usize), Tally>, name: &str, step| {
        steps
            .get(&(name.to_owned(), step))
            .map(|tally| (tally.done, tally.due))
    };
    assert_eq!(due(&whole, "", 0), Some((3, 4)));
    assert_eq!(due(&whole, "", 1), Some((0, 2)));
    assert_eq!(
        (due(&nodes, "roi", 0), due(&nodes, "roi", 1)),
        (Some((3, 3)), Some((0, 1)))
    );
    assert_eq!(
        (due(&regions, "east", 0), due(&regions, "north", 0)),
        (Some((2, 3)), Some((1, 1)))
    );

    let listed = async |of, behind: &Behind| {
        let asked = (&days(1, 15), None, of);
        store.due_runs(&scope, asked, (behind, 3)).await.unwrap()
    };
    let statuses = |runs: &[crate::store::DueRun]| -> Vec<(String, bool)> {
        runs.iter()
            .map(|run| (run.run.status.clone(), run.run.late))
            .collect()
    };
    let missing = listed(RunsOf::Missing, &Behind::nothing()).await;
    let of = |status: &str, late| (status.to_owned(), late);
    assert_eq!(
        statuses(&missing),
        [of("ended", true), of("overdue", true), of("open", false)]
    );
    assert_eq!(
        statuses(&listed(RunsOf::Late, &Behind::nothing()).await),
        [of("done", true)]
    );
    let behind = Behind {
        due_at: missing[1].run.due_at,
        id: missing[1].run.id.to_string(),
    };
    assert_eq!(
        statuses(&listed(RunsOf::Missing, &behind).await),
        [of("open", false)]
    );
    let tally: Tally = whole.values().copied().sum();
    let apart = tally.waived + tally.not_applicable + tally.paused + tally.ended;
    for (of, counted) in [
        (RunsOf::Due, tally.due),
        (RunsOf::Missing, tally.due - tally.done),
        (RunsOf::Late, tally.done - tally.on_time),
        (RunsOf::Apart, apart),
        (RunsOf::All, tally.due + apart),
    ] {
        let asked = (&days(1, 15), None, of);
        let listed = store
            .due_runs(&scope, asked, (&Behind::nothing(), 100))
            .await;
        assert_eq!(listed.unwrap().len() as u64, counted, "{of:?}");
    }
    store.close().await;
}

#[tokio::test]
async fn a_deal_that_is_handed_over_counts_for_its_new_rep() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    company(&store).await;
    let mut tx = store.begin().await.unwrap();
    let stay = Stay {
        key: "lead".to_owned(),
        from_at: Timestamp(0),
        until_at: Timestamp(2 * DAY),
    };
    tx.keep_stage_stay(&id("north-deal"), &stay).await.unwrap();
    tx.describe_opportunity(&id("north-deal"), "n", &id("eve"), &id("c"))
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let all = store.tallies(&ViewScope::All, &days(4, 5)).await.unwrap();
    let lasted = store
        .runs_lasted(&director(), &days(4, 5), 9)
        .await
        .unwrap();
    let stages = store
        .stages_lasted(&director(), &days(0, 5), 9)
        .await
        .unwrap();

    assert_eq!(all.into_keys().collect::<Vec<_>>(), [cell("eve", "roi")]);
    assert_eq!((lasted.len(), lasted[0].until_at), (1, Timestamp(4 * DAY)));
    assert_eq!(stages, std::slice::from_ref(&stay));
    assert_eq!(store.stages_of(&id("north-deal")).await.unwrap(), [stay]);
    store.close().await;
}

/// The steps of a statement's plan that read a whole table or index. Parameters stand in it as
/// literals, the numbered ones in their order.
async fn scans(store: &Store, sql: &str, literals: &[&str]) -> Vec<String> {
    let mut sql = sql.to_owned();
    for (number, literal) in literals.iter().enumerate().rev() {
        sql = sql.replace(&format!("${}", number + 1), literal);
    }
    match store {
        Store::Sqlite { readers, .. } => {
            let explained = AssertSqlSafe(format!("explain query plan {sql}"));
            let plan: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(explained).fetch_all(readers).await.unwrap();
            let steps = plan.into_iter().map(|step| step.3);
            steps.filter(|step| step.starts_with("SCAN")).collect()
        }
        Store::Postgres(pool) => {
            // Of a few rows Postgres reads all, whatever indexes there are: a transaction that says it
            // may not, and ends.
            let mut tx = pool.begin().await.unwrap();
            for how in ["seqscan", "hashjoin", "mergejoin"] {
                let off = AssertSqlSafe(format!("set local enable_{how} = off"));
                sqlx::query(off).execute(&mut *tx).await.unwrap();
            }
            let explained = AssertSqlSafe(format!("explain {sql}"));
            let plan: Vec<(String,)> = sqlx::query_as(explained).fetch_all(&mut *tx).await.unwrap();
            let steps: Vec<String> = plan.into_iter().map(|step| step.0).collect();
            let is_whole = |place: usize| {
                let is_narrowed = steps
                    .get(place + 1)
                    .is_some_and(|next| next.contains("Index Cond"));
                let step = &steps[place];
                step.contains("Seq Scan on")
                    || (step.contains("Index") && step.contains("Scan using") && !is_narrowed)
            };
            let whole = (0..steps.len()).filter(|place| is_whole(*place));
            whole.map(|place| steps[place].clone()).collect()
        }
    }
}

#[tokio::test]
async fn no_table_that_grows_is_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    company(&store).await;
    let grows = ["run", "opportunity", "stage_stay", "journal", "customer"];

    for scope in [ViewScope::All, director(), ViewScope::Rep(id("eve"))] {
        let key = format!("'{}'", scope.key());
        let asked = [&*key, "0", "9", "''", "''", "''"];
        let with = |further: &[&'static str]| [&asked[..], further].concat();
        for (sql, literals) in [
            (tallies_sql(&scope), with(&[])),
            (steps_sql(&scope, StepsBy::Whole), with(&["0", "7"])),
            (steps_sql(&scope, StepsBy::Node), with(&["0", "7"])),
            (steps_sql(&scope, StepsBy::Region), with(&["0", "7"])),
            (closed_sql(&scope), with(&[])),
            (
                due_runs_sql(&scope, true),
                with(&["''", "'all'", "9", "''", "9"]),
            ),
            (
                due_runs_sql(&scope, false),
                with(&["''", "'all'", "9", "''", "9"]),
            ),
            (lasted_sql(&scope), with(&["9"])),
            (stages_sql(&scope), with(&["9"])),
        ] {
            let read = scans(&store, sql, &literals).await;
            let is_of = |step: &String, table: &str| {
                let mut words = step.split_whitespace();
                words.any(|word| word == table)
            };
            let bad = read
                .iter()
                .find(|step| grows.iter().any(|table| is_of(step, table)));
            assert_eq!(bad, None, "{sql}");
        }
    }
    let whole = scans(&store, "select count(*) from run where answers = ''", &[]).await;
    assert_eq!(whole.len(), 1, "a scan would be seen: {whole:?}");
    store.close().await;
}
