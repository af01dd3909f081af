//! Messages of 微信客服, one literal payload for each type.

use dingdan_webhooks::wecom::kf::{
    KfEvent, KfKind, KfMessage, Origin, SyncMsgRequest, SyncMsgResponse,
};
use serde_json::{Value, json};

fn item(msgtype: &str, body: Value) -> Value {
    json!({
        "msgid": format!("id-{msgtype}"),
        "open_kfid": "wk1",
        "external_userid": "wm1",
        "send_time": 1741300201,
        "origin": 3,
        "msgtype": msgtype,
        msgtype: body,
    })
}

fn kind(msgtype: &str, body: Value) -> KfKind {
    KfMessage::from_raw(item(msgtype, body)).kind
}

fn owned(text: &str) -> String {
    text.to_owned()
}

#[test]
fn every_message_type_is_read() {
    let cases = [
        (
            kind("text", json!({"content": "你们太贵了", "menu_id": "m1"})),
            KfKind::Text {
                content: owned("你们太贵了"),
                menu_id: Some(owned("m1")),
            },
        ),
        (
            kind("image", json!({"media_id": "1"})),
            KfKind::Image {
                media_id: owned("1"),
            },
        ),
        (
            kind("voice", json!({"media_id": "2"})),
            KfKind::Voice {
                media_id: owned("2"),
            },
        ),
        (
            kind("video", json!({"media_id": "3"})),
            KfKind::Video {
                media_id: owned("3"),
            },
        ),
        (
            kind("file", json!({"media_id": "4"})),
            KfKind::File {
                media_id: owned("4"),
            },
        ),
        (
            kind(
                "location",
                json!({"latitude": 23.1, "longitude": 113.3, "name": "楼", "address": "路"}),
            ),
            KfKind::Location {
                latitude: 23.1,
                longitude: 113.3,
                name: owned("楼"),
                address: owned("路"),
            },
        ),
        (
            kind(
                "link",
                json!({"title": "t", "desc": "d", "url": "u", "pic_url": "p"}),
            ),
            KfKind::Link {
                title: owned("t"),
                desc: owned("d"),
                url: owned("u"),
                pic_url: owned("p"),
            },
        ),
        (
            kind("business_card", json!({"userid": "li.si"})),
            KfKind::BusinessCard {
                userid: owned("li.si"),
            },
        ),
        (
            kind(
                "miniprogram",
                json!({"title": "t", "appid": "a", "pagepath": "p", "thumb_media_id": "m"}),
            ),
            KfKind::Miniprogram {
                title: owned("t"),
                appid: owned("a"),
                pagepath: owned("p"),
                thumb_media_id: owned("m"),
            },
        ),
        (
            kind(
                "merged_msg",
                json!({"title": "t", "item": [{"msgtype": "text"}]}),
            ),
            KfKind::MergedMsg {
                title: owned("t"),
                items: vec![json!({"msgtype": "text"})],
            },
        ),
        (
            kind("channels_shop_order", json!({"order_id": "7"})),
            KfKind::Other {
                name: owned("channels_shop_order"),
                raw: json!({"order_id": "7"}),
            },
        ),
        (
            kind("note", Value::Null),
            KfKind::Other {
                name: owned("note"),
                raw: Value::Null,
            },
        ),
    ];
    for (found, expected) in cases {
        assert!(found == expected, "{}", expected.name());
    }
}

