//! Without consent nothing that a customer says is analysed.

use std::time::Duration;

use dingdan::sandbox::{Endpoint, Fault};
use serde_json::json;

use super::{WORDS, archive, labels, notified, start, waits};
use crate::app::{CUSTOMER, REP};
use crate::sightings::{calls, cards, inbox, lines};

const ROOM: &str = "wrOgQhDgAAMYQiS5ol9G7gK9JVAAAA";
const A_DAY: Duration = Duration::from_secs(25 * 3600);

#[tokio::test]
async fn without_consent_a_line_is_kept_and_not_analysed() {
    let app = start("").await;
    archive(&app).refuses(REP, CUSTOMER);

    archive(&app).says(CUSTOMER, REP, WORDS);
    notified(&app).await;

    assert_eq!(lines(&app).await, [WORDS]);
    assert_eq!(labels(&app).await, [""; 0]);
    assert_eq!(cards(&app, REP).len(), 0);
    assert_eq!(inbox(&app).await, (0, 0));
}

#[tokio::test]
async fn who_agrees_in_the_chat_is_heard_from_then_on_and_who_refuses_no_longer() {
    let app = start("").await;
    archive(&app).refuses(REP, CUSTOMER);
    let says_of_consent = |kind: &str| {
        let time = format!("{kind}_time");
        let object = json!({ "userid": CUSTOMER, time: app.clock.now().0 });
        archive(&app).archives(json!({
            "from": CUSTOMER, "tolist": [REP], "roomid": "", "msgtype": kind, kind: object,
        }))
    };

    archive(&app).says(CUSTOMER, REP, "你们太贵了");
    notified(&app).await;
    says_of_consent("agree");
    archive(&app).says(CUSTOMER, REP, "今年要走招标");
    notified(&app).await;
    assert_eq!(labels(&app).await, ["TENDER"]);
    says_of_consent("disagree");
    archive(&app).says(CUSTOMER, REP, "你们还是太贵了");
    notified(&app).await;

    assert_eq!(labels(&app).await, ["TENDER"]);
    assert_eq!(lines(&app).await.len(), 3);
}

#[tokio::test]
async fn the_platforms_word_of_a_consent_counts() {
    let app = start("").await;
    archive(&app).refuses(REP, CUSTOMER);
    archive(&app).says(CUSTOMER, REP, "你们太贵了");
    notified(&app).await;

    app.clock.advance(super::NEXT);
    archive(&app).tells_of_consent(REP, CUSTOMER).await;
    archive(&app).says(CUSTOMER, REP, "今年要走招标");
    notified(&app).await;

    assert_eq!(labels(&app).await, ["TENDER"]);
}

#[tokio::test]
async fn who_agreed_is_heard_also_when_their_word_comes_after_the_platforms_answer() {
    let app = start("").await;
    let stranger = "wmNobodySaidAnything0001";
    let agreed_at = app.clock.now().0;
    archive(&app).has_not_answered(REP, stranger);
    archive(&app).says(stranger, REP, "你们太贵了");
    notified(&app).await;
    assert_eq!(labels(&app).await, [""; 0], "nobody knows that they agreed");

    archive(&app).archives(json!({
        "from": stranger, "tolist": [REP], "roomid": "", "msgtype": "agree",
        "agree": { "userid": stranger, "agree_time": agreed_at },
    }));
    archive(&app).says(stranger, REP, "今年要走招标");
    notified(&app).await;

    assert_eq!(labels(&app).await, ["TENDER"]);
    assert_eq!(calls(&app, Endpoint::WecomSingleAgree), 1);
}

#[tokio::test]
async fn a_group_has_its_own_consents() {
    let app = start("").await;
    archive(&app).refuses(ROOM, CUSTOMER);

    archive(&app).says_in(ROOM, CUSTOMER, &[REP], "你们太贵了");
    archive(&app).says(CUSTOMER, REP, "今年要走招标");
    notified(&app).await;

    assert_eq!(labels(&app).await, ["TENDER"]);
    assert_eq!(calls(&app, Endpoint::WecomRoomAgree), 1);
    assert_eq!(calls(&app, Endpoint::WecomSingleAgree), 1);
}

#[tokio::test]
async fn a_consent_holds_for_a_day_and_is_asked_for_again_when_they_speak() {
    let app = start("").await;
    archive(&app).says(CUSTOMER, REP, "你好");
    archive(&app).says(CUSTOMER, REP, "在吗");
    archive(&app).says("wmHuafengLin003", "QianYue", "你好");
    notified(&app).await;
    assert_eq!(calls(&app, Endpoint::WecomSingleAgree), 2, "each once");

    app.advance(A_DAY).await;
    archive(&app).refuses(REP, CUSTOMER);
    archive(&app).says("wmHuafengLin003", "qianyue", "今年要走招标");
    notified(&app).await;
    archive(&app).says(CUSTOMER, REP, "你们太贵了");
    notified(&app).await;

    assert_eq!(
        calls(&app, Endpoint::WecomSingleAgree),
        4,
        "each when they say something"
    );
    assert_eq!(labels(&app).await, ["TENDER"]);
}

#[tokio::test]
async fn while_nobody_can_say_whether_they_agreed_the_line_waits() {
    let app = start("").await;
    app.sandbox
        .faults()
        .next_times(2, Endpoint::WecomSingleAgree, Fault::Http(502));

    archive(&app).says(CUSTOMER, REP, WORDS);
    notified(&app).await;
    assert_eq!(labels(&app).await, [""; 0]);
    waits(&app).await;

    assert_eq!(labels(&app).await, ["PRICE", "TENDER"]);
    assert_eq!(inbox(&app).await, (0, 0));
}
