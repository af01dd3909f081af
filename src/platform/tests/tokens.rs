//! Tokens in one process: fetched once, renewed ahead, not asked for again after a failure.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;

use super::super::Tokens;
use super::super::call::{CallError, Failure, Refusal};
use super::super::tokens::{AccessToken, Issued, Issuer};
use crate::clock::Clock;
use crate::domain::Timestamp;

/// Gives `token-1`, `token-2`, … for two hours each, as long as `works` says so.
fn counting(
    fetches: &Arc<AtomicUsize>,
    works: impl Fn(usize) -> Result<(), CallError> + Send + Sync + 'static,
) -> Arc<Issuer> {
    let fetches = Arc::clone(fetches);
    let fetch = move || {
        let number = fetches.fetch_add(1, Ordering::SeqCst) + 1;
        let issued = works(number).map(|()| Issued {
            token: AccessToken::new(&format!("token-{number}")),
            lifetime: Duration::from_secs(7200),
        });
        async move {
            tokio::task::yield_now().await;
            issued
        }
        .boxed()
    };
    let margin = Duration::from_secs(300);
    Arc::new(Issuer::new("wecom", "ww1", "secret", margin, fetch))
}

fn frozen() -> Clock {
    Clock::frozen_at(Timestamp::from_seconds(1_790_000_000))
}

#[tokio::test]
async fn a_hundred_callers_share_one_fetch() {
    let fetches = Arc::default();
    let issuer = counting(&fetches, |_| Ok(()));
    let tokens = Tokens::new(frozen());

    let all = join_all((0..100).map(|_| tokens.token(&issuer))).await;

    assert!(
        all.iter()
            .flatten()
            .all(|token| token.expose() == "token-1")
    );
    assert_eq!(all.iter().flatten().count(), 100);
    assert_eq!(fetches.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_take_the_fetch_with_it() {
    let fetches = Arc::default();
    let issuer = counting(&fetches, |_| Ok(()));
    let tokens = Tokens::new(frozen());

    let given_up = tokens.token(&issuer).now_or_never();
    let token = tokens.token(&issuer).await.expect("a token");

    assert!(given_up.is_none());
    assert_eq!(token.expose(), "token-2");
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires_and_not_earlier() {
    let fetches = Arc::default();
    let issuer = counting(&fetches, |_| Ok(()));
    let clock = frozen();
    let tokens = Tokens::new(clock.clone());
    tokens.token(&issuer).await.expect("a token");

    clock.advance(Duration::from_secs(7200 - 301));
    assert_eq!(
        tokens.token(&issuer).await.expect("a token").expose(),
        "token-1"
    );

    clock.advance(Duration::from_secs(1));
    assert_eq!(
        tokens.token(&issuer).await.expect("a token").expose(),
        "token-2"
    );
}

#[tokio::test]
async fn a_wrong_secret_is_tried_once_a_minute() {
    let fetches = Arc::default();
    let wrong = CallError::refused(Refusal::Configuration, "40001: check corp_id and secret");
    let issuer = counting(&fetches, {
        let wrong = wrong.clone();
        move |_| Err(wrong.clone())
    });
    let clock = frozen();
    let tokens = Tokens::new(clock.clone());

    for _ in 0..10 {
        assert_eq!(tokens.token(&issuer).await, Err(wrong.clone()));
    }
    assert_eq!(fetches.load(Ordering::SeqCst), 1);

    clock.advance(Duration::from_secs(60));
    assert_eq!(tokens.token(&issuer).await, Err(wrong));
    assert_eq!(fetches.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn while_the_endpoint_is_down_the_old_token_serves_until_it_is_refused() {
    let fetches = Arc::default();
    let issuer = counting(&fetches, |number| match number {
        1 => Ok(()),
        _ => Err(CallError::later(Duration::from_secs(2), "-1: busy")),
    });
    let clock = frozen();
    let tokens = Tokens::new(clock.clone());
    tokens.token(&issuer).await.expect("a token");

    for _ in 0..40 {
        clock.advance(Duration::from_secs(180));
        assert_eq!(
            tokens.token(&issuer).await.expect("a token").expose(),
            "token-1"
        );
    }
    let result = tokens
        .with_token(&issuer, |_| async {
            Err::<(), _>(Failure::TokenRefused("42001".to_owned()))
        })
        .await;

    // The last failure was just now, so nobody asks again.
    let why = "-1: busy";
    assert_eq!(result, Err(CallError::later(Duration::from_secs(15), why)));
}

#[tokio::test]
async fn a_refused_token_is_replaced_once_and_the_call_repeated_once() {
    let fetches = Arc::default();
    let issuer = counting(&fetches, |_| Ok(()));
    let tokens = Tokens::new(frozen());
    let refuse_first = |token: AccessToken| async move {
        match token.expose() {
            "token-1" => Err(Failure::TokenRefused("40014".to_owned())),
            other => Ok(other.to_owned()),
        }
    };

    let answers = join_all((0..20).map(|_| tokens.with_token(&issuer, refuse_first))).await;

    assert!(
        answers
            .iter()
            .all(|answer| answer.as_deref() == Ok("token-2"))
    );
    assert_eq!(fetches.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_token_that_is_refused_when_new_is_not_fetched_in_a_circle() {
    let fetches = Arc::default();
    let calls = AtomicUsize::new(0);
    let issuer = counting(&fetches, |_| Ok(()));
    let tokens = Tokens::new(frozen());

    let result = tokens
        .with_token(&issuer, |_| {
            calls.fetch_add(1, Ordering::SeqCst);
            async { Err::<(), _>(Failure::TokenRefused("40014".to_owned())) }
        })
        .await;

    assert!(matches!(result, Err(CallError::Later { .. })), "{result:?}");
    assert_eq!(calls.load(Ordering::SeqCst), 2);
    assert_eq!(fetches.load(Ordering::SeqCst), 2);
}
