//! Who is logged in: a random cookie, kept only as its hash.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::domain::{PersonId, Timestamp};
use crate::shared::Shared;
use crate::store::{SessionRow, StoreError};

/// A session ends this long after its login.
const LONGEST: Duration = Duration::from_secs(12 * 3600);
/// And when it was not used for this long.
const IDLE: Duration = Duration::from_secs(30 * 60);
/// Its use is noted so often, so that reading pages doesn't write on every click.
const NOTED_EVERY: Duration = Duration::from_secs(60);

/// What a browser shows us to be known again: 256 random bits. Never logged, stored as its hash.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Token(String);

impl Token {
    /// A new one.
    pub(super) fn random() -> Self {
        Self(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
    }

    /// The one in that cookie of the request. Whatever has not the shape of ours is none.
    pub(super) fn of(request: &HttpRequest, cookie: &str) -> Option<Self> {
        let value = request.cookie(cookie)?.value().to_owned();
        let is_ours = value.len() == 43
            && URL_SAFE_NO_PAD
                .decode(&value)
                .is_ok_and(|bytes| bytes.len() == 32);
        is_ours.then_some(Self(value))
    }

    /// What is stored.
    pub(super) fn hash(&self) -> String {
        self.derived("stored")
    }

    /// A secret of another purpose, from which nobody gets back to the token.
    pub(super) fn derived(&self, purpose: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.hashed(purpose))
    }

    fn hashed(&self, purpose: &str) -> [u8; 32] {
        let hash = Sha256::new()
            .chain_update(purpose)
            .chain_update([0])
            .chain_update(&self.0);
        hash.finalize().into()
    }

    /// What the forms of one answer carry. It is another text each time, since a compressed page
    /// would else tell by its length, bit by bit, what stands beside text of somebody else's choice.
    pub(super) fn form_token(&self) -> String {
        let pad = rand::random::<[u8; 32]>();
        let mut bytes = pad.to_vec();
        bytes.extend(xor(&pad, &self.form_secret()));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Whether a form of this session's pages carried it, compared in constant time.
    pub(super) fn vouches_for(&self, form_token: &str) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(form_token) else {
            return false;
        };
        let Some((pad, masked)) = bytes.split_first_chunk::<32>() else {
            return false;
        };
        bool::from(masked.ct_eq(xor(pad, &self.form_secret()).as_slice()))
    }

    fn form_secret(&self) -> [u8; 32] {
        self.hashed(CSRF)
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

/// The purpose of the token that every form of a logged-in page carries.
const CSRF: &str = "csrf";
/// The purpose of what names a session in the record of views.
pub(super) const VIEWS: &str = "views";

fn xor(pad: &[u8; 32], secret: &[u8; 32]) -> [u8; 32] {
    std::array::from_fn(|place| pad[place] ^ secret[place])
}

/// The name of the session's cookie. With `__Host-`, browsers refuse it from other hosts and
/// without TLS.
pub(super) const fn cookie_name(is_secure: bool) -> &'static str {
    if is_secure {
        "__Host-dingdan"
    } else {
        "dingdan"
    }
}

/// The name of the cookie that binds a login to the browser that began it.
pub(super) const fn login_cookie_name(is_secure: bool) -> &'static str {
    if is_secure {
        "__Host-dingdan-login"
    } else {
        "dingdan-login"
    }
}

/// A cookie that only we read. It ends with the browser; the session ends by our own clock.
pub(super) fn cookie(name: &'static str, value: String, is_secure: bool) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .secure(is_secure)
        .same_site(SameSite::Lax)
        .finish()
}

/// A cookie that takes back one of ours.
pub(super) fn no_cookie(name: &'static str, is_secure: bool) -> Cookie<'static> {
    let mut cookie = cookie(name, String::new(), is_secure);
    cookie.make_removal();
    cookie
}

/// Begins a session. Its token is new, whatever the browser had before.
///
/// # Errors
/// When the store fails.
pub(super) async fn begin(shared: &Shared, person: &PersonId) -> Result<Token, StoreError> {
    let (token, now) = (Token::random(), shared.clock.now());
    shared.store.forget_sessions(now.minus(LONGEST)).await?;
    shared
        .store
        .begin_session(&token.hash(), person, now)
        .await?;
    Ok(token)
}

/// The person behind a token, if the session still holds.
///
/// # Errors
/// When the store fails.
pub(super) async fn person_of(
    shared: &Shared,
    token: &Token,
) -> Result<Option<SessionRow>, StoreError> {
    let hash = token.hash();
    let Some(row) = shared.store.session(&hash).await? else {
        return Ok(None);
    };
    if holds(&row, shared.clock.now()) {
        return Ok(Some(row));
    }
    shared.store.end_session(&hash).await?;
    Ok(None)
}

/// Notes that the person did something; what a page does by itself doesn't count.
///
/// # Errors
/// When the store fails.
pub(super) async fn note_use(
    shared: &Shared,
    token: &Token,
    row: &SessionRow,
) -> Result<(), StoreError> {
    let now = shared.clock.now();
    if now.since(row.seen_at) >= NOTED_EVERY {
        shared.store.touch_session(&token.hash(), now).await?;
    }
    Ok(())
}

fn holds(row: &SessionRow, now: Timestamp) -> bool {
    now.since(row.created_at) < LONGEST && now.since(row.seen_at) < IDLE
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    #[test]
    fn a_session_ends_after_half_an_hour_idle_and_after_twelve_hours() {
        let person_id: PersonId = "p1".parse().expect("an id");
        for (seen, now, expected) in [
            (0, 0, true),
            (0, 30 * MINUTE - 1, true),
            (0, 30 * MINUTE, false),
            (11 * 60 * MINUTE + 45 * MINUTE, 12 * 60 * MINUTE - 1, true),
            (11 * 60 * MINUTE + 45 * MINUTE, 12 * 60 * MINUTE, false),
        ] {
            let row = SessionRow {
                person_id: person_id.clone(),
                created_at: Timestamp(0),
                seen_at: Timestamp(seen),
            };
            assert_eq!(holds(&row, Timestamp(now)), expected, "{seen} {now}");
        }
    }

    #[test]
    fn forms_of_a_session_vouch_for_it_and_never_by_the_same_text() {
        let token = Token::random();
        let (one, another) = (token.form_token(), token.form_token());

        assert!(token.vouches_for(&one) && token.vouches_for(&another));
        assert_ne!(one, another);
        assert_ne!(one[..43], another[..43]);
        assert_ne!(one[43..], another[43..]);
        for other in [
            token.derived(CSRF),
            token.hash(),
            Token::random().form_token(),
            one[..85].to_owned(),
            format!("{one}AAAA"),
            String::new(),
        ] {
            assert!(!token.vouches_for(&other), "{other}");
        }
    }

    #[test]
    fn cookies_are_ours_alone_and_bound_to_tls_where_there_is_tls() {
        let secure = cookie(cookie_name(true), "x".to_owned(), true).to_string();
        assert_eq!(
            secure,
            "__Host-dingdan=x; HttpOnly; SameSite=Lax; Secure; Path=/"
        );

        let plain = cookie(cookie_name(false), "x".to_owned(), false).to_string();
        assert_eq!(plain, "dingdan=x; HttpOnly; SameSite=Lax; Path=/");
    }
}
