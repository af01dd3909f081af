//! What the director is told on DingTalk: by which way, how often, and what stands in the ledger.

use std::time::Duration;

use dingdan::domain::{AlertId, Role};
use dingdan::sandbox::{Channel, DingtalkMessage, Endpoint, Entry, Fault, Outcome, Record};
use dingdan::store::{Contact, Customer, NewOpportunity, Person};
use serde_json::Value;

use crate::app::{CUSTOMER, DIRECTOR, REP, Setup, TestApp};
use crate::sightings::{
    alert_statuses, assert_nothing_vanished, calls, cards, delivered, dingtalk, execute, figure,
    number, outbox, tamper, told,
};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const TENDER: &str = "要走招标";
const COMPETITOR: &str = "西门子也给我们报了价";

/// Refusals of one call, as the new API words them.
const NO_ROBOT: Fault = Fault::Word(400, "robot.oto.notExist", "robot is not published");
const NOBODY: Fault = Fault::Word(400, "staffId.notExisted", "no such user");
const QUOTA_OF_ROBOT: Fault = Fault::Word(
    403,
    "Forbidden.AccessDenied.ApiCountLimitForOrg",
    "quota is used up",
);
const QUOTA_OF_NOTICE: Fault = Fault::Errcode(90020, "quota is used up");

/// A customer speaks of a tender, which the director is told of at once.
async fn hears(app: &TestApp, words: &str) {
    app.sandbox.customer(CUSTOMER).says(words).await;
    app.settle().await;
}

async fn alerts(app: &TestApp) -> Vec<Value> {
    app.items("alerts?limit=200").await
}

async fn only_alert(app: &TestApp) -> Value {
    let [alert] = alerts(app).await.try_into().expect("one alert");
    alert
}

/// Channel and outcome of each try, in order.
fn tries(alert: &Value) -> Vec<String> {
    let shown = |delivery: &Value| {
        let word = |key: &str| delivery[key].as_str().unwrap().to_owned();
        format!("{} {}", word("channel"), word("outcome"))
    };
    alert["deliveries"]
        .as_array()
        .unwrap()
        .iter()
        .map(shown)
        .collect()
}

fn channels(messages: &[DingtalkMessage]) -> Vec<Channel> {
    messages.iter().map(|message| message.channel).collect()
}

async fn minutes(app: &TestApp, count: u32) {
    for _ in 0..count {
        app.advance(MINUTE).await;
    }
}

// ── What it says ──

#[tokio::test]
async fn an_alert_says_who_what_and_how_late_and_leads_to_the_words() {
    let app = TestApp::start().await;
    hears(&app, "你们太贵了,今年要走招标").await;
    app.advance(2 * HOUR + MINUTE).await;

    let seen = delivered(&app);
    assert_eq!(seen.len(), 2, "one when it opened, one when it was late");
    let late = told(&seen[1]);
    for part in [
        "云杉机械",
        "产线改造",
        "赵磊",
        "风险预判登记",
        "**已超时**：1 分",
        "要走招标",
    ] {
        assert!(late.contains(part), "{part} is missing in {late}");
    }
    assert!(seen.iter().all(|message| message.to == DIRECTOR));
    let link = seen[1].content["singleURL"].as_str().unwrap();
    let opened = app.sandbox.director(DIRECTOR).opens(link);
    assert!(
        opened.url.starts_with(&format!("{}/chats/", app.url)),
        "{}",
        opened.url
    );
    assert_eq!(alert_statuses(&app).await, ["sent", "sent"]);
}

#[tokio::test]
async fn what_a_customer_writes_is_text_in_the_alert_and_nothing_else() {
    let app = TestApp::start().await;

    hears(
        &app,
        "要走招标 [点我](http://evil.example) @all ![](http://evil.example/a.png) **急**",
    )
    .await;

    let text = told(&delivered(&app)[0]);
    for markup in ["](", "![", "@all", "**急"] {
        assert!(!text.contains(markup), "{markup} in {text}");
    }
}

