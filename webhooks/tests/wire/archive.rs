//! Messages of the chat archive, one literal payload for each type (91774).

use dingdan_webhooks::wecom::archive::{
    Action, ArchiveKind, ArchiveMessage, AttachmentKind, ChatData, LibraryCode, Side,
};
use serde_json::{Value, json};

fn message(msgtype: &str, name: &str, object: Value) -> ArchiveMessage {
    ArchiveMessage::from_raw(json!({
        "msgid": "7641_1547087894783_external", "action": "send", "from": "wm1",
        "tolist": ["zhao.lei", "wm1"], "roomid": "", "msgtime": 1_741_300_201_123_i64,
        "msgtype": msgtype, name: object,
    }))
}

fn content(object: Value) -> String {
    object.to_string()
}

/// Each type: its object's name, its object, what is shown, and what of that the sender said.
fn cases() -> Vec<(
    &'static str,
    &'static str,
    Value,
    &'static str,
    &'static str,
)> {
    vec![
        (
            "text",
            "text",
            json!({"content": "太贵了"}),
            "太贵了",
            "太贵了",
        ),
        (
            "markdown",
            "info",
            json!({"content": "**太贵了**"}),
            "**太贵了**",
            "**太贵了**",
        ),
        (
            "image",
            "image",
            json!({"md5sum": "A0", "filesize": 9, "sdkfileid": "f"}),
            "",
            "",
        ),
        ("revoke", "revoke", json!({"pre_msgid": "1"}), "", ""),
        (
            "agree",
            "agree",
            json!({"userid": "wm1", "agree_time": 5}),
            "",
            "",
        ),
        (
            "disagree",
            "disagree",
            json!({"userid": "wm1", "disagree_time": 5}),
            "",
            "",
        ),
        (
            "voice",
            "voice",
            json!({"md5sum": "", "voice_size": 9, "play_length": 3, "sdkfileid": "f"}),
            "",
            "",
        ),
        (
            "video",
            "video",
            json!({"filesize": 9, "play_length": 3, "sdkfileid": "f"}),
            "",
            "",
        ),
        (
            "emotion",
            "emotion",
            json!({"type": 1, "imagesize": 9, "sdkfileid": "f"}),
            "",
            "",
        ),
        (
            "file",
            "file",
            json!({"filename": "报价.pdf", "filesize": 9, "sdkfileid": "f"}),
            "报价.pdf",
            "",
        ),
        (
            "card",
            "card",
            json!({"corpname": "云杉", "userid": "x"}),
            "云杉",
            "",
        ),
        (
            "location",
            "location",
            json!({"longitude": 121.5, "latitude": 29.8, "title": "工厂", "address": "宁波"}),
            "工厂 宁波",
            "",
        ),
        (
            "link",
            "link",
            json!({"title": "太贵了", "description": "招标"}),
            "太贵了\n招标",
            "",
        ),
        (
            "weapp",
            "weapp",
            json!({"displayname": "商城", "description": ""}),
            "商城",
            "",
        ),
        (
            "docmsg",
            "doc",
            json!({"title": "方案", "doc_creator": "zhao.lei", "link_url": "u"}),
            "方案",
            "",
        ),
        (
            "news",
            "info",
            json!({"item": [{"title": "一", "description": "甲"}, {"title": "二"}]}),
            "一\n二\n甲",
            "",
        ),
        (
            "meeting",
            "meeting",
            json!({"topic": "评审", "address": "三楼"}),
            "评审\n三楼",
            "",
        ),
        (
            "meeting_notification",
            "info",
            json!({"content": "会议结束", "notification_type": 2}),
            "会议结束",
            "",
        ),
        (
            "calendar",
            "calendar",
            json!({"title": "拜访", "place": "宁波", "remarks": "带样品"}),
            "拜访\n宁波 带样品",
            "",
        ),
        (
            "todo",
            "todo",
            json!({"title": "寄样", "content": "周五前"}),
            "寄样\n周五前",
            "",
        ),
        (
            "vote",
            "vote",
            json!({"votetitle": "选哪家", "voteitem": ["甲", "乙"]}),
            "选哪家\n甲 乙",
            "",
        ),
        (
            "collect",
            "collect",
            json!({"title": "登记表"}),
            "登记表",
            "",
        ),
        (
            "redpacket",
            "redpacket",
            json!({"wish": "恭喜"}),
            "恭喜",
            "",
        ),
        (
            "external_redpacket",
            "redpacket",
            json!({"wish": "恭喜"}),
            "恭喜",
            "",
        ),
        (
            "sphfeed",
            "sphfeed",
            json!({"sph_name": "频道", "feed_desc": "新品"}),
            "频道\n新品",
            "",
        ),
        (
            "voiptext",
            "info",
            json!({"callduration": 10, "invitetype": 2}),
            "",
            "",
        ),
        (
            "qydiskfile",
            "info",
            json!({"filename": "图纸.dwg"}),
            "图纸.dwg",
            "",
        ),
        (
            "solitaire",
            "info",
            json!({"solitaire_type": "1", "solitaire_content": "接龙"}),
            "接龙",
            "",
        ),
        (
            "note",
            "info",
            json!({"items": [{"msg_type": "text", "content": content(json!({"content": "笔记"}))}]}),
            "笔记",
            "",
        ),
        (
            "meeting_voice_call",
            "meeting_voice_call",
            json!({"endtime": 1, "sdkfileid": "f"}),
            "",
            "",
        ),
        (
            "voip_doc_share",
            "voip_doc_share",
            json!({"filename": "a.ppt", "sdkfileid": "f"}),
            "",
            "",
        ),
        (
            "mixed",
            "mixed",
            json!({"item": [
                {"type": "text", "content": content(json!({"content": "太贵了"}))},
                {"type": "image", "content": content(json!({"sdkfileid": "f"}))},
            ]}),
            "太贵了\n[图片]",
            "太贵了\n[图片]",
        ),
        (
            "mixed",
            "mixed",
            json!({"item": [
                {"type": "text", "content": content(json!({"content": "你看"}))},
                {"type": "chatrecord", "content": content(json!({"title": "记录", "item": [
                    {"type": "ChatRecordText", "content": content(json!({"content": "太贵了"}))},
                ]}))},
                {"type": "file", "content": content(json!({"sdkfileid": "f", "filename": "降价.pdf"}))},
                {"type": "text", "content": content(json!({"content":
                    "这是一条引用/回复消息：\n\"赵磊：\n嫌贵吗\"\n------\n今年招标"}))},
                {"type": "location", "content": content(json!({"title": "我们公司", "address": "张江"}))},
            ]}),
            "你看\n[聊天记录]\n[文件]\n今年招标\n[位置]\n记录\n太贵了\n降价.pdf\n\
             这是一条引用/回复消息：\n\"赵磊：\n嫌贵吗\"\n------\n我们公司 张江",
            "你看\n[聊天记录]\n[文件]\n今年招标\n[位置]",
        ),
        (
            "mixed",
            "mixed",
            json!({"item": [
                {"type": "text", "content": content(json!({"content": "这是一条引用/回复消息：\n\"赵磊：\n"}))},
                {"type": "image", "content": content(json!({"sdkfileid": "f"}))},
                {"type": "text", "content": content(json!({"content": "嫌贵吗\"\n------\n不是的"}))},
            ]}),
            "这是一条引用/回复消息：\n\"赵磊：\n\n[图片]\n嫌贵吗\"\n------\n不是的",
            "不是的",
        ),
        (
            "chatrecord",
            "chatrecord",
            json!({"title": "记录", "item": [
                {"type": "ChatRecordText", "msgtime": 5, "content": content(json!({"content": "太贵了"}))},
                {"type": "ChatRecordMixed", "msgtime": 5, "content": content(json!({"item": [
                    {"type": "text", "content": content(json!({"content": "招标"}))},
                ]}))},
            ]}),
            "记录\n太贵了\n招标",
            "",
        ),
        ("hologram", "hologram", json!({"content": "太贵了"}), "", ""),
        ("", "text", json!({"content": "太贵了"}), "", ""),
    ]
}

