//! What is refused before the signature is looked at.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Platform, Posted, answer, text};
use crate::app::{REP, TestApp};
use crate::sightings::{figure, inbox};

#[tokio::test]
async fn a_callback_with_missing_doubled_or_misshapen_parameters_is_a_bad_request() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let good = platform.seal(&text(REP, 1, "在吗"));
    let pairs: Vec<&str> = good.query.split('&').collect();
    let signature = pairs[0].strip_prefix("msg_signature=").unwrap();
    let with = |change: &dyn Fn(&str) -> String| Posted {
        query: change(&good.query),
        body: good.body.clone(),
    };

    let mut bad = vec![Posted {
        query: String::new(),
        body: good.body.clone(),
    }];
    for pair in &pairs {
        bad.push(with(&|query| query.replace(pair, "")));
        bad.push(with(&|query| format!("{query}&{pair}")));
        bad.push(with(&|query| {
            let (name, _) = pair.split_once('=').unwrap();
            query.replace(pair, &format!("{name}="))
        }));
    }
    bad.push(with(&|query| query.replace(signature, &signature[1..])));
    bad.push(with(&|query| query.replace(signature, &"g".repeat(40))));
    bad.push(with(&|query| query.replace("timestamp=", "timestamp=+")));
    bad.push(with(&|query| query.replace("timestamp=1", "timestamp=１")));
    bad.push(with(&|query| query.replace("timestamp=", "timestamp=%2")));
    for posted in bad {
        let answered = platform.post(&posted).await;
        assert_eq!(answered.status, 400, "{}", posted.query);
    }
    assert_eq!(inbox(&app).await, (0, 0));
}

#[tokio::test]
async fn a_timestamp_more_than_ten_minutes_off_is_refused_in_both_directions() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let now = platform.now();

    for (id, (off, expected)) in [
        (-601, 403),
        (601, 403),
        (-600, 200),
        (600, 200),
        (-86_400, 403),
    ]
    .into_iter()
    .enumerate()
    {
        let encrypt = platform.encrypt(&text(REP, id as u64 + 1, "在吗"));
        let posted = platform.sign_at(now + off, &encrypt);
        assert_eq!(platform.post(&posted).await.status, expected, "{off} s off");
    }
    assert_eq!(inbox(&app).await, (2, 0));
}

#[tokio::test]
async fn timestamp_and_nonce_may_not_change_places_or_be_cut_anew() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let encrypt = platform.encrypt(&text(REP, 1, "在吗"));
    let (now, nonce) = (platform.now().to_string(), "1795397999");
    let signature = platform.crypto.signature(&now, nonce, &encrypt);
    let body = platform.sign(&encrypt).body;
    let posted = |timestamp: &str, nonce: &str| Posted {
        query: format!("msg_signature={signature}&timestamp={timestamp}&nonce={nonce}"),
        body: body.clone(),
    };

    // The signature joins its sorted parts, so it still fits after a swap; the key of the message
    // is what counts.
    assert_eq!(platform.post(&posted(&now, nonce)).await.status, 200);
    assert_eq!(platform.post(&posted(nonce, &now)).await.status, 200);
    let recut = posted(&format!("{now}1"), &nonce[1..]);
    assert_eq!(platform.post(&recut).await.status, 400);

    assert_eq!(inbox(&app).await, (1, 0));
}

#[tokio::test]
async fn a_body_that_is_no_envelope_is_a_bad_request() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let good = platform.seal(&text(REP, 1, "在吗"));
    let whole = String::from_utf8(good.body.clone()).unwrap();
    let encrypt =
        &whole["<xml><Encrypt><![CDATA[".len()..whole.len() - "]]></Encrypt></xml>".len()];
    let deep = format!("{}{}", "<a>".repeat(40), "</a>".repeat(40));
    let attributes: String = (0..100).map(|n| format!(" a{n}=\"\"")).collect();

    let bodies: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("no XML", b"hello".to_vec()),
        ("JSON", format!(r#"{{"encrypt":"{encrypt}"}}"#).into_bytes()),
        ("cut short", whole.as_bytes()[..whole.len() / 2].to_vec()),
        (
            "cut in its end tag",
            whole.as_bytes()[..whole.len() - 3].to_vec(),
        ),
        (
            "no Encrypt",
            b"<xml><ToUserName>ww</ToUserName></xml>".to_vec(),
        ),
        (
            "two Encrypts",
            whole
                .replace("</xml>", "<Encrypt>AA==</Encrypt></xml>")
                .into_bytes(),
        ),
        (
            "a document type",
            format!("<!DOCTYPE xml [<!ENTITY a \"b\">]>{whole}").into_bytes(),
        ),
        (
            "an entity of its own",
            b"<xml><Encrypt>&a;</Encrypt></xml>".to_vec(),
        ),
        ("depth", format!("<xml>{deep}</xml>").into_bytes()),
        (
            "attributes",
            format!("<xml{attributes}></xml>").into_bytes(),
        ),
        (
            "no UTF-8",
            [
                b"<xml><Encrypt>".as_slice(),
                b"\xff\xfe",
                b"</Encrypt></xml>",
            ]
            .concat(),
        ),
        (
            "UTF-16",
            whole.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ),
        ("something after it", format!("{whole}<xml/>").into_bytes()),
    ];
    for (what, body) in bodies {
        let query = good.query.clone();
        let answered = platform.post(&Posted { query, body }).await;
        assert_eq!(answered.status, 400, "{what}");
    }
    assert_eq!(inbox(&app).await, (0, 0));
    assert_eq!(
        platform.post(&good).await.status,
        200,
        "the good one still counts"
    );
}

