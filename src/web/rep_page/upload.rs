//! A file as a form sends it: read within bounds, and only from a form of ours.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::HttpRequest;
use actix_web::web::Payload;
use futures_util::TryStreamExt;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// So many files are held in memory at once, on their way to where they are kept.
const AT_ONCE: usize = 6;
/// Longer than 20 MB take over a poor connection.
const LONGEST: Duration = Duration::from_secs(180);
const LONGEST_CSRF: usize = 256;
const MOST_FIELDS: usize = 4;
/// A file that is too large is read on, up to so many times the limit, and thrown away: a browser
/// that is cut off shows an error of its own in place of ours.
const READ_ON: usize = 8;

static UPLOADS: Semaphore = Semaphore::const_new(AT_ONCE);

/// A file that came.
pub(super) struct Uploaded {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// Why none did.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// The form is not one of ours.
    Forged,
    /// It is no form with a file.
    Malformed,
    /// Its file was left out.
    NoFile,
    /// Its file is too large.
    TooLarge,
}

/// Reads the file of a form whose first field vouches for it.
pub(super) async fn read(
    request: &HttpRequest,
    payload: Payload,
    largest: usize,
    vouches: impl Fn(&str) -> bool,
) -> Result<Uploaded, Unread> {
    let reading = async {
        // Never closed.
        let _permit = UPLOADS.acquire().await;
        let parts = Multipart::new(request.headers(), payload);
        read_fields(parts, largest, vouches).await
    };
    timeout(LONGEST, reading)
        .await
        .unwrap_or(Err(Unread::Malformed))
}

async fn read_fields(
    mut parts: Multipart,
    largest: usize,
    vouches: impl Fn(&str) -> bool,
) -> Result<Uploaded, Unread> {
    let mut is_ours = false;
    for _ in 0..MOST_FIELDS {
        let next = parts.try_next().await.map_err(|_| Unread::Malformed)?;
        let Some(mut field) = next else {
            break;
        };
        match field.name() {
            Some("csrf") => {
                let text = collect(&mut field, LONGEST_CSRF).await?;
                is_ours = vouches(std::str::from_utf8(&text).unwrap_or_default());
            }
            Some("file") if is_ours => {
                let disposition = field.content_disposition();
                let name = disposition.and_then(|named| named.get_filename());
                let name = name.unwrap_or_default().to_owned();
                let bytes = collect(&mut field, largest).await?;
                if bytes.is_empty() && name.is_empty() {
                    return Err(Unread::NoFile);
                }
                return Ok(Uploaded { name, bytes });
            }
            _ => return Err(Unread::Forged),
        }
    }
    Err(if is_ours {
        Unread::NoFile
    } else {
        Unread::Forged
    })
}

/// The field's bytes, of which there may be so many.
async fn collect(field: &mut Field, most: usize) -> Result<Vec<u8>, Unread> {
    let mut bytes = Vec::new();
    let mut length = 0_usize;
    while let Some(chunk) = field.try_next().await.map_err(|_| Unread::Malformed)? {
        length = length.saturating_add(chunk.len());
        if length > most.saturating_mul(READ_ON) {
            break;
        }
        if length > most {
            bytes = Vec::new();
        } else {
            bytes.extend_from_slice(&chunk);
        }
    }
    if length > most {
        Err(Unread::TooLarge)
    } else {
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::error::PayloadError;
    use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
    use actix_web::web::Bytes;
    use futures_util::stream;

    use super::*;

    const OURS: &str = "ours";
    const MOST: usize = 100;

    /// A field of a form, with its file's name if it is one.
    fn part(name: &str, file: Option<&str>, content: &str) -> String {
        let file = file.map(|file| format!("; filename=\"{file}\""));
        let file = file.unwrap_or_default();
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n")
    }

    fn whole(parts: &[String]) -> String {
        format!("{}--b--\r\n", parts.concat())
    }

    /// Reads a body that comes in pieces of so many bytes.
    async fn read_in(body: &str, piece: usize) -> Result<(String, usize), Unread> {
        let mut headers = HeaderMap::new();
        let form = HeaderValue::from_static("multipart/form-data; boundary=b");
        headers.insert(CONTENT_TYPE, form);
        let pieces: Vec<Result<Bytes, PayloadError>> = body
            .as_bytes()
            .chunks(piece)
            .map(|piece| Ok(Bytes::copy_from_slice(piece)))
            .collect();
        let parts = Multipart::new(&headers, stream::iter(pieces));
        let read = read_fields(parts, MOST, |csrf| csrf == OURS).await?;
        Ok((read.name, read.bytes.len()))
    }

    async fn read(parts: &[String]) -> Result<(String, usize), Unread> {
        read_in(&whole(parts), 16).await
    }

    fn ours() -> String {
        part("csrf", None, OURS)
    }

    #[actix_web::test]
    async fn the_file_of_a_form_of_ours_is_read_however_it_comes() {
        let body = whole(&[ours(), part("file", Some("清单.csv"), "型号\nMX-1\n")]);

        for piece in [1, 7, 1000] {
            let read = read_in(&body, piece).await;
            assert_eq!(read, Ok(("清单.csv".to_owned(), 12)), "{piece}");
        }
        let empty = read(&[ours(), part("file", Some("空.txt"), "")]).await;
        assert_eq!(
            empty,
            Ok(("空.txt".to_owned(), 0)),
            "what is wrong is said later"
        );
        let nameless = read(&[ours(), part("file", None, "x")]).await;
        assert_eq!(nameless, Ok((String::new(), 1)));
    }

    #[actix_web::test]
    async fn what_does_not_begin_with_our_mark_is_forged() {
        let file = part("file", Some("a.txt"), "x");

        for parts in [
            vec![],
            vec![file.clone()],
            vec![file.clone(), ours()],
            vec![part("csrf", None, "guessed"), file.clone()],
            vec![part("csrf", None, ""), file.clone()],
            vec![ours(), part("other", None, "x"), file.clone()],
            vec![ours(), part("csrf", None, "guessed"), file],
        ] {
            assert_eq!(read(&parts).await, Err(Unread::Forged), "{parts:?}");
        }
    }

    #[actix_web::test]
    async fn a_form_without_its_file_is_told_apart() {
        for parts in [
            vec![ours()],
            vec![ours(), part("file", Some(""), "")],
            vec![ours(), ours(), ours(), ours(), part("file", Some("a"), "x")],
        ] {
            assert_eq!(read(&parts).await, Err(Unread::NoFile), "{parts:?}");
        }
    }

    #[actix_web::test]
    async fn a_file_at_the_limit_is_read_and_one_above_it_is_not() {
        let file = |length: usize| part("file", Some("a"), &"x".repeat(length));

        assert_eq!(
            read(&[ours(), file(MOST)]).await,
            Ok(("a".to_owned(), MOST))
        );
        for length in [MOST + 1, MOST * READ_ON, MOST * READ_ON * 4] {
            let read = read(&[ours(), file(length)]).await;
            assert_eq!(read, Err(Unread::TooLarge), "{length}");
        }
        let long = part("csrf", None, &"c".repeat(LONGEST_CSRF + 1));
        assert_eq!(read(&[long, file(1)]).await, Err(Unread::TooLarge));
    }

    #[actix_web::test]
    async fn what_breaks_off_or_is_no_form_is_malformed() {
        let body = whole(&[ours(), part("file", Some("a"), "0123456789")]);
        let broken = &body[..body.len() - 12];

        assert_eq!(read_in(broken, 16).await, Err(Unread::Malformed));
        assert_eq!(read_in("no form", 16).await, Err(Unread::Malformed));
    }
}
