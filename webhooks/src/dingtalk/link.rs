//! Links that open in the right place, login links, page and card signatures.

use super::signed::hmac_base64;
use crate::{hex, percent};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A link that opens `url` inside DingTalk: on a desktop in the side panel
/// when `pc_slide`, else in the default browser. Login without a password
/// works only inside.
pub fn page_link(url: &str, pc_slide: bool) -> String {
    let url = percent::encode(url);
    format!("dingtalk://dingtalkclient/page/link?url={url}&pc_slide={pc_slide}")
}

/// The address that sends a person through OAuth in a browser and back to
/// `redirect_uri` with `authCode` (not `code`) and `state`.
///
/// `base` is `https://login.dingtalk.com`, or a simulated platform's.
pub fn oauth_url(base: &str, app_key: &str, redirect_uri: &str, state: &str) -> String {
    let base = base.trim_end_matches('/');
    let redirect_uri = percent::encode(redirect_uri);
    let app_key = percent::encode(app_key);
    let state = percent::encode(state);
    format!(
        "{base}/oauth2/auth?redirect_uri={redirect_uri}&response_type=code\
         &client_id={app_key}&scope=openid&state={state}&prompt=consent"
    )
}

/// What `x-ddpaas-signature` of a card callback must be, given the text of
/// `x-ddpaas-signature-timestamp`. The body is not covered.
pub fn card_callback_sign(timestamp: &str, api_secret: &str) -> String {
    hmac_base64(api_secret, &[timestamp])
}

/// Whether a card callback's header carries the right signature, compared in
/// constant time. How old the timestamp may be is the caller's decision.
pub fn verify_card_callback(timestamp: &str, signature: &str, api_secret: &str) -> bool {
    let expected = card_callback_sign(timestamp, api_secret);
    bool::from(expected.as_bytes().ct_eq(signature.as_bytes()))
}

/// The signature for `dd.config`: SHA-256 as 64 lower-case hex digits. A
/// fragment is cut off `url`, and the rest is percent-decoded, as the client
/// does before it compares.
pub fn jsapi_sign(ticket: &str, nonce: &str, timestamp: i64, url: &str) -> String {
    let url = url.split('#').next().unwrap_or(url);
    let url = percent::decode(url).unwrap_or(url.into());
    let text = format!("jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url}");
    hex::lower_string(&Sha256::digest(text))
}
