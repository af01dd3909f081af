//! The door: what WeCom, or someone who pretends to be, may post, and what becomes of it.

mod before_the_signature;
mod genuine;
mod signature;
mod under_load;
mod verification;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use dingdan_webhooks::wecom::crypto::Crypto;

use crate::app::TestApp;
use crate::sightings::inbox;

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
