//! A contact whom nobody knows: WeCom is asked, then the rep, and what they said is judged when it is
//! known whose they are.

use std::time::Duration;

use dingdan::exchange::{self, Kind};
use dingdan::sandbox::{Customer, Endpoint, Fault};
use serde_json::{Value, json};

use crate::access::logged_in;
use crate::app::{API_TOKEN, REP, Setup, TestApp};
use crate::asked::{self, clicks};
use crate::sightings::{
    calls, cards, delivered, inbox, newest_card, number, only_card, outbox, receipts, task_id,
    texts,
};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3600);
const ACCOUNT: &str = "wkZhaoLei0001";
const STRANGER: &str = "wmZhouTong000001";
const TENDER: &str = "要走招标";
const BUDGET: &str = "今年预算不够了";
const TITLE: &str = "这位联系人是哪家客户？";
/// The rep's only customer, and what else somebody may be.
const FIRST: &[(&str, &[&str])] = &[("customer", &["1"])];
const NEW: &[(&str, &[&str])] = &[("customer", &["new"])];
const SUPPLIER: &[(&str, &[&str])] = &[("customer", &["supplier"])];

/// With somebody whom the rep has as a customer in WeCom, and of whom they noted this company.
async fn stranger_of(company: Option<&str>) -> TestApp {
    stranger_with(company, Setup::default()).await
}

async fn stranger_with(company: Option<&str>, setup: Setup) -> TestApp {
    let app = TestApp::start_with(setup).await;
    app.sandbox.set_up(|known| {
        known.customers.push(Customer {
            external_userid: STRANGER.to_owned(),
            name: "周桐".to_owned(),
            open_kfid: ACCOUNT.to_owned(),
            company: company.map(str::to_owned),
        });
    });
    app
}

async fn says(app: &TestApp, words: &str) {
    app.sandbox.customer(STRANGER).says(words).await;
    app.settle().await;
}

async fn replies(app: &TestApp, words: &str) {
    app.sandbox.rep(REP).says(words).await;
    app.settle().await;
}

/// The cards that ask whose a contact is.
fn questions(app: &TestApp) -> Vec<Value> {
    asked::questions(app, TITLE)
}

async fn runs(app: &TestApp) -> Vec<Value> {
    app.items("runs").await
}

async fn contact(app: &TestApp) -> Value {
    let contacts = app.items("contacts?limit=200").await;
    let own = contacts.iter().find(|contact| contact["id"] == STRANGER);
    own.expect("they are there").clone()
}

async fn tell(app: &TestApp, body: &Value) -> reqwest::Response {
    let told = app
        .http
        .post(format!("{}/api/v1/contacts/{STRANGER}/customer", app.url))
        .bearer_auth(API_TOKEN)
        .json(body);
    let told = told.send().await.unwrap();
    app.settle().await;
    told
}

/// The board, counted anew from what is stored.
async fn assert_board_is_the_store(app: &TestApp) {
    let shown = app.api("board?period=month").await;
    app.shared.board_keeper.rebuild().await.unwrap();
    assert_eq!(shown, app.api("board?period=month").await);
}

#[tokio::test]
async fn whom_wecom_says_enough_of_is_judged_at_once_and_nobody_is_asked() {
    let app = stranger_of(Some("宁波云杉机械有限公司")).await;

    says(&app, TENDER).await;

    assert!(questions(&app).is_empty());
    let [run] = runs(&app).await.try_into().expect("one run");
    assert_eq!(run["opportunity_id"], "deal-yunshan");
    assert_eq!(delivered(&app).len(), 1, "the director heard of it");
    let signals = app.items("signals").await;
    assert_eq!(signals[0]["customer_id"], "yunshan");
    let contact = contact(&app).await;
    assert_eq!(
        (&contact["name"], &contact["told_by"]),
        (&json!("周桐"), &json!("wecom"))
    );
    let board = app.api("board").await;
    assert_eq!(board["by_customer"][0]["customer_id"], "yunshan", "{board}");
    assert_board_is_the_store(&app).await;

    says(&app, BUDGET).await;

    assert_eq!(
        calls(&app, Endpoint::WecomExternalContact),
        1,
        "once was enough"
    );
    assert_eq!(runs(&app).await.len(), 2);
    assert_eq!((inbox(&app).await, outbox(&app).await), ((0, 0), (0, 0)));
}

