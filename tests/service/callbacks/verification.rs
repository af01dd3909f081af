//! Verification of the URL.

use super::{Platform, text};
use crate::app::{REP, TestApp};
use crate::sightings::inbox;

#[tokio::test]
async fn the_url_is_verified_by_the_bare_echo_whatever_is_in_it() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);

    // Many echoes, so that base64 with each of + / = is among them.
    for number in 0..20 {
        let echo = format!("{number}{}", "回声 +/=&%".repeat(number));
        let query = platform.echo(&echo);
        let answered = platform.verify("sales", &query).await;

        assert_eq!((answered.status, answered.body), (200, echo), "{query}");
    }
}

#[tokio::test]
async fn an_echo_that_was_not_percent_encoded_is_taken_as_it_stands() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let plain = |query: String| {
        query
            .replace("%2B", "+")
            .replace("%2F", "/")
            .replace("%3D", "=")
    };

    for echo in ["1616140317555161061", "a", "ab", "abc", "abcd", "abcde"] {
        let answered = platform.verify("sales", &plain(platform.echo(echo))).await;
        assert_eq!((answered.status, answered.body.as_str()), (200, echo));
    }
}

#[tokio::test]
async fn a_verification_with_a_wrong_token_key_or_company_is_refused_alike() {
    let app = TestApp::start().await;
    let company = app.sandbox.company();
    let (token, key, corp) = (
        company.apps[0].token.as_str(),
        company.apps[0].encoding_aes_key.as_str(),
        company.corp_id.as_str(),
    );
    let other_key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
    let wrong = [
        ("another", key, corp),
        (token, other_key, corp),
        (token, key, "wwother0000000000"),
    ];

    let mut answers = Vec::new();
    for (token, key, corp) in wrong {
        let platform = Platform::knowing(&app, token, key, corp);
        answers.push(platform.verify("sales", &platform.echo("hello")).await);
    }

    assert_eq!(answers[0].status, 403);
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
    assert_eq!(inbox(&app).await, (0, 0));
}

#[tokio::test]
async fn a_verification_with_missing_doubled_or_misshapen_parameters_is_a_bad_request() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let good = platform.echo("hello");
    let without = |name: &str| {
        let kept: Vec<&str> = good
            .split('&')
            .filter(|pair| !pair.starts_with(name))
            .collect();
        kept.join("&")
    };

    let mut bad: Vec<String> = ["msg_signature", "timestamp", "nonce", "echostr"]
        .map(without)
        .into();
    bad.extend(good.split('&').map(|pair| format!("{good}&{pair}")));
    bad.push(String::new());
    bad.push(format!("{good}&%6Eonce=second"));
    bad.push(good.replace("timestamp=", "timestamp=0"));
    bad.push(good.replace("nonce=n0nce", "nonce=%ZZ"));
    bad.push(good.replace("nonce=n0nce", &format!("nonce={}", "n".repeat(129))));
    for query in bad {
        assert_eq!(
            platform.verify("sales", &query).await.status,
            400,
            "{query}"
        );
    }
}

#[tokio::test]
async fn an_app_that_nobody_configured_is_not_there() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let hello = platform.seal(&text(REP, 1, "在吗"));

    for name in ["nobody", "SALES", "sales%2F", "..%2Fsales"] {
        let verified = platform.verify(name, &platform.echo("hello")).await;
        assert_eq!(verified.status, 404, "{name}");
        assert_eq!(platform.post_to(name, &hello).await.status, 404, "{name}");
    }
    assert_eq!(inbox(&app).await, (0, 0));
}
