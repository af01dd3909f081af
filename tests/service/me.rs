//! 我的提醒: supervisors set their own quiet hours and how often a day they are interrupted.

use std::time::Duration;

use crate::app::{CUSTOMER, DIRECTOR, Page, Setup, TestApp};
use crate::sightings::delivered;

const HOUR: Duration = Duration::from_secs(3600);
const ALL_DAY: &str = "[alerts]\ndigest_seconds = 0\nquiet_hours = \"00:00-23:59\"\n";

async fn quiet_all_day() -> TestApp {
    TestApp::start_with(Setup {
        extra: ALL_DAY.to_owned(),
        ..Setup::default()
    })
    .await
}

/// Fills the form in, as the director of the east.
async fn wants(app: &TestApp, fields: &[(&str, &str)]) -> Page {
    let mut director = app.logged_in(DIRECTOR).await;
    let csrf = director.get("/me").await.csrf();
    let csrf = [("csrf", csrf.as_str())];
    let fields: Vec<_> = csrf.iter().chain(fields).copied().collect();
    director.post_form("/me", &fields).await
}

#[tokio::test]
async fn without_quiet_hours_of_their_own_a_director_is_told_at_night() {
    let app = quiet_all_day().await;

    let saved = wants(&app, &[("quiet", "none"), ("most", "")]).await;
    assert_eq!((saved.status, saved.location()), (303, Some("/me?saved")));
    app.sandbox.customer(CUSTOMER).says("要走招标").await;
    app.settle().await;
    app.advance(2 * HOUR).await;

    assert_eq!(delivered(&app).len(), 2, "opened and late");
}

#[tokio::test]
async fn what_is_left_empty_is_as_the_company_has_it() {
    let app = quiet_all_day().await;
    wants(&app, &[("quiet", "none"), ("most", "3")]).await;

    wants(&app, &[("quiet", "company"), ("most", "")]).await;
    app.sandbox.customer(CUSTOMER).says("要走招标").await;
    app.settle().await;
    app.advance(2 * HOUR).await;

    assert_eq!(delivered(&app).len(), 1, "the late one waits for 23:59");
    let mut director = app.logged_in(DIRECTOR).await;
    let page = director.get("/me").await.text;
    assert!(page.contains("value=\"company\" checked"), "{page}");
    assert!(page.contains("00:00-23:59"), "{page}");
}

#[tokio::test]
async fn own_hours_and_an_own_limit_are_kept() {
    let app = TestApp::start().await;

    let own = [
        ("quiet", "own"),
        ("from", "21:30"),
        ("to", "07:00"),
        ("most", "1"),
    ];
    assert_eq!(wants(&app, &own).await.status, 303);
    app.sandbox.customer(CUSTOMER).says("要走招标").await;
    app.settle().await;
    app.advance(2 * HOUR).await;

    assert_eq!(delivered(&app).len(), 1, "once a day");
    let mut director = app.logged_in(DIRECTOR).await;
    let page = director.get("/me?saved").await.text;
    for value in ["21:30", "07:00", "value=\"1\"", "已保存"] {
        assert!(page.contains(value), "{value}: {page}");
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_said_and_changes_nothing() {
    let app = TestApp::start().await;
    for (fields, status) in [
        (vec![("quiet", "own"), ("from", "21:30"), ("to", "")], 422),
        (
            vec![("quiet", "own"), ("from", "8:00"), ("to", "8:00")],
            422,
        ),
        (vec![("quiet", "none"), ("most", "0")], 422),
        (vec![("quiet", "none"), ("most", "many")], 422),
        (vec![("quiet", "sometimes")], 400),
        (vec![("quiet", "none"), ("person", "admin")], 400),
    ] {
        assert_eq!(wants(&app, &fields).await.status, status, "{fields:?}");
    }
    let mut director = app.logged_in(DIRECTOR).await;
    let forged = [("csrf", "x"), ("quiet", "none")];
    assert_eq!(director.post_form("/me", &forged).await.status, 403);

    let person = "director-east".parse().unwrap();
    let kept = app.store.person_setting(&person).await.unwrap();
    assert_eq!(kept, dingdan::store::PersonSetting::default());
}

#[tokio::test]
async fn reps_are_told_of_no_alerts_and_have_nothing_to_set() {
    let app = TestApp::start().await;
    let mut rep = app.logged_in_by_wecom("zhao.lei").await;

    assert_eq!(rep.get("/me").await.status, 404);
    assert!(!rep.get("/alerts").await.text.contains("href=\"/me\""));
    assert_eq!(app.browser().get("/me").await.status, 303);
}
