//! Every test vector of both platforms, made with their own published samples
//! and with independent implementations.

#![expect(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]

use dingdan_webhooks::QueryError;
use dingdan_webhooks::dingtalk::{event, link, robot};
use dingdan_webhooks::wecom::bot::BotMessage;
use dingdan_webhooks::wecom::{Callback, Crypto, Envelope, OpenError, Query};
use serde_json::Value;
use std::collections::HashSet;

const WECOM: &str = include_str!("vectors/wecom-callback.json");
const DINGTALK: &str = include_str!("vectors/dingtalk.json");

#[test]
fn wecom_vectors_come_out_as_written() {
    let file: Value = serde_json::from_str(WECOM).unwrap();
    let mut passed = 0;
    for vector in list(&file["vectors"]) {
        check_wecom(vector);
        passed += 1;
    }
    assert_eq!(passed, 68, "the file has 68 vectors");
}

fn check_wecom(vector: &Value) {
    let name = text(vector, "name");
    let crypto = wecom_crypto(vector);
    let expected = &vector["expected"];
    if vector["kind"] == "reply_encrypt" {
        check_reply(vector, &crypto);
        return;
    }
    for raw_query in raw_queries(vector) {
        let outcome = receive(vector, &crypto, &raw_query);
        if expected["ok"] == true {
            assert_eq!(outcome.unwrap(), text(expected, "plaintext"), "{name}");
        } else {
            let found = outcome.unwrap_err();
            match text(expected, "error") {
                "decrypt_any" => {
                    let allowed = ["padding", "length", "receive_id", "utf8"];
                    assert!(allowed.contains(&found.as_str()), "{name}: {found}");
                }
                kind => assert_eq!(found, kind, "{name}"),
            }
        }
    }
}

/// The whole receiving path, in the promised order of checks.
fn receive(vector: &Value, crypto: &Crypto, raw_query: &str) -> Result<String, String> {
    let query = Query::parse(raw_query).map_err(|error| error.kind().to_owned())?;
    let opened = match text(vector, "kind") {
        "url_verify" => crypto.open_echo(&query),
        "message" => Envelope::parse(text(vector, "body").as_bytes())
            .and_then(|envelope| crypto.open(&query, &envelope.encrypt)),
        "message_json" => Envelope::parse_json(text(vector, "body").as_bytes())
            .and_then(|envelope| crypto.open(&query, &envelope.encrypt)),
        kind => panic!("unknown kind {kind}"),
    };
    opened.map_err(|error| error.kind().to_owned())
}

fn check_reply(vector: &Value, crypto: &Crypto) {
    let name = text(vector, "name");
    let random = random16(vector);
    let query = &vector["query"];
    let (timestamp, nonce) = (text(query, "timestamp"), text(query, "nonce"));
    let message = text(vector, "body");
    let encrypt = text(&vector["expected"], "encrypt");
    let signature = text(&vector["expected"], "msg_signature");

    assert_eq!(crypto.seal(message, random), encrypt, "{name}");
    assert_eq!(crypto.signature(timestamp, nonce, encrypt), signature);

    let seconds = timestamp.parse().unwrap();
    let xml = crypto.seal_reply(message, random, seconds, nonce);
    assert_eq!(
        xml,
        format!(
            "<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt>\
             <MsgSignature><![CDATA[{signature}]]></MsgSignature>\
             <TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        )
    );
    let json = crypto.seal_reply_json(message, random, seconds, nonce);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["encrypt"], encrypt);
    assert_eq!(json["msgsignature"], signature);
    assert_eq!(json["timestamp"], seconds);
    assert_eq!(json["nonce"], nonce);
}

#[test]
fn every_readable_wecom_xml_vector_is_a_callback_and_distinct_ones_have_distinct_keys() {
    let file: Value = serde_json::from_str(WECOM).unwrap();
    let mut keys = HashSet::new();
    let mut texts = HashSet::new();
    for vector in list(&file["vectors"]) {
        let plaintext = vector["expected"]["plaintext"].as_str().unwrap_or("");
        if vector["kind"] == "message" && texts.insert(plaintext) && !plaintext.is_empty() {
            let callback = Callback::parse(plaintext).unwrap();
            // The five padding vectors are one message with one MsgId.
            if callback.msg_id != Some(7434340001000000099) {
                assert!(keys.insert(callback.message_key()), "{plaintext}");
            }
        }
    }
    assert!(keys.len() > 25);
}

