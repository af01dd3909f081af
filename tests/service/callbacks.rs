//! The door: what WeCom, or someone who pretends to be, may post, and what becomes of it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dingdan::sandbox::Retried;
use dingdan::store::Tx;
use dingdan_webhooks::wecom::crypto::Crypto;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::app::{CUSTOMER, REP, Setup, TestApp};
use crate::sightings::{cards, figure, inbox, lines, texts};

static COUNTER: AtomicU64 = AtomicU64::new(1);

/// WeCom, or someone who knows as much as the given token, key and corp id.
pub struct Platform<'a> {
    app: &'a TestApp,
    crypto: Crypto,
}

/// A callback, ready to be posted and to be spoilt.
#[derive(Clone)]
pub struct Posted {
    query: String,
    body: Vec<u8>,
}

/// An answer, without what differs by its moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl<'a> Platform<'a> {
    pub fn of(app: &'a TestApp) -> Self {
        let company = app.sandbox.company();
        let known = &company.apps[0];
        Self::knowing(app, &known.token, &known.encoding_aes_key, &company.corp_id)
    }

    fn knowing(app: &'a TestApp, token: &str, key: &str, corp_id: &str) -> Self {
        let crypto = Crypto::new(token.parse().unwrap(), key.parse().unwrap(), corp_id);
        Self { app, crypto }
    }

    fn now(&self) -> i64 {
        self.app.clock.now().seconds()
    }

    /// The base64 of a sealed message; another one each time.
    fn encrypt(&self, message: &str) -> String {
        let mut random = [7; 16];
        random[..8].copy_from_slice(&COUNTER.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        self.crypto.seal(message, random)
    }

    pub fn seal(&self, message: &str) -> Posted {
        self.sign(&self.encrypt(message))
    }

    /// Any ciphertext, rightly signed.
    fn sign(&self, encrypt: &str) -> Posted {
        self.sign_at(self.now(), encrypt)
    }

    fn sign_at(&self, seconds: i64, encrypt: &str) -> Posted {
        let nonce = format!("n{}", COUNTER.fetch_add(1, Ordering::Relaxed));
        let signature = self.crypto.signature(&seconds.to_string(), &nonce, encrypt);
        Posted {
            query: format!("msg_signature={signature}&timestamp={seconds}&nonce={nonce}"),
            body: format!("<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>").into_bytes(),
        }
    }

    pub async fn post(&self, posted: &Posted) -> Answer {
        self.post_to("sales", posted).await
    }

    async fn post_to(&self, name: &str, posted: &Posted) -> Answer {
        let url = format!("{}/wecom/callback/{name}?{}", self.app.url, posted.query);
        let request = self.app.http.post(url).body(posted.body.clone());
        answer(request).await
    }

    async fn verify(&self, name: &str, query: &str) -> Answer {
        let url = format!("{}/wecom/callback/{name}?{query}", self.app.url);
        answer(self.app.http.get(url)).await
    }

    fn echo(&self, echo: &str) -> String {
        let seconds = self.now().to_string();
        self.crypto.seal_echo(echo, [9; 16], &seconds, "n0nce")
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let header = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
        (name.to_string(), value.to_str().unwrap().to_owned())
    };
    Answer {
        status: response.status().as_u16(),
        headers: response
            .headers()
            .iter()
            .map(header)
            .filter(|(name, _)| name != "date")
            .collect(),
        body: response.text().await.unwrap(),
    }
}

/// A rep's text to the app.
pub fn text(from: &str, id: u64, content: &str) -> String {
    format!(
        "<xml><ToUserName>ww</ToUserName><FromUserName><![CDATA[{from}]]></FromUserName>\
         <CreateTime>1795397400</CreateTime><MsgType>text</MsgType>\
         <Content><![CDATA[{content}]]></Content><MsgId>{id}</MsgId><AgentID>1000002</AgentID></xml>"
    )
}

pub fn event(from: &str, name: &str, more: &str) -> String {
    format!(
        "<xml><ToUserName>ww</ToUserName><FromUserName>{from}</FromUserName>\
         <CreateTime>1795397400</CreateTime><MsgType>event</MsgType><Event>{name}</Event>{more}\
         <AgentID>1000002</AgentID></xml>"
    )
}