#[tokio::test]
async fn of_whom_wecom_says_too_little_the_rep_is_asked_once_and_earlier_words_open_the_node_once()
{
    let app = stranger_of(Some("云杉")).await;

    says(&app, "你好").await;
    assert!(questions(&app).is_empty(), "nothing was said that counts");
    says(&app, TENDER).await;
    app.clock.advance(MINUTE);
    says(&app, BUDGET).await;

    let [card] = questions(&app).try_into().expect("one card");
    assert_eq!(
        asked::choices(&card),
        [
            "请选择",
            "云杉机械",
            "新客户",
            "不是客户：私人",
            "不是客户：供应商",
            "不是客户：其他"
        ]
    );
    let whole = card.to_string();
    assert!(whole.contains("周桐") && whole.contains(TENDER), "{whole}");
    assert!(runs(&app).await.is_empty());
    assert_eq!(
        app.api("board").await["by_customer"][0]["customer_id"],
        Value::Null
    );

    let question = only_card(&app, REP);
    app.clock.advance(DAY);
    clicks(&app, &question, FIRST).await;

    let opened = runs(&app).await;
    assert_eq!(opened.len(), 2, "{opened:?}");
    let (tender, budget) = (&opened[0], &opened[1]);
    assert!(tender["opened_at"].as_str() <= budget["opened_at"].as_str());
    for run in &opened {
        assert_eq!(run["opportunity_id"], "deal-yunshan");
        assert!(run["opened_at"].as_str().unwrap() >= app.clock.now().rfc3339().as_str());
    }
    let [(changed, receipt)] = receipts(&app).try_into().expect("one change");
    assert_eq!(changed, question);
    assert!(
        receipt.contains("已登记所属客户") && receipt.contains("云杉机械"),
        "{receipt}"
    );
    let board = app.api("board?period=month").await;
    assert_eq!(board["by_customer"].as_array().unwrap().len(), 1, "{board}");
    assert_eq!(board["by_customer"][0]["customer_id"], "yunshan");
    assert_board_is_the_store(&app).await;

    let rep = app.sandbox.rep(REP);
    rep.clicks_again(&question, "submit", &[]).await.unwrap();
    app.advance(MINUTE).await;
    assert_eq!(runs(&app).await.len(), 2, "a second click changes nothing");
    assert_eq!(contact(&app).await["customer_id"], "yunshan");
    assert_eq!(questions(&app).len(), 1);
}

#[tokio::test]
async fn words_of_several_lines_are_told_whole_when_it_is_known_whose_they_are() {
    let app = stranger_of(None).await;
    says(&app, "今年要走").await;
    app.clock.advance(Duration::from_secs(2));
    says(&app, "招标").await;
    let [asked] = questions(&app).try_into().expect("one card");
    assert!(asked.to_string().contains("今年要走招标"), "{asked}");

    clicks(&app, &only_card(&app, REP), FIRST).await;

    assert_eq!(runs(&app).await.len(), 1);
    let told = cards(&app, REP).pop().unwrap().content.to_string();
    assert!(told.contains("今年要走招标"), "{told}");
}

#[tokio::test]
async fn what_is_older_than_a_week_only_counts() {
    let app = stranger_of(None).await;
    says(&app, TENDER).await;
    let question = only_card(&app, REP);

    app.advance(8 * DAY).await;
    clicks(&app, &question, FIRST).await;

    assert!(runs(&app).await.is_empty());
    let signals = app.items("signals").await;
    assert_eq!(signals[0]["customer_id"], "yunshan");
    assert_board_is_the_store(&app).await;
}

#[tokio::test]
async fn the_card_comes_though_wecom_does_not_answer_and_wecom_is_asked_again_later() {
    let app = stranger_of(Some("云杉机械")).await;
    let faults = app.sandbox.faults();
    faults.next_times(3, Endpoint::WecomExternalContact, Fault::Http(502));

    says(&app, TENDER).await;

    assert_eq!(questions(&app).len(), 1);
    says(&app, BUDGET).await;
    assert_eq!(questions(&app).len(), 1, "once");

    app.advance(10 * MINUTE).await;
    app.advance(10 * MINUTE).await;
    app.advance(10 * MINUTE).await;

    assert_eq!(
        contact(&app).await["customer_id"],
        "yunshan",
        "it came back"
    );
    assert_eq!(runs(&app).await.len(), 2);
    clicks(&app, &only_question(&app), SUPPLIER).await;
    assert_eq!(
        contact(&app).await["customer_id"],
        "yunshan",
        "a late click moves nothing"
    );
}

