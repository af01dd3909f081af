//! The signature, and what comes after it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Answer, Platform, Posted, give_up, text};
use crate::app::{CUSTOMER, REP, TestApp};
use crate::sightings::{cards, figure, inbox, lines, texts};

#[tokio::test]
async fn a_forged_callback_is_refused_and_leaves_nothing() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let forged = Platform::knowing(
        &app,
        "another",
        &app.sandbox.company().apps[0].encoding_aes_key,
        &app.sandbox.company().corp_id,
    );
    let upper = |posted: Posted| Posted {
        query: {
            let (signature, rest) = posted.query.split_once('&').unwrap();
            let digits = signature.strip_prefix("msg_signature=").unwrap();
            format!("msg_signature={}&{rest}", digits.to_uppercase())
        },
        ..posted
    };

    let wrong = platform_answer(&platform, &forged.seal(&text(REP, 1, "在吗"))).await;
    assert_eq!(wrong.status, 403);
    assert_eq!(wrong.body, "");
    // What is not covered by the signature makes no difference either.
    for encrypt in ["", "AAAA", "!!!!", &"A".repeat(100_000)] {
        assert_eq!(
            platform_answer(&platform, &forged.sign(encrypt)).await,
            wrong
        );
    }
    let shouted = upper(platform.seal(&text(REP, 1, "在吗")));
    assert_eq!(platform.post(&shouted).await, wrong);
    assert_eq!(inbox(&app).await, (0, 0));
}

async fn platform_answer(platform: &Platform<'_>, posted: &Posted) -> Answer {
    platform.post(posted).await
}

#[tokio::test]
async fn after_the_signature_every_failure_looks_like_a_wrong_one_and_is_kept() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let company = app.sandbox.company();
    let stranger = Platform::knowing(
        &app,
        &company.apps[0].token,
        &company.apps[0].encoding_aes_key,
        "wwother0000000000",
    );
    let forged = Platform::knowing(&app, "another", &company.apps[0].encoding_aes_key, "ww");
    let wrong = platform.post(&forged.seal("x")).await;
    let hello = text(REP, 1, "在吗");
    let spoilt = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = STANDARD.decode(platform.encrypt(&hello)).unwrap();
        change(&mut bytes);
        STANDARD.encode(bytes)
    };

    // In CBC a changed byte changes the same byte of the next block; the first block is random.
    let failures = [
        ("base64", "!!!!".to_owned()),
        ("base64", format!("{}*", &platform.encrypt(&hello)[1..])),
        ("base64", platform.encrypt(&hello).replace('=', "") + "A"),
        (
            "ciphertext_length",
            spoilt(&|bytes| bytes.truncate(bytes.len() - 1)),
        ),
        ("empty_ciphertext", String::new()),
        (
            "padding",
            spoilt(&|bytes| {
                let place = bytes.len() - 17;
                bytes[place] ^= 0x40;
            }),
        ),
        ("length", spoilt(&|bytes| bytes[0] ^= 0x7f)),
        ("length", spoilt(&|bytes| bytes[0] ^= 0xff)),
        ("receive_id", stranger.encrypt(&hello)),
        ("utf8", spoilt(&|bytes| bytes[4] ^= 0x80)),
    ];
    for (number, (kind, encrypt)) in failures.iter().enumerate() {
        let counter = format!("dingdan_callbacks_total{{outcome=\"{kind}\"}}");
        let before = figure(&app, &counter).await;
        let answered = platform.post(&platform.sign(encrypt)).await;

        assert_eq!(answered, wrong, "{kind}");
        assert!(figure(&app, &counter).await > before, "{kind} is counted");
        let kept = i64::try_from(number).unwrap() + 1;
        assert_eq!(inbox(&app).await, (0, kept), "{kind} is set aside");
    }
}

#[tokio::test]
async fn messages_that_came_under_a_wrong_key_are_opened_when_it_is_mended() {
    let app = TestApp::start().await;
    app.sandbox.set_up(|company| {
        company.apps[0].encoding_aes_key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG".into();
    });
    app.sandbox.rep(REP).says("有人吗").await;
    app.sandbox.customer(CUSTOMER).says("要走招标").await;
    app.settle().await;
    assert!(texts(&app, REP).is_empty());
    let (waiting, set_aside) = inbox(&app).await;
    assert_eq!(waiting, 0);
    assert!(set_aside >= 2, "{set_aside}");

    // Tried again too early, they are set aside again, and nothing else happens.
    app.store.retry_arrivals_set_aside().await.unwrap();
    give_up(&app).await;
    assert_eq!(inbox(&app).await, (0, set_aside));

    let app = app.restart().await;
    app.store.retry_arrivals_set_aside().await.unwrap();
    app.settle().await;

    assert_eq!(inbox(&app).await, (0, 0));
    assert_eq!(lines(&app).await, ["要走招标"]);
    assert_eq!(cards(&app, REP).len(), 1);
    assert_eq!(
        texts(&app, REP).len(),
        1,
        "one answer, though it was posted four times"
    );
}