// ── Verification of the URL ──

#[tokio::test]
async fn the_url_is_verified_by_the_bare_echo_whatever_is_in_it() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);

    // Many echoes, so that base64 with each of + / = is among them.
    for number in 0..20 {
        let echo = format!("{number}{}", "回声 +/=&%".repeat(number));
        let query = platform.echo(&echo);
        let answered = platform.verify("sales", &query).await;

        assert_eq!((answered.status, answered.body), (200, echo), "{query}");
    }
}

#[tokio::test]
async fn an_echo_that_was_not_percent_encoded_is_taken_as_it_stands() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let plain = |query: String| {
        query
            .replace("%2B", "+")
            .replace("%2F", "/")
            .replace("%3D", "=")
    };

    for echo in ["1616140317555161061", "a", "ab", "abc", "abcd", "abcde"] {
        let answered = platform.verify("sales", &plain(platform.echo(echo))).await;
        assert_eq!((answered.status, answered.body.as_str()), (200, echo));
    }
}

#[tokio::test]
async fn a_verification_with_a_wrong_token_key_or_company_is_refused_alike() {
    let app = TestApp::start().await;
    let company = app.sandbox.company();
    let (token, key, corp) = (
        company.apps[0].token.as_str(),
        company.apps[0].encoding_aes_key.as_str(),
        company.corp_id.as_str(),
    );
    let other_key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
    let wrong = [
        ("another", key, corp),
        (token, other_key, corp),
        (token, key, "wwother0000000000"),
    ];

    let mut answers = Vec::new();
    for (token, key, corp) in wrong {
        let platform = Platform::knowing(&app, token, key, corp);
        answers.push(platform.verify("sales", &platform.echo("hello")).await);
    }

    assert_eq!(answers[0].status, 403);
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
    assert_eq!(inbox(&app).await, (0, 0));
}

#[tokio::test]
async fn a_verification_with_missing_doubled_or_misshapen_parameters_is_a_bad_request() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let good = platform.echo("hello");
    let without = |name: &str| {
        let kept: Vec<&str> = good
            .split('&')
            .filter(|pair| !pair.starts_with(name))
            .collect();
        kept.join("&")
    };

    let mut bad: Vec<String> = ["msg_signature", "timestamp", "nonce", "echostr"]
        .map(without)
        .into();
    bad.extend(good.split('&').map(|pair| format!("{good}&{pair}")));
    bad.push(String::new());
    bad.push(format!("{good}&%6Eonce=second"));
    bad.push(good.replace("timestamp=", "timestamp=0"));
    bad.push(good.replace("nonce=n0nce", "nonce=%ZZ"));
    bad.push(good.replace("nonce=n0nce", &format!("nonce={}", "n".repeat(129))));
    for query in bad {
        assert_eq!(
            platform.verify("sales", &query).await.status,
            400,
            "{query}"
        );
    }
}

#[tokio::test]
async fn an_app_that_nobody_configured_is_not_there() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let hello = platform.seal(&text(REP, 1, "在吗"));

    for name in ["nobody", "SALES", "sales%2F", "..%2Fsales"] {
        let verified = platform.verify(name, &platform.echo("hello")).await;
        assert_eq!(verified.status, 404, "{name}");
        assert_eq!(platform.post_to(name, &hello).await.status, 404, "{name}");
    }
    assert_eq!(inbox(&app).await, (0, 0));
}

// ── What is refused before the signature ──

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

// ── The signature, and what comes after it ──