#[test]
fn every_message_type_is_read_with_its_words() {
    for (msgtype, name, object, shown, own) in cases() {
        let message = message(msgtype, name, object);
        let words = message.words();
        assert_eq!(words.text, shown, "{msgtype}");
        assert_eq!(words.own_words(), own, "{msgtype}");
        assert_eq!(message.kind.name(), msgtype);
        let is_other = matches!(message.kind, ArchiveKind::Other { .. });
        assert_eq!(is_other, matches!(msgtype, "hologram" | ""), "{msgtype}");
    }
}

#[test]
fn who_takes_part_and_when_is_read() {
    let single = message("text", "text", json!({"content": "x"}));
    assert_eq!(single.people().collect::<Vec<_>>(), ["wm1", "zhao.lei"]);
    assert_eq!(
        (single.action, single.room.as_deref(), single.sent_ms),
        (Action::Send, None, 1_741_300_201_123)
    );

    let switch = ArchiveMessage::from_raw(
        json!({"msgid": "1", "action": "switch", "time": 7, "user": "zhao.lei"}),
    );
    assert_eq!(
        (switch.action, switch.from.as_str(), switch.sent_ms),
        (Action::Switch, "zhao.lei", 7)
    );
    let sides = ["wmA", "woA", "wbA", "zhao.lei", "", "太贵"].map(Side::of);
    assert_eq!(
        sides,
        [
            Side::Outside,
            Side::Outside,
            Side::Robot,
            Side::Member,
            Side::Member,
            Side::Member
        ]
    );
}

