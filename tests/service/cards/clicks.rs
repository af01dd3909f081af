//! Clicks: in time, late, twice, forged.

use dingdan::sandbox::PressError;

use super::{BOTH, Choices, HOUR, MINUTE, TENDER, clicks, hears, runs};
use crate::app::{REP, Setup, TestApp};
use crate::callbacks::{Platform, event};
use crate::sightings::{
    cards, delivered, inbox, newest_card, only_card, outbox, receipts, texts, told,
};

#[tokio::test]
async fn a_choice_of_everything_completes_the_run_and_turns_the_card_into_its_receipt() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let card = only_card(&app, REP);

    clicks(&app, &card, BOTH).await;

    let run = &runs(&app).await[0];
    assert_eq!(
        (&run["status"], &run["late"]),
        (&"done".into(), &false.into())
    );
    assert_eq!(run["answers"]["risk_type"], "公开招标比价");
    let [(changed, shown)] = receipts(&app).try_into().expect("one change");
    assert_eq!(changed, card);
    assert!(
        shown.contains("已登记 · 风险预判登记") && shown.contains("赵磊"),
        "{shown}"
    );
    // And nothing is late later on.
    app.advance(3 * HOUR).await;
    assert_eq!(
        delivered(&app).len(),
        1,
        "only what the director was told at the beginning"
    );
}

#[tokio::test]
async fn a_second_click_on_a_used_card_shows_the_receipt_again_and_changes_nothing() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let card = only_card(&app, REP);
    clicks(&app, &card, BOTH).await;
    let first = runs(&app).await;
    app.clock.advance(MINUTE);

    let other: &Choices<'_> = &[("risk_type", &["price_cap"]), ("strategy", &["lease"])];
    let rep = app.sandbox.rep(REP);
    assert_eq!(
        rep.clicks(&card, "submit", other).await,
        Err(PressError::NotOpen)
    );
    rep.clicks_again(&card, "submit", &[]).await.unwrap();
    app.settle().await;

    assert_eq!(runs(&app).await, first);
    let shown = receipts(&app);
    assert_eq!(shown.len(), 2);
    assert_eq!(shown[0].1, shown[1].1, "the same receipt");
    assert_eq!(cards(&app, REP).len(), 1);
}

#[tokio::test]
async fn two_quick_presses_count_once() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let card = only_card(&app, REP);

    let rep = app.sandbox.rep(REP);
    rep.clicks(&card, "submit", BOTH).await.unwrap();
    rep.clicks_again(&card, "submit", BOTH).await.unwrap();
    app.settle().await;

    assert_eq!(runs(&app).await[0]["status"], "done");
    assert_eq!(cards(&app, REP).len(), 1);
    assert_eq!(inbox(&app).await, (0, 0));
    assert_eq!(outbox(&app).await, (0, 0));
}

#[tokio::test]
async fn a_card_is_changed_by_the_app_that_sent_it() {
    const ANOTHER: &str = "\
[[wecom.app]]
name = \"another\"
agent_id = 1000099
secret = \"another\"
token = \"another\"
encoding_aes_key = \"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG\"
[[wecom.app]]";
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let card = only_card(&app, REP);
    let app = app
        .restart_with(Setup {
            change: |text| text.replacen("[[wecom.app]]", ANOTHER, 1),
            ..Setup::default()
        })
        .await;

    clicks(&app, &card, BOTH).await;

    assert_eq!(receipts(&app)[0].0, card);
    assert_eq!(outbox(&app).await, (0, 0));
}

