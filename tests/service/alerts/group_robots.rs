//! Group robots, which refuse and are blocked; and ways that hang or refuse while others wait.

use dingdan::sandbox::{Channel, Endpoint, Entry, Fault, Outcome, Record};

use super::{
    COMPETITOR, HOUR, MINUTE, NO_ROBOT, SECOND, TENDER, alerts, channels, contact, hears,
    many_deals, minutes, only_alert, tries,
};
use crate::app::{CUSTOMER, Setup, TestApp};
use crate::sightings::{alert_statuses, calls, delivered, dingtalk, outbox};

#[tokio::test]
async fn a_robots_refusals_are_explained_and_not_repeated() {
    for (errcode, message, expected) in [
        (310_000, "keywords not in content", "keyword"),
        (310_000, "sign not match", "加签"),
        (310_000, "invalid timestamp", "clock"),
        (310_000, "ip 1.2.3.4 not in whitelist", "addresses"),
        (400_102, "机器人已停用", "webhook"),
        (430_104, "unsafe content", "refuses"),
    ] {
        let app = TestApp::start_with(Setup::alerts_by(&["group"])).await;
        let faults = app.sandbox.faults();
        faults.next(Endpoint::RobotSend, Fault::Errcode(errcode, message));

        hears(&app, TENDER).await;
        app.advance(HOUR).await;

        let alert = only_alert(&app).await;
        assert_eq!(alert["status"], "refused", "{message}");
        assert!(
            alert["why"].as_str().unwrap().contains(expected),
            "{message}: {alert}"
        );
        assert_eq!(calls(&app, Endpoint::RobotSend), 1, "{message}");
    }
}

#[tokio::test]
async fn a_blocked_robot_is_left_alone_for_ten_minutes() {
    let app = TestApp::start_with(Setup::alerts_by(&["group"])).await;
    let faults = app.sandbox.faults();
    faults.next(Endpoint::RobotSend, Fault::Errcode(410_100, "too fast"));

    hears(&app, TENDER).await;
    minutes(&app, 9).await;
    assert_eq!(calls(&app, Endpoint::RobotSend), 1);
    minutes(&app, 20).await;

    assert_eq!(delivered(&app).len(), 1);
    assert_eq!(alert_statuses(&app).await, ["sent"]);
}

#[tokio::test]
async fn a_blocked_robot_is_left_alone_by_other_alerts_and_after_a_restart() {
    let by_group = || Setup::alerts_by(&["group"]);
    let app = TestApp::start_with(by_group()).await;
    let faults = app.sandbox.faults();
    faults.next(Endpoint::RobotSend, Fault::Errcode(410_100, "too fast"));
    hears(&app, TENDER).await;

    minutes(&app, 1).await;
    app.sandbox.customer("wmHuafengLin003").says(TENDER).await;
    minutes(&app, 1).await;
    let app = app.restart_with(by_group()).await;
    app.sandbox.customer(CUSTOMER).says(COMPETITOR).await;
    minutes(&app, 7).await;
    assert_eq!(calls(&app, Endpoint::RobotSend), 1);
    minutes(&app, 20).await;

    assert_eq!(delivered(&app).len(), alerts(&app).await.len());
    assert!(delivered(&app).len() >= 2);
    assert_eq!(outbox(&app).await, (0, 0));
}

#[tokio::test]
async fn a_hundred_alerts_into_one_group_all_arrive_and_none_is_refused() {
    let app = TestApp::start_with(Setup::alerts_by(&["group"])).await;
    many_deals(&app, 50).await;
    for number in 0..50 {
        let customer = app.sandbox.customer(&contact(number));
        customer
            .says_to("wkZhaoLei0001", &["今年预算不够了", "要走招标"])
            .await;
    }

    app.settle().await;
    let at_once = delivered(&app).len();
    assert!((1..=18).contains(&at_once), "{at_once} in the first minute");
    for _ in 0..12 {
        let before = delivered(&app).len();
        app.advance(MINUTE + SECOND).await;
        let within = delivered(&app).len() - before;
        assert!(within <= 18, "{within} in a minute");
    }

    let all = dingtalk(&app);
    assert_eq!(all.len(), 100);
    assert!(
        all.iter()
            .all(|message| message.outcome == Outcome::Delivered)
    );
    assert_eq!(outbox(&app).await, (0, 0));
    assert!(
        alert_statuses(&app)
            .await
            .iter()
            .all(|status| status == "sent")
    );
}

/// What an app calls a platform for is in vain for all alerts at once; reps use another one.
#[tokio::test(flavor = "multi_thread")]
async fn alerts_that_dingtalk_never_answers_hold_up_no_card() {
    let setup = Setup {
        runs: true,
        ..Setup::alerts_by(&["robot"])
    };
    let app = TestApp::start_with(setup).await;
    many_deals(&app, 20).await;
    let faults = app.sandbox.faults();
    faults.next_times(999, Endpoint::RobotToPeople, Fault::NeverAnswer);
    for number in 0..20 {
        let customer = app.sandbox.customer(&contact(number));
        customer.says_to("wkZhaoLei0001", &[TENDER]).await;
    }
    let all_hang = async {
        while calls(&app, Endpoint::RobotToPeople) < 16 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(20 * SECOND, all_hang).await.unwrap();

    app.sandbox.customer("wmHuafengLin003").says(TENDER).await;

    // Sooner than the calls that hang are given up.
    let card =
        |entry: &Entry| matches!(&entry.record, Record::Wecom(message) if message.to == "QianYue");
    let ledger = app.sandbox.ledger();
    ledger.wait_for(card, 6 * SECOND).await.expect("a card");
}

#[tokio::test]
async fn a_way_that_refused_is_not_asked_again_while_another_one_waits() {
    let app = TestApp::start_with(Setup::alerts_by(&["robot", "group"])).await;
    let faults = app.sandbox.faults();
    faults.next(Endpoint::RobotToPeople, NO_ROBOT);
    faults.next(Endpoint::RobotSend, Fault::Errcode(410_100, "too fast"));

    hears(&app, TENDER).await;
    minutes(&app, 30).await;

    assert_eq!(calls(&app, Endpoint::RobotToPeople), 1);
    assert_eq!(channels(&delivered(&app)), [Channel::Group]);
    let alert = only_alert(&app).await;
    assert_eq!(
        tries(&alert),
        ["robot refused", "group refused", "group sent"]
    );
}

#[tokio::test]
async fn a_way_that_refused_is_asked_again_when_a_person_says_so() {
    let app = TestApp::start_with(Setup::alerts_by(&["robot", "group"])).await;
    let faults = app.sandbox.faults();
    faults.next(Endpoint::RobotToPeople, NO_ROBOT);
    faults.next(Endpoint::RobotSend, Fault::Errcode(410_100, "too fast"));
    hears(&app, TENDER).await;
    faults.next(
        Endpoint::RobotSend,
        Fault::Errcode(310_000, "keywords not in content"),
    );
    minutes(&app, 30).await;
    assert_eq!(outbox(&app).await, (0, 1));

    let now = app.clock.now();
    dingdan::outbox::retry(&app.store, None, now).await.unwrap();
    app.settle().await;

    assert_eq!(calls(&app, Endpoint::RobotToPeople), 2);
    assert_eq!(channels(&delivered(&app)), [Channel::Robot]);
}
