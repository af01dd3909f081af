//! A customer with several open deals: the rep is asked which one is meant.

use std::time::Duration;

use dingdan::sandbox::{Entry, Record};
use dingdan::store::{NewOpportunity, Person};
use serde_json::Value;

use crate::app::{CUSTOMER, REP, Setup, TestApp};
use crate::asked::{self, clicks};
use crate::callbacks::{Platform, event};
use crate::child::PATIENCE;
use crate::sightings::{
    cards, delivered, inbox, newest_card, only_card, outbox, receipts, task_id, texts, told,
};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
const TENDER: &str = "要走招标";
const BUDGET: &str = "今年预算不够了";
const COMPETITOR: &str = "西门子也给我们报了价";
const TITLE: &str = "这条消息属于哪个商机？";
/// Places on the card, the newest deal first.
const NEWEST: &[(&str, &[&str])] = &[("deal", &["1"])];
const OLDEST: &[(&str, &[&str])] = &[("deal", &["2"])];

/// 云杉机械 with two open deals: deal-yunshan, and deal-newer, opened an hour later.
async fn two_deals() -> TestApp {
    let app = TestApp::start().await;
    app.clock.advance(HOUR);
    open(&app, "deal-newer", "包装线").await;
    app
}

async fn open(app: &TestApp, id: &str, name: &str) {
    let mut tx = app.store.begin().await.unwrap();
    let deal = NewOpportunity {
        id: id.parse().unwrap(),
        customer: "yunshan".parse().unwrap(),
        rep: "rep-zhao".parse().unwrap(),
        name: name.to_owned(),
        stage: "demo".to_owned(),
        opened_at: app.clock.now(),
    };
    assert!(tx.create_opportunity(&deal).await.unwrap());
    tx.commit().await.unwrap();
}

async fn hears(app: &TestApp, words: &str) {
    app.sandbox.customer(CUSTOMER).says(words).await;
    app.settle().await;
}

/// A click that the phone would not allow any more, or not to this person.
async fn clicks_all_the_same(app: &TestApp, user: &str, card: &str, place: &str, code: &str) {
    let more = format!(
        "<EventKey>submit</EventKey><TaskId>{card}</TaskId>\
         <CardType>multiple_interaction</CardType>\
         <ResponseCode>{code}</ResponseCode><SelectedItems><SelectedItem>\
         <QuestionKey>deal</QuestionKey><OptionIds><OptionId>{place}</OptionId></OptionIds>\
         </SelectedItem></SelectedItems>"
    );
    let platform = Platform::of(app);
    let click = event(user, "template_card_event", &more);
    assert_eq!(platform.post(&platform.seal(&click)).await.status, 200);
    app.settle().await;
}

/// The cards that ask which deal is meant.
fn questions(app: &TestApp) -> Vec<Value> {
    asked::questions(app, TITLE)
}

/// The deal of each run, sorted.
async fn deals_of_runs(app: &TestApp) -> Vec<String> {
    let runs = app.items("runs").await;
    let deal = |run: &Value| run["opportunity_id"].as_str().unwrap().to_owned();
    let mut deals: Vec<String> = runs.iter().map(deal).collect();
    deals.sort();
    deals
}

#[tokio::test]
async fn the_rep_is_asked_and_until_then_the_signal_is_counted_and_waits() {
    let app = two_deals().await;

    hears(&app, TENDER).await;

    let [card] = questions(&app).try_into().expect("one card");
    assert_eq!(
        asked::choices(&card),
        ["请选择", "包装线", "云杉机械产线改造"]
    );
    let shown = card.to_string();
    assert!(
        shown.contains("云杉机械") && shown.contains(TENDER) && shown.contains("45 秒"),
        "{shown}"
    );
    assert_eq!(app.items("signals").await.len(), 1, "it is stored");
    assert_eq!(app.api("board").await["totals"]["TENDER"], 1, "and counted");
    assert!(deals_of_runs(&app).await.is_empty());
    assert!(delivered(&app).is_empty(), "and nobody was told of it yet");
}

#[tokio::test]
async fn the_chosen_deal_gets_what_waited_once_and_the_card_says_so() {
    let app = two_deals().await;
    hears(&app, TENDER).await;
    hears(&app, BUDGET).await;
    let question = only_card(&app, REP);

    clicks(&app, &question, OLDEST).await;

    assert_eq!(deals_of_runs(&app).await, ["deal-yunshan", "deal-yunshan"]);
    assert_eq!(delivered(&app).len(), 2, "the director hears of both");
    let [(changed, shown)] = receipts(&app).try_into().expect("one change");
    assert_eq!(changed, question);
    assert!(
        shown.contains("已选择商机") && shown.contains("云杉机械产线改造"),
        "{shown}"
    );

    let rep = app.sandbox.rep(REP);
    rep.clicks_again(&question, "submit", &[]).await.unwrap();
    clicks_all_the_same(&app, REP, &question, "1", "r1").await;

    assert_eq!(deals_of_runs(&app).await, ["deal-yunshan", "deal-yunshan"]);
    let shown = receipts(&app);
    assert_eq!(shown[0].1, shown[1].1, "the same receipt");
    app.advance(HOUR).await;
    assert_eq!(deals_of_runs(&app).await.len(), 2, "and time adds nothing");
    assert_eq!((inbox(&app).await, outbox(&app).await), ((0, 0), (0, 0)));
}