#[tokio::test]
async fn a_click_after_the_deadline_is_taken_and_called_late() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let card = only_card(&app, REP);
    app.advance(2 * HOUR + MINUTE).await;

    clicks(&app, &card, BOTH).await;

    let run = &runs(&app).await[0];
    assert_eq!(
        (&run["status"], &run["late"]),
        (&"done".into(), &true.into())
    );
    let shown = &receipts(&app)[0].1;
    assert!(
        shown.contains("超时完成") && shown.contains("超时 1 分"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_click_that_overtakes_the_tick_of_its_deadline_is_late_all_the_same() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let card = only_card(&app, REP);
    app.clock.advance(2 * HOUR + MINUTE);

    clicks(&app, &card, BOTH).await;

    assert_eq!(runs(&app).await[0]["late"], true);
    let late = delivered(&app)
        .into_iter()
        .filter(|alert| told(alert).contains("已超时"));
    assert_eq!(late.count(), 1, "the director hears of it, once");
}

#[tokio::test]
async fn a_card_left_at_its_first_entry_comes_back_as_a_new_one() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let first = only_card(&app, REP);

    clicks(&app, &first, &[]).await;

    let second = newest_card(&app, REP);
    assert_ne!(second, first);
    let content = cards(&app, REP)[1].content.to_string();
    assert!(content.contains("还没有选择"), "{content}");
    assert!(receipts(&app)[0].1.contains("未完成"));
    assert_eq!(runs(&app).await[0]["status"], "open");

    clicks(&app, &second, BOTH).await;
    assert_eq!(runs(&app).await[0]["status"], "done");
}

#[tokio::test]
async fn what_was_chosen_is_kept_and_only_the_rest_is_asked_again() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;

    clicks(&app, &only_card(&app, REP), &BOTH[..1]).await;

    let second = newest_card(&app, REP);
    let asked = cards(&app, REP)[1].content["select_list"].clone();
    assert_eq!(asked.as_array().unwrap().len(), 1);
    assert_eq!(asked[0]["question_key"], "strategy");
    clicks(&app, &second, &BOTH[1..]).await;
    assert_eq!(runs(&app).await[0]["status"], "done");
}

#[tokio::test]
async fn a_card_can_only_be_answered_by_whom_it_was_sent_to() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let card = only_card(&app, REP);
    let before = runs(&app).await;

    let forged = click_of("QianYue", &card, "r1");
    Platform::of(&app)
        .post(&Platform::of(&app).seal(&forged))
        .await;
    app.settle().await;

    assert_eq!(runs(&app).await, before);
    let told = texts(&app, "QianYue");
    assert!(
        told.len() == 1 && told[0].contains("不是本系统发出的"),
        "{told:?}"
    );
    assert!(texts(&app, REP).is_empty() && receipts(&app).is_empty());
}

#[tokio::test]
async fn a_click_on_a_card_that_nobody_sent_is_answered_sensibly() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);

    for (number, task_id) in ["deal-yunshan-1@1", "", "x", &"长".repeat(500)]
        .into_iter()
        .enumerate()
    {
        let forged = click_of(REP, task_id, &format!("r{number}"));
        assert_eq!(platform.post(&platform.seal(&forged)).await.status, 200);
    }
    app.settle().await;

    assert_eq!(inbox(&app).await, (0, 0));
    let told = texts(&app, REP);
    assert!(
        !told.is_empty() && told.iter().all(|text| text.contains("不是本系统发出的")),
        "{told:?}"
    );
}

fn click_of(user: &str, task_id: &str, response_code: &str) -> String {
    let more = format!(
        "<EventKey>submit</EventKey><TaskId>{task_id}</TaskId><CardType>multiple_interaction</CardType>\
         <ResponseCode>{response_code}</ResponseCode><SelectedItems><SelectedItem>\
         <QuestionKey>risk_type</QuestionKey><OptionIds><OptionId>price_cap</OptionId></OptionIds>\
         </SelectedItem></SelectedItems>"
    );
    event(user, "template_card_event", &more)
}

#[tokio::test]
async fn a_choice_that_the_card_does_not_offer_is_not_taken() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let card = only_card(&app, REP);
    let platform = Platform::of(&app);

    let forged = click_of(REP, &card, "r1").replace("price_cap", "bribery");
    platform.post(&platform.seal(&forged)).await;
    app.settle().await;

    let run = &runs(&app).await[0];
    assert_eq!(run["status"], "open");
    assert_eq!(run["answers"], serde_json::json!({}));
    assert_eq!(cards(&app, REP).len(), 2, "it is asked again");
}
