//! Bad inputs, each with the reason for which it is refused.

use dingdan_webhooks::wecom::crypto::{CallbackTokenError, EncodingAesKeyError};
use dingdan_webhooks::wecom::{
    Callback, CallbackToken, EncodingAesKey, Envelope, EnvelopeError, OpenError, ParseError, Query,
};
use dingdan_webhooks::{QueryError, XmlError};

#[test]
fn queries_are_refused_for_their_reason() {
    let good =
        "msg_signature=0123456789abcdef0123456789abcdef01234567&timestamp=1741300007&nonce=n1";
    assert!(Query::parse(good).unwrap().check_shape().is_ok());
    let table = [
        ("", QueryError::Missing("msg_signature")),
        ("msg_signature=a&timestamp=1", QueryError::Missing("nonce")),
        (
            "msg_signature=a&timestamp=&nonce=n",
            QueryError::Missing("timestamp"),
        ),
        (
            "msg_signature=a&msg_signature=a&timestamp=1&nonce=n",
            QueryError::Repeated("msg_signature"),
        ),
        (
            "msg_signature=a&timestamp=1&nonce=n&nonce=",
            QueryError::Repeated("nonce"),
        ),
        (
            "msg_signature=a&timestamp=1&nonce=n&%6eonce=m",
            QueryError::Repeated("nonce"),
        ),
        (
            "msg_signature=a&timestamp=1&nonce=n&echostr=x&echostr=y",
            QueryError::Repeated("echostr"),
        ),
        (
            "msg_signature=a&timestamp=1&nonce=%zz",
            QueryError::Encoding("nonce"),
        ),
        (
            "msg_signature=a&timestamp=1&nonce=%ff",
            QueryError::Encoding("nonce"),
        ),
        (
            "msg_signature=a&timestamp=1&nonce=n&%4=x",
            QueryError::Encoding("name"),
        ),
    ];
    for (raw, reason) in table {
        assert_eq!(Query::parse(raw), Err(reason), "{raw}");
    }
}

#[test]
fn queries_of_another_shape_are_told_apart() {
    let signature = "0123456789abcdef0123456789abcdef01234567";
    let long = "n".repeat(129);
    let table = [
        (&signature[1..], "1741300007", "n1", QueryError::Signature),
        (
            "g123456789abcdef0123456789abcdef01234567",
            "1741300007",
            "n1",
            QueryError::Signature,
        ),
        (signature, "174130000", "n1", QueryError::Timestamp),
        (signature, "17413000070", "n1", QueryError::Timestamp),
        (signature, "-741300007", "n1", QueryError::Timestamp),
        (signature, "%2B741300007", "n1", QueryError::Timestamp),
        (signature, "%EF%BC%91741300", "n1", QueryError::Timestamp),
        (signature, "1741300007", long.as_str(), QueryError::Nonce),
        (signature, "1741300007", "a%20b", QueryError::Nonce),
        (signature, "1741300007", "a%00", QueryError::Nonce),
    ];
    for (signature, timestamp, nonce, reason) in table {
        let raw = format!("msg_signature={signature}&timestamp={timestamp}&nonce={nonce}");
        let query = Query::parse(&raw).unwrap();
        assert_eq!(query.check_shape(), Err(reason), "{raw}");
        let seconds = query.timestamp_seconds();
        assert_eq!(seconds.is_err(), reason == QueryError::Timestamp, "{raw}");
    }
}

#[test]
fn a_plus_stays_a_plus() {
    let query = Query::parse("msg_signature=a&timestamp=1&nonce=n&echostr=a+b%2Bc%252B").unwrap();
    assert_eq!(query.echostr.as_deref(), Some("a+b+c%2B"));
}