// ── Ways ──

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

// ── Group robots ──

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

fn contact(number: usize) -> String {
    format!("wmCrowd{number:04}")
}

async fn many_deals(app: &TestApp, count: usize) {
    let mut tx = app.store.begin().await.unwrap();
    for number in 0..count {
        let customer = Customer {
            id: format!("crowd-{number}").parse().unwrap(),
            name: format!("客户{number}"),
            industry: String::new(),
            region: "华东".to_owned(),
        };
        tx.put_customer(&customer).await.unwrap();
        let contact = Contact {
            id: contact(number).parse().unwrap(),
            customer_id: Some(customer.id.clone()),
            name: String::new(),
        };
        tx.put_contact(&contact).await.unwrap();
        let deal = NewOpportunity {
            id: format!("crowd-deal-{number}").parse().unwrap(),
            customer: customer.id,
            rep: "rep-zhao".parse().unwrap(),
            name: "改造".to_owned(),
            stage: "demo".to_owned(),
            opened_at: app.clock.now(),
        };
        tx.create_opportunity(&deal).await.unwrap();
    }
    tx.commit().await.unwrap();
}

// ── Unknown outcomes ──

#[tokio::test]
async fn an_alert_whose_answer_was_lost_is_sent_once_more_and_says_so() {
    for (channel, endpoint, last) in [
        ("robot", Endpoint::RobotToPeople, "robot sent"),
        ("work", Endpoint::NoticeSend, "work delivered"),
    ] {
        let app = TestApp::start_with(Setup::alerts_by(&[channel])).await;
        app.sandbox
            .faults()
            .next(endpoint, Fault::ResetAfterReading);

        hears(&app, TENDER).await;
        assert_eq!(alert_statuses(&app).await, ["unknown"], "{channel}");
        minutes(&app, 20).await;

        let seen = delivered(&app);
        assert_eq!(seen.len(), 2, "{channel}");
        assert!(!told(&seen[0]).contains("可能重复"));
        assert!(told(&seen[1]).contains("可能重复"), "{}", told(&seen[1]));
        let alert = only_alert(&app).await;
        assert_eq!(alert["status"], "sent");
        assert_eq!(alert["why"], "an earlier try may have arrived too");
        assert_eq!(
            tries(&alert),
            [format!("{channel} unknown"), last.to_owned()]
        );
        assert_nothing_vanished(&app);
    }
}

#[tokio::test]
async fn an_alert_whose_answer_is_lost_twice_is_not_sent_a_third_time() {
    let app = TestApp::start_with(Setup::alerts_by(&["robot"])).await;
    let faults = app.sandbox.faults();
    faults.next_times(9, Endpoint::RobotToPeople, Fault::ResetAfterReading);

    hears(&app, TENDER).await;
    minutes(&app, 60).await;

    assert_eq!(delivered(&app).len(), 2);
    assert_eq!(alert_statuses(&app).await, ["unknown"]);
    assert_eq!(outbox(&app).await, (0, 1), "a person is told of it");

    // And that person may send it once more: it still says that it may be a repeat.
    faults.clear();
    let now = app.clock.now();
    let again = dingdan::outbox::retry(&app.store, None, now).await.unwrap();
    assert_eq!(again, 1);
    assert_eq!(alert_statuses(&app).await, ["queued"]);
    app.settle().await;
    let seen = delivered(&app);
    assert_eq!(seen.len(), 3);
    assert!(told(&seen[2]).contains("可能重复"), "{}", told(&seen[2]));
    assert_eq!(alert_statuses(&app).await, ["sent"]);
    assert_eq!(outbox(&app).await, (0, 0));
}