#[tokio::test]
async fn a_forged_callback_is_refused_and_leaves_nothing() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let forged = Platform::knowing(
        &app,
        "another",
        &app.sandbox.company().apps[0].encoding_aes_key,
        &app.sandbox.company().corp_id,
    );
    let upper = |posted: Posted| Posted {
        query: {
            let (signature, rest) = posted.query.split_once('&').unwrap();
            let digits = signature.strip_prefix("msg_signature=").unwrap();
            format!("msg_signature={}&{rest}", digits.to_uppercase())
        },
        ..posted
    };

    let wrong = platform_answer(&platform, &forged.seal(&text(REP, 1, "在吗"))).await;
    assert_eq!(wrong.status, 403);
    assert_eq!(wrong.body, "");
    // What is not covered by the signature makes no difference either.
    for encrypt in ["", "AAAA", "!!!!", &"A".repeat(100_000)] {
        assert_eq!(
            platform_answer(&platform, &forged.sign(encrypt)).await,
            wrong
        );
    }
    let shouted = upper(platform.seal(&text(REP, 1, "在吗")));
    assert_eq!(platform.post(&shouted).await, wrong);
    assert_eq!(inbox(&app).await, (0, 0));
}

async fn platform_answer(platform: &Platform<'_>, posted: &Posted) -> Answer {
    platform.post(posted).await
}

#[tokio::test]
async fn after_the_signature_every_failure_looks_like_a_wrong_one_and_is_kept() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let company = app.sandbox.company();
    let stranger = Platform::knowing(
        &app,
        &company.apps[0].token,
        &company.apps[0].encoding_aes_key,
        "wwother0000000000",
    );
    let forged = Platform::knowing(&app, "another", &company.apps[0].encoding_aes_key, "ww");
    let wrong = platform.post(&forged.seal("x")).await;
    let hello = text(REP, 1, "在吗");
    let spoilt = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = STANDARD.decode(platform.encrypt(&hello)).unwrap();
        change(&mut bytes);
        STANDARD.encode(bytes)
    };

    // In CBC a changed byte changes the same byte of the next block; the first block is random.
    let failures = [
        ("base64", "!!!!".to_owned()),
        ("base64", format!("{}*", &platform.encrypt(&hello)[1..])),
        ("base64", platform.encrypt(&hello).replace('=', "") + "A"),
        (
            "ciphertext_length",
            spoilt(&|bytes| bytes.truncate(bytes.len() - 1)),
        ),
        ("empty_ciphertext", String::new()),
        (
            "padding",
            spoilt(&|bytes| {
                let place = bytes.len() - 17;
                bytes[place] ^= 0x40;
            }),
        ),
        ("length", spoilt(&|bytes| bytes[0] ^= 0x7f)),
        ("length", spoilt(&|bytes| bytes[0] ^= 0xff)),
        ("receive_id", stranger.encrypt(&hello)),
        ("utf8", spoilt(&|bytes| bytes[4] ^= 0x80)),
    ];
    for (number, (kind, encrypt)) in failures.iter().enumerate() {
        let counter = format!("dingdan_callbacks_total{{outcome=\"{kind}\"}}");
        let before = figure(&app, &counter).await;
        let answered = platform.post(&platform.sign(encrypt)).await;

        assert_eq!(answered, wrong, "{kind}");
        assert!(figure(&app, &counter).await > before, "{kind} is counted");
        let kept = i64::try_from(number).unwrap() + 1;
        assert_eq!(inbox(&app).await, (0, kept), "{kind} is set aside");
    }
}

#[tokio::test]
async fn messages_that_came_under_a_wrong_key_are_opened_when_it_is_mended() {
    let app = TestApp::start().await;
    app.sandbox.set_up(|company| {
        company.apps[0].encoding_aes_key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG".into();
    });
    app.sandbox.rep(REP).says("有人吗").await;
    app.sandbox.customer(CUSTOMER).says("要走招标").await;
    app.settle().await;
    assert!(texts(&app, REP).is_empty());
    let (waiting, set_aside) = inbox(&app).await;
    assert_eq!(waiting, 0);
    assert!(set_aside >= 2, "{set_aside}");

    // Tried again too early, they are set aside again, and nothing else happens.
    app.store.retry_arrivals_set_aside().await.unwrap();
    give_up(&app).await;
    assert_eq!(inbox(&app).await, (0, set_aside));

    let app = app.restart().await;
    app.store.retry_arrivals_set_aside().await.unwrap();
    app.settle().await;

    assert_eq!(inbox(&app).await, (0, 0));
    assert_eq!(lines(&app).await, ["要走招标"]);
    assert_eq!(cards(&app, REP).len(), 1);
    assert_eq!(
        texts(&app, REP).len(),
        1,
        "one answer, though it was posted four times"
    );
}

