//! An AI bot in groups, for teams without the chat archive.

use dingdan::sandbox::{BotChat, CallbackAnswer, CallbackFault, Record};
use dingdan_webhooks::wecom::crypto::Crypto;
use serde_json::{Value, json};

use crate::app::{CUSTOMER, DIRECTOR, REP, Setup, TestApp};
use crate::sightings::{cards, delivered, inbox, lines, number, outbox, texts};

const GROUP: &str = "wrGroupYunshan01";
const TENDER: &str = "要走招标";

async fn with_bot() -> TestApp {
    with_bot_and("").await
}

/// With these further lines of the bot's section.
async fn with_bot_and(further: &str) -> TestApp {
    let bot = dingdan::sandbox::Company::sample().bots.remove(0);
    let extra = format!(
        "[[wecom.bot]]\nname = \"groups\"\ntoken = \"{}\"\nencoding_aes_key = \"{}\"\ntitle = \"{}\"\n{further}\n",
        bot.token, bot.encoding_aes_key, bot.title
    );
    let app = TestApp::start_with(Setup {
        extra,
        ..Setup::default()
    })
    .await;
    let url = format!("{}/wecom/callback/groups", app.url);
    app.sandbox.set_bot_callback_url("groups", &url);
    app
}

fn group(app: &TestApp) -> BotChat {
    app.sandbox.bot_chat("groups", Some(GROUP))
}

/// What the bot was answered, newest last.
fn answers(app: &TestApp) -> Vec<CallbackAnswer> {
    let entries = app.sandbox.ledger().all().into_iter();
    entries
        .filter_map(|entry| match entry.record {
            Record::Callback(attempt) if attempt.kind == "aibot" => Some(attempt.answer),
            _ => None,
        })
        .collect()
}

async fn messages(app: &TestApp) -> Vec<Value> {
    app.items("messages?limit=200").await
}

#[tokio::test]
async fn a_customers_words_in_a_group_are_heard_and_open_the_node() {
    let app = with_bot().await;

    group(&app).says(REP, "大家看看").await;
    group(&app).says(CUSTOMER, TENDER).await;
    app.settle().await;

    assert_eq!(
        lines(&app).await,
        ["大家看看", TENDER],
        "without the mention"
    );
    let board = app.api("board").await;
    assert_eq!(board["totals"], json!({"TENDER": 1}));
    assert_eq!(board["by_rep"][0]["rep_id"], "rep-zhao");
    let runs = app.items("runs").await;
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0]["opportunity_id"], "deal-yunshan");
    assert_eq!(delivered(&app).len(), 1);
    let shown = answers(&app);
    let is_silent =
        |answer: &CallbackAnswer| *answer == CallbackAnswer::Acknowledged(String::new());
    assert!(
        shown.iter().all(is_silent),
        "nothing is said into the group: {shown:?}"
    );
    assert_eq!((inbox(&app).await, outbox(&app).await), ((0, 0), (0, 0)));
}

#[tokio::test]
async fn a_message_that_comes_again_is_kept_once() {
    let app = with_bot().await;
    app.sandbox.faults().next_callback(CallbackFault::Repeat(2));

    group(&app).says(CUSTOMER, TENDER).await;
    app.settle().await;

    assert_eq!(answers(&app).len(), 3);
    assert_eq!(lines(&app).await, [TENDER]);
    assert_eq!(app.api("board").await["totals"], json!({"TENDER": 1}));
    assert_eq!(app.items("runs").await.len(), 1);
}

#[tokio::test]
async fn who_speaks_is_known_by_id_and_whoever_is_nobody_is_not_heard() {
    let app = with_bot().await;
    let group = group(&app);

    group.says(REP, TENDER).await;
    group.says("ZHAO.LEI", TENDER).await;
    group.says("woEncryptedMember01", TENDER).await;
    group.says("", TENDER).await;
    app.settle().await;

    let spoken = messages(&app).await;
    let speakers: Vec<&str> = spoken
        .iter()
        .map(|m| m["speaker"].as_str().unwrap())
        .collect();
    assert_eq!(speakers, ["rep", "rep", "system", "system"]);
    assert!(app.items("signals").await.is_empty());
    assert!(cards(&app, REP).is_empty() && texts(&app, REP).is_empty());
}

