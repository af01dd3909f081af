//! The one HTTP client, and what its failures say about whether a request arrived.

use std::error::Error;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Method, Request, Response, Url};

use super::answer::Answer;
use super::call::{CallError, Refusal, Repeat};

/// Time to reach a platform.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Time for a whole exchange. The platforms end their own work after about 3 seconds.
pub const TOTAL_TIMEOUT: Duration = Duration::from_secs(10);

/// The client for all platform calls; clones share its connections. It follows no redirects.
#[derive(Clone, Debug)]
pub struct Http(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    connect: Duration,
    total: Duration,
    /// For a sandbox on this machine: in plain HTTP, and past the environment's proxy.
    loopback: Client,
    /// For everything else. Made when it is first needed, as reading the machine's certificates
    /// takes a while and a demo needs none.
    outside: OnceLock<Client>,
}

impl Http {
    /// With the timeouts of the service.
    ///
    /// # Errors
    /// When no HTTP client can be set up.
    pub fn new() -> Result<Self, reqwest::Error> {
        Self::with_timeouts(CONNECT_TIMEOUT, TOTAL_TIMEOUT)
    }

    /// With a limit for connecting and one for the whole exchange.
    ///
    /// # Errors
    /// When no HTTP client can be set up.
    pub fn with_timeouts(connect: Duration, total: Duration) -> Result<Self, reqwest::Error> {
        let loopback = builder(connect, total)
            .no_proxy()
            .tls_certs_only([])
            .build()?;
        Ok(Self(Arc::new(Inner {
            connect,
            total,
            loopback,
            outside: OnceLock::new(),
        })))
    }

    /// Sends one request and reads the whole answer, whatever its status.
    pub(crate) async fn exchange(
        &self,
        request: Request,
        repeat: Repeat,
    ) -> Result<Answer, CallError> {
        let too_long = || repeat.uncertain("the answer is longer than any of this platform's");
        self.exchange_within(request, repeat, (MAX_ANSWER_BYTES, &too_long))
            .await
    }

    /// As [`exchange`](Self::exchange), for an answer that may be a file. Of a longer one than
    /// `most` bytes the rest is not read, and it gives `too_long`.
    pub(crate) async fn exchange_within(
        &self,
        request: Request,
        repeat: Repeat,
        (most, too_long): (usize, &(dyn Fn() -> CallError + Send + Sync)),
    ) -> Result<Answer, CallError> {
        let response = self
            .client_for(request.url())?
            .execute(request)
            .await
            .map_err(|error| judge(&error, repeat))?;
        read(response, repeat, most).await?.ok_or_else(too_long)
    }

    fn client_for(&self, url: &Url) -> Result<&Client, CallError> {
        if is_loopback(url) {
            return Ok(&self.0.loopback);
        }
        if let Some(client) = self.0.outside.get() {
            return Ok(client);
        }
        let client = builder(self.0.connect, self.0.total)
            .build()
            .map_err(|error| {
                let why = format!("TLS cannot be set up on this machine: {}", cause(&error));
                CallError::refused(Refusal::Configuration, why)
            })?;
        Ok(self.0.outside.get_or_init(|| client))
    }
}

fn builder(connect: Duration, total: Duration) -> ClientBuilder {
    Client::builder()
        .connect_timeout(connect)
        .timeout(total)
        .redirect(Policy::none())
}

/// An address below `base`, with its query encoded.
pub(crate) fn address(base: &str, path: &str, query: &[(&str, &str)]) -> Result<Url, CallError> {
    let mut url = Url::parse(&format!("{base}{path}")).map_err(|_| {
        let why = "the platform's base address in the configuration is no URL";
        CallError::refused(Refusal::Configuration, why)
    })?;
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    Ok(url)
}

/// A GET.
pub(crate) fn get(url: Url) -> Request {
    Request::new(Method::GET, url)
}

/// A POST of JSON.
pub(crate) fn post(url: Url, json: String) -> Request {
    let mut request = Request::new(Method::POST, url);
    request.headers_mut().insert(CONTENT_TYPE, JSON);
    *request.body_mut() = Some(json.into());
    request
}

/// The same request with a header that stays out of logs.
pub(crate) fn with_secret_header(
    mut request: Request,
    name: HeaderName,
    value: &str,
) -> Result<Request, CallError> {
    let mut value = HeaderValue::from_str(value).map_err(|_| {
        let why = "the platform gave a token that fits in no header";
        CallError::later(Duration::from_secs(60), why)
    })?;
    value.set_sensitive(true);
    request.headers_mut().insert(name, value);
    Ok(request)
}

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// `None` when it is longer than `most` bytes.
async fn read(
    mut response: Response,
    repeat: Repeat,
    most: usize,
) -> Result<Option<Answer>, CallError> {
    let status = response.status();
    let disposition = response.headers().get(CONTENT_DISPOSITION);
    let disposition = disposition.map(|value| String::from_utf8_lossy(value.as_bytes()).into());
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| judge(&error, repeat))?
    {
        if body.len() + chunk.len() > most {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(Answer {
        status,
        disposition,
        body,
    }))
}

/// A thousand messages of 微信客服, the longest answer, stay far below it.
const MAX_ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// Only a connection that never came about proves that nothing arrived.
fn judge(error: &reqwest::Error, repeat: Repeat) -> CallError {
    if error.is_connect() {
        let why = format!("no connection to the platform: {}", cause(error));
        CallError::later(AFTER_NO_CONNECTION, why)
    } else if error.is_builder() {
        let why = "the request could not be built: check the addresses in the configuration";
        CallError::refused(Refusal::Configuration, why)
    } else if error.is_timeout() {
        repeat.uncertain("the platform did not answer in time")
    } else {
        repeat.uncertain(format!("the connection was lost: {}", cause(error)))
    }
}

const AFTER_NO_CONNECTION: Duration = Duration::from_secs(5);

/// The innermost cause. The outer texts name the address, and with it the access token.
pub(crate) fn cause(error: &reqwest::Error) -> String {
    let mut innermost: Option<&(dyn Error + 'static)> = error.source();
    while let Some(deeper) = innermost.and_then(Error::source) {
        innermost = Some(deeper);
    }
    innermost.map_or_else(|| "no cause given".to_owned(), ToString::to_string)
}

/// Whether the address is of this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse()
            .is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sandbox_on_this_machine_is_told_from_the_platforms() {
        for (url, expected) in [
            ("http://127.0.0.1:8080/sandbox/wecom", true),
            ("http://[::1]:8080/", true),
            ("http://localhost/", true),
            ("https://qyapi.weixin.qq.com/", false),
            ("https://127.0.0.1.example.com/", false),
        ] {
            let url = Url::parse(url).expect("an address");
            assert_eq!(is_loopback(&url), expected, "{url}");
        }
    }

    #[test]
    fn the_client_for_the_platforms_is_made_once_and_when_needed() {
        let http = Http::new().expect("a client");
        assert!(http.0.outside.get().is_none());

        let url = Url::parse("https://oapi.dingtalk.com").expect("an address");
        let first: *const Client = http.client_for(&url).expect("TLS works here");
        let second: *const Client = http.client_for(&url).expect("TLS works here");

        assert!(std::ptr::eq(first, second));
    }

    #[test]
    fn secrets_in_queries_are_encoded() {
        let url = address(
            "https://qyapi.weixin.qq.com",
            "/x",
            &[("access_token", "a+b/c=&d")],
        );
        let url = url.expect("an address");
        assert_eq!(url.query(), Some("access_token=a%2Bb%2Fc%3D%26d"));
        assert!(address("no address", "/x", &[]).is_err());
    }
}