// ── What is genuine ──

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

/// Moves time until nothing waits to be tried again.
async fn give_up(app: &TestApp) {
    for _ in 0..100 {
        app.advance(Duration::from_secs(10)).await;
        if inbox(app).await.0 == 0 {
            return;
        }
    }
    panic!("something is tried for ever");
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

/// Nothing can be stored until it is dropped.
async fn hold_the_store(app: &TestApp) -> Tx {
    let mut tx = app.store.begin().await.unwrap();
    if let Tx::Postgres(tx) = &mut tx {
        let lock = sqlx::query("lock table inbox in exclusive mode");
        lock.execute(&mut **tx).await.unwrap();
    }
    tx
}

/// A service where one callback may wait for a commit, and nobody commits: one is being committed, one
/// waits, the third is one too many.
async fn crowded() -> (TestApp, Tx) {
    let app = TestApp::start_with(Setup {
        change: |text| text.replace("[storage]", "[storage]\nwaiting_callbacks = 1"),
        ..Setup::default()
    })
    .await;
    let held = hold_the_store(&app).await;
    (app, held)
}

#[tokio::test]
async fn callbacks_beyond_those_that_may_wait_are_held_for_a_moment_and_not_refused_at_once() {
    let (app, held) = crowded().await;
    app.sandbox.set_retried(Retried::NoAnswer);
    let numbers = ["一", "二", "三", "四", "五"];
    let says = numbers.map(|word| {
        let rep = app.sandbox.rep(REP);
        async move { rep.says(word).await }
    });
    let mut said = std::pin::pin!(futures_util::future::join_all(says));

    let moment = Duration::from_millis(300);
    let early = tokio::time::timeout(moment, &mut said).await;
    assert!(early.is_err(), "nobody has an answer yet");
    drop(held);
    said.await;

    assert_eq!(inbox(&app).await, (5, 0), "the platform tries none again");
    let attempts = app.sandbox.ledger().callbacks();
    assert_eq!(attempts.len(), 5, "{attempts:?}");
    app.settle().await;
    assert_eq!(texts(&app, REP).len(), 5);
}

#[tokio::test]
async fn callbacks_that_find_no_room_in_two_seconds_are_told_so_before_the_platform_gives_up() {
    let (app, held) = crowded().await;
    let platform = Platform::of(&app);
    let posted: Vec<Posted> = (1..=5)
        .map(|id| platform.seal(&text(REP, id, "在吗")))
        .collect();
    let begun = Instant::now();
    let mut posts: FuturesUnordered<_> = posted.iter().map(|one| platform.post(one)).collect();

    for _ in 0..3 {
        assert_eq!(posts.next().await.unwrap().status, 503);
    }
    let took = begun.elapsed();
    assert!(took >= Duration::from_millis(1900), "{took:?}");
    assert!(took < Duration::from_millis(4500), "{took:?}");
    drop(held);
    for _ in 0..2 {
        assert_eq!(posts.next().await.unwrap().status, 200);
    }
    assert_eq!(inbox(&app).await, (2, 0));
}

#[tokio::test]
async fn while_the_store_fails_nothing_is_acknowledged() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let posted = platform.seal(&text(REP, 1, "在吗"));
    app.store.close().await;

    for _ in 0..3 {
        assert_eq!(platform.post(&posted).await.status, 503);
    }
    let ready = app
        .http
        .get(format!("{}/readyz", app.url))
        .send()
        .await
        .unwrap();
    assert_eq!(ready.status(), 503);
    let alive = app
        .http
        .get(format!("{}/healthz", app.url))
        .send()
        .await
        .unwrap();
    assert_eq!(alive.status(), 200);

    // It comes again when the store is back, and is taken.
    let app = app.restart().await;
    let platform = Platform::of(&app);
    assert_eq!(platform.post(&posted).await.status, 200);
    assert_eq!(inbox(&app).await, (1, 0));
}
