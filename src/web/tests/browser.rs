//! A browser that keeps its cookies and follows no redirect by itself.

use std::time::Duration;

use reqwest::redirect::Policy;

/// A browser as far as these tests need one.
pub(super) struct Browser {
    client: reqwest::Client,
    url: String,
    pub(super) cookies: Vec<(String, String)>,
}

/// What it was answered.
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) headers: reqwest::header::HeaderMap,
    pub(super) text: String,
}

/// An open stream of events.
pub(super) struct Stream(reqwest::Response);

impl Stream {
    /// What it says next; `None` when it has ended.
    pub(super) async fn next(&mut self) -> Option<String> {
        let chunk = self.0.chunk().await.unwrap();
        chunk.map(|chunk| String::from_utf8(chunk.to_vec()).unwrap())
    }
}

impl Page {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl Browser {
    pub(super) fn new(url: &str) -> Self {
        let client = reqwest::Client::builder()
            .redirect(Policy::none())
            .timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        Self {
            client,
            url: url.to_owned(),
            cookies: Vec::new(),
        }
    }

    pub(super) async fn get(&mut self, path: &str) -> Page {
        let request = self.client.get(self.address(path));
        self.send(request).await
    }

    /// Posts a form as one of our own pages would, or as told.
    pub(super) async fn post(
        &mut self,
        path: &str,
        fetch_site: &str,
        form: &[(&str, &str)],
    ) -> Page {
        let request = self
            .client
            .post(self.address(path))
            .header("sec-fetch-site", fetch_site)
            .form(form);
        self.send(request).await
    }

    pub(super) async fn post_json(&mut self, path: &str, body: &serde_json::Value) -> Page {
        let request = self
            .client
            .post(self.address(path))
            .header("origin", &self.url)
            .json(body);
        self.send(request).await
    }

    /// Opens a stream of events.
    pub(super) async fn listen(&self, path: &str) -> Stream {
        let cookie = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let cookie: Vec<String> = cookie.collect();
        let request = self
            .client
            .get(self.address(path))
            .header("cookie", cookie.join("; "));
        let mut stream = Stream(request.send().await.unwrap());
        assert_eq!(
            stream.next().await.as_deref(),
            Some("retry: 3000\n: open\n\n")
        );
        stream
    }

    fn address(&self, path: &str) -> String {
        if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.url)
        }
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Page {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let answer = request
            .header("cookie", cookies.join("; "))
            .send()
            .await
            .unwrap();
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
}