#[tokio::test]
async fn a_body_above_a_mebibyte_is_refused_by_its_declared_length() {
    let app = TestApp::start().await;
    let query = Platform::of(&app).seal(&text(REP, 1, "在吗")).query;
    let before = figure(&app, "dingdan_callbacks_total{outcome=\"too_large\"}").await;

    // Not a byte of it is ever sent.
    let head = format!(
        "POST /wecom/callback/sales?{query} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\
         content-length: 1048577\r\n\r\n"
    );
    let answered = exchange(&app, head.as_bytes(), 0).await;

    assert!(answered.starts_with("HTTP/1.1 413"), "{answered}");
    let after = figure(&app, "dingdan_callbacks_total{outcome=\"too_large\"}").await;
    assert!(after > before, "it is counted");
    assert_eq!(inbox(&app).await, (0, 0));
}

#[tokio::test]
async fn an_endless_body_is_refused_while_it_is_read() {
    let app = TestApp::start().await;
    let query = Platform::of(&app).seal(&text(REP, 1, "在吗")).query;

    let head = format!(
        "POST /wecom/callback/sales?{query} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\
         transfer-encoding: chunked\r\n\r\n"
    );
    let answered = exchange(&app, head.as_bytes(), usize::MAX).await;

    assert!(answered.starts_with("HTTP/1.1 413"), "{answered}");
    assert_eq!(inbox(&app).await, (0, 0));
}

#[tokio::test]
async fn a_body_of_just_a_mebibyte_is_read() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let mut posted = platform.seal(&text(REP, 1, "在吗"));
    let room = 1024 * 1024 - posted.body.len();
    posted.body.splice(5..5, std::iter::repeat_n(b' ', room));

    assert_eq!(posted.body.len(), 1024 * 1024);
    assert_eq!(platform.post(&posted).await.status, 200);
}

#[tokio::test]
async fn a_body_that_ends_before_its_declared_length_is_not_taken() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let posted = platform.seal(&text(REP, 1, "在吗"));

    let mut request = format!(
        "POST /wecom/callback/sales?{} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n",
        posted.query,
        posted.body.len() + 100
    )
    .into_bytes();
    request.extend(&posted.body);
    let answered = exchange(&app, &request, 0).await;

    assert!(answered.starts_with("HTTP/1.1 400"), "{answered:?}");
    assert_eq!(inbox(&app).await, (0, 0));
    assert_eq!(platform.post(&posted).await.status, 200);
}

#[tokio::test]
async fn a_compressed_body_is_not_inflated() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let posted = platform.seal(&text(REP, 1, "在吗"));
    let url = format!("{}/wecom/callback/sales?{}", app.url, posted.query);

    let request = app
        .http
        .post(url)
        .header("content-encoding", "gzip")
        .body(stored_gzip(&posted.body));
    let answered = answer(request).await;

    assert_eq!(answered.status, 400);
    assert_eq!(inbox(&app).await, (0, 0));
}

/// Sends `head`, then as many bytes of a chunked body as are asked for, until an answer comes.
async fn exchange(app: &TestApp, head: &[u8], most: usize) -> String {
    let address = app.url.strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(head).await.unwrap();
    let (mut reading, mut writing) = connection.split();
    let chunk = [b"10000\r\n".as_slice(), &[b' '; 65_536], b"\r\n"].concat();
    let send = async {
        let mut sent = 0;
        while sent < most && writing.write_all(&chunk).await.is_ok() {
            sent += chunk.len();
            // What sockets hold on both sides, above what may be read.
            assert!(sent < 64 << 20, "it is read without end");
        }
        if most == 0 {
            let _ = writing.shutdown().await;
        }
        std::future::pending::<()>().await;
    };
    let mut answered = vec![0; 1024];
    let length = tokio::select! {
        () = send => unreachable!("it waits for the answer"),
        // A reset is the end as well.
        length = reading.read(&mut answered) => length.unwrap_or(0),
    };
    String::from_utf8(answered[..length].to_vec()).unwrap()
}

/// A gzip member that holds the bytes as they are (RFC 1951 §3.2.4, RFC 1952).
fn stored_gzip(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap();
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1];
    gzip.extend(length.to_le_bytes());
    gzip.extend((!length).to_le_bytes());
    gzip.extend(bytes);
    gzip.extend((!crc).to_le_bytes());
    gzip.extend(u32::from(length).to_le_bytes());
    gzip
}
