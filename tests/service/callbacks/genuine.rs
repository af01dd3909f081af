//! What is genuine: stored once, whatever it is.

use std::time::Duration;

use super::{Platform, Posted, event, give_up, text};
use crate::app::{REP, TestApp};
use crate::sightings::{cards, figure, inbox, texts};

#[tokio::test]
async fn genuine_messages_that_cannot_be_read_are_acknowledged_and_set_aside() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let odd = [
        "",
        "not XML",
        "<xml>",
        "<xml></xml>",
        "<xml><ToUserName>ww</ToUserName><CreateTime>soon</CreateTime><MsgType>text</MsgType></xml>",
        "<!DOCTYPE a><xml><ToUserName>ww</ToUserName></xml>",
    ];

    for (number, message) in odd.iter().enumerate() {
        let answered = platform.post(&platform.seal(message)).await;
        assert_eq!(
            (answered.status, answered.body.as_str()),
            (200, ""),
            "{message:?}"
        );
        let kept = i64::try_from(number).unwrap() + 1;
        assert_eq!(inbox(&app).await, (0, kept), "{message:?}");
    }
    app.settle().await;
    assert!(figure(&app, "dingdan_inbox_set_aside").await >= 6.0);
    let aside = app.store.arrivals_set_aside(100).await.unwrap();
    assert!(
        aside
            .iter()
            .all(|(_, account, _, why)| account == "sales" && !why.is_empty())
    );

    // The same ones again are the same rows, and retrying them for ever is no use.
    for message in odd {
        assert_eq!(platform.post(&platform.seal(message)).await.status, 200);
    }
    app.store.retry_arrivals_set_aside().await.unwrap();
    give_up(&app).await;
    assert_eq!(inbox(&app).await, (0, 6));
}

#[tokio::test]
async fn unknown_kinds_of_messages_and_events_are_stored_and_harm_nothing() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let unknown = [
        text(REP, 1, "x").replace(">text<", ">hologram<"),
        text(REP, 2, "x")
            .replace("<Content>", "<Thought>")
            .replace("</Content>", "</Thought>"),
        event(REP, "teleport", "<Where><Deep>1</Deep></Where>"),
        event(
            "sys",
            "change_external_contact",
            "<ChangeType>befriend</ChangeType>",
        ),
        event(REP, "enter_agent", "<EventKey></EventKey>"),
    ];

    for message in &unknown {
        assert_eq!(
            platform.post(&platform.seal(message)).await.status,
            200,
            "{message}"
        );
    }
    assert_eq!(inbox(&app).await, (5, 0), "each is stored");
    app.settle().await;

    assert_eq!(inbox(&app).await, (0, 0), "none is in the way");
    assert!(cards(&app, REP).is_empty());
}

#[tokio::test]
async fn a_repeated_callback_is_acknowledged_each_time_and_stored_once() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let hello = text(REP, 77, "在吗");
    let posted = platform.seal(&hello);

    for _ in 0..3 {
        assert_eq!(
            platform.post(&posted).await.status,
            200,
            "the same to the byte"
        );
    }
    assert_eq!(
        platform.post(&platform.seal(&hello)).await.status,
        200,
        "sealed anew"
    );
    assert_eq!(inbox(&app).await, (1, 0));
    app.settle().await;
    assert_eq!(texts(&app, REP).len(), 1);

    // Also hours later, when it was worked on long ago.
    app.advance(Duration::from_secs(5 * 3600)).await;
    assert_eq!(platform.post(&platform.seal(&hello)).await.status, 200);
    assert_eq!(
        platform.post(&posted).await.status,
        403,
        "as it stood, it is too old"
    );
    app.settle().await;
    assert_eq!(texts(&app, REP).len(), 1);
}

#[tokio::test]
async fn a_character_that_no_database_takes_harms_neither_its_message_nor_others() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let odd = [
        text(REP, 1, "在\0吗"),
        text("stran\0ger", 2, "在吗"),
        event(REP, "tele\0port", ""),
        "\0".to_owned(),
    ];

    let posted: Vec<Posted> = odd.iter().map(|message| platform.seal(message)).collect();
    let genuine = platform.seal(&text(REP, 3, "在吗"));
    let all = posted.iter().chain([&genuine]);
    let answers = futures_util::future::join_all(all.map(|posted| platform.post(posted))).await;
    assert!(
        answers.iter().all(|answer| answer.status == 200),
        "{answers:?}"
    );
    let sealed = platform.sign("AA\0==");
    assert_eq!(
        platform.post(&sealed).await.status,
        400,
        "no envelope holds it"
    );
    app.settle().await;

    assert_eq!(texts(&app, REP).len(), 2);
    assert_eq!(inbox(&app).await.0, 0);
}

#[tokio::test]
async fn ten_copies_at_once_are_one_message() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let hello = text(REP, 5, "在吗");
    let copies: Vec<Posted> = (0..10).map(|_| platform.seal(&hello)).collect();

    let posts = copies.iter().map(|posted| platform.post(posted));
    let answers = futures_util::future::join_all(posts).await;

    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(inbox(&app).await, (1, 0));
    app.settle().await;
    assert_eq!(texts(&app, REP).len(), 1);
}

#[tokio::test]
async fn different_events_of_one_second_are_not_taken_for_one() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let added = |customer: &str| {
        let more = format!(
            "<ChangeType>add_external_contact</ChangeType><UserID>{REP}</UserID>\
             <ExternalUserID>{customer}</ExternalUserID>"
        );
        event("sys", "change_external_contact", &more)
    };

    for customer in ["wmA", "wmB", "wmA"] {
        assert_eq!(
            platform.post(&platform.seal(&added(customer))).await.status,
            200
        );
    }

    assert_eq!(inbox(&app).await, (2, 0));
}

#[tokio::test]
async fn what_an_unknown_person_sends_is_kept_and_not_answered() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let click = event(
        "stranger",
        "template_card_event",
        "<EventKey>submit</EventKey><TaskId>deal-yunshan-1@1</TaskId>\
         <CardType>multiple_interaction</CardType><ResponseCode>abc</ResponseCode>",
    );

    for message in [text("stranger", 1, "在吗"), click] {
        assert_eq!(platform.post(&platform.seal(&message)).await.status, 200);
    }
    assert_eq!(inbox(&app).await, (2, 0));
    app.settle().await;

    assert_eq!(inbox(&app).await, (0, 0));
    assert!(app.sandbox.ledger().sent_to("stranger").is_empty());
}
