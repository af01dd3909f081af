//! What holds for every input.

use dingdan_webhooks::dingtalk::{errcode, event};
use dingdan_webhooks::wecom::archive::ArchiveMessage;
use dingdan_webhooks::wecom::kf::KfMessage;
use dingdan_webhooks::wecom::message::truncate_bytes;
use dingdan_webhooks::wecom::{Callback, Crypto, Envelope, OpenError, Query};
use proptest::prelude::*;

fn crypto(receive_id: &str) -> Crypto {
    Crypto::new(
        "sPf7kQ2vXn9T".parse().unwrap(),
        "Zm3qP0vYc7RkL2sWn8XbTd5HgJf1uEa4oMi6rQyKxCD"
            .parse()
            .unwrap(),
        receive_id,
    )
}

/// Text that looks like a callback, so that mutations reach deep.
fn near_xml() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<xml>".to_owned()),
        Just("</xml>".to_owned()),
        Just("<ToUserName>w</ToUserName><CreateTime>1</CreateTime>".to_owned()),
        Just("<MsgType>event</MsgType>".to_owned()),
        Just("<Event><![CDATA[template_card_event]]></Event>".to_owned()),
        Just("<SelectedItems><SelectedItem>".to_owned()),
        Just("</SelectedItem></SelectedItems>".to_owned()),
        Just("<![CDATA[".to_owned()),
        Just("]]>".to_owned()),
        Just("&amp;&#65;&x;".to_owned()),
        Just("<!DOCTYPE a>".to_owned()),
        Just("<a b='".to_owned()),
        ".{0,12}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// JSON that looks like an archived message, with something else in any place.
fn near_archive() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::{Value, json};
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,16}".prop_map(Value::from),
        Just(Value::from("这是一条引用/回复消息：\n太贵\n------")),
        Just(Value::from("{\"content\":\"太贵\"}")),
    ];
    let names = "content|title|item|items|type|msgtype|sdkfileid|filesize|text|info|item|mixed|x";
    let object = leaf.prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(names, inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    });
    let types = prop::sample::select(vec![
        "text",
        "markdown",
        "mixed",
        "chatrecord",
        "news",
        "note",
        "voiptext",
        "vote",
        "meeting_voice_call",
        "agree",
        "location",
        "docmsg",
        "unheard of",
        "",
    ]);
    let key = prop::sample::select(vec!["same", "info", "doc", "redpacket"]);
    (types, key, object.clone(), object).prop_map(|(msgtype, key, body, other)| {
        let key = if key == "same" { msgtype } else { key };
        json!({"msgid": other, "from": other, "tolist": other, "msgtime": other, "msgtype": msgtype, key: body})
    })
}