#[test]
fn documents_are_refused_for_their_reason() {
    let deep = format!("<xml>{}{}</xml>", "<a>".repeat(8), "</a>".repeat(8));
    let many = format!("<xml>{}</xml>", "<a/>".repeat(200));
    let attributes: String = (0..17).map(|n| format!(" a{n}=\"1\"")).collect();
    let attributes = format!("<xml{attributes}></xml>");
    let long_tag = format!("<xml a=\"{}\"/>", "x".repeat(4096));
    let table = [
        ("", XmlError::Malformed),
        ("hello, world", XmlError::Malformed),
        ("<xml>", XmlError::Malformed),
        ("<xml></yml>", XmlError::Malformed),
        ("</xml>", XmlError::Malformed),
        ("<xml></xml></xml>", XmlError::Malformed),
        ("<xml/><xml/>", XmlError::Malformed),
        ("<xml/>tail", XmlError::Malformed),
        ("<xml><a b=1></a></xml>", XmlError::Malformed),
        ("<xml>a & b</xml>", XmlError::Malformed),
        ("<xml>&#0;</xml>", XmlError::Malformed),
        ("<xml>&#xD800;</xml>", XmlError::Malformed),
        ("<xml><![CDATA[x</xml>", XmlError::Malformed),
        ("<xml>\0</xml>", XmlError::Encoding),
        ("<!DOCTYPE xml><xml/>", XmlError::Doctype),
        (
            "<!doctype xml [<!ENTITY e \"x\">]><xml>&e;</xml>",
            XmlError::Doctype,
        ),
        ("<xml>&nbsp;</xml>", XmlError::Entity),
        ("<html/>", XmlError::Root),
        (deep.as_str(), XmlError::Depth),
        (many.as_str(), XmlError::Elements),
        (attributes.as_str(), XmlError::Attributes),
        (long_tag.as_str(), XmlError::TagLength),
    ];
    for (body, reason) in table {
        let refused = Envelope::parse(body.as_bytes()).unwrap_err();
        assert_eq!(
            refused,
            OpenError::Envelope(EnvelopeError::Xml(reason)),
            "{body}"
        );
        if reason != XmlError::Elements {
            let refused = Callback::parse(body).unwrap_err();
            assert_eq!(refused, ParseError::Xml(reason), "{body}");
        }
    }
    let thousand = format!("<xml>{}</xml>", "<a/>".repeat(1000));
    assert_eq!(
        Callback::parse(&thousand).unwrap_err(),
        ParseError::Xml(XmlError::Elements)
    );
}

#[test]
fn what_is_just_within_the_limits_is_read() {
    let attributes: String = (0..16).map(|n| format!(" a{n}=\"1\"")).collect();
    let deep = format!(
        "<xml{attributes}><Encrypt>x</Encrypt>{}{}</xml>",
        "<a>".repeat(7),
        "</a>".repeat(7)
    );
    assert_eq!(Envelope::parse(deep.as_bytes()).unwrap().encrypt, "x");
    let many = format!("<xml><Encrypt>x</Encrypt>{}</xml>", "<a/>".repeat(198));
    assert_eq!(Envelope::parse(many.as_bytes()).unwrap().encrypt, "x");
}

#[test]
fn envelopes_are_refused_for_their_reason() {
    let table: [(&[u8], EnvelopeError); 4] = [
        (b"<xml>\xff</xml>", EnvelopeError::Xml(XmlError::Encoding)),
        (
            b"<xml><ToUserName>a</ToUserName></xml>",
            EnvelopeError::NoEncrypt,
        ),
        (
            b"<xml><In><Encrypt>a</Encrypt></In></xml>",
            EnvelopeError::NoEncrypt,
        ),
        (
            b"<xml><Encrypt>a</Encrypt><Encrypt>a</Encrypt></xml>",
            EnvelopeError::RepeatedEncrypt,
        ),
    ];
    for (body, reason) in table {
        assert_eq!(
            Envelope::parse(body).unwrap_err(),
            OpenError::Envelope(reason)
        );
    }
    for body in [
        "",
        "[]",
        "{}",
        r#"{"encrypt":1}"#,
        r#"{"encrypt":"a","encrypt":"b"}"#,
        r#"{"encrypt":"a"} x"#,
    ] {
        let refused = Envelope::parse_json(body.as_bytes()).unwrap_err();
        assert_eq!(refused, OpenError::Envelope(EnvelopeError::Json), "{body}");
    }
}