#[tokio::test]
async fn the_answer_holds_for_a_week() {
    let app = two_deals().await;
    hears(&app, TENDER).await;
    clicks(&app, &newest_card(&app, REP), OLDEST).await;

    app.advance(DAY).await;
    hears(&app, COMPETITOR).await;
    assert_eq!(deals_of_runs(&app).await, ["deal-yunshan", "deal-yunshan"]);
    assert_eq!(questions(&app).len(), 1);

    app.advance(6 * DAY).await;
    hears(&app, BUDGET).await;
    assert_eq!(questions(&app).len(), 2, "then it is asked again");
}

#[tokio::test]
async fn a_deal_that_was_opened_since_makes_it_worth_asking_again() {
    let app = two_deals().await;
    hears(&app, TENDER).await;
    clicks(&app, &newest_card(&app, REP), OLDEST).await;

    app.clock.advance(MINUTE);
    open(&app, "deal-third", "立体仓库").await;
    hears(&app, COMPETITOR).await;

    assert_eq!(questions(&app).len(), 2);
    assert_eq!(deals_of_runs(&app).await.len(), 1);
}

#[tokio::test]
async fn the_end_of_the_chosen_deal_ends_the_answer() {
    let app = two_deals().await;
    open(&app, "deal-third", "立体仓库").await;
    hears(&app, TENDER).await;
    clicks(&app, &newest_card(&app, REP), &[("deal", &["3"])]).await;
    assert_eq!(deals_of_runs(&app).await, ["deal-yunshan"]);

    app.ends("deal-yunshan").await;
    hears(&app, COMPETITOR).await;
    assert_eq!(questions(&app).len(), 2);

    clicks(&app, &newest_card(&app, REP), NEWEST).await;
    app.ends("deal-newer").await;
    hears(&app, BUDGET).await;
    assert_eq!(questions(&app).len(), 2, "one deal needs no question");
    let deals = deals_of_runs(&app).await;
    assert_eq!(deals, ["deal-third", "deal-third", "deal-yunshan"]);
}

#[tokio::test]
async fn without_an_answer_the_newest_deal_gets_it_after_ten_minutes() {
    let app = two_deals().await;
    hears(&app, COMPETITOR).await;
    assert!(questions(&app)[0].to_string().contains("10 分钟"));
    app.advance(10 * MINUTE - Duration::from_millis(1)).await;
    assert!(deals_of_runs(&app).await.is_empty());

    app.advance(Duration::from_millis(1)).await;

    assert_eq!(deals_of_runs(&app).await, ["deal-newer"]);
    // A rep who doesn't answer isn't asked by every line that follows.
    hears(&app, TENDER).await;
    assert_eq!(questions(&app).len(), 1);
    assert_eq!(deals_of_runs(&app).await, ["deal-newer", "deal-newer"]);
    assert_eq!(delivered(&app).len(), 1, "the director hears of it");
    app.advance(DAY).await;
    hears(&app, BUDGET).await;
    assert_eq!(questions(&app).len(), 2);
}

#[tokio::test]
async fn what_the_director_hears_at_once_is_with_both_within_a_minute() {
    // As the configuration has it when nothing is said.
    let usual = Setup {
        extra: "[alerts]\n".to_owned(),
        ..Setup::default()
    };
    let app = TestApp::start_with(usual).await;
    app.clock.advance(HOUR);
    open(&app, "deal-newer", "包装线").await;
    hears(&app, TENDER).await;
    assert_eq!(questions(&app).len(), 1, "the rep is asked at once");

    app.advance(45 * SECOND).await;
    app.advance(5 * SECOND).await;

    assert_eq!(deals_of_runs(&app).await, ["deal-newer"]);
    assert_eq!(cards(&app, REP).len(), 2, "the node's card has come");
    let alert = told(&delivered(&app)[0]);
    assert!(alert.contains("云杉机械"), "{alert}");
}

#[tokio::test]
async fn a_question_that_has_time_is_settled_soon_when_something_pressing_is_heard() {
    let app = two_deals().await;
    hears(&app, COMPETITOR).await;
    app.advance(MINUTE).await;
    hears(&app, TENDER).await;

    app.advance(44 * SECOND).await;
    assert!(deals_of_runs(&app).await.is_empty());
    app.advance(SECOND).await;

    assert_eq!(deals_of_runs(&app).await, ["deal-newer", "deal-newer"]);
    assert_eq!(delivered(&app).len(), 1);
}