#[test]
fn genuine_wecom_queries_have_the_right_shape() {
    let file: Value = serde_json::from_str(WECOM).unwrap();
    for vector in list(&file["vectors"]) {
        if vector["expected"]["ok"] == true && vector["kind"] != "reply_encrypt" {
            let query = Query::parse(&raw_queries(vector)[0]).unwrap();
            query.check_shape().unwrap();
            let seconds: i64 = text(&vector["query"], "timestamp").parse().unwrap();
            assert_eq!(query.timestamp_seconds(), Ok(seconds));
        }
    }
}

#[test]
fn robot_and_incoming_signatures_come_out_as_written() {
    let file: Value = serde_json::from_str(DINGTALK).unwrap();
    for vector in list(&file["robot_sign"]["vectors"]) {
        let timestamp = text(vector, "timestamp").parse().unwrap();
        let sign = robot::sign(timestamp, text(vector, "secret"));
        assert_eq!(sign, text(vector, "sign_base64"));
    }
    for vector in list(&file["incoming_robot_sign"]["vectors"]) {
        let timestamp = text(vector, "header_timestamp");
        let (sign, secret) = (text(vector, "header_sign"), text(vector, "app_secret"));
        let now_ms: i64 = timestamp.parse().unwrap();

        let hour = 3_600_000;
        for off in [-hour, 0, hour] {
            assert_eq!(
                robot::verify_incoming(timestamp, sign, secret, now_ms + off),
                Ok(())
            );
        }
        for off in [-hour - 1, hour + 1] {
            assert_eq!(
                robot::verify_incoming(timestamp, sign, secret, now_ms + off),
                Err(robot::IncomingError::Stale)
            );
        }
        assert_eq!(
            robot::verify_incoming(timestamp, sign, "another secret", now_ms),
            Err(robot::IncomingError::Signature)
        );
    }
}

#[test]
fn dingtalk_links_and_page_signatures_come_out_as_written() {
    let file: Value = serde_json::from_str(DINGTALK).unwrap();
    for vector in list(&file["card_callback_sign"]["vectors"]) {
        let timestamp = text(vector, "x_ddpaas_signature_timestamp");
        let (secret, sign) = (
            text(vector, "api_secret"),
            text(vector, "x_ddpaas_signature"),
        );
        assert_eq!(link::card_callback_sign(timestamp, secret), sign);
        assert!(link::verify_card_callback(timestamp, sign, secret));
        assert!(!link::verify_card_callback("1", sign, secret));
    }
    for vector in list(&file["jsapi_sign"]["vectors"]) {
        let timestamp = text(vector, "timestamp").parse().unwrap();
        let url = format!("{}#part", text(vector, "url"));
        let (ticket, nonce) = (text(vector, "jsapi_ticket"), text(vector, "noncestr"));
        assert_eq!(
            link::jsapi_sign(ticket, nonce, timestamp, &url),
            text(vector, "signature_sha256_hex")
        );
    }
    for vector in list(&file["page_links"]["vectors"]) {
        let pc_slide = vector["pc_slide"].as_bool().unwrap();
        assert_eq!(
            link::page_link(text(vector, "url"), pc_slide),
            text(vector, "link")
        );
    }
}