fn only_question(app: &TestApp) -> String {
    let asked = cards(app, REP).into_iter();
    let mut asked = asked.filter(|card| card.content["main_title"]["title"] == TITLE);
    task_id(&asked.next().unwrap())
}

#[tokio::test]
async fn an_app_that_may_not_ask_leaves_it_to_the_rep() {
    let app = stranger_of(Some("云杉机械")).await;
    let faults = app.sandbox.faults();
    faults.next(
        Endpoint::WecomExternalContact,
        Fault::Errcode(48002, "api forbidden"),
    );

    says(&app, TENDER).await;

    assert_eq!(questions(&app).len(), 1);
    app.advance(DAY).await;
    assert_eq!(
        calls(&app, Endpoint::WecomExternalContact),
        1,
        "a refusal is not repeated"
    );
    assert_eq!(inbox(&app).await, (0, 0));
}

#[tokio::test]
async fn what_a_rep_notes_in_wecom_makes_a_contact_known() {
    let app = stranger_of(None).await;
    says(&app, TENDER).await;
    assert_eq!(questions(&app).len(), 1);

    app.sandbox
        .customer(STRANGER)
        .is_noted_as(Some("云杉机械"))
        .await;
    app.settle().await;

    assert_eq!(contact(&app).await["customer_id"], "yunshan");
    assert_eq!(runs(&app).await.len(), 1);
}

#[tokio::test]
async fn a_new_customer_is_named_in_the_chat() {
    let app = stranger_of(None).await;
    says(&app, TENDER).await;

    clicks(&app, &only_card(&app, REP), NEW).await;
    let asked = texts(&app, REP).pop().unwrap();
    assert!(asked.contains("公司名称"), "{asked}");
    replies(&app, "返回").await;
    clicks(&app, &newest_card(&app, REP), NEW).await;
    replies(&app, "？").await;
    replies(&app, "1").await;
    assert!(texts(&app, REP).pop().unwrap().contains("不像公司名称"));
    assert_eq!(contact(&app).await["customer_id"], Value::Null);

    replies(&app, "天河水泥有限公司").await;

    let known = contact(&app).await;
    assert_eq!(known["customer"], "天河水泥有限公司");
    assert_eq!(known["told_by"], "rep-zhao");
    let told = texts(&app, REP);
    assert!(
        told.iter()
            .any(|text| text.contains("已新建客户「天河水泥有限公司」")),
        "{told:?}"
    );
    assert!(
        told.iter().any(|text| text.contains("没有进行中的商机")),
        "{told:?}"
    );
    assert_eq!(
        app.items("signals").await[0]["customer_id"],
        known["customer_id"]
    );

    replies(&app, "云杉机械").await;
    assert_eq!(
        contact(&app).await["customer"],
        "天河水泥有限公司",
        "one text is the name"
    );
}

#[tokio::test]
async fn who_is_no_customer_is_not_judged_and_counts_nowhere_until_that_is_put_right() {
    let app = stranger_of(None).await;
    says(&app, TENDER).await;
    assert_eq!(app.api("board").await["totals"]["TENDER"], 1);

    clicks(&app, &only_card(&app, REP), SUPPLIER).await;
    says(&app, BUDGET).await;

    assert_eq!(app.api("board").await["totals"], json!({}));
    assert!(app.items("signals").await.is_empty());
    assert_eq!(app.items("messages").await.len(), 2, "the words are kept");
    assert_board_is_the_store(&app).await;
    assert_eq!(contact(&app).await["not_customer"], "supplier");

    let mut admin = logged_in(&app, "wecom", "zheng.jie").await;
    let list = admin.get("/contacts").await;
    assert!(
        list.text.contains("供应商")
            && list.text.contains(STRANGER)
            && list.text.contains("赵磊 今天"),
        "{}",
        list.text
    );
    let form = [
        ("csrf", list.csrf()),
        ("act", "customer".to_owned()),
        ("name", "云杉机械".to_owned()),
    ];
    let form: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let told = admin
        .post_form(&format!("/contacts/{STRANGER}"), &form)
        .await;
    assert_eq!(told.status, 303, "{}", told.text);
    app.settle().await;

    assert_eq!(app.api("board").await["totals"], json!({"TENDER": 1}));
    assert_eq!(runs(&app).await.len(), 1, "the earlier words open the node");
    assert_board_is_the_store(&app).await;
}

