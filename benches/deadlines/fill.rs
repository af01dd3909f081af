//! A store as years would leave it: deals that are due together, and many that wait.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dingdan::deadlines::Deadlines;
use dingdan::domain::{Label, OpportunityId, Role, Timestamp};
use dingdan::engine::Event;
use dingdan::journal::{self, Cause};
use dingdan::shared::Shared;
use dingdan::store::{Customer, NewOpportunity, Person, Tx};

use crate::service::{opened, shared, writer};

const DIRECTORS: usize = 10;
const REPS: usize = 100;
const CUSTOMERS: usize = 1_000;
/// Deals of one transaction.
const TOGETHER: usize = 1_000;
/// Till the reps are reminded: half of the two hours of 风险预判登记.
const TILL_YELLOW: Duration = Duration::from_secs(3600);
/// When those that wait have their turn.
const MUCH_LATER: Duration = Duration::from_secs(30 * 86_400);

/// Prints how many moments a second were inserted, and the megabytes of the file.
pub(crate) async fn fill(folder: &Path, waiting: usize, due: usize) {
    let shared = shared(folder, opened()).await;
    set(&shared, "pragma synchronous = off").await;
    put_people(&shared).await;
    open_deals(&shared, waiting, due).await;
    remind(&shared).await;
    copy_deals(&shared, waiting).await;
    set(&shared, "pragma synchronous = full").await;
    let took = set_moments(&shared).await;
    shared.store.close().await;
    let file = std::fs::metadata(folder.join("dingdan.db")).unwrap().len();
    println!(
        "{} {}",
        waiting as f64 / took.as_secs_f64(),
        file as f64 / 1e6
    );
}

/// Ids stand in no order, as those of a customer's own system.
fn deal(number: usize) -> OpportunityId {
    let scattered = u32::try_from(number).unwrap().wrapping_mul(2_654_435_761);
    format!("deal-{scattered:08x}").parse().unwrap()
}

async fn set(shared: &Shared, sql: &'static str) {
    sqlx::query(sql).execute(writer(shared)).await.unwrap();
}

async fn put_people(shared: &Shared) {
    let mut tx = shared.store.begin().await.unwrap();
    tx.put_person(&person("chief", Role::Admin, None))
        .await
        .unwrap();
    for number in 0..DIRECTORS {
        let director = person(&format!("director{number}"), Role::Director, Some("chief"));
        tx.put_person(&director).await.unwrap();
    }
    for number in 0..REPS {
        let director = format!("director{}", number % DIRECTORS);
        let rep = person(&format!("rep{number}"), Role::Rep, Some(&director));
        tx.put_person(&rep).await.unwrap();
    }
    for number in 0..CUSTOMERS {
        let customer = Customer {
            id: format!("customer{number}").parse().unwrap(),
            name: format!("云杉机械{number}"),
            industry: "电子厂".to_owned(),
            region: "华东".to_owned(),
        };
        tx.put_customer(&customer).await.unwrap();
    }
    tx.commit().await.unwrap();
}

fn person(id: &str, role: Role, supervisor: Option<&str>) -> Person {
    Person {
        id: id.parse().unwrap(),
        name: format!("张{id}"),
        role,
        region: "华东".to_owned(),
        supervisor_id: supervisor.map(|id| id.parse().unwrap()),
        wecom_userid: id.to_owned(),
        dingtalk_userid: Some(id.to_owned()),
        dingtalk_unionid: None,
        mobile: None,
    }
}

/// The deals that will be late together, each with a run that a customer's words opened.
async fn open_deals(shared: &Arc<Shared>, waiting: usize, due: usize) {
    let numbers: Vec<usize> = (waiting + 1..=waiting + due).collect();
    for together in numbers.chunks(TOGETHER) {
        let mut tx = shared.store.begin().await.unwrap();
        for number in together {
            open_deal(shared, &mut tx, *number).await;
        }
        tx.commit().await.unwrap();
    }
}