proptest! {
    #[test]
    fn what_is_sealed_opens_to_the_same(
        message in any::<String>(),
        random in any::<[u8; 16]>(),
        receive_id in "[a-zA-Z0-9]{0,24}",
        timestamp in 1_000_000_000i64..=9_999_999_999,
        nonce in "[!-~]{1,128}",
        agent_id in any::<Option<i64>>(),
    ) {
        let crypto = crypto(&receive_id);
        let timestamp = timestamp.to_string();

        let sealed = crypto.seal_envelope(&message, random, &timestamp, &nonce, agent_id);
        let query = Query::parse(&sealed.query_string).unwrap();
        prop_assert_eq!(query.check_shape(), Ok(()));
        let envelope = Envelope::parse(sealed.body.as_bytes()).unwrap();
        prop_assert_eq!(crypto.open(&query, &envelope.encrypt), Ok(message.clone()));

        let echo = crypto.seal_echo(&message, random, &timestamp, &nonce);
        let query = Query::parse(&echo).unwrap();
        prop_assert_eq!(crypto.open_echo(&query), Ok(message));
    }

    #[test]
    fn a_reply_is_an_envelope_whatever_the_nonce(
        message in any::<String>(),
        nonce in "[ -~]{1,20}",
    ) {
        let crypto = crypto("ww1");
        let reply = crypto.seal_reply(&message, [7; 16], 1741300000, &nonce);
        let envelope = Envelope::parse(reply.as_bytes()).unwrap();
        prop_assert_eq!(crypto.decrypt(&envelope.encrypt), Ok(message));
    }

    #[test]
    fn any_flipped_bit_is_refused(
        message in ".{0,200}",
        random in any::<[u8; 16]>(),
        at in any::<prop::sample::Index>(),
        bit in 0u8..7,
    ) {
        let crypto = crypto("ww0f6d7c5b4a392817");
        let (timestamp, nonce) = ("1741300007", "90011753037");
        let encrypt = crypto.seal(&message, random);
        let mut query = Query {
            msg_signature: crypto.signature(timestamp, nonce, &encrypt),
            timestamp: timestamp.to_owned(),
            nonce: nonce.to_owned(),
            echostr: None,
        };
        let flipped = flip(&encrypt, at, bit);
        prop_assert_eq!(crypto.open(&query, &flipped), Err(OpenError::Signature));

        let signature = flip(&query.msg_signature, at, bit);
        let genuine = std::mem::replace(&mut query.msg_signature, signature);
        prop_assert_eq!(crypto.open(&query, &encrypt), Err(OpenError::Signature));

        query.msg_signature = genuine;
        query.timestamp = flip(&query.timestamp, at, bit);
        prop_assert_eq!(crypto.open(&query, &encrypt), Err(OpenError::Signature));
    }

    #[test]
    fn decrypting_anything_ends_in_an_error_or_a_text(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        text in "[A-Za-z0-9+/=]{0,120}",
    ) {
        use base64::Engine;
        let encoded = base64::engine::general_purpose::STANDARD.encode(bytes);
        for receive_id in ["", "ww0f6d7c5b4a392817"] {
            let _ = crypto(receive_id).decrypt(&encoded);
            let _ = crypto(receive_id).decrypt(&text);
        }
    }

    #[test]
    fn a_broken_block_gives_one_of_the_errors_after_the_signature(
        message in ".{0,100}",
        at in any::<prop::sample::Index>(),
        bit in 0u8..8,
    ) {
        use base64::Engine;
        use base64::engine::general_purpose::STANDARD;
        let crypto = crypto("ww0f6d7c5b4a392817");
        let mut bytes = STANDARD.decode(crypto.seal(&message, [9; 16])).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Err(error) = crypto.decrypt(&STANDARD.encode(bytes)) {
            prop_assert!(error.is_after_signature());
        }
    }

    #[test]
    fn readers_never_panic(
        text in any::<String>(),
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        xml in near_xml(),
    ) {
        for text in [&text, &xml] {
            let _ = Callback::parse(text);
            let _ = Envelope::parse(text.as_bytes());
            let _ = Envelope::parse_json(text.as_bytes());
            let _ = Query::parse(text);
            let _ = event::Query::parse(text);
            let _ = event::Event::parse(text);
        }
        let _ = Envelope::parse(&bytes);
        let _ = event::Envelope::parse(&bytes);
        let _ = errcode::advice(200, &bytes);
    }

    #[test]
    fn a_text_comes_through_cdata_and_entities_unchanged(content in "[^\u{0}\r]{0,60}") {
        let as_cdata = content.replace("]]>", "]]]]><![CDATA[>");
        let escaped = content.replace('&', "&amp;").replace('<', "&lt;");
        for content_xml in [format!("<![CDATA[{as_cdata}]]>"), escaped] {
            let xml = format!(
                "<xml><ToUserName>w</ToUserName><CreateTime>1</CreateTime>\
                 <MsgType>text</MsgType><Content>{content_xml}</Content></xml>"
            );
            let callback = Callback::parse(&xml).unwrap();
            let dingdan_webhooks::wecom::Kind::Text { content: found } = callback.kind else {
                panic!("a text");
            };
            prop_assert_eq!(&found, &content);
        }
    }

    #[test]
    fn any_desk_item_is_kept(text in ".{0,40}", number in any::<i64>()) {
        for raw in [
            serde_json::json!(text.clone()),
            serde_json::json!({"msgtype": text.clone(), text.clone(): number}),
            serde_json::json!({"msgtype": "text", "text": {"content": number}, "send_time": text.clone()}),
        ] {
            prop_assert_eq!(&KfMessage::from_raw(raw.clone()).raw, &raw);
        }
    }

    #[test]
    fn whatever_is_archived_is_read_and_kept_with_the_senders_part_within_it(
        raw in near_archive(),
        quoted in any::<String>(),
        answer in any::<String>(),
    ) {
        let message = ArchiveMessage::from_raw(raw.clone());
        prop_assert_eq!(&message.raw, &raw);
        let words = message.words();
        prop_assert!(words.text.get(words.own.clone()).is_some());
        let files = message.attachments();
        prop_assert!(files.iter().all(|file| !file.sdkfileid.is_empty()));

        let quote = format!("这是一条引用/回复消息：\n{quoted}\n------\n{answer}");
        let raw = serde_json::json!({"msgtype": "text", "text": {"content": quote}});
        let words = ArchiveMessage::from_raw(raw).words();
        prop_assert!(answer.ends_with(words.own_words()), "no part of the quote is the sender's");
    }

    #[test]
    fn truncation_ends_between_characters(text in any::<String>(), max in 0usize..64) {
        let cut = truncate_bytes(&text, max);
        prop_assert!(text.starts_with(cut) && cut.len() <= max);
        let next = text[cut.len()..].chars().next();
        prop_assert!(next.is_none_or(|next| cut.len() + next.len_utf8() > max));
    }
}

fn flip(text: &str, at: prop::sample::Index, bit: u8) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let at = at.index(bytes.len());
    bytes[at] ^= 1 << bit;
    String::from_utf8(bytes).expect("ASCII stays ASCII when one of its seven bits flips")
}
