//! What these tests do with a browser beyond what all tests do.

#[path = "../../../tests/support/browser.rs"]
mod shared;

pub(super) use shared::{Browser, Page, client};

/// An open stream of events.
pub(super) struct Stream(reqwest::Response);

impl Stream {
    /// What it says next; `None` when it has ended.
    pub(super) async fn next(&mut self) -> Option<String> {
        let chunk = self.0.chunk().await.unwrap();
        chunk.map(|chunk| String::from_utf8(chunk.to_vec()).unwrap())
    }
}

impl Browser {
    /// Posts a form as one of our own pages would, or as told.
    pub(super) async fn post(
        &mut self,
        path: &str,
        fetch_site: &str,
        form: &[(&str, &str)],
    ) -> Page {
        let request = self.to_post(path).header("sec-fetch-site", fetch_site);
        self.send(request.form(form)).await
    }

    /// Opens a stream of events.
    pub(super) async fn listen(&self, path: &str) -> Stream {
        let mut stream = Stream(self.stream(path).await);
        assert_eq!(
            stream.next().await.as_deref(),
            Some("retry: 3000\n: open\n\n")
        );
        stream
    }
}
