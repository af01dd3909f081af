//! Login links and page signatures (91022, 90506).

use crate::{hex, percent};
use sha1::{Digest, Sha1};

/// The address that sends a member through OAuth and back to `redirect_uri`
/// with `code` and `state` (91022, scope `snsapi_base`).
///
/// `base` is `https://open.weixin.qq.com`, or a simulated platform's. The
/// order of the parameters and the fragment are part of the protocol.
pub fn oauth_url(
    base: &str,
    corp_id: &str,
    agent_id: i64,
    redirect_uri: &str,
    state: &str,
) -> String {
    let base = base.trim_end_matches('/');
    let corp_id = percent::encode(corp_id);
    let redirect_uri = percent::encode(redirect_uri);
    let state = percent::encode(state);
    format!(
        "{base}/connect/oauth2/authorize?appid={corp_id}&redirect_uri={redirect_uri}\
         &response_type=code&scope=snsapi_base&state={state}&agentid={agent_id}#wechat_redirect"
    )
}

/// The JS-SDK signature of a page (90506): 40 lower-case hex digits.
///
/// `url` is the page's address exactly as loaded; a fragment is cut off.
pub fn jsapi_sign(ticket: &str, nonce: &str, timestamp: i64, url: &str) -> String {
    let url = url.split('#').next().unwrap_or(url);
    let text = format!("jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url}");
    hex::lower_string(&Sha1::digest(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_link_has_the_documented_order_and_fragment() {
        let url = oauth_url(
            "https://open.weixin.qq.com/",
            "ww0f6d7c5b4a392817",
            1000002,
            "https://d.example.com/login?next=/chat&x=1",
            "a-b_9",
        );
        assert_eq!(
            url,
            "https://open.weixin.qq.com/connect/oauth2/authorize?appid=ww0f6d7c5b4a392817\
             &redirect_uri=https%3A%2F%2Fd.example.com%2Flogin%3Fnext%3D%2Fchat%26x%3D1\
             &response_type=code&scope=snsapi_base&state=a-b_9&agentid=1000002#wechat_redirect"
        );
    }

    #[test]
    fn the_official_page_signature_comes_out() {
        let ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg";
        for url in [
            "http://mp.weixin.qq.com?params=value",
            "http://mp.weixin.qq.com?params=value#top",
        ] {
            assert_eq!(
                jsapi_sign(ticket, "Wm3WZYTPz0wzccnW", 1414587457, url),
                "0f9de62fce790f9a083d5c99e95740ceb90c27ed"
            );
        }
    }
}
