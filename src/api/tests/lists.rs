//! What the lists hold, and how they are paged.

use std::time::Duration;

use serde_json::{Value, json};

use super::seed::{self, WORDS};
use super::{Api, ids};
use crate::store::Store;

#[actix_web::test]
async fn pages_follow_each_other_without_gap_or_repeat() {
    let api = Api::with_deals().await;

    for (path, all) in [
        ("/api/v1/messages?chat=chat-1", &["m-1", "m-2", "m-3"][..]),
        ("/api/v1/messages?from=2026-11-01", &["m-1", "m-2", "m-3"]),
        ("/api/v1/signals?region=华东", &["s-PRICE", "s-TENDER"]),
        ("/api/v1/opportunities?x", &["deal-1", "deal-2"]),
        ("/api/v1/runs?node=risk", &["run-1", "run-2", "run-3"]),
        ("/api/v1/alerts?person=d-zhou", &["alert-1", "alert-2"]),
        ("/api/v1/customers?x", &["c-1", "c-2"]),
        ("/api/v1/reps?role=rep", &["r-wang", "r-zhao"]),
    ] {
        let path = path
            .trim_end_matches("?x")
            .replace("华东", "%E5%8D%8E%E4%B8%9C");
        let join = if path.contains('?') { '&' } else { '?' };
        let mut collected = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = api.get(&format!("{path}{join}limit=1{cursor}")).await.json;
            collected.extend(page["items"].as_array().unwrap().clone());
            assert!(collected.len() <= all.len(), "{path}");
            let Some(next) = page["next_cursor"].as_str() else {
                break;
            };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(ids(&collected), all, "{path}");
        assert_eq!(ids(&api.items(&path).await), all, "{path}");
    }
}

#[actix_web::test]
async fn a_cursor_is_of_its_own_list() {
    let api = Api::with_deals().await;
    let of_customers = api.get("/api/v1/customers?limit=1").await.json["next_cursor"]
        .as_str()
        .unwrap()
        .to_owned();

    api.get(&format!("/api/v1/reps?cursor={of_customers}"))
        .await
        .problem(400, "wrong-fields");
}

#[actix_web::test]
async fn filters_leave_out_what_is_not_asked_for() {
    let api = Api::with_deals().await;

    for (path, found) in [
        ("messages?sender=wm-chen", &["m-1", "m-3"][..]),
        ("messages?chat=chat-1&sender=wecom-r-zhao", &["m-2"]),
        ("messages?chat=chat-2", &[]),
        ("messages?to=2026-11-23T09:30:00%2B08:00", &[]),
        (
            "messages?from=2026-11-23T09:30:00+08:00",
            &["m-1", "m-2", "m-3"],
        ),
        ("messages?from=2026-11-23T01:30:00.001Z", &[]),
        (
            "signals?label=TENDER&rep=r-zhao&customer=c-1&chat=chat-1",
            &["s-TENDER"],
        ),
        ("signals?rep=r-wang", &[]),
        ("opportunities?rep=r-wang&stage=lead", &["deal-2"]),
        ("opportunities?customer=c-1", &["deal-1"]),
        ("opportunities?stage=won", &[]),
        ("runs?status=overdue&opportunity=deal-1", &["run-2"]),
        ("runs?rep=r-wang", &["run-3"]),
        ("alerts?status=queued&opportunity=deal-1", &["alert-2"]),
        ("alerts?person=r-zhao", &[]),
        ("reps?role=director", &["d-zhou"]),
    ] {
        assert_eq!(
            ids(&api.items(&format!("/api/v1/{path}")).await),
            found,
            "{path}"
        );
    }
}

#[actix_web::test]
async fn a_message_is_found_by_our_id_and_by_the_platforms() {
    let api = Api::with_deals().await;

    let ours = api.get("/api/v1/messages/m-1").await.json;
    let theirs = api.get("/api/v1/messages/msgid-1").await.json;

    assert_eq!(ours, theirs);
    assert_eq!(
        (&ours["id"], &ours["platform_id"]),
        (&json!("m-1"), &json!("msgid-1"))
    );
    assert_eq!(ours["text"], WORDS);
    assert_eq!(ours["sent_at"], "2026-11-23T09:30:00.000+08:00");
    assert_eq!(ours["url"], "http://dingdan.test/chats/chat-1?message=m-1");
    let signals = ours["signals"].as_array().unwrap();
    let words: Vec<_> = signals
        .iter()
        .map(|signal| (signal["label"].as_str(), signal["words"].as_str()))
        .collect();
    assert_eq!(
        words,
        [
            (Some("PRICE"), Some("太贵")),
            (Some("TENDER"), Some("要走招标"))
        ]
    );
}