#[tokio::test]
async fn an_unknown_outcome_never_leads_to_another_way() {
    let app = TestApp::start().await;
    let faults = app.sandbox.faults();
    faults.next(Endpoint::RobotToPeople, Fault::ResetAfterReading);

    hears(&app, TENDER).await;
    minutes(&app, 20).await;

    assert_eq!(channels(&delivered(&app)), [Channel::Robot, Channel::Robot]);
}

#[tokio::test]
async fn a_group_recognises_the_repeat_of_an_alert_whose_answer_was_lost() {
    let app = TestApp::start_with(Setup::alerts_by(&["group"])).await;
    let faults = app.sandbox.faults();
    faults.next(Endpoint::RobotSend, Fault::ResetAfterReading);

    hears(&app, TENDER).await;
    minutes(&app, 20).await;

    assert_eq!(delivered(&app).len(), 1);
    let all = dingtalk(&app);
    assert_eq!(all[1].outcome, Outcome::Duplicate);
    assert_eq!(alert_statuses(&app).await, ["sent"]);
}

#[tokio::test]
async fn an_alert_that_never_arrived_is_sent_again() {
    let app = TestApp::start_with(Setup::alerts_by(&["robot"])).await;
    let faults = app.sandbox.faults();
    faults.next(Endpoint::RobotToPeople, Fault::ResetBeforeReading);

    hears(&app, TENDER).await;
    minutes(&app, 20).await;

    assert_eq!(delivered(&app).len(), 1);
    assert_eq!(alert_statuses(&app).await, ["sent"]);
}

#[tokio::test]
async fn an_alert_that_is_known_to_be_sent_is_not_repeated_when_the_store_fails_for_a_moment() {
    const FAILURES: &str = "dingdan_outbox_record_failures_total";
    let app = TestApp::start_with(Setup::alerts_by(&["robot"])).await;
    app.sandbox.customer(CUSTOMER).says(TENDER).await;
    execute(&app.store, "alter table quota_use rename to quota_away").await;
    let before = figure(&app, FAILURES).await;

    let mended = async {
        while figure(&app, FAILURES).await <= before {}
        execute(&app.store, "alter table quota_away rename to quota_use").await;
    };
    let mended = tokio::time::timeout(20 * SECOND, mended);
    let (mended, ()) = tokio::join!(mended, app.settle());
    mended.expect("an outcome can't be recorded");
    app.advance(HOUR).await;

    assert_eq!(delivered(&app).len(), 1);
    assert_eq!(alert_statuses(&app).await, ["sent"]);
    assert_eq!(outbox(&app).await, (0, 0));
    assert_eq!(
        number(
            &app.store,
            "select cast(sum(used) as bigint) from quota_use"
        )
        .await,
        1
    );
}

#[tokio::test]
async fn a_call_is_in_the_ledger_and_counted_whoever_has_the_order_by_then() {
    let app = TestApp::start_with(Setup::alerts_by(&["robot"])).await;
    let slow = Fault::Delay(Duration::from_secs(2));
    app.sandbox.faults().next(Endpoint::RobotToPeople, slow);
    app.sandbox.customer(CUSTOMER).says(TENDER).await;

    let ledger = app.sandbox.ledger();
    let lost = async {
        let called = |entry: &Entry| matches!(&entry.record, Record::Call(call) if call.endpoint == Endpoint::RobotToPeople);
        ledger.wait_for(called, 20 * SECOND).await.expect("a call");
        tamper(
            &app.store,
            "update outbox set lease = 'somebody' where destination = 'dingtalk'",
        )
        .await;
    };
    tokio::join!(app.settle(), lost);

    assert_eq!(outbox(&app).await, (1, 0), "it is somebody else's");
    assert_eq!(tries(&only_alert(&app).await), ["robot sent"]);
    assert_eq!(
        number(
            &app.store,
            "select cast(sum(used) as bigint) from quota_use"
        )
        .await,
        1
    );
}

