//! To-dos in DingTalk: made once, closed from either side; and the events that tell of them.

use std::time::Duration;

use dingdan::sandbox::{CallbackFault, Endpoint, Fault, TodoTask};
use dingdan::store::{TodoRow, TodoStatus};
use dingdan_webhooks::dingtalk::event::{Answer, Crypto, Query};
use serde_json::{Value, json};

use crate::app::{API_TOKEN, CUSTOMER, DIRECTOR, TestApp};
use crate::sightings::{calls, delivered, inbox, number, outbox, tamper, told};

const HOUR: Duration = Duration::from_secs(3600);
const DEAL: &str = "deal-yunshan";

/// The customer speaks once, and then the deal stays where it is for too long.
async fn stays_too_long(app: &TestApp) {
    app.sandbox.customer(CUSTOMER).says("你们太贵了").await;
    app.settle().await;
    move_to(app, "demo").await;
    app.advance(73 * HOUR).await;
}

async fn move_to(app: &TestApp, stage: &str) {
    let moved = app
        .http
        .post(format!("{}/api/v1/opportunities/{DEAL}/stage", app.url))
        .bearer_auth(API_TOKEN)
        .json(&json!({ "stage": stage }));
    let status = moved.send().await.unwrap().status();
    assert!(status.is_success(), "{status}");
    app.settle().await;
}

fn on_the_phone(app: &TestApp) -> Vec<TodoTask> {
    app.sandbox.director(DIRECTOR).todos()
}

async fn kept(app: &TestApp) -> Vec<TodoRow> {
    app.store.todos_of(&DEAL.parse().unwrap()).await.unwrap()
}

async fn only_kept(app: &TestApp) -> TodoRow {
    let [todo] = kept(app).await.try_into().expect("one to-do");
    todo
}

async fn waits_for_it(app: &TestApp) -> bool {
    let deal = DEAL.parse().unwrap();
    let state = app.store.opportunity_state(&deal).await.unwrap().unwrap();
    let state: Value = serde_json::from_str(&state).unwrap();
    state["watches"]["demo_dwell"]["red"]["todo"].is_string()
}

// ── Made and closed ──

#[tokio::test]
async fn a_deal_that_stays_too_long_gives_the_supervisor_one_to_do_that_leads_to_the_alerts() {
    let app = TestApp::start().await;

    stays_too_long(&app).await;
    app.advance(HOUR).await;

    let alert = delivered(&app).into_iter().map(|message| told(&message));
    let alert = alert.filter(|told| told.contains("停留过久")).next_back();
    let alert = alert.expect("the supervisor was told");
    assert!(
        alert.contains("看详情") && alert.contains("deals"),
        "there is no chat to look at: {alert}"
    );
    let [todo] = on_the_phone(&app).try_into().expect("one to-do");
    assert_eq!(todo.subject, "调取云杉机械近3月故障维修记录");
    assert!(!todo.done);
    let page = app.sandbox.director(DIRECTOR).opens(&todo.url);
    assert_eq!(page.url, format!("{}/alerts?via=dingtalk", app.url));
    let row = only_kept(&app).await;
    assert_eq!(
        (row.key.as_str(), row.status),
        (todo.source_id.as_str(), TodoStatus::Open)
    );
    assert_eq!(row.task_id.as_deref(), Some(todo.id.as_str()));
    assert_eq!(outbox(&app).await, (0, 0));
    let used = number(
        &app.store,
        "select used from quota_use where platform = 'dingtalk_api'",
    )
    .await;
    let alerts = calls(&app, Endpoint::RobotToPeople) as i64;
    assert_eq!(used, alerts + 1, "it counts against the month's quota");
}

#[tokio::test]
async fn it_is_ticked_off_when_the_deal_moves_on() {
    let app = TestApp::start().await;
    stays_too_long(&app).await;

    move_to(&app, "lost").await;

    assert!(on_the_phone(&app)[0].done);
    assert_eq!(only_kept(&app).await.status, TodoStatus::Closed);
    assert_eq!(calls(&app, Endpoint::TodoUpdate), 1);
}

#[tokio::test]
async fn ticked_off_on_the_phone_it_is_done_here_and_not_closed_again() {
    let app = TestApp::start().await;
    stays_too_long(&app).await;
    assert!(waits_for_it(&app).await);
    let task = on_the_phone(&app)[0].id.clone();

    app.sandbox.faults().next_callback(CallbackFault::Repeat(2));
    assert!(app.sandbox.director(DIRECTOR).ticks(&task).await);
    app.settle().await;

    assert_eq!(only_kept(&app).await.status, TodoStatus::Done);
    assert!(!waits_for_it(&app).await);
    let events = "select count(*) from inbox where source = 'dingtalk'";
    assert_eq!(number(&app.store, events).await, 1, "one for its eventId");
    move_to(&app, "lost").await;
    assert_eq!(calls(&app, Endpoint::TodoUpdate), 0);
}

// ── Failures ──

#[tokio::test]
async fn one_whose_making_nobody_knows_of_is_found_again_and_can_be_closed() {
    let app = TestApp::start().await;
    let faults = app.sandbox.faults();
    faults.next(Endpoint::TodoCreate, Fault::ResetAfterReading);

    stays_too_long(&app).await;
    app.advance(HOUR).await;
    assert_eq!(on_the_phone(&app).len(), 1, "DingTalk knows it by its key");
    assert_eq!(
        only_kept(&app).await.task_id,
        Some(on_the_phone(&app)[0].id.clone())
    );
    move_to(&app, "lost").await;

    assert!(on_the_phone(&app)[0].done);
    assert_eq!(outbox(&app).await, (0, 0));
}