#[actix_web::test]
async fn an_alert_has_its_delivery_ledger() {
    let api = Api::with_deals().await;

    let alerts = api.items("/api/v1/alerts").await;

    assert_eq!(alerts[0]["status"], "sent");
    assert_eq!(
        alerts[0]["lines"],
        json!([{ "name": "客户", "value": "云杉精密" }])
    );
    assert_eq!(
        alerts[0]["url"],
        "http://dingdan.test/chats/chat-1?message=m-1"
    );
    let tries: Vec<(&Value, &Value)> = alerts[0]["deliveries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|delivery| (&delivery["outcome"], &delivery["why"]))
        .collect();
    assert_eq!(
        tries,
        [
            (&json!("refused"), &json!("errcode 410100")),
            (&json!("sent"), &Value::Null)
        ]
    );
    assert_eq!(alerts[1]["deliveries"], json!([]));
}

#[actix_web::test]
async fn an_alert_tells_what_became_of_the_step() {
    let api = Api::with_deals().await;
    let alerts = api.items("/api/v1/alerts").await;
    assert_eq!(
        alerts[0]["run"],
        json!({
            "status": "overdue", "due_at": "2026-11-22T09:00:00.000+08:00",
            "done_at": null, "done_by": null, "late_by_seconds": null,
        })
    );

    seed::finish_late(&api.shared.store).await;

    let alerts = api.items("/api/v1/alerts").await;
    assert_eq!(
        alerts[1]["run"],
        json!({
            "status": "done", "due_at": "2026-11-22T09:00:00.000+08:00",
            "done_at": "2026-11-23T09:30:00.000+08:00", "done_by": "名r-zhao",
            "late_by_seconds": 24 * 3600 + 1800,
        })
    );
}

#[actix_web::test]
async fn what_a_script_reads_of_a_chat_is_on_record() {
    let api = Api::with_deals().await;
    let chat = "chat-1".parse().unwrap();
    let looks = async || {
        let views = api.shared.store.views_of(&chat, 20).await.unwrap();
        let told = views.into_iter().map(|view| {
            assert_eq!(view.person_id, None);
            format!("{} {}", view.name, view.place)
        });
        told.collect::<Vec<_>>()
    };

    for path in [
        "reps",
        "board",
        "runs",
        "messages?chat=chat-2",
        "messages/no",
    ] {
        api.get(&format!("/api/v1/{path}")).await;
    }
    assert_eq!(looks().await, Vec::<String>::new(), "nobody's words");
    for path in ["messages", "messages/m-1", "signals", "alerts"] {
        assert_eq!(api.get(&format!("/api/v1/{path}")).await.status, 200);
    }

    assert_eq!(
        looks().await,
        [
            "reader alerts",
            "reader signals",
            "reader messages",
            "reader messages"
        ],
        "one look at the chat for each answer, however many lines"
    );
}

#[actix_web::test]
async fn a_script_that_polls_is_one_row_an_hour_with_its_count() {
    let api = Api::with_deals().await;
    let chat = "chat-1".parse().unwrap();
    let rows = async || {
        let views = api.shared.store.views_of(&chat, 20).await.unwrap();
        let told = views.into_iter().map(|view| (view.at, view.times));
        told.collect::<Vec<_>>()
    };
    let start = api.shared.clock.now();

    api.get("/api/v1/messages").await;
    api.shared.clock.advance(Duration::from_secs(30 * 60));
    api.get("/api/v1/messages").await;
    let later = api.shared.clock.now();
    assert_eq!(rows().await, [(later, 2)], "the last time and how often");

    api.shared.clock.advance(Duration::from_secs(30 * 60));
    api.get("/api/v1/messages").await;
    let next_hour = start.plus(Duration::from_secs(3600));
    assert_eq!(rows().await, [(next_hour, 1), (later, 2)]);
    api.get("/api/v1/messages/m-1").await;
    assert_eq!(
        rows().await.len(),
        3,
        "a message that was asked for stands by itself"
    );
}

#[actix_web::test]
async fn what_cannot_be_recorded_is_not_answered() {
    let api = Api::with_deals().await;
    const LOSE: &str = "drop table token_view";
    match &api.shared.store {
        Store::Sqlite { writer, .. } => sqlx::query(LOSE).execute(writer).await.map(|_| ()),
        Store::Postgres(pool) => sqlx::query(LOSE).execute(pool).await.map(|_| ()),
    }
    .unwrap();

    for path in ["messages", "messages/m-1", "signals", "alerts"] {
        let answer = api.get(&format!("/api/v1/{path}")).await;
        answer.problem(503, "store-failing");
        assert!(!answer.json.to_string().contains("太贵"), "{path}");
    }
}

#[actix_web::test]
async fn compliance_counts_what_was_due_and_not_what_has_time() {
    let api = Api::with_deals().await;

    let month = api.get("/api/v1/compliance").await.json;
    let later = api
        .get("/api/v1/compliance?from=2026-11-23&to=2026-12-01")
        .await
        .json;

    assert_eq!(month["from"], "2026-11-01T00:00:00.000+08:00");
    assert_eq!(month["total"], figures(2, 1, 1, json!({})));
    assert_eq!(month["reps"][0]["rep_id"], "r-zhao");
    assert_eq!(
        month["regions"],
        json!([figures(2, 1, 1, json!({ "region": "华东" }))])
    );
    assert_eq!(later["total"], figures(0, 0, 0, json!({})));
    assert_eq!(later["counted_until"], "2026-11-23T12:00:00.000+08:00");
}

#[actix_web::test]
async fn what_is_done_late_is_done_and_not_on_time() {
    let api = Api::with_deals().await;
    seed::finish_late(&api.shared.store).await;

    let month = api
        .get("/api/v1/compliance?region=%E5%8D%8E%E4%B8%9C")
        .await
        .json;
    let health = api.get("/api/v1/health?rep=r-zhao").await.json;
    let nobody = api.get("/api/v1/health?rep=r-wang").await.json;

    assert_eq!(month["total"], figures(2, 2, 1, json!({})));
    assert_eq!(
        (&month["total"]["rate"], &month["total"]["on_time_rate"]),
        (&json!(1.0), &json!(0.5))
    );
    let bands = month["bands"].as_array().unwrap().iter();
    let bands: Vec<&Value> = bands.map(|band| &band["reps"]).collect();
    assert_eq!(bands, [0, 0, 0], "of two runs nobody has a band");
    assert_eq!(month["without_band"]["reps"], 1);
    let cells = health["cells"].as_array().unwrap();
    assert_eq!(
        (
            &cells[0]["node_name"],
            &cells[0]["due"],
            &cells[0]["before"]["due"]
        ),
        (&json!("risk"), &json!(2), &json!(0))
    );
    assert_eq!(nobody["cells"], json!([]));
}

/// What is said of so many runs, of which none is counted apart.
fn figures(due: u32, done: u32, on_time: u32, mut whose: Value) -> Value {
    let share = |part: u32| match due {
        0 => Value::Null,
        due => json!(f64::from(part) / f64::from(due)),
    };
    for (name, count) in [("due", due), ("done", done), ("on_time", on_time)] {
        whose[name] = count.into();
    }
    for name in ["waived", "not_applicable", "paused", "ended"] {
        whose[name] = 0.into();
    }
    whose["rate"] = share(done);
    whose["on_time_rate"] = share(on_time);
    whose
}

#[actix_web::test]
async fn the_board_tells_today_the_week_the_month_or_any_days() {
    let api = Api::with_deals().await;
    let both = json!({ "PRICE": 1, "TENDER": 1 });

    for (query, totals) in [
        ("", &both),
        ("?period=week", &both),
        ("?period=month&rep=r-zhao", &both),
        ("?from=2026-11-01&to=2026-11-30&customer=c-1", &both),
        ("?from=2026-11-01&to=2026-11-22", &json!({})),
        ("?rep=r-wang", &json!({})),
    ] {
        assert_eq!(
            &api.get(&format!("/api/v1/board{query}")).await.json["totals"],
            totals,
            "{query}"
        );
    }
    let board = api.get("/api/v1/board").await.json;
    assert_eq!(
        board["by_rep"],
        json!([{ "rep_id": "r-zhao", "rep": "名r-zhao", "hits": both }])
    );
    assert_eq!(board["newest"].as_array().unwrap().len(), 2);
}
