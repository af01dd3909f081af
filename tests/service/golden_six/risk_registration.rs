//! Node 5, 风险预判登记: at once, with a type of risk and a strategy, chosen or written.

use std::time::Duration;

use dingdan::sandbox::{PressError, Record};
use serde_json::{Value, json};

use super::{BOTH, HUAFENG, Node, YUNSHAN};
use crate::app::{DIRECTOR, Setup, TestApp};
use crate::on_page::{assert_kept, assert_refused};
use crate::sightings::{delivered, receipts, told};

const MINUTE: Duration = Duration::from_secs(60);
const TENDER: &str = "要走招标";
const BUDGET: &str = "今年预算不够了";
const FINANCE: &str = "财务还在卡这笔";
const CHOSEN: &[(&str, &[&str])] = &[("risk_type", &["open_tender"]), ("strategy", &["pilot"])];
const OWN: &[(&str, &[&str])] = &[("strategy", &["own"])];

async fn begins() -> Node {
    Node::begins("risk_registration", "风险预判登记").await
}

async fn opened() -> Node {
    let node = begins().await;
    for deal in BOTH {
        node.hears(deal, TENDER).await;
    }
    node
}

/// What the director was told when the node opened.
fn informed(node: &Node) -> Vec<String> {
    let messages = delivered(&node.app).into_iter();
    let to_them = messages.filter(|message| message.to == DIRECTOR);
    let texts = to_them.map(|message| told(&message));
    texts.filter(|text| text.contains("信号：")).collect()
}

#[tokio::test]
async fn the_card_and_the_directors_alert_come_within_a_minute_at_night_too() {
    let setup = Setup {
        extra: "[alerts]\ndigest_seconds = 60\nquiet_hours = \"20:00-08:00\"\n".to_owned(),
        ..Setup::default()
    };
    let app = TestApp::start_at("2026-11-23T23:30:00+08:00", setup).await;

    app.sandbox.customer(YUNSHAN.contact).says(TENDER).await;
    app.settle().await;
    let within = app.clock.now().plus(MINUTE);
    for _ in 0..12 {
        app.advance(MINUTE / 12).await;
    }

    let entries = app.sandbox.ledger().all().into_iter();
    let arrived = entries.filter(|entry| entry.at <= within);
    let arrived: Vec<String> = arrived
        .filter_map(|entry| match entry.record {
            Record::Wecom(card) if card.msgtype == "template_card" => Some(card.to),
            Record::Dingtalk(alert) => Some(alert.to),
            _ => None,
        })
        .collect();
    assert_eq!(arrived, [YUNSHAN.userid, DIRECTOR]);
}

#[tokio::test]
async fn tender_budget_and_their_like_open_it_and_the_director_is_informed() {
    let node = begins().await;

    node.hears(&YUNSHAN, TENDER).await;
    let first = informed(&node).pop().unwrap();
    for part in [
        "招标信号：云杉机械",
        "**要做**：风险预判登记",
        "要走招标",
        "11:30",
    ] {
        assert!(first.contains(part), "{part} is missing in {first}");
    }

    for (words, label) in [(BUDGET, "BUDGET"), (FINANCE, "FINANCE")] {
        node.hears(&YUNSHAN, words).await;
        assert_eq!(node.run(&YUNSHAN).await["heard"]["label"], label);
    }
    node.hears(&YUNSHAN, "肯定要走招标的").await;
    assert_eq!(node.runs(&YUNSHAN).await.len(), 3, "each signal once");
    node.hears(&HUAFENG, "预算被砍了一半，要走招标").await;
    assert_eq!(node.runs(&HUAFENG).await.len(), 1, "one sentence, one card");
    assert_eq!(informed(&node).len(), 4);
    assert_eq!(node.opened_by_hand(&HUAFENG).await.0, 409, "not by hand");
}

