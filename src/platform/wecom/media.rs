//! What people sent to an app: `media/get` (90254).

use reqwest::StatusCode;
use serde_json::Value;

use super::super::answer::Answer;
use super::super::call::{CallError, Failure, Refusal};
use super::super::http::get;
use super::super::measure::measured;
use super::api::{self, Api};
use super::{Wecom, judge};

/// An answer that says what is wrong is JSON, and short.
const LONGEST_REFUSAL: u64 = 64 * 1024;

/// A file that somebody sent to an app.
pub struct MediaFile {
    /// Its content.
    pub bytes: Vec<u8>,
    /// What the platform calls it; may be empty.
    pub name: String,
}

impl Wecom {
    /// `media/get` (90254): what somebody sent to the app, within three days. Of what is larger
    /// than `largest` bytes the rest is not read.
    ///
    /// # Errors
    /// [`Refusal::MediaGone`] when there is no such media any more, and [`Refusal::TooLarge`].
    #[tracing::instrument(name = "wecom.media", skip_all, fields(app = app))]
    pub async fn media(
        &self,
        app: &str,
        media_id: &str,
        largest: u64,
    ) -> Result<MediaFile, CallError> {
        let issuer = self.issuer(app)?;
        let _place = self.0.places.enter(Api::Media as usize).await?;
        let limits = &self.0.limits;
        limits.check(app, Api::Media, self.0.tokens.now())?;
        let most = usize::try_from(largest.max(LONGEST_REFUSAL)).unwrap_or(usize::MAX);
        let file = self.0.tokens.with_token(issuer, |token| {
            let url = self.address(Api::Media, &token, &[("media_id", media_id)]);
            measured(api::PLATFORM, Api::Media.name(), async move {
                let within = (most, &too_large as &(dyn Fn() -> CallError + Send + Sync));
                let http = &self.0.http;
                let repeat = Api::Media.repeat();
                let answer = http.exchange_within(get(url?), repeat, within).await?;
                if judge::is_over_a_limit(&answer) {
                    return Err(limits.met(app, Api::Media, self.0.tokens.now()).into());
                }
                let file = read(answer)?;
                limits.passed(app, Api::Media);
                Ok(file)
            })
        });
        let file = file.await?;
        if file.bytes.len() as u64 > largest {
            return Err(too_large());
        }
        Ok(file)
    }
}

/// A refusal comes with HTTP 200 too; only a file has a `Content-Disposition`.
fn read(answer: Answer) -> Result<MediaFile, Failure> {
    let name = answer.file_name().map(str::to_owned);
    match name.filter(|_| answer.status == StatusCode::OK) {
        Some(name) => Ok(MediaFile {
            bytes: answer.body,
            name,
        }),
        None => {
            judge::read::<Value>(Api::Media, &answer)?;
            let why = "0 without a file";
            Err(Api::Media.repeat().uncertain(why).into())
        }
    }
}

fn too_large() -> CallError {
    CallError::refused(
        Refusal::TooLarge,
        "the media is larger than [storage] largest_file_mb",
    )
}