#[tokio::test]
async fn whoever_is_nobody_waits_until_somebody_says_who_they_are_and_is_heard_then() {
    let app = with_bot().await;
    let group = group(&app);
    group.says(REP, "大家好").await;
    group.says("woSomebodyOfYunshan1", "你好").await;
    app.settle().await;

    let waiting = app.items("contacts?known=false").await;
    let waiting = waiting
        .iter()
        .find(|contact| contact["id"] == "woSomebodyOfYunshan1");
    let waiting = waiting.expect("they wait in the list");
    assert_eq!(waiting["lines"], 1);
    let mut director = app.logged_in(DIRECTOR).await;
    let page = director.get("/contacts").await.text;
    assert!(page.contains("woSomebodyOfYunshan1"), "{page}");

    let mut tx = app.store.begin().await.unwrap();
    let told = (Some(&"yunshan".parse().unwrap()), "");
    let id = "woSomebodyOfYunshan1".parse().unwrap();
    tx.tell_contact(&id, told, "test", app.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    group.says("woSomebodyOfYunshan1", TENDER).await;
    app.settle().await;

    let signals = app.items("signals").await;
    assert_eq!(signals.len(), 1);
    assert_eq!(signals[0]["customer_id"], "yunshan");
}

#[tokio::test]
async fn an_encrypted_id_can_be_mapped_and_an_unknown_one_taken_for_a_customers() {
    let app = with_bot_and(
        "unknown_are_customers = true\n[[wecom.bot.member]]\nid = \"woEncryptedMember01\"\nuserid = \"zhao.lei\"",
    )
    .await;

    group(&app).says("woEncryptedMember01", TENDER).await;
    group(&app).says("woSomebodyElse0001", TENDER).await;
    app.settle().await;

    let spoken = messages(&app).await;
    let speakers: Vec<&str> = spoken
        .iter()
        .map(|m| m["speaker"].as_str().unwrap())
        .collect();
    assert_eq!(speakers, ["rep", "customer"]);
    assert_eq!(cards(&app, REP).len(), 1, "the rep is asked whose they are");
    let waiting = app.items("contacts?known=false").await;
    assert!(
        waiting.iter().any(|one| one["id"] == "woSomebodyElse0001"),
        "{waiting:?}"
    );
}

#[tokio::test]
async fn a_quote_is_nobodys_word_unless_reps_show_customers_words_so() {
    let app = with_bot().await;
    group(&app).quotes(REP, TENDER, "记一下").await;
    app.settle().await;
    assert_eq!(lines(&app).await, ["记一下"]);
    assert!(app.items("signals").await.is_empty());

    let app = with_bot_and("quotes_are_the_customers = true").await;
    group(&app).quotes(REP, TENDER, "记一下").await;
    group(&app)
        .quotes(CUSTOMER, "今年预算不够了", "这个怎么办")
        .await;
    let alone = app.sandbox.bot_chat("groups", None);
    alone.quotes(REP, TENDER, "别处说的").await;
    app.settle().await;

    assert_eq!(
        lines(&app).await,
        [TENDER, "记一下", "这个怎么办", "别处说的"]
    );
    let signals = app.items("signals").await;
    assert_eq!(signals.len(), 1, "{signals:?}");
    let card = cards(&app, REP)
        .pop()
        .expect("the rep is asked whose group it is");
    assert_eq!(
        card.content["main_title"]["title"],
        "这位联系人是哪家客户？"
    );
    let task = card.content["task_id"].as_str().unwrap();
    let rep = app.sandbox.rep(REP);
    rep.clicks(task, "submit", &[("customer", &["1"])])
        .await
        .unwrap();
    app.settle().await;
    assert_eq!(app.items("runs").await.len(), 1);
}

#[tokio::test]
async fn every_kind_is_taken_and_events_are_no_lines() {
    let app = with_bot().await;
    let alone = app.sandbox.bot_chat("groups", None);

    for message in [
        json!({ "msgtype": "image", "image": { "url": "https://example.invalid/1" } }),
        json!({ "msgtype": "voice", "voice": { "content": "要走招标" } }),
        json!({ "msgtype": "mixed", "mixed": { "msg_item": [
            { "msgtype": "text", "text": { "content": "价格单" } },
            { "msgtype": "image", "image": { "url": "https://example.invalid/2" } } ] } }),
        json!({ "msgtype": "hologram" }),
        json!({ "msgtype": "stream", "stream": { "id": "s-1" } }),
        json!({ "msgtype": "event", "event": { "eventtype": "enter_chat" } }),
        json!({ "msgtype": "event", "create_time": 1_764_000_000, "event": { "eventtype": "feedback_event",
            "feedback_event": { "id": "f-1", "type": 2, "content": "不准", "inaccurate_reason_list": [1] } } }),
        json!({ "msgtype": "event", "event": { "eventtype": "template_card_event",
            "template_card_event": { "card_type": "vote_interaction", "task_id": "t" } } }),
    ] {
        alone.sends(REP, message).await;
    }
    app.settle().await;

    let kinds: Vec<String> = messages(&app)
        .await
        .iter()
        .map(|message| message["kind"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["image", "voice", "mixed", "hologram"]);
    let shown = lines(&app).await;
    assert!(shown[0].contains("没有取回"), "{shown:?}");
    assert_eq!(shown[2], "价格单");
    assert_eq!(answers(&app).len(), 8);
    assert_eq!(inbox(&app).await, (0, 0), "nothing is set aside");
    let kept = number(&app.store, "select count(*) from inbox where is_only_copy").await;
    assert_eq!(
        kept, 2,
        "the feedback and the press are kept where they came"
    );
}

#[tokio::test]
async fn the_url_is_verified_and_what_is_not_genuine_is_refused_like_an_apps() {
    let app = with_bot().await;
    let bot = app.sandbox.company().bots.remove(0);
    let crypto = |receive_id: &str| {
        let token = bot.token.parse().unwrap();
        Crypto::new(token, bot.encoding_aes_key.parse().unwrap(), receive_id)
    };
    let now = app.clock.now().seconds().to_string();
    let url = format!("{}/wecom/callback/groups", app.url);

    let query = crypto("").seal_echo("4731956320185743621", [7; 16], &now, "n0nce");
    let echoed = app.http.get(format!("{url}?{query}")).send().await.unwrap();
    assert_eq!(echoed.status(), 200);
    assert_eq!(echoed.text().await.unwrap(), "4731956320185743621");

    let message = json!({ "msgid": "m1", "from": { "userid": REP }, "msgtype": "text", "text": { "content": "你好" } });
    let genuine = crypto("").seal_envelope_json(&message.to_string(), [8; 16], &now, "n0nce");
    let foreign = crypto("ww0000000000000000").seal_envelope_json(
        &message.to_string(),
        [9; 16],
        &now,
        "n0nce",
    );
    let xml = crypto("").seal_envelope(&message.to_string(), [8; 16], &now, "n0nce", None);
    let post = async |query: &str, body: &str| {
        let request = app
            .http
            .post(format!("{url}?{query}"))
            .body(body.to_owned());
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let wrong = genuine
        .query_string
        .replace("msg_signature=", "msg_signature=0");
    let wrong = wrong.replacen(&wrong[14..55], &wrong[14..54], 1);
    assert_eq!(post(&wrong, &genuine.body).await, (403, String::new()));
    assert_eq!(
        post(&foreign.query_string, &foreign.body).await,
        (403, String::new())
    );
    assert_eq!(
        post(&xml.query_string, &xml.body).await.0,
        400,
        "an app's envelope is none of a bot's"
    );
    assert_eq!(
        post(&genuine.query_string, &genuine.body).await,
        (200, String::new())
    );
    app.settle().await;
    assert_eq!(lines(&app).await, ["你好"]);
    assert_eq!(inbox(&app).await, (0, 1), "the sealed one was kept");
}

#[tokio::test]
async fn what_could_not_be_opened_is_opened_with_the_right_key_later() {
    let app = with_bot_and("receive_id = \"somebody-else\"").await;
    group(&app).says(CUSTOMER, TENDER).await;
    assert_eq!(inbox(&app).await, (0, 4), "each try of the platform's");

    let bot = app.sandbox.company().bots.remove(0);
    let extra = format!(
        "[[wecom.bot]]\nname = \"groups\"\ntoken = \"{}\"\nencoding_aes_key = \"{}\"\n",
        bot.token, bot.encoding_aes_key
    );
    let app = app
        .restart_with(Setup {
            extra,
            ..Setup::default()
        })
        .await;
    assert_eq!(app.store.retry_arrivals_set_aside().await.unwrap(), 4);
    app.settle().await;

    assert_eq!(lines(&app).await, [TENDER]);
    assert_eq!(app.items("runs").await.len(), 1);
}
