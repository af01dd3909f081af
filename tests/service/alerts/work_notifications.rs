//! Work notifications, which are accepted and may vanish.

use dingdan::sandbox::{Channel, Endpoint, Fault};

use super::{MINUTE, NO_ROBOT, TENDER, channels, hears, minutes, only_alert, tries};
use crate::app::{Setup, TestApp};
use crate::sightings::{alert_statuses, calls, delivered, outbox};

#[tokio::test]
async fn a_work_notification_that_arrived_is_known_to_have_arrived() {
    let app = TestApp::start_with(Setup::alerts_by(&["work"])).await;
    hears(&app, TENDER).await;
    assert_eq!(tries(&only_alert(&app).await), ["work sent"]);

    app.advance(MINUTE).await;

    let alert = only_alert(&app).await;
    assert_eq!(tries(&alert), ["work delivered"]);
    assert_eq!(alert["status"], "sent");
    assert_eq!(calls(&app, Endpoint::NoticeResult), 1);
    assert_eq!(outbox(&app).await, (0, 0));
}

#[tokio::test]
async fn a_work_notification_that_vanished_goes_the_next_way() {
    let ways = Setup::alerts_by(&["robot", "work", "group"]);
    let app = TestApp::start_with(ways).await;
    app.sandbox.faults().next(Endpoint::RobotToPeople, NO_ROBOT);
    app.sandbox.limit(|limits| limits.notices_a_day = 0);
    hears(&app, TENDER).await;
    assert_eq!(alert_statuses(&app).await, ["sent"], "all that is known");

    app.advance(MINUTE).await;

    assert_eq!(channels(&delivered(&app)), [Channel::Group]);
    let alert = only_alert(&app).await;
    assert_eq!(
        tries(&alert),
        ["robot refused", "work refused", "group sent"]
    );
    let why = alert["deliveries"][1]["why"].as_str().unwrap();
    assert!(why.contains("143105"), "{why}");
    assert_eq!(
        (&alert["status"], &alert["channel"]),
        (&"sent".into(), &"group".into())
    );
    assert_eq!(outbox(&app).await, (0, 0));
}

#[tokio::test]
async fn a_work_notification_that_vanished_without_another_way_is_called_refused() {
    let app = TestApp::start_with(Setup::alerts_by(&["group", "work"])).await;
    let faults = app.sandbox.faults();
    faults.next(
        Endpoint::RobotSend,
        Fault::Errcode(310_000, "keywords not in content"),
    );
    app.sandbox.limit(|limits| limits.notices_a_day = 0);

    hears(&app, TENDER).await;
    app.advance(MINUTE).await;

    let alert = only_alert(&app).await;
    assert_eq!(tries(&alert), ["group refused", "work refused"]);
    assert_eq!(alert["status"], "refused");
    assert!(alert["why"].as_str().unwrap().contains("143105"), "{alert}");
}

#[tokio::test]
async fn what_became_of_a_work_notification_is_asked_until_it_is_told() {
    let app = TestApp::start_with(Setup::alerts_by(&["work"])).await;
    let faults = app.sandbox.faults();
    faults.next_times(2, Endpoint::NoticeResult, Fault::Errcode(-1, "system busy"));
    hears(&app, TENDER).await;

    minutes(&app, 5).await;

    assert_eq!(calls(&app, Endpoint::NoticeResult), 3);
    assert_eq!(tries(&only_alert(&app).await), ["work delivered"]);
}
