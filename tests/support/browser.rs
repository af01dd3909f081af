//! A browser that keeps its cookies and follows no redirect by itself, as far as tests need one.

use std::time::Duration;

use reqwest::redirect::Policy;

/// Longer than an open stream is ever silent.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Browser {
    client: reqwest::Client,
    url: String,
    pub(crate) cookies: Vec<(String, String)>,
}

/// What it was answered.
pub(crate) struct Page {
    pub(crate) status: u16,
    headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

/// A client for plain HTTP on this machine, which needs no certificates; reading them takes longer
/// than most tests.
pub(crate) fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .redirect(Policy::none())
        .read_timeout(PATIENCE)
        .build()
        .unwrap()
}

impl Browser {
    pub(crate) fn new(url: &str, client: reqwest::Client) -> Self {
        Self {
            client,
            url: url.to_owned(),
            cookies: Vec::new(),
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        let request = self.client.get(self.address(path));
        self.send(request).await
    }

    pub(crate) async fn post_json(&mut self, path: &str, body: &serde_json::Value) -> Page {
        let request = self.to_post(path).header("origin", &self.url).json(body);
        self.send(request).await
    }

    pub(crate) fn to_post(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.post(self.address(path))
    }

    /// A page that goes on and on.
    pub(crate) async fn stream(&self, path: &str) -> reqwest::Response {
        let request = self.client.get(self.address(path));
        let answer = request.header("cookie", self.cookies()).send().await;
        let answer = answer.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer
    }

    /// Asks with the cookies it has, and keeps those it gets.
    pub(crate) async fn send(&mut self, request: reqwest::RequestBuilder) -> Page {
        let answer = request.header("cookie", self.cookies()).send().await;
        let answer = answer.unwrap();
        for cookie in answer.headers().get_all("set-cookie") {
            let text = cookie.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        Page {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            text: answer.text().await.unwrap(),
        }
    }

    fn cookies(&self) -> String {
        let pairs = self.cookies.iter();
        let pairs: Vec<String> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    fn address(&self, path: &str) -> String {
        if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.url)
        }
    }
}

impl Page {
    /// What a header says; empty when it isn't there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}
