//! What failures on the way say about whether a request arrived.

use super::super::CallError;
use super::super::call::Repeat;
use super::super::http::{address, post};
use super::{Http, Nowhere, Platform, Reply, impatient, patient};

async fn outcome(http: &Http, base: &str, repeat: Repeat) -> CallError {
    let url = address(base, "/send", &[("access_token", "SECRET-TOKEN")]).expect("an address");
    let result = http.exchange(post(url, "{}".to_owned()), repeat).await;
    let error = result.err().expect("the exchange fails");
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("SECRET"), "{shown}");
    error
}

#[tokio::test]
async fn a_connection_that_never_came_about_proves_that_nothing_arrived() {
    let nowhere = Nowhere::take();

    for repeat in [Repeat::Harmless, Repeat::Recognised, Repeat::Doubles] {
        let error = outcome(&patient(), &nowhere.base, repeat).await;
        assert!(matches!(error, CallError::Later { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn once_sent_a_request_without_an_answer_may_have_arrived() {
    let silent = Platform::play(|_| Reply::Silence).await;
    let error = outcome(&impatient(), &silent.base, Repeat::Doubles).await;
    assert!(matches!(error, CallError::Unknown { .. }), "{error:?}");

    for reply in [Reply::HalfClosed, Reply::Broken, Reply::Closed] {
        let platform = Platform::play(move |_| reply.clone()).await;
        let error = outcome(&patient(), &platform.base, Repeat::Recognised).await;
        assert!(matches!(error, CallError::Unknown { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn what_changes_nothing_may_be_asked_again() {
    let platform = Platform::play(|_| Reply::HalfClosed).await;

    let error = outcome(&patient(), &platform.base, Repeat::Harmless).await;

    assert!(matches!(error, CallError::Later { .. }), "{error:?}");
}

#[tokio::test]
async fn redirects_are_answers_and_not_followed() {
    let platform = Platform::play(|_| Reply::Body(302, String::new())).await;
    let url = address(&platform.base, "/send", &[]).expect("an address");

    let answer = patient()
        .exchange(post(url, "{}".to_owned()), Repeat::Doubles)
        .await
        .expect("an answer");

    assert_eq!(answer.status.as_u16(), 302);
    assert_eq!(platform.seen("/send").len(), 1);
}