#[test]
fn files_are_found_wherever_they_are() {
    let file = |length: &str| json!({"sdkfileid": "f", "md5sum": "AB", length: 9});
    for (msgtype, name, length) in [
        ("image", "image", "filesize"),
        ("voice", "voice", "voice_size"),
        ("emotion", "emotion", "imagesize"),
    ] {
        let found = message(msgtype, name, file(length)).attachments();
        assert_eq!(
            (found.len(), found[0].length, found[0].md5sum.as_str()),
            (1, Some(9), "ab"),
            "{msgtype}"
        );
    }
    let item = |kind: &str, object: Value| json!({"type": kind, "content": content(object)});
    let record = message(
        "chatrecord",
        "chatrecord",
        json!({"item": [
            item("ChatRecordImage", file("filesize")),
            item("ChatRecordMixed", json!({"item": [item("file", file("filesize"))]})),
            item("ChatRecordVideo", json!({})),
        ]}),
    );
    let kinds: Vec<AttachmentKind> = record.attachments().iter().map(|file| file.kind).collect();
    assert_eq!(
        kinds,
        [AttachmentKind::Image, AttachmentKind::File],
        "one without an id can't be fetched"
    );
    let call = message(
        "meeting_voice_call",
        "meeting_voice_call",
        json!({
            "sdkfileid": "a", "demofiledata": [{"filename": "b", "sdkfileid": "b"}], "sharescreendata": [{"sdkfileid": "c"}],
        }),
    );
    assert_eq!(call.attachments().len(), 3);
}

#[test]
fn of_a_quote_only_the_answer_is_the_senders_own() {
    for (text, own) in [
        (
            "这是一条引用/回复消息：\n\"赵磊：\n太贵吗\"\n------\n不贵",
            "不贵",
        ),
        (
            "This is a quote/reply:\n\"A:\ntoo dear?\"\n------\nno",
            "no",
        ),
        (
            "这是一条引用/回复消息:\n太贵吗\n---------\n\n 不贵 ",
            "不贵 ",
        ),
        // What is quoted is a reply itself.
        (
            "这是一条引用/回复消息：\n这是一条引用/回复消息：\n甲\n------\n太贵\n------\n好",
            "好",
        ),
        ("这是一条引用/回复消息：\n太贵", ""),
        ("这是一条引用/回复消息：\n太贵\n------\n", ""),
        ("这是一条引用/回复消息：\n太贵\n------", ""),
        (
            "他说：这是一条引用/回复消息：\n太贵\n------\n好",
            "他说：这是一条引用/回复消息：\n太贵\n------\n好",
        ),
        ("------\n太贵", "------\n太贵"),
    ] {
        let words = message("text", "text", json!({ "content": text })).words();
        assert_eq!(words.text, text);
        assert_eq!(words.own_words(), own, "{text}");
    }
}

#[test]
fn a_record_in_a_record_in_a_record_ends_somewhere() {
    let words_at = |depth: usize| {
        let innermost = json!({"content": "太贵了"}).to_string();
        let mut object = json!({"item": [{"type": "text", "content": innermost}]});
        for _ in 0..depth {
            object = json!({"item": [{"type": "ChatRecordMixed", "content": object.to_string()}]});
        }
        message("mixed", "mixed", object).words().text
    };

    assert_eq!(words_at(3), "[图文消息]\n太贵了");
    assert_eq!(words_at(10), "");
}

#[test]
fn a_list_of_sealed_messages_is_read_with_numbers_of_64_bits() {
    let data: ChatData = serde_json::from_value(json!({
        "errcode": 0, "errmsg": "ok", "further": 1,
        "chatdata": [{
            "seq": u64::MAX, "msgid": "CAQQ_external", "publickey_ver": 3,
            "encrypt_random_key": "ftJ+", "encrypt_chat_msg": "898W",
        }],
    }))
    .unwrap();

    assert_eq!(
        (data.chatdata[0].seq, data.chatdata[0].publickey_ver),
        (u64::MAX, 3)
    );
    assert!(!format!("{data:?}").contains("898W"));
    let empty: ChatData = serde_json::from_str(r#"{"errcode":0,"errmsg":"ok"}"#).unwrap();
    assert!(empty.chatdata.is_empty());
}

#[test]
fn each_code_of_the_library_says_what_to_do() {
    assert_eq!(LibraryCode::of(0), None);
    for code in [
        10_000, 10_001, 10_002, 10_003, 10_005, 10_006, 10_008, 10_009, 10_010, 10_011, -1,
    ] {
        let meaning = LibraryCode::of(code).unwrap();
        assert!(!meaning.advice().is_empty());
        assert_eq!(
            meaning == LibraryCode::Again,
            (10_001..=10_003).contains(&code),
            "{code}"
        );
    }
    assert!(LibraryCode::UntrustedAddress.advice().contains("可信IP"));
}

#[test]
fn nothing_that_was_said_shows_in_debug_output() {
    for (msgtype, name, object, shown, _) in cases() {
        let message = message(msgtype, name, object);
        let printed = format!(
            "{message:?} {:?} {:?} {:?}",
            message.kind,
            message.words(),
            message.attachments()
        );
        for word in shown.split_whitespace() {
            assert!(!printed.contains(word), "{msgtype}: {printed}");
        }
    }
}