async fn open_deal(shared: &Arc<Shared>, tx: &mut Tx, number: usize) {
    let id = deal(number);
    let new = NewOpportunity {
        id: id.clone(),
        customer: format!("customer{}", number % CUSTOMERS).parse().unwrap(),
        rep: format!("rep{}", number % REPS).parse().unwrap(),
        name: "二期产线".to_owned(),
        stage: "demo".to_owned(),
        opened_at: opened(),
    };
    assert!(tx.create_opportunity(&new).await.unwrap());
    let tender = Event::SignalHeard {
        label: Label::Tender,
        words: "招标".to_owned(),
        quote: "你们太贵了，今年要走招标".to_owned(),
        message: format!("message-{id}").parse().unwrap(),
        chat: format!("chat-{id}").parse().unwrap(),
    };
    let cause = Cause {
        key: "bench",
        click: None,
    };
    journal::step(shared, tx, &id, &[tender], cause)
        .await
        .unwrap();
}

/// The light turns yellow for each of them, and what was ordered so far has gone out.
async fn remind(shared: &Arc<Shared>) {
    shared.clock.advance(TILL_YELLOW);
    let deadlines = Deadlines::new(Arc::clone(shared));
    while deadlines.fire_round().await.unwrap() > 0 {}
    set(
        shared,
        "update outbox set status = 'sent', in_flight = false",
    )
    .await;
}

/// Deals that look the same and wait.
async fn copy_deals(shared: &Shared, waiting: usize) {
    const DEALS: &str = "\
        insert into opportunity (id, customer_id, rep_id, name, stage, first_stage, opened_at, version, state, journal_end) \
        with recursive number(n) as (select $1 union all select n + 1 from number where n < $2), \
             copy(id) as (select 'deal-' || printf('%08x', (n * 2654435761) & 4294967295) from number) \
        select copy.id, customer_id, rep_id, name, stage, first_stage, opened_at, version, \
               replace(state, opportunity.id, copy.id), journal_end \
        from copy join opportunity on opportunity.id = $3";
    const RUNS: &str = "\
        insert into run (id, opportunity_id, node, title, status, opened_at, due_at, done_at, late, answers) \
        select opportunity.id || '-1', opportunity.id, node, title, status, run.opened_at, due_at, done_at, late, answers \
        from opportunity join run on run.opportunity_id = $1 \
        where opportunity.id not in (select opportunity_id from run)";
    let original = deal(waiting + 1);
    let numbers: Vec<i64> = (1..=i64::try_from(waiting).unwrap()).collect();
    for together in numbers.chunks(20 * TOGETHER) {
        let (first, last) = (together[0], together[together.len() - 1]);
        let copying = sqlx::query(DEALS)
            .bind(first)
            .bind(last)
            .bind(original.as_str());
        copying.execute(writer(shared)).await.unwrap();
    }
    let copying = sqlx::query(RUNS).bind(original.as_str());
    copying.execute(writer(shared)).await.unwrap();
}

/// Sets the moments of those that wait, as the service does.
async fn set_moments(shared: &Shared) -> Duration {
    const WAITING: &str = "\
        select id from opportunity where id not in (select opportunity_id from moment)";
    let waiting = sqlx::query_scalar(WAITING).fetch_all(writer(shared)).await;
    let waiting: Vec<String> = waiting.unwrap();
    let later = opened().plus(MUCH_LATER);
    let begun = Instant::now();
    for (part, together) in waiting.chunks(TOGETHER).enumerate() {
        let mut tx = shared.store.begin().await.unwrap();
        for (place, id) in together.iter().enumerate() {
            let second = i64::try_from(part * TOGETHER + place).unwrap() * 1000;
            let id = id.parse().unwrap();
            let due = Timestamp(later.0 + second);
            tx.set_moment(&id, Some(due)).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    begun.elapsed()
}