#[tokio::test]
async fn the_calls_that_are_left_are_measured_before_the_first_alert() {
    let app = TestApp::start().await;
    for quota in ["dingtalk_api", "dingtalk_webhook"] {
        let left = figure(&app, &format!("dingdan_quota_left{{quota=\"{quota}\"}}")).await;
        assert!(left > 1000.0, "{quota}: {left}");
    }
}

#[tokio::test]
async fn what_is_in_hand_is_not_taken_again_when_time_is_moved() {
    for endpoint in [
        Endpoint::WecomSyncMessages,
        Endpoint::WecomSend,
        Endpoint::RobotToPeople,
    ] {
        let app = TestApp::start_with(Setup::alerts_by(&["robot"])).await;
        let slow = Fault::Delay(Duration::from_millis(700));
        app.sandbox.faults().next(endpoint, slow);
        app.sandbox.customer(CUSTOMER).says(TENDER).await;

        let (ledger, before) = (app.sandbox.ledger(), app.clock.now());
        let moved = async {
            let called = |entry: &Entry| matches!(&entry.record, Record::Call(call) if call.endpoint == endpoint);
            ledger.wait_for(called, 20 * SECOND).await.expect("a call");
            // Past every lease, and neither late nor to be reminded of.
            app.advance(50 * MINUTE).await;
            assert_eq!(calls(&app, endpoint), 1, "{endpoint:?}");
        };
        tokio::join!(app.settle(), moved);

        assert_eq!(app.clock.now(), before.plus(50 * MINUTE));
        assert_eq!(calls(&app, endpoint), 1, "{endpoint:?}");
        assert_eq!(cards(&app, REP).len(), 1, "{endpoint:?}");
        assert_eq!(delivered(&app).len(), 1, "{endpoint:?}");
        assert!(!told(&delivered(&app)[0]).contains("可能重复"));
        assert_eq!(outbox(&app).await, (0, 0), "{endpoint:?}");
    }
}

// ── Work notifications, which are accepted and may vanish ──

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

// ── Many, and the same ──

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

// ── Directors ──

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

// ── Restarts ──

#[tokio::test]
async fn a_deadline_that_passes_while_nothing_runs_is_fired_once_at_the_next_start() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let clock = app.clock.clone();

    let world = app.stop().await;
    clock.advance(5 * HOUR);
    let setup = || Setup {
        seed: false,
        ..Setup::default()
    };
    let app = TestApp::start_in(world, setup()).await;
    app.settle().await;
    let app = app.restart().await;
    app.settle().await;

    let late: Vec<String> = delivered(&app)
        .iter()
        .map(told)
        .filter(|text| text.contains("已超时"))
        .collect();
    assert_eq!(late.len(), 1, "{late:?}");
    assert!(
        late[0].contains("**已超时**：3 小时"),
        "it says how late: {}",
        late[0]
    );
}

#[tokio::test]
async fn nothing_happens_before_a_deadline_and_once_at_it() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;

    app.advance(2 * HOUR - SECOND).await;
    assert_eq!(delivered(&app).len(), 1);
    app.advance(SECOND).await;
    assert_eq!(delivered(&app).len(), 2);
    app.advance(100 * HOUR).await;

    let late = delivered(&app);
    let late = late
        .iter()
        .filter(|message| told(message).contains("已超时"));
    assert_eq!(late.count(), 1);
    assert_eq!(app.items("runs").await[0]["status"], "overdue");
}

#[tokio::test]
async fn the_ledger_of_an_alert_can_be_read_by_its_id() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;

    let alert = only_alert(&app).await;
    let id: AlertId = alert["id"].as_str().unwrap().parse().unwrap();
    let ledger = app.store.deliveries_of(&id).await.unwrap();

    assert_eq!(ledger.len(), 1);
    assert_eq!(
        (ledger[0].0.as_str(), ledger[0].2.as_str()),
        ("robot", "sent")
    );
    let used = app
        .store
        .quota_used("dingtalk_api", "2026-11")
        .await
        .unwrap();
    assert_eq!(used, 1, "calls are counted against the month");
}