#[tokio::test]
async fn a_supervisor_without_a_union_id_is_looked_up_once() {
    let app = TestApp::start().await;
    tamper(
        &app.store,
        "update person set dingtalk_unionid = null where id = 'director-east'",
    )
    .await;

    stays_too_long(&app).await;

    assert_eq!(on_the_phone(&app).len(), 1);
    assert_eq!(calls(&app, Endpoint::User), 1);
    let known = "select count(*) from person where id = 'director-east' and dingtalk_unionid = 'UNIONDDZHOUMIN'";
    assert_eq!(number(&app.store, known).await, 1, "it is kept");
}

#[tokio::test]
async fn one_that_dingtalk_refuses_says_why() {
    let app = TestApp::start().await;
    let denied = Fault::Word(
        403,
        "Forbidden.AccessDenied.AccessTokenPermissionDenied",
        "no",
    );
    app.sandbox.faults().next(Endpoint::TodoCreate, denied);

    stays_too_long(&app).await;

    let row = only_kept(&app).await;
    assert_eq!(row.status, TodoStatus::Refused);
    assert!(row.why.contains("permission"), "{}", row.why);
    assert_eq!(outbox(&app).await, (0, 1), "a person can send it again");
}

// ── Events ──

/// DingTalk's side of the callback.
struct Platform<'a> {
    app: &'a TestApp,
    crypto: Crypto,
}

impl<'a> Platform<'a> {
    fn of(app: &'a TestApp) -> Self {
        let key = app.sandbox.company().dingtalk.app_key;
        Self::with_owner(app, &key)
    }

    fn with_owner(app: &'a TestApp, owner: &str) -> Self {
        let dingtalk = app.sandbox.company().dingtalk;
        let token = dingtalk.callback_token.parse().unwrap();
        let aes_key = dingtalk.callback_aes_key.parse().unwrap();
        Self {
            app,
            crypto: Crypto::new(token, aes_key, owner),
        }
    }

    /// Posts an event with its signature under this name; the status, and the opened answer.
    async fn post(&self, name: &str, event: &Value) -> (u16, Option<String>) {
        let sealed = self
            .crypto
            .seal(&event.to_string(), [7; 16], self.app.clock.now().0, "n1");
        let query = format!(
            "{name}={}&timestamp={}&nonce=n1",
            sealed.msg_signature, sealed.time_stamp
        );
        self.post_sealed(&query, &json!({ "encrypt": sealed.encrypt }))
            .await
    }

    async fn post_sealed(&self, query: &str, body: &Value) -> (u16, Option<String>) {
        let request = self
            .app
            .http
            .post(format!("{}/dingtalk/callback?{query}", self.app.url))
            .json(body);
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        let opened = serde_json::from_str::<Answer>(&text)
            .ok()
            .and_then(|answer| {
                let query = Query {
                    signature: answer.msg_signature,
                    timestamp: answer.time_stamp,
                    nonce: answer.nonce,
                };
                self.crypto.open(&query, &answer.encrypt).ok()
            });
        (status, opened)
    }
}

#[tokio::test]
async fn the_urls_check_and_events_are_answered_by_the_sealed_word_and_kept_once() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let success = (200, Some("success".to_owned()));
    let event = json!({ "EventType": "user_leave_org", "eventId": "e1", "UserId": ["u1"] });

    let check = platform
        .post("signature", &json!({ "EventType": "check_url" }))
        .await;
    assert_eq!(check, success);
    assert_eq!(inbox(&app).await, (0, 0), "a check is no event");

    assert_eq!(platform.post("msg_signature", &event).await, success);
    assert_eq!(platform.post("signature", &event).await, success);
    assert_eq!(
        inbox(&app).await,
        (1, 0),
        "once for its id, on disk before the answer"
    );
    app.settle().await;
    assert_eq!(inbox(&app).await, (0, 0), "nobody here waits for it");
}

#[tokio::test]
async fn what_is_not_from_dingtalk_or_not_for_this_app_is_refused_without_a_word() {
    let app = TestApp::start().await;
    let event = json!({ "EventType": "todo_task_update", "eventId": "e1" });

    let other_app = Platform::with_owner(&app, "dingother")
        .post("signature", &event)
        .await;
    let platform = Platform::of(&app);
    let body = json!({ "encrypt": "AAAA" });
    let now = app.clock.now().0;
    let forged = format!("signature={}&timestamp={now}&nonce=n", "0".repeat(40));
    let old = format!(
        "signature={}&timestamp={}&nonce=n",
        "0".repeat(40),
        now - 7_200_000
    );

    assert_eq!(other_app, (403, None));
    assert_eq!(platform.post_sealed(&forged, &body).await, (403, None));
    assert_eq!(platform.post_sealed(&old, &body).await, (403, None));
    assert_eq!(platform.post_sealed("nonce=n", &body).await, (400, None));
    assert_eq!(platform.post_sealed(&forged, &json!({})).await, (400, None));
    assert_eq!(inbox(&app).await, (0, 0));
}