#[tokio::test]
async fn unknown_contacts_wait_in_a_list_on_the_page_and_in_the_api() {
    let app = stranger_of(None).await;
    says(&app, "你好").await;
    says(&app, TENDER).await;

    let waiting = app.items("contacts?known=false").await;
    let own = waiting
        .iter()
        .find(|contact| contact["id"] == STRANGER)
        .unwrap();
    assert_eq!(
        (&own["lines"], &own["signals"], &own["rep_id"]),
        (&json!(2), &json!(1), &json!("rep-zhao"))
    );
    let mut director = logged_in(&app, "wecom", "zhou.min").await;
    let page = director.get("/contacts").await;
    assert!(
        page.text.contains("周桐") || page.text.contains(STRANGER),
        "{}",
        page.text
    );
    assert!(page.text.contains("2 条 · 1 个信号"), "{}", page.text);
    let mut stranger = logged_in(&app, "wecom", "wu.jun").await;
    let other = stranger.get("/contacts").await;
    assert!(
        !other.text.contains(STRANGER),
        "another region's director sees nobody"
    );
    let csrf = other.csrf();
    let path = format!("/contacts/{STRANGER}");
    let claimed = stranger
        .post_form(
            &path,
            &[("csrf", &csrf), ("act", "customer"), ("name", "云杉机械")],
        )
        .await;
    assert_eq!(claimed.status, 404);

    let csrf = page.csrf();
    let nobody = director
        .post_form(
            &path,
            &[("csrf", &csrf), ("act", "customer"), ("name", "没有这家")],
        )
        .await;
    assert_eq!(nobody.status, 422);
    assert!(nobody.text.contains("没有叫这个名字的客户"));
    let claimed = director
        .post_form(
            &path,
            &[("csrf", &csrf), ("act", "new"), ("name", "天河水泥")],
        )
        .await;
    assert_eq!(claimed.status, 303);
    app.settle().await;
    assert_eq!(contact(&app).await["customer"], "天河水泥");
    assert!(app.items("contacts?known=false").await.is_empty());
}

#[tokio::test]
async fn the_api_says_whose_a_contact_is_and_what_is_wrong_with_a_request() {
    let app = stranger_of(None).await;
    says(&app, TENDER).await;

    for (body, status) in [
        (json!({ "by": "admin" }), 400),
        (
            json!({ "customer": "yunshan", "not_customer": "other", "by": "admin" }),
            400,
        ),
        (json!({ "customer": "nobody", "by": "admin" }), 422),
        (json!({ "customer": "yunshan", "by": "nobody" }), 422),
        (json!({ "not_customer": "friend", "by": "admin" }), 400),
    ] {
        assert_eq!(tell(&app, &body).await.status(), status, "{body}");
    }
    assert!(runs(&app).await.is_empty());

    let told = tell(&app, &json!({ "customer": "yunshan", "by": "admin" })).await;

    assert_eq!(told.status(), 200);
    let told: Value = told.json().await.unwrap();
    assert_eq!(
        (&told["customer"], &told["told_by"]),
        (&json!("云杉机械"), &json!("admin"))
    );
    assert_eq!(runs(&app).await.len(), 1);
    tell(&app, &json!({ "customer": "yunshan", "by": "admin" })).await;
    assert_eq!(runs(&app).await.len(), 1, "said twice, judged once");
}

#[tokio::test]
async fn an_import_makes_a_contact_known_and_what_they_said_is_judged() {
    let app = stranger_of(None).await;
    says(&app, TENDER).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("contacts.csv");
    let rows = format!("id,customer,name\n{STRANGER},云杉机械,周桐\n");
    std::fs::write(&file, rows).unwrap();
    let process = app.shared.process.load_full();
    let now = app.clock.now();
    let imported = exchange::import(&app.store, &process, Kind::Contacts, &file, now);
    assert_eq!(imported.await.unwrap().changed, 1);

    app.settle().await;

    assert_eq!(runs(&app).await.len(), 1);
    assert_eq!(app.items("signals").await[0]["customer_id"], "yunshan");
    assert_board_is_the_store(&app).await;
    let waiting = number(&app.store, "select count(*) from known_contact").await;
    assert_eq!(waiting, 0);
    clicks(&app, &only_question(&app), SUPPLIER).await;
    assert_eq!(
        contact(&app).await["customer_id"],
        "yunshan",
        "a late click moves nothing"
    );
}