#[tokio::test]
async fn a_late_answer_moves_nothing_and_holds_from_then_on() {
    let app = two_deals().await;
    hears(&app, TENDER).await;
    app.advance(11 * MINUTE).await;
    let question = task_id(&cards(&app, REP)[0]);

    clicks(&app, &question, OLDEST).await;

    assert_eq!(deals_of_runs(&app).await, ["deal-newer"]);
    let shown = &receipts(&app)[0].1;
    assert!(
        shown.contains("已记入") && shown.contains("包装线") && shown.contains("云杉机械产线改造"),
        "{shown}"
    );
    hears(&app, COMPETITOR).await;
    assert_eq!(deals_of_runs(&app).await, ["deal-newer", "deal-yunshan"]);
    assert_eq!(questions(&app).len(), 1);
}

#[tokio::test]
async fn a_question_outlives_a_restart_whether_it_is_answered_or_not() {
    let app = two_deals().await;
    hears(&app, TENDER).await;
    let app = app.restart().await;
    clicks(&app, &newest_card(&app, REP), OLDEST).await;
    assert_eq!(deals_of_runs(&app).await, ["deal-yunshan"]);

    let app = two_deals().await;
    hears(&app, TENDER).await;
    let app = app.restart().await;
    app.advance(10 * MINUTE).await;
    assert_eq!(deals_of_runs(&app).await, ["deal-newer"]);
}

#[tokio::test]
async fn a_running_service_settles_a_silent_question_by_itself() {
    let app = TestApp::running().await;
    app.clock.advance(HOUR);
    open(&app, "deal-newer", "包装线").await;
    app.sandbox.customer(CUSTOMER).says(TENDER).await;
    let ledger = app.sandbox.ledger();
    let asked = |entry: &Entry| matches!(&entry.record, Record::Wecom(_));
    ledger.wait_for(asked, PATIENCE).await.expect("a card");

    app.clock.advance(10 * MINUTE);

    let told = |entry: &Entry| matches!(&entry.record, Record::Dingtalk(_));
    ledger.wait_for(told, PATIENCE).await.expect("an alert");
    assert_eq!(deals_of_runs(&app).await, ["deal-newer"]);
}

#[tokio::test]
async fn a_card_left_at_its_first_entry_comes_again_and_the_old_one_decides_nothing() {
    let app = two_deals().await;
    hears(&app, TENDER).await;
    let first = only_card(&app, REP);

    clicks(&app, &first, &[]).await;

    assert_eq!(questions(&app).len(), 2);
    assert!(receipts(&app)[0].1.contains("还没有选择商机"));
    clicks_all_the_same(&app, REP, &first, "2", "r1").await;
    assert!(deals_of_runs(&app).await.is_empty());
    assert_eq!(questions(&app).len(), 2);

    clicks(&app, &newest_card(&app, REP), OLDEST).await;
    assert_eq!(deals_of_runs(&app).await, ["deal-yunshan"]);
}

#[tokio::test]
async fn a_deal_that_ended_meanwhile_is_not_told_anything() {
    let app = two_deals().await;
    hears(&app, TENDER).await;
    let question = only_card(&app, REP);
    app.ends("deal-yunshan").await;

    clicks(&app, &question, OLDEST).await;
    assert!(deals_of_runs(&app).await.is_empty());
    assert_eq!(questions(&app).len(), 2, "it is asked again");

    app.ends("deal-newer").await;
    app.advance(10 * MINUTE).await;
    assert!(deals_of_runs(&app).await.is_empty());
    let told = texts(&app, REP);
    assert!(
        told.last().unwrap().contains("没有进行中的商机"),
        "{told:?}"
    );
    assert_eq!(app.store.nearest_moment().await.unwrap(), None);
}

#[tokio::test]
async fn only_the_rep_who_was_asked_may_answer() {
    let app = two_deals().await;
    hears(&app, TENDER).await;
    let card = only_card(&app, REP);

    clicks_all_the_same(&app, "QianYue", &card, "1", "r1").await;

    assert!(deals_of_runs(&app).await.is_empty());
    assert!(texts(&app, "QianYue")[0].contains("不是本系统发出的"));
}

#[tokio::test]
async fn a_rep_whom_wecom_does_not_know_is_not_asked() {
    let app = two_deals().await;
    let rep = app.store.person(&"rep-zhao".parse().unwrap()).await;
    let unknown = Person {
        wecom_userid: String::new(),
        ..rep.unwrap().unwrap()
    };
    let mut tx = app.store.begin().await.unwrap();
    tx.put_person(&unknown).await.unwrap();
    tx.commit().await.unwrap();

    hears(&app, TENDER).await;

    assert_eq!(deals_of_runs(&app).await, ["deal-newer"]);
}

#[tokio::test]
async fn what_the_customer_takes_back_meanwhile_is_told_to_no_deal() {
    let app = two_deals().await;
    hears(&app, TENDER).await;
    app.clock.advance(SECOND * 3);
    hears(&app, "开玩笑的").await;

    clicks(&app, &only_card(&app, REP), NEWEST).await;

    assert_eq!(app.items("runs").await.len(), 0);
    assert_eq!(app.items("signals").await[0]["dismissed_by"], "burst");
}