#[test]
fn every_event_is_read_with_the_ids_inside_it() {
    let event = |body: Value| {
        let raw =
            json!({"msgid": "e1", "send_time": 1, "origin": 4, "msgtype": "event", "event": body});
        let message = KfMessage::from_raw(raw);
        assert_eq!(message.open_kfid.as_deref(), Some("wk1"));
        assert_eq!(message.external_userid.as_deref(), Some("wm1"));
        assert_eq!(message.origin, Origin::System);
        let KfKind::Event(event) = message.kind else {
            panic!("an event");
        };
        event
    };
    let with_ids = |mut body: Value| {
        body["open_kfid"] = "wk1".into();
        body["external_userid"] = "wm1".into();
        event(body)
    };
    let cases = [
        (
            json!({"event_type": "enter_session", "scene": "s", "scene_param": "p", "welcome_code": "w"}),
            KfEvent::EnterSession {
                scene: owned("s"),
                scene_param: owned("p"),
                welcome_code: Some(owned("w")),
            },
        ),
        (
            json!({"event_type": "msg_send_fail", "fail_msgid": "m", "fail_type": 4}),
            KfEvent::MsgSendFail {
                fail_msgid: owned("m"),
                fail_type: 4,
            },
        ),
        (
            json!({"event_type": "servicer_status_change", "servicer_userid": "u", "status": 2, "stop_type": 1}),
            KfEvent::ServicerStatusChange {
                servicer_userid: owned("u"),
                status: 2,
                stop_type: 1,
            },
        ),
        (
            json!({"event_type": "session_status_change", "change_type": 2, "old_servicer_userid": "a", "new_servicer_userid": "b"}),
            KfEvent::SessionStatusChange {
                change_type: 2,
                old_servicer_userid: Some(owned("a")),
                new_servicer_userid: Some(owned("b")),
                msg_code: None,
            },
        ),
        (
            json!({"event_type": "user_recall_msg", "recall_msgid": "m"}),
            KfEvent::UserRecallMsg {
                recall_msgid: owned("m"),
            },
        ),
        (
            json!({"event_type": "moon"}),
            KfEvent::Other {
                name: owned("moon"),
            },
        ),
    ];
    for (body, expected) in cases {
        assert!(with_ids(body) == expected, "{}", expected.name());
    }
}

#[test]
fn an_odd_item_does_not_lose_the_others() {
    let answer = json!({
        "errcode": 0, "errmsg": "ok", "next_cursor": "c2", "has_more": 1,
        "msg_list": [
            item("text", json!({"content": "first"})),
            {"msgid": 5, "send_time": "soon", "origin": null, "msgtype": ["?"]},
            "not even an object",
            {"msgid": "half", "msgtype": "text", "text": "no object"},
            item("text", json!({"content": "last"})),
        ]
    });
    let answer: SyncMsgResponse = serde_json::from_value(answer).unwrap();

    assert!(answer.has_more);
    assert_eq!(answer.next_cursor, "c2");
    let names: Vec<_> = answer
        .msg_list
        .iter()
        .map(|message| message.kind.name())
        .collect();
    assert_eq!(names, ["text", "", "", "text", "text"]);
    assert_eq!(answer.msg_list[2].raw, "not even an object");
    let mut keys: Vec<_> = answer.msg_list.iter().map(KfMessage::message_key).collect();
    assert_eq!(keys[0].as_str(), "kf:msg:id-text");
    keys.sort();
    keys.dedup();
    assert_eq!(
        keys.len(),
        4,
        "first and last share a msgid, the odd ones differ"
    );
}

#[test]
fn answers_and_requests_come_back_as_they_were() {
    let raw = json!({
        "errcode": 0, "errmsg": "ok", "next_cursor": "c2", "has_more": 0,
        "msg_list": [item("text", json!({"content": "x", "new_field": [1, 2]}))]
    });
    let answer: SyncMsgResponse = serde_json::from_value(raw.clone()).unwrap();
    assert!(!answer.has_more);
    assert_eq!(answer.msg_list[0].send_time, 1741300201);
    assert_eq!(answer.msg_list[0].origin, Origin::Customer);
    assert_eq!(serde_json::to_value(&answer).unwrap(), raw);

    let refused: SyncMsgResponse =
        serde_json::from_str(r#"{"errcode":95007,"errmsg":"x"}"#).unwrap();
    assert_eq!(refused.errcode, 95007);

    let request = SyncMsgRequest {
        token: owned("ENC1"),
        limit: Some(1000),
        open_kfid: owned("wk1"),
        ..SyncMsgRequest::default()
    };
    let wire = json!({"token": "ENC1", "limit": 1000, "open_kfid": "wk1"});
    assert_eq!(serde_json::to_value(&request).unwrap(), wire);
    assert!(serde_json::from_value::<SyncMsgRequest>(wire).unwrap() == request);
}