#[test]
fn dingtalk_events_are_sealed_and_opened_as_written() {
    let file: Value = serde_json::from_str(DINGTALK).unwrap();
    let events = &file["event_callback"];
    for vector in list(&events["encrypt_decrypt"]) {
        let crypto = dingtalk_crypto(vector);
        let timestamp = text(vector, "timestamp").parse().unwrap();
        let plaintext = text(vector, "plaintext");
        let sealed = crypto.seal(
            plaintext,
            random16(vector),
            timestamp,
            text(vector, "nonce"),
        );
        assert_eq!(sealed.encrypt, text(vector, "encrypt"), "{vector}");
        assert_eq!(sealed.msg_signature, text(vector, "msg_signature"));
        if plaintext == "success" {
            let answer = crypto.success(random16(vector), timestamp, text(vector, "nonce"));
            assert_eq!(answer, sealed);
            let json = serde_json::to_value(&answer).unwrap();
            assert_eq!(json["timeStamp"], text(vector, "timestamp"));
        }
    }
    let readable = list(&events["encrypt_decrypt"]).chain(list(&events["decrypt_only"]));
    for vector in readable {
        assert_eq!(open_event(vector), Ok(text(vector, "plaintext").to_owned()));
    }
    for vector in list(&events["must_fail"]) {
        let found = open_event(vector).unwrap_err().kind();
        assert!(
            text(vector, "expect_error").contains(found),
            "{vector}: {found}"
        );
    }
}

fn open_event(vector: &Value) -> Result<String, event::OpenError> {
    let raw_query = format!(
        "signature={}&timestamp={}&nonce={}",
        text(vector, "msg_signature"),
        text(vector, "timestamp"),
        text(vector, "nonce")
    );
    let body = serde_json::json!({ "encrypt": text(vector, "encrypt") }).to_string();
    let query = event::Query::parse(&raw_query).unwrap();
    query.check_shape().unwrap();
    let envelope = event::Envelope::parse(body.as_bytes())?;
    dingtalk_crypto(vector).open(&query, &envelope.encrypt)
}

#[test]
fn an_absent_parameter_comes_before_a_bad_envelope_and_that_before_a_bad_signature() {
    assert_eq!(
        Query::parse("timestamp=1&nonce=n"),
        Err(QueryError::Missing("msg_signature"))
    );
    let no_encrypt = Envelope::parse(b"<xml/>").unwrap_err();
    assert_eq!(no_encrypt.kind(), "envelope");
    assert!(!no_encrypt.is_after_signature());
    assert!(!OpenError::Signature.is_after_signature());
    assert!(OpenError::EmptyCiphertext.is_after_signature());
}

fn wecom_crypto(vector: &Value) -> Crypto {
    Crypto::new(
        text(vector, "token").parse().unwrap(),
        text(vector, "encoding_aes_key").parse().unwrap(),
        text(vector, "receive_id"),
    )
}

fn dingtalk_crypto(vector: &Value) -> event::Crypto {
    event::Crypto::new(
        text(vector, "token").parse().unwrap(),
        text(vector, "aes_key").parse().unwrap(),
        text(vector, "owner_key"),
    )
}

/// The query encoded here, and as the vector has it, where it does.
fn raw_queries(vector: &Value) -> Vec<String> {
    let pairs = vector["query"].as_object().unwrap().iter();
    let encoded = pairs.map(|(name, value)| format!("{name}={}", encode(value.as_str().unwrap())));
    let encoded = encoded.collect::<Vec<_>>().join("&");
    let given = vector["raw_query"].as_str().map(str::to_owned);
    std::iter::once(encoded).chain(given).collect()
}

fn encode(value: &str) -> String {
    value.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn random16(vector: &Value) -> [u8; 16] {
    text(vector, "random16").as_bytes().try_into().unwrap()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().expect("a list of vectors").iter()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} in {value}"))
}

#[test]
fn every_readable_ai_bot_vector_is_a_message_to_a_bot() {
    let file: Value = serde_json::from_str(WECOM).unwrap();
    let mut kinds = Vec::new();
    for vector in list(&file["vectors"]) {
        let plaintext = vector["expected"]["plaintext"].as_str();
        if let ("message_json", Some(plaintext)) = (text(vector, "kind"), plaintext) {
            let message = BotMessage::parse(plaintext).unwrap();
            kinds.push(message.kind.name().to_owned());
        }
    }
    assert!(kinds.contains(&"text".to_owned()), "{kinds:?}");
    assert!(
        kinds.contains(&"template_card_event".to_owned()),
        "{kinds:?}"
    );
}
