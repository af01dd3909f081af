//! What is said in chats of two and in groups.

use dingdan::sandbox::Endpoint;
use dingdan::store::{NewOpportunity, Person};
use serde_json::json;

use super::{WORDS, archive, heard, labels, notified, start};
use crate::app::{CUSTOMER, REP};
use crate::sightings::{calls, cards, delivered, inbox, lines};

const ROOM: &str = "wrOgQhDgAAMYQiS5ol9G7gK9JVAAAA";
const OTHER_CUSTOMER: &str = "wmHuafengLin003";

#[tokio::test]
async fn a_customers_words_in_an_ordinary_chat_become_signals_and_open_a_node() {
    let app = start("").await;

    archive(&app).says(REP, CUSTOMER, "方案看了吗");
    archive(&app).says(CUSTOMER, REP, WORDS);
    archive(&app).says("ZHAO.LEI", CUSTOMER, "明白");
    notified(&app).await;

    assert_eq!(lines(&app).await, ["方案看了吗", WORDS, "明白"]);
    assert_eq!(labels(&app).await, ["PRICE", "TENDER"]);
    let runs = app.items("runs").await;
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0]["opportunity_id"], "deal-yunshan");
    assert_eq!(cards(&app, REP).len(), 1);
    let alerts = delivered(&app);
    assert_eq!(alerts.len(), 1, "{alerts:#?}");
    assert_eq!(inbox(&app).await, (0, 0));
    let messages = app.items("messages").await;
    let chat = &messages[0]["chat_id"];
    assert!(
        messages.iter().all(|line| line["chat_id"] == *chat),
        "one chat, whoever writes"
    );
    let speakers: Vec<_> = messages
        .iter()
        .map(|line| line["speaker"].as_str().unwrap())
        .collect();
    assert_eq!(speakers, ["rep", "customer", "rep"]);
}