#[tokio::test]
async fn an_answer_and_a_decision_at_the_same_moment_judge_what_was_said_once() {
    let app = stranger_of(None).await;
    says(&app, TENDER).await;
    let question = only_card(&app, REP);
    let rep = app.sandbox.rep(REP);
    rep.clicks(&question, "submit", FIRST).await.unwrap();
    let body = json!({ "customer": "yunshan", "by": "admin" });

    let (told, ()) = tokio::join!(tell(&app, &body), app.settle());

    assert_eq!(told.status(), 200);
    app.settle().await;
    assert_eq!(runs(&app).await.len(), 1);
    assert_eq!(delivered(&app).len(), 1);
}

#[tokio::test]
async fn whoever_names_the_same_new_customer_at_the_same_moment_makes_one() {
    const STRANGERS: [&str; 4] = [
        "wmTianheA0001",
        "wmTianheB0002",
        "wmTianheC0003",
        "wmTianheD0004",
    ];
    let app = TestApp::start().await;
    for id in STRANGERS {
        app.sandbox.set_up(|known| {
            known.customers.push(Customer {
                external_userid: id.to_owned(),
                name: "周桐".to_owned(),
                open_kfid: ACCOUNT.to_owned(),
                company: None,
            });
        });
        app.sandbox.customer(id).says(TENDER).await;
    }
    app.settle().await;
    let names = async |id: &str, name: &str| {
        let mut director = logged_in(&app, "wecom", "zhou.min").await;
        let csrf = director.get("/contacts").await.csrf();
        let form = [("csrf", csrf.as_str()), ("act", "new"), ("name", name)];
        director.post_form(&format!("/contacts/{id}"), &form).await
    };

    let named = tokio::join!(
        names(STRANGERS[0], "天河水泥有限公司"),
        names(STRANGERS[1], " 天河水泥有限公司"),
        names(STRANGERS[2], "天河水泥 有限公司"),
        names(STRANGERS[3], "天河水泥（有限公司）"),
    );

    for answer in [&named.0, &named.1, &named.2, &named.3] {
        assert_eq!(answer.status, 303, "{}", answer.text);
    }
    let called = "select count(*) from customer where name like '%天河水泥%'";
    assert_eq!(number(&app.store, called).await, 1);
}

/// Only Postgres can be shared, so on SQLite there is nothing to test here.
#[tokio::test]
async fn two_services_hear_a_stranger_and_take_the_answer_once() {
    let app = stranger_of(None).await;
    let world = app.world().clone();
    if world.storage.starts_with("sqlite") {
        return;
    }
    let seeded = Setup {
        seed: false,
        ..Setup::default()
    };
    let other = TestApp::start_in(world, seeded).await;
    let both = async || {
        for _ in 0..3 {
            tokio::join!(app.settle(), other.settle());
        }
    };

    for words in [TENDER, BUDGET, "你们太贵了", "西门子也给我们报了价"] {
        app.sandbox.customer(STRANGER).says(words).await;
        tokio::join!(app.settle(), other.settle());
    }
    both().await;
    let question = only_card(&app, REP);
    let heard = app.items("signals").await.len();
    let rep = app.sandbox.rep(REP);
    rep.clicks(&question, "submit", FIRST).await.unwrap();
    app.sandbox.customer(STRANGER).says("还是太贵了").await;
    tokio::join!(
        async { tell(&other, &json!({ "customer": "yunshan", "by": "admin" })).await },
        async { tell(&app, &json!({ "customer": "yunshan", "by": "admin" })).await },
        both()
    );
    both().await;

    let signals = app.items("signals").await;
    assert!(signals.len() > heard);
    assert!(
        signals
            .iter()
            .all(|signal| signal["customer_id"] == "yunshan"),
        "{signals:?}"
    );
    let stepped = number(
        &app.store,
        "select count(*) from (select cause from journal where cause like 'kf:msg:%' group by cause) told",
    );
    assert_eq!(stepped.await, 5, "each line was told");
    let twice = number(
        &app.store,
        "select count(*) from (select cause, event from journal group by cause, event having count(*) > 1) twice",
    );
    assert_eq!(twice.await, 0, "and none twice");
    assert_eq!(questions(&app).len(), 1);
}
