//! The ways to a director, one after the other.

use dingdan::sandbox::{Channel, Endpoint, Fault};

use super::{
    HOUR, NO_ROBOT, NOBODY, QUOTA_OF_NOTICE, QUOTA_OF_ROBOT, TENDER, channels, hears, minutes,
    only_alert, tries,
};
use crate::app::{DIRECTOR, Setup, TestApp};
use crate::sightings::{alert_statuses, calls, delivered, outbox};

#[tokio::test]
async fn the_next_way_is_taken_when_one_is_refused() {
    let refusals = [NO_ROBOT, NOBODY, QUOTA_OF_ROBOT];
    for refusal in refusals {
        let app = TestApp::start().await;
        let name = format!("{refusal:?}");
        app.sandbox.faults().next(Endpoint::RobotToPeople, refusal);

        hears(&app, TENDER).await;

        assert_eq!(channels(&delivered(&app)), [Channel::WorkNotice], "{name}");
        let alert = only_alert(&app).await;
        assert_eq!(
            (&alert["status"], &alert["channel"]),
            (&"sent".into(), &"work".into())
        );
        assert_eq!(tries(&alert), ["robot refused", "work sent"], "{name}");
        assert!(
            alert["deliveries"][0]["why"].is_string(),
            "the ledger says why"
        );
    }
}

#[tokio::test]
async fn the_group_is_told_when_nobody_can_be_told_in_person() {
    let app = TestApp::start().await;
    app.sandbox.faults().next(Endpoint::RobotToPeople, NO_ROBOT);
    app.sandbox
        .faults()
        .next(Endpoint::NoticeSend, QUOTA_OF_NOTICE);

    hears(&app, TENDER).await;

    let [seen] = delivered(&app).try_into().expect("one message");
    assert_eq!(seen.channel, Channel::Group);
    let alert = only_alert(&app).await;
    assert_eq!(
        tries(&alert),
        ["robot refused", "work refused", "group sent"]
    );
}

#[tokio::test]
async fn an_alert_that_every_way_refuses_waits_for_a_person_and_is_resent() {
    let app = TestApp::start().await;
    let faults = app.sandbox.faults();
    faults.next(Endpoint::RobotToPeople, NO_ROBOT);
    faults.next(Endpoint::NoticeSend, QUOTA_OF_NOTICE);
    faults.next(
        Endpoint::RobotSend,
        Fault::Errcode(310_000, "keywords not in content"),
    );

    hears(&app, TENDER).await;
    app.advance(HOUR).await;

    assert!(delivered(&app).is_empty());
    let alert = only_alert(&app).await;
    assert_eq!(alert["status"], "refused");
    assert!(
        alert["why"].as_str().unwrap().contains("keyword"),
        "{alert}"
    );
    assert_eq!(outbox(&app).await, (0, 1));
    assert_eq!(
        calls(&app, Endpoint::RobotSend),
        1,
        "it is not tried for ever"
    );

    let now = app.clock.now();
    assert_eq!(
        dingdan::outbox::retry(&app.store, None, now).await.unwrap(),
        1
    );
    app.settle().await;
    assert_eq!(delivered(&app).len(), 1);
    assert_eq!(only_alert(&app).await["status"], "sent");
    assert_eq!(outbox(&app).await, (0, 0));
}

#[tokio::test]
async fn the_order_of_the_ways_is_configuration() {
    let app = TestApp::start_with(Setup::alerts_by(&["group", "robot"])).await;

    hears(&app, TENDER).await;

    assert_eq!(channels(&delivered(&app)), [Channel::Group]);
}

#[tokio::test]
async fn flow_control_of_one_way_leads_to_the_next() {
    let app = TestApp::start().await;
    app.sandbox.hold_back_next_to(DIRECTOR);

    hears(&app, TENDER).await;

    assert_eq!(channels(&delivered(&app)), [Channel::WorkNotice]);
    assert_eq!(alert_statuses(&app).await, ["sent"]);
}

#[tokio::test]
async fn what_can_heal_is_tried_again_until_it_arrives_once() {
    for fault in [
        Fault::Word(503, "system.busy", "busy"),
        Fault::Word(
            403,
            "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi",
            "too fast",
        ),
        Fault::Word(429, "too.many", "too fast"),
        Fault::Html,
    ] {
        let app = TestApp::start_with(Setup::alerts_by(&["robot"])).await;
        let name = format!("{fault:?}");
        app.sandbox.faults().next(Endpoint::RobotToPeople, fault);

        hears(&app, TENDER).await;
        minutes(&app, 40).await;

        assert_eq!(delivered(&app).len(), 1, "{name}");
        assert_eq!(alert_statuses(&app).await, ["sent"], "{name}");
        assert_eq!(outbox(&app).await, (0, 0), "{name}");
    }
}
