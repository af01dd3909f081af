//! Whom an alert goes to.

use dingdan::domain::Role;
use dingdan::sandbox::Channel;
use dingdan::store::Person;
use serde_json::Value;

use super::{TENDER, channels, hears, only_alert};
use crate::app::{REP, Setup, TestApp};
use crate::sightings::{alert_statuses, cards, delivered, dingtalk, outbox};

#[tokio::test]
async fn a_director_without_a_dingtalk_id_is_told_in_the_group() {
    let app = TestApp::start().await;
    let known = app.store.person(&"director-east".parse().unwrap()).await;
    let director = Person {
        dingtalk_userid: None,
        ..known.unwrap().unwrap()
    };
    put(&app, &director).await;

    hears(&app, TENDER).await;

    assert_eq!(channels(&delivered(&app)), [Channel::Group]);
    assert_eq!(alert_statuses(&app).await, ["sent"]);
}

#[tokio::test]
async fn a_director_who_cannot_be_reached_at_all_is_a_matter_for_a_person() {
    let app = TestApp::start_with(Setup::alerts_by(&["robot", "work"])).await;
    let known = app.store.person(&"director-east".parse().unwrap()).await;
    let director = Person {
        dingtalk_userid: None,
        ..known.unwrap().unwrap()
    };
    put(&app, &director).await;

    hears(&app, TENDER).await;

    let alert = only_alert(&app).await;
    assert_eq!(alert["status"], "refused");
    assert!(
        alert["why"]
            .as_str()
            .unwrap()
            .contains("no DingTalk userid"),
        "{alert}"
    );
    assert_eq!(outbox(&app).await, (0, 1));
}

#[tokio::test]
async fn without_any_director_the_alert_is_kept_as_refused_with_the_reason() {
    let app = TestApp::start().await;
    for id in ["director-east", "director-north", "admin"] {
        let known = app
            .store
            .person(&id.parse().unwrap())
            .await
            .unwrap()
            .unwrap();
        put(
            &app,
            &Person {
                role: Role::Rep,
                region: "别处".into(),
                ..known
            },
        )
        .await;
    }
    let rep = app
        .store
        .person(&"rep-zhao".parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    put(
        &app,
        &Person {
            supervisor_id: None,
            ..rep
        },
    )
    .await;

    hears(&app, TENDER).await;

    let alert = only_alert(&app).await;
    assert_eq!(
        (&alert["status"], &alert["person"]),
        (&"refused".into(), &Value::Null)
    );
    assert!(
        alert["why"].as_str().unwrap().contains("no supervisor"),
        "{alert}"
    );
    assert_eq!(cards(&app, REP).len(), 1, "the rep is asked all the same");
    assert!(dingtalk(&app).is_empty());
}

#[tokio::test]
async fn without_a_supervisor_the_regions_directors_are_told() {
    let app = TestApp::start().await;

    app.sandbox.customer("wmGangchengMa05").says(TENDER).await;
    app.settle().await;

    let [seen] = delivered(&app).try_into().expect("one message");
    assert_eq!(seen.to, crate::app::OTHER_DIRECTOR);
}

async fn put(app: &TestApp, person: &Person) {
    let mut tx = app.store.begin().await.unwrap();
    tx.put_person(person).await.unwrap();
    tx.commit().await.unwrap();
}
