//! Files in an object storage that speaks S3: MinIO, 阿里云 OSS, 腾讯云 COS, Amazon.
//!
//! `rusty_s3` signs addresses; the requests are ours. An address is good for a few minutes and for
//! one thing, and is never shown, since whoever has it needs no key.

use std::time::Duration;

use reqwest::header::CONTENT_LENGTH;
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};
use rusty_s3::actions::{GetObject, PutObject};
use rusty_s3::{Credentials, S3Action as _, UrlStyle};
use tokio::io::AsyncRead;

use super::{DepotError, Digest, Kept, incoming};
use crate::config::S3Settings;
use crate::platform::{cause, is_loopback};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Long enough for the largest file on a slow line.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(60);
/// How long an address is good for: longer than the request takes. The storage compares it with
/// its own time, so it is signed by the machine's, whatever time the service plays.
const SIGNED_FOR: Duration = Duration::from_secs(300);
/// An error's text is a few hundred bytes.
const LONGEST_ERROR: usize = 16 * 1024;

/// A bucket of an object storage.
#[derive(Clone)]
pub struct Bucket {
    bucket: rusty_s3::Bucket,
    credentials: Credentials,
    client: Client,
    largest: u64,
}

/// Without the keys.
impl std::fmt::Debug for Bucket {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Bucket")
            .field("address", &self.bucket.base_url().as_str())
            .finish_non_exhaustive()
    }
}

impl Bucket {
    pub(super) fn new(settings: &S3Settings, largest: u64) -> Result<Self, DepotError> {
        let style = if settings.path_style {
            UrlStyle::Path
        } else {
            UrlStyle::VirtualHost
        };
        let endpoint = Url::parse(&settings.endpoint)
            .map_err(|_| DepotError::Unusable("endpoint is no address".to_owned()))?;
        let is_here = is_loopback(&endpoint);
        let name = settings.bucket.clone();
        let bucket = rusty_s3::Bucket::new(endpoint, style, name, settings.region.clone())
            .map_err(|_| {
                DepotError::Unusable(
                    "bucket can't be part of a host's name; try path_style = true".to_owned(),
                )
            })?;
        let builder = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TOTAL_TIMEOUT)
            .redirect(Policy::none());
        let builder = if is_here { builder.no_proxy() } else { builder };
        let client = builder
            .build()
            .map_err(|error| DepotError::Unusable(format!("no client: {}", cause(&error))))?;
        Ok(Self {
            bucket,
            credentials: Credentials::new(
                settings.access_key.expose(),
                settings.secret_key.expose(),
            ),
            client,
            largest,
        })
    }

    /// The name has to be known before the first byte goes out, so the file waits in memory.
    pub(super) async fn put(&self, file: impl AsyncRead + Unpin) -> Result<Kept, DepotError> {
        let mut bytes = Vec::new();
        let kept = incoming::copy(file, &mut bytes, self.largest).await?;
        let key = kept.digest.path();
        let address = PutObject::new(&self.bucket, Some(&self.credentials), &key).sign(SIGNED_FOR);
        let length = bytes.len();
        let request = self
            .client
            .put(address)
            .header(CONTENT_LENGTH, length)
            .body(bytes);
        let answer = request.send().await.map_err(|error| unanswered(&error))?;
        if answer.status().is_success() {
            Ok(kept)
        } else {
            Err(refused(answer).await)
        }
    }

    pub(super) async fn get(&self, digest: Digest) -> Result<Vec<u8>, DepotError> {
        let key = digest.path();
        let address = GetObject::new(&self.bucket, Some(&self.credentials), &key).sign(SIGNED_FOR);
        let answer = self
            .client
            .get(address)
            .send()
            .await
            .map_err(|error| unanswered(&error))?;
        if !answer.status().is_success() {
            return Err(refused(answer).await);
        }
        // It was put within the bound of its time, which may have been another one.
        let bytes = body(answer, usize::MAX).await?;
        if Digest::of(&bytes) == digest {
            Ok(bytes)
        } else {
            Err(DepotError::Changed)
        }
    }
}

async fn body(mut answer: Response, most: usize) -> Result<Vec<u8>, DepotError> {
    let mut bytes = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|error| unanswered(&error))? {
        bytes.extend_from_slice(&part);
        if bytes.len() > most {
            break;
        }
    }
    Ok(bytes)
}

/// What an answer that is no success means. A bucket that isn't there is no missing file.
async fn refused(answer: Response) -> DepotError {
    let status = answer.status();
    let text = body(answer, LONGEST_ERROR).await.unwrap_or_default();
    let code = error_code(&String::from_utf8_lossy(&text));
    match status {
        StatusCode::NOT_FOUND if code != "NoSuchBucket" => DepotError::Missing,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
            DepotError::Unanswered(format!("HTTP {} {code}", status.as_u16()))
        }
        status if status.is_server_error() => {
            DepotError::Unanswered(format!("HTTP {} {code}", status.as_u16()))
        }
        status => DepotError::Refused {
            status: status.as_u16(),
            code,
        },
    }
}

/// `<Code>SlowDown</Code>` (Amazon S3 API reference, "Error responses"). Other text stays out of
/// logs, since it repeats the address and the key.
fn error_code(text: &str) -> String {
    let code = text
        .split_once("<Code>")
        .and_then(|(_, rest)| rest.split_once("</Code>"));
    let code = code.map_or("", |(code, _)| code);
    let is_code = code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_code {
        code.to_owned()
    } else {
        String::new()
    }
}

fn unanswered(error: &reqwest::Error) -> DepotError {
    DepotError::Unanswered(if error.is_timeout() {
        "it took too long".to_owned()
    } else {
        cause(error)
    })
}
