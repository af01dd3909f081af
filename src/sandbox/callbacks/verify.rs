//! What the administrator's page does when a callback URL is saved
//! (`developer.work.weixin.qq.com/document/path/90930`).

use std::time::Duration;

use super::super::Sandbox;
use super::post::crypto;

/// How long the service may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// Why the administrator's page would not save the URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlRefused {
    /// The company has no such app, the app has no URL, or its key or token is none.
    #[error("the app is not set up for callbacks")]
    NotSetUp,
    /// No answer within a second.
    #[error("no answer within a second")]
    NoAnswer,
    /// Another status than 200.
    #[error("status {0}")]
    Status(u16),
    /// The body is not exactly the decrypted `echostr`.
    #[error("the answer is not the echo")]
    WrongEcho,
}

impl Sandbox {
    /// Verifies an app's callback URL, as the administrator's page does.
    ///
    /// # Errors
    /// [`UrlRefused`] when the page would not save it.
    pub async fn verify_url(&self, app: &str) -> Result<(), UrlRefused> {
        let (url, echo) = self
            .with(|state| {
                let app = state.company.app(app)?.clone();
                let crypto = crypto(&app, &state.company.corp_id)?;
                let (echo, nonce) = (state.dice.word(19), state.dice.word(10));
                let timestamp = state.now().seconds().to_string();
                let query = crypto.seal_echo(&echo, state.dice.sixteen(), &timestamp, &nonce);
                Some((format!("{}?{query}", app.callback_url?), echo))
            })
            .ok_or(UrlRefused::NotSetUp)?;

        let request = self.0.http.get(url).timeout(PATIENCE);
        let response = request.send().await.map_err(|_| UrlRefused::NoAnswer)?;
        match response.status().as_u16() {
            200 => {}
            status => return Err(UrlRefused::Status(status)),
        }
        let body = response.bytes().await.map_err(|_| UrlRefused::NoAnswer)?;
        if body == echo.as_bytes() {
            Ok(())
        } else {
            Err(UrlRefused::WrongEcho)
        }
    }
}