#[tokio::test]
async fn unknown_choices_and_used_cards_change_nothing_and_a_strategy_may_be_written() {
    let node = opened().await;
    let mut page = node.page(&HUAFENG).await;
    for (question, title) in [("risk_type", "风险类型"), ("strategy", "应对策略")] {
        let unknown = page.sends(question, &[("choice", "bribery")]).await;
        assert_refused(&unknown, &format!("还没有选择「{title}」"));
    }
    assert_eq!(node.run(&HUAFENG).await["answers"], json!({}));
    for choice in ["budget_cut", "no_budget"] {
        assert_kept(&page.sends("risk_type", &[("choice", choice)]).await);
    }
    let amended = node.question(&HUAFENG, "risk_type").await;
    assert_eq!(
        (&amended["answer"]["text"], &amended["history"][0]["text"]),
        (&json!("预算尚未立项"), &json!("预算被削减"))
    );

    let first = node.newest_card(&YUNSHAN);
    node.clicks(&YUNSHAN, &first, &[]).await;
    let second = node.newest_card(&YUNSHAN);
    assert_ne!(second, first, "nothing was chosen, so it came again");
    node.clicks(&YUNSHAN, &second, CHOSEN).await;
    node.assert_chosen_once(&second).await;

    node.clicks(&HUAFENG, &node.newest_card(&HUAFENG), OWN)
        .await;
    assert!(node.newest(&HUAFENG).contains("您打算怎么应对"));
    let long = "谈".repeat(301);
    for (words, why) in [
        ("？！", "「应对策略」还没有内容"),
        ("降价", "至少要 4 个字，现在是 2 个"),
        (&long, "最多 300 个字，现在是 301 个"),
    ] {
        node.says(&HUAFENG, words).await;
        let told = node.newest(&HUAFENG);
        assert!(told.contains(why), "{told}");
        assert_eq!(node.status(&HUAFENG).await, "open");
    }
    node.says(&HUAFENG, "先谈全周期成本").await;

    node.assert_done(&HUAFENG).await;
    let (card, shown) = receipts(&node.app).pop().unwrap();
    assert_eq!(card, node.newest_card(&HUAFENG));
    assert!(
        shown.contains("已登记 · 风险预判登记") && shown.contains("先谈全周期成本"),
        "{shown}"
    );
}

impl Node {
    /// The card that completed the run became its receipt, and a second press changes nothing.
    async fn assert_chosen_once(&self, card: &str) {
        let run = self.run(&YUNSHAN).await;
        assert_eq!(
            (&run["status"], &run["late"]),
            (&json!("done"), &Value::Bool(false))
        );
        assert_eq!(run["answers"]["strategy"], "先做试点再放量");
        let shown = receipts(&self.app).pop().unwrap();
        assert_eq!(shown.0, card);
        assert!(shown.1.contains("已登记 · 风险预判登记"), "{}", shown.1);

        let rep = self.app.sandbox.rep(YUNSHAN.userid);
        let other: &[(&str, &[&str])] = &[("risk_type", &["price_cap"]), ("strategy", &["lease"])];
        let pressed = rep.clicks(card, "submit", other).await;
        assert_eq!(pressed, Err(PressError::NotOpen));
        rep.clicks_again(card, "submit", &[]).await.unwrap();
        self.app.settle().await;
        assert_eq!(self.run(&YUNSHAN).await, run);
        assert_eq!(
            receipts(&self.app).pop().unwrap().1,
            shown.1,
            "the same receipt"
        );
    }
}

#[tokio::test]
async fn it_is_yellow_after_a_working_hour_red_after_two_and_goes_up() {
    let node = opened().await;

    node.turns_yellow_at("2026-11-23T10:30:00+08:00").await;
    node.turns_red_at("2026-11-23T11:30:00+08:00").await;
    node.goes_up_at("2026-11-23T17:00:00+08:00").await;
}

#[tokio::test]
async fn it_can_be_let_off() {
    opened().await.can_be_let_off().await;
}
