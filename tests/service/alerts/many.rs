//! Many alerts, and the same again.

use dingdan::sandbox::{Channel, Endpoint};

use super::{
    COMPETITOR, HOUR, MINUTE, SECOND, TENDER, alerts, channels, contact, hears, many_deals,
};
use crate::app::{Setup, TestApp};
use crate::sightings::{alert_statuses, assert_nothing_vanished, calls, delivered};

#[tokio::test]
async fn work_notifications_of_one_day_differ_so_that_none_vanishes() {
    let app = TestApp::start_with(Setup::alerts_by(&["work"])).await;

    // The same words of the same deal, twice: the first run is done in between.
    for _ in 0..2 {
        hears(&app, COMPETITOR).await;
        app.advance(24 * HOUR + MINUTE).await;
        hears(&app, TENDER).await;
        app.advance(3 * HOUR).await;
    }

    let seen = delivered(&app);
    assert!(seen.len() >= 3, "{}", seen.len());
    assert_nothing_vanished(&app);
    assert_eq!(seen.len(), alerts(&app).await.len());
}

#[tokio::test]
async fn more_alerts_in_a_second_than_dingtalk_takes_all_arrive() {
    let app = TestApp::start_with(Setup::alerts_by(&["work"])).await;
    app.sandbox
        .limit(|limits| limits.dingtalk_calls_a_second = 3);
    many_deals(&app, 6).await;
    for number in 0..6 {
        let customer = app.sandbox.customer(&contact(number));
        customer.says_to("wkZhaoLei0001", &[TENDER]).await;
    }

    app.settle().await;
    for _ in 0..30 {
        app.advance(10 * SECOND).await;
    }

    assert_eq!(delivered(&app).len(), 6);
    assert!(
        alert_statuses(&app)
            .await
            .iter()
            .all(|status| status == "sent")
    );
}

#[tokio::test]
async fn when_the_months_calls_are_used_up_the_group_is_told() {
    let app = TestApp::start().await;
    app.sandbox
        .limit(|limits| limits.dingtalk_calls_a_month = 0);

    hears(&app, TENDER).await;

    assert_eq!(channels(&delivered(&app)), [Channel::Group]);
    assert_eq!(alert_statuses(&app).await, ["sent"]);
}

#[tokio::test]
async fn a_token_that_is_revoked_costs_one_refetch_and_no_alert() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    assert_eq!(calls(&app, Endpoint::DingtalkToken), 1);
    app.sandbox.revoke_dingtalk_tokens();

    app.advance(2 * HOUR + MINUTE).await;

    assert_eq!(delivered(&app).len(), 2);
    assert_eq!(calls(&app, Endpoint::DingtalkToken), 2);
    assert_eq!(alert_statuses(&app).await, ["sent", "sent"]);
}
