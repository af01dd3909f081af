//! What an AI bot is told.

use dingdan_webhooks::wecom::bot::{BotEvent, BotKind, BotMessage, Part};
use serde_json::{Value, json};

fn read(message: &Value) -> BotMessage {
    BotMessage::parse(&message.to_string()).unwrap()
}

/// A message in a group, with these further members.
fn in_group(further: &Value) -> BotMessage {
    let mut message = json!({
        "msgid": "m1", "aibotid": "AIBOT1", "chatid": "wrGROUP1", "chattype": "group",
        "from": { "userid": "zhao.lei" }, "response_url": "https://example.invalid/",
    });
    for (name, value) in further.as_object().unwrap() {
        message[name] = value.clone();
    }
    read(&message)
}

#[test]
fn each_kind_of_message_is_read() {
    let text = |words: &str| json!({ "msgtype": "text", "text": { "content": words } });
    let image = json!({ "msgtype": "image", "image": { "url": "https://a.invalid/1" } });
    let mixed = json!({ "msgtype": "mixed", "mixed": { "msg_item": [
        text("@助手 太贵了"), image, { "msgtype": "sticker" },
    ] } });
    for (message, name, words, has_media) in [
        (text("@助手 太贵了"), "text", "@助手 太贵了", false),
        (image, "image", "", true),
        (mixed, "mixed", "@助手 太贵了", true),
        (
            json!({ "msgtype": "voice", "voice": { "content": "太贵了" } }),
            "voice",
            "太贵了",
            false,
        ),
        (
            json!({ "msgtype": "file", "file": { "url": "https://a.invalid/2" } }),
            "file",
            "",
            true,
        ),
        (
            json!({ "msgtype": "video", "video": { "url": "https://a.invalid/3" } }),
            "video",
            "",
            true,
        ),
        (
            json!({ "msgtype": "stream", "stream": { "id": "s-1" } }),
            "stream",
            "",
            false,
        ),
        (json!({ "msgtype": "hologram" }), "hologram", "", false),
        (json!({}), "", "", false),
    ] {
        let read = in_group(&message);
        assert_eq!(read.kind.name(), name);
        assert_eq!(read.kind.words(), words, "{name}");
        assert_eq!(read.kind.has_media(), has_media, "{name}");
        assert_eq!(read.message_key().as_str(), "msg:m1");
        assert_eq!(read.chat_id.as_deref(), Some("wrGROUP1"));
        assert_eq!(read.from, "zhao.lei");
    }
    let BotKind::Mixed { parts } = in_group(&mixed_of_one()).kind else {
        panic!("it is mixed")
    };
    assert_eq!(parts, [Part::Other("sticker".to_owned())]);
}

fn mixed_of_one() -> Value {
    json!({ "msgtype": "mixed", "mixed": { "msg_item": [{ "msgtype": "sticker" }] } })
}

#[test]
fn a_quote_is_not_the_speakers_own_words() {
    let message = in_group(&json!({
        "msgtype": "text", "text": { "content": "@助手 记一下" },
        "quote": { "msgtype": "text", "text": { "content": "你们太贵了" } },
    }));

    assert_eq!(message.own_words(""), "记一下");
    assert_eq!(message.quote.unwrap().words(), "你们太贵了");
}

#[test]
fn the_mention_of_the_bot_is_left_out() {
    for (words, title, own) in [
        ("@销售助手 客户嫌贵", "", "客户嫌贵"),
        ("@销售助手\u{2005}客户嫌贵", "", "客户嫌贵"),
        ("@销售助手", "", ""),
        ("客户嫌贵", "", "客户嫌贵"),
        ("@sales bot 客户嫌贵", "sales bot", "客户嫌贵"),
        ("客户嫌贵 @sales bot", "sales bot", "客户嫌贵"),
        (
            "@销售助手二号 客户嫌贵",
            "销售助手",
            "@销售助手二号 客户嫌贵",
        ),
    ] {
        let message = in_group(&json!({ "msgtype": "text", "text": { "content": words } }));
        assert_eq!(message.own_words(title), own, "{words}");
    }
    let mut alone = json!({ "msgid": "m2", "chattype": "single", "from": { "userid": "a" } });
    alone["msgtype"] = json!("text");
    alone["text"] = json!({ "content": " @张三 也在问 " });
    assert_eq!(
        read(&alone).own_words(""),
        "@张三 也在问",
        "nobody mentions it there"
    );
}

#[test]
fn events_are_read_however_their_members_are_spelled() {
    let event = |event: Value| {
        let message = json!({ "msgid": "e1", "create_time": 1_741_300_300, "msgtype": "event",
            "from": { "userid": "zhao.lei" }, "event": event });
        let read = read(&message);
        assert_eq!(read.create_time, 1_741_300_300);
        match read.kind {
            BotKind::Event(event) => event,
            other => panic!("{other:?}"),
        }
    };
    let documented = json!({ "eventtype": "template_card_event", "template_card_event": {
        "card_type": "vote_interaction", "event_key": "submit", "task_id": "t-1",
        "selected_items": { "selected_item": [
            { "question_key": "objection", "option_ids": { "option_id": ["price", "timing"] } }
        ] } } });
    let tabled = json!({ "eventtype": "template_card_event", "template_card_event": {
        "cardtype": "vote_interaction", "eventkey": "submit", "taskid": "t-1",
        "selected_items": { "selected_item": [
            { "questionkey": "objection", "optionids": { "optionid": ["price", "timing"] } }
        ] } } });
    for spelling in [documented, tabled] {
        let BotEvent::TemplateCard(click) = event(spelling) else {
            panic!("it is a press")
        };
        assert_eq!(
            (click.event_key.as_str(), click.task_id.as_str()),
            ("submit", "t-1")
        );
        assert_eq!(click.card_type, "vote_interaction");
        assert_eq!(click.options("objection"), ["price", "timing"]);
    }
    let BotEvent::Feedback(feedback) = event(json!({ "eventtype": "feedback_event",
        "feedback_event": { "id": "f", "type": 2, "content": "不对", "inaccurate_reason_list": [1, 4] } }))
    else {
        panic!("it is feedback")
    };
    assert_eq!(
        (feedback.kind, feedback.reasons.as_slice()),
        (2, &[1, 4][..])
    );
    assert!(!format!("{feedback:?}").contains("不对"));
    assert_eq!(
        event(json!({ "eventtype": "enter_chat" })),
        BotEvent::EnterChat
    );
    assert_eq!(event(json!({ "eventtype": "party" })).name(), "party");
}

#[test]
fn whatever_is_no_object_is_refused_and_nothing_panics() {
    for text in ["", "null", "[]", "\"text\"", "{", "1"] {
        assert!(BotMessage::parse(text).is_err(), "{text}");
    }
    let odd =
        read(&json!({ "msgid": 7, "from": "me", "msgtype": "mixed", "mixed": [], "quote": [] }));
    assert_eq!(odd.kind.words(), "");
    assert!(odd.message_key().as_str().starts_with("hash:"));
}

#[test]
fn debug_shows_no_words() {
    let message = in_group(&json!({ "msgtype": "text", "text": { "content": "秘密" } }));
    let shown = format!("{message:?}");
    assert!(
        !shown.contains("秘密") && shown.contains("AIBOT1"),
        "{shown}"
    );
}