#[tokio::test]
async fn in_a_group_each_customers_words_count_for_their_own_deal() {
    let app = start("").await;
    let others = |own: &str| {
        let all = ["zhou.min", REP, CUSTOMER, OTHER_CUSTOMER];
        all.into_iter()
            .filter(|other| *other != own)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let says = |from: &str, text: &str| {
        let others = others(from);
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        archive(&app).says_in(ROOM, from, &others, text)
    };

    archive(&app).names_room(ROOM, "云杉与华丰项目群");
    says(REP, "各位好");
    says(CUSTOMER, "今年要走招标");
    says(OTHER_CUSTOMER, "我们也要走招标");
    notified(&app).await;

    let signals = app.items("signals").await;
    let whose: Vec<(&str, &str)> = signals
        .iter()
        .map(|signal| {
            (
                signal["label"].as_str().unwrap(),
                signal["customer_id"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(whose, [("TENDER", "yunshan"), ("TENDER", "huafeng")]);
    assert!(
        signals.iter().all(|signal| signal["rep_id"] == "rep-zhao"),
        "the rep, not the director"
    );
    let mut deals: Vec<String> = app
        .items("runs")
        .await
        .iter()
        .map(|run| run["opportunity_id"].as_str().unwrap().to_owned())
        .collect();
    deals.sort();
    assert_eq!(deals, ["deal-huafeng", "deal-yunshan"]);
    let chats: std::collections::BTreeSet<String> = app
        .items("messages")
        .await
        .iter()
        .map(|line| line["chat_id"].to_string())
        .collect();
    assert_eq!(chats.len(), 1);
    let chat = app
        .store
        .chat(&format!("archive-{ROOM}").parse().unwrap())
        .await
        .unwrap();
    assert_eq!(chat.expect("it is there").name, "云杉与华丰项目群");
    assert_eq!(calls(&app, Endpoint::WecomGroupChat), 1, "once a day");
}

#[tokio::test]
async fn in_a_group_a_question_about_one_customers_deals_holds_up_no_other_customer() {
    let app = start("").await;
    let mut tx = app.store.begin().await.unwrap();
    let second = NewOpportunity {
        id: "deal-yunshan-2".parse().unwrap(),
        customer: "yunshan".parse().unwrap(),
        rep: "rep-zhao".parse().unwrap(),
        name: "云杉二期".to_owned(),
        stage: "lead".to_owned(),
        opened_at: app.clock.now(),
    };
    assert!(tx.create_opportunity(&second).await.unwrap());
    tx.commit().await.unwrap();

    let others = [REP, OTHER_CUSTOMER];
    archive(&app).says_in(ROOM, CUSTOMER, &others, "今年要走招标");
    let others = [REP, CUSTOMER];
    archive(&app).says_in(ROOM, OTHER_CUSTOMER, &others, "我们也要走招标");
    notified(&app).await;

    let runs = app.items("runs").await;
    let deals: Vec<_> = runs
        .iter()
        .map(|run| run["opportunity_id"].as_str().unwrap())
        .collect();
    assert_eq!(
        deals,
        ["deal-huafeng"],
        "the rep is still asked which of 云杉's deals is meant"
    );
    app.advance(std::time::Duration::from_secs(660)).await;
    assert_eq!(app.items("runs").await.len(), 2);
}

#[tokio::test]
async fn a_question_that_comes_late_gives_each_customers_answer_to_their_own_deal() {
    let app = start("").await;
    let began = app.clock.now().0;
    let said = |from: &str, others: &[&str], text: &str, seconds: i64| {
        archive(&app).archives(json!({
            "from": from, "tolist": others, "roomid": ROOM, "msgtime": began + seconds * 1000,
            "msgtype": "text", "text": { "content": text },
        }))
    };
    said(CUSTOMER, &[REP, OTHER_CUSTOMER], "你好", 0);
    said(OTHER_CUSTOMER, &[REP, CUSTOMER], "没有", 20);
    notified(&app).await;
    assert_eq!(heard(&app).await, [], "nobody asked anything yet");

    said(REP, &[CUSTOMER, OTHER_CUSTOMER], "预算呢？", 10);
    notified(&app).await;

    let signals = app.items("signals").await;
    assert_eq!(signals.len(), 1, "{signals:?}");
    assert_eq!(signals[0]["label"], "BUDGET");
    assert_eq!(
        signals[0]["customer_id"], "huafeng",
        "who answered, not who came first"
    );
}

#[tokio::test]
async fn of_a_reply_to_a_quote_only_the_answer_is_heard() {
    let app = start("").await;
    let quoted = |answer: &str| {
        format!(
            "这是一条引用/回复消息：\n\"赵磊：\n是不是觉得太贵了，要走招标？\"\n------\n{answer}"
        )
    };

    archive(&app).says(CUSTOMER, REP, &quoted("不是的"));
    notified(&app).await;
    assert_eq!(
        heard(&app).await,
        [],
        "the rep's words aren't the customer's"
    );
    archive(&app).says(CUSTOMER, REP, &quoted("今年要走招标"));
    notified(&app).await;

    let heard = heard(&app).await;
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert_eq!(heard[0].0, "TENDER");
    let signal = &app.items("signals").await[0];
    let message = app
        .api(&format!(
            "messages/{}",
            signal["message_id"].as_str().unwrap()
        ))
        .await;
    let text = message["text"].as_str().unwrap();
    let place = |name: &str| usize::try_from(signal[name].as_i64().unwrap()).unwrap();
    let marked = &text[place("first_byte")..place("end_byte")];
    assert_eq!(marked, heard[0].1);
    assert!(
        place("first_byte") > text.find("------").unwrap(),
        "the answer's, not the quote's"
    );
}

#[tokio::test]
async fn words_beside_pictures_are_heard_and_forwarded_ones_are_not() {
    let app = start("media = false\n").await;
    let content = |text: &str| json!({ "content": text }).to_string();
    let message = |msgtype: &str, object: serde_json::Value| {
        archive(&app).archives(json!({
            "from": CUSTOMER, "tolist": [REP], "roomid": "", "msgtype": msgtype, msgtype: object,
        }))
    };

    message(
        "chatrecord",
        json!({ "title": "群聊的聊天记录", "item": [
            { "type": "ChatRecordText", "msgtime": 1_795_397_400, "content": content("太贵了"), "from_chatroom": false },
        ]}),
    );
    message(
        "link",
        json!({ "title": "太贵了怎么办", "description": "招标须知", "link_url": "https://example.com", "image_url": "" }),
    );
    message(
        "mixed",
        json!({ "item": [
            { "type": "image", "content": json!({ "sdkfileid": "x", "md5sum": "", "filesize": 3 }).to_string() },
            { "type": "text", "content": content("今年要走招标") },
            { "type": "chatrecord", "content": json!({ "title": "记录", "item": [
                { "type": "ChatRecordText", "msgtime": 1_795_397_400, "content": content("太贵了") },
            ]}).to_string() },
        ]}),
    );
    message("hologram", json!({ "太贵了": true }));
    notified(&app).await;

    assert_eq!(labels(&app).await, ["TENDER"]);
    let messages = app.items("messages").await;
    let kinds: Vec<_> = messages
        .iter()
        .map(|line| line["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["chatrecord", "link", "mixed", "hologram"]);
    assert_eq!(messages[0]["text"], "群聊的聊天记录\n太贵了");
    assert_eq!(
        messages[2]["text"],
        "[图片]\n今年要走招标\n[聊天记录]\n记录\n太贵了"
    );
}

#[tokio::test]
async fn a_message_that_is_taken_back_is_marked_and_stays() {
    let app = start("").await;
    let kept = archive(&app).says(CUSTOMER, REP, WORDS);
    notified(&app).await;

    archive(&app).recalls(CUSTOMER, REP, &kept);
    notified(&app).await;

    let messages = app.items("messages").await;
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0]["text"], WORDS);
    assert_eq!(messages[0]["platform_id"], kept);
    assert!(!messages[0]["recalled_at"].is_null());
    assert_eq!(labels(&app).await, ["PRICE", "TENDER"]);
}

#[tokio::test]
async fn what_somebody_outside_said_who_is_not_named_stays_as_it_came() {
    let app = start("").await;
    archive(&app).archives(json!({
        "msgid": "nobody-named_external", "from": REP, "tolist": ["zhou.min"], "roomid": "",
        "msgtype": "text", "text": { "content": "客户在外部联系人里" },
    }));
    notified(&app).await;

    assert_eq!(lines(&app).await, [""; 0]);
    app.advance(std::time::Duration::from_secs(40 * 24 * 3600))
        .await;
    let kept = "select count(*) from inbox where key = 'archive:nobody-named_external' \
                and payload like '%外部联系人%'";
    assert_eq!(crate::sightings::number(&app.store, kept).await, 1);
}

#[tokio::test]
async fn what_colleagues_say_among_themselves_is_not_kept() {
    let app = start("").await;
    let mut tx = app.store.begin().await.unwrap();
    // Her userid looks like an id from outside.
    let wong = Person {
        id: "rep-wong".parse().unwrap(),
        name: "王丽".to_owned(),
        role: dingdan::domain::Role::Rep,
        region: "华东".to_owned(),
        supervisor_id: None,
        wecom_userid: "wong.li".to_owned(),
        dingtalk_userid: None,
        dingtalk_unionid: None,
        mobile: None,
    };
    tx.put_person(&wong).await.unwrap();
    tx.commit().await.unwrap();

    archive(&app).says(REP, "zhou.min", "客户说太贵了");
    let message = json!({ "msgid": "among-colleagues", "from": "wong.li", "tolist": [REP], "roomid": "",
        "msgtype": "text", "text": { "content": "中午吃什么" } });
    archive(&app).archives(message);
    archive(&app).archives(
        json!({ "msgid": "sw", "action": "switch", "time": 1_795_397_400_000_i64, "user": REP }),
    );
    archive(&app).says(CUSTOMER, "wong.li", "今年要走招标");
    notified(&app).await;

    assert_eq!(lines(&app).await, ["今年要走招标"]);
    assert_eq!(app.items("signals").await[0]["rep_id"], "rep-wong");
    let everything =
        "select count(*) from inbox where payload like '%客户说%' or payload like '%吃什么%'";
    assert_eq!(crate::sightings::number(&app.store, everything).await, 0);
}