#[test]
fn an_envelope_borrows_and_layout_is_no_part_of_it() {
    let body = b"<xml>\n <AgentID/>\n <Encrypt>\n<![CDATA[abc=]]>\n</Encrypt><ToUserName> ww1 </ToUserName></xml>";
    let envelope = Envelope::parse(body).unwrap();
    assert_eq!(envelope.encrypt, "abc=");
    assert_eq!(envelope.to_user_name.as_deref(), Some("ww1"));
    assert_eq!(envelope.agent_id.as_deref(), Some(""));

    let plain = Envelope::parse(b"<xml><Encrypt><![CDATA[abc=]]></Encrypt></xml>").unwrap();
    assert!(matches!(plain.encrypt, std::borrow::Cow::Borrowed("abc=")));
}

#[test]
fn messages_are_refused_for_their_reason() {
    let whole = "<ToUserName>w</ToUserName><CreateTime>1</CreateTime><MsgType>text</MsgType>";
    let with = |from: &str, to: &str| format!("<xml>{}</xml>", whole.replace(from, to));
    let location = "<MsgType>location</MsgType>";
    let table = [
        (
            with("<ToUserName>w</ToUserName>", ""),
            ParseError::Missing("ToUserName"),
        ),
        (
            with("<CreateTime>1</CreateTime>", ""),
            ParseError::Missing("CreateTime"),
        ),
        (
            with("<CreateTime>1<", "<CreateTime>soon<"),
            ParseError::Number("CreateTime"),
        ),
        (
            with("<MsgType>text</MsgType>", "<MsgType> </MsgType>"),
            ParseError::Missing("MsgType"),
        ),
        (with("text", "event"), ParseError::Missing("Event")),
        (
            with("<MsgType>text</MsgType>", location),
            ParseError::Number("Location_X"),
        ),
        (
            with(
                "<MsgType>text</MsgType>",
                &format!("{location}<Location_X>91</Location_X>"),
            ),
            ParseError::Number("Location_X"),
        ),
        (
            with(
                "<MsgType>text</MsgType>",
                &format!("{location}<Location_X>1</Location_X><Location_Y>NaN</Location_Y>"),
            ),
            ParseError::Number("Location_Y"),
        ),
    ];
    for (xml, reason) in table {
        assert_eq!(Callback::parse(&xml).unwrap_err(), reason, "{xml}");
    }
}

#[test]
fn numbers_that_are_none_are_absent() {
    let xml = "<xml><ToUserName>w</ToUserName><CreateTime>1</CreateTime><MsgType>text</MsgType>\
               <MsgId>18446744073709551616</MsgId><AgentID></AgentID></xml>";
    let callback = Callback::parse(xml).unwrap();
    assert_eq!((callback.msg_id, callback.agent_id), (None, None));
}

#[test]
fn keys_and_tokens_are_refused_for_their_reason() {
    let key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
    assert!(key.parse::<EncodingAesKey>().is_ok());
    for found in [0, 42] {
        let short = key[..found].parse::<EncodingAesKey>();
        assert_eq!(short.unwrap_err(), EncodingAesKeyError::Length { found });
    }
    let long = format!("{key}A").parse::<EncodingAesKey>();
    assert_eq!(long.unwrap_err(), EncodingAesKeyError::Length { found: 44 });
    for (foreign, position) in [("=", 42), ("+", 3), (" ", 0), ("密", 7)] {
        let mut raw: Vec<String> = key.chars().map(String::from).collect();
        raw[position] = foreign.to_owned();
        let refused = raw.concat().parse::<EncodingAesKey>().unwrap_err();
        assert_eq!(refused, EncodingAesKeyError::Character { position });
    }

    assert!("t".repeat(32).parse::<CallbackToken>().is_ok());
    let table = [
        (String::new(), CallbackTokenError::Length { found: 0 }),
        ("t".repeat(33), CallbackTokenError::Length { found: 33 }),
        (
            "a-b".to_owned(),
            CallbackTokenError::Character { position: 1 },
        ),
    ];
    for (raw, reason) in table {
        assert_eq!(raw.parse::<CallbackToken>().unwrap_err(), reason);
    }
}
