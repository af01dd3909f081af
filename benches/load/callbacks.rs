//! Callbacks as WeCom sends them, sealed before the clock runs.

use std::fmt::Write as _;

use dingdan_webhooks::wecom::crypto::Crypto;

pub(crate) const CORP: &str = "ww4b7d2f9c1e8a6035";
pub(crate) const TOKEN: &str = "hT4kPq9ZrW2m";
pub(crate) const KEY: &str = "kV8dR2nLx5TqJ7wYb3GmZc9HsPf1EaUo6Xi4NtKvBrQ";
/// The moment that the servers under test take for now.
pub(crate) const NOW_SECONDS: i64 = 1_795_397_400;

/// Makes callbacks, each with a message id of its own.
pub(crate) struct Callbacks {
    pub(crate) crypto: Crypto,
    next: u64,
}

impl Callbacks {
    pub(crate) fn new() -> Self {
        Self {
            crypto: Crypto::new(TOKEN.parse().unwrap(), KEY.parse().unwrap(), CORP),
            next: 1,
        }
    }

    /// The decrypted text of a rep's message of ordinary length.
    pub(crate) fn message(number: u64) -> String {
        format!(
            "<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[rep{}]]></FromUserName>\
             <CreateTime>{NOW_SECONDS}</CreateTime><MsgType><![CDATA[text]]></MsgType>\
             <Content><![CDATA[客户云杉机械那边刚打电话，说今年的设备采购要走集团招标平台，预算也比去年少了三成，\
             让我们下周三之前把方案和分项报价再发一版，最好能把三年运维也算进去，编号{number}]]></Content>\
             <MsgId>{number}</MsgId><AgentID>1000002</AgentID></xml>",
            number % 500
        )
    }

    /// Whole HTTP requests.
    pub(crate) fn take(&mut self, count: usize) -> Vec<Vec<u8>> {
        let first = self.next;
        self.next += count as u64;
        (first..self.next)
            .map(|number| self.request(number))
            .collect()
    }

    fn request(&self, number: u64) -> Vec<u8> {
        let mut random = [0; 16];
        random[..8].copy_from_slice(&number.to_be_bytes());
        let sealed = self.crypto.seal_envelope(
            &Self::message(number),
            random,
            &NOW_SECONDS.to_string(),
            &number.to_string(),
            Some(1_000_002),
        );
        let mut request = String::new();
        write!(
            request,
            "POST /wecom/callback/sales?{} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{}",
            sealed.query_string,
            sealed.body.len(),
            sealed.body
        )
        .unwrap();
        request.into_bytes()
    }
}
