//! Node 4, 决策链穿透: at least three roles, each of the three at least once, and the minutes.

use serde_json::json;

use super::{BOTH, HUAFENG, Node, YUNSHAN};
use crate::app::START;
use crate::on_page::{assert_kept, assert_refused, borrowed, rows};
use crate::papers;

/// A Wednesday: 中秋节 begins on Friday, 国庆节 a week later.
const BEFORE_HOLIDAYS: &str = "2026-09-23T10:00:00+08:00";

/// Both deals have entered 提案.
async fn opened_at(moment: &str) -> Node {
    let node = Node::begins_at(moment, "decision_chain", "决策链穿透").await;
    for deal in BOTH {
        node.is_let_into(deal, "proposal").await;
    }
    node
}

#[tokio::test]
async fn it_opens_when_the_deal_enters_the_proposal_and_by_hand() {
    let node = Node::begins("decision_chain", "决策链穿透").await;
    let (refused, _) = node.asks_for(&YUNSHAN, "proposal").await;
    assert_eq!(refused, 409);
    assert!(node.runs(&YUNSHAN).await.is_empty(), "it did not get there");

    node.is_let_into(&YUNSHAN, "proposal").await;
    let run = node.run(&YUNSHAN).await;
    assert_eq!(run["due_at"], "2026-11-30T09:30:00.000+08:00");
    assert!(run["why"].as_str().unwrap().contains("提案"), "{run}");
    let asked = node.newest(&YUNSHAN);
    assert!(
        asked.contains("至少三位") && asked.contains("打开填写页"),
        "{asked}"
    );
    assert_eq!(node.asks_for(&YUNSHAN, "negotiation").await.0, 200);
    assert_eq!(node.asks_for(&YUNSHAN, "proposal").await.0, 200);
    assert_eq!(node.runs(&YUNSHAN).await.len(), 1, "it is open already");

    let (status, run) = node.opened_by_hand(&HUAFENG).await;
    assert_eq!((status, &run["status"]), (200, &json!("open")));
    node.assert_no_supervisor_was_told();
}

#[tokio::test]
async fn every_role_has_to_be_named_and_the_minutes_to_be_there() {
    let node = opened_at(START).await;
    let mut page = node.page(&YUNSHAN).await;

    for (given, why) in [
        (rows(&[]), "至少要 3 行，现在是 0 行"),
        (
            rows(&[("发起人", "陈工"), ("影响者", "刘总")]),
            "至少要 3 行，现在是 2 行",
        ),
        (
            rows(&[("影响者", "陈工"), ("影响者", "刘总"), ("否决者", "王总")]),
            "还缺：发起人",
        ),
        (
            rows(&[("发起人", "陈工"), ("否决者", "刘总"), ("否决者", "王总")]),
            "还缺：影响者",
        ),
        (
            rows(&[("发起人", "陈工"), ("发起人", "刘总"), ("影响者", "王总")]),
            "还缺：否决者",
        ),
        (
            rows(&[("发起人", "陈工"), ("发起人", "刘总"), ("发起人", "王总")]),
            "还缺：影响者、否决者",
        ),
        (
            rows(&[("发起人", "陈工"), ("", "刘总"), ("否决者", "王总")]),
            "每一行都要填「角色」",
        ),
        (
            rows(&[("发起人", "陈工"), ("影响者", " "), ("否决者", "王总")]),
            "每一行都要填「姓名」",
        ),
        (
            rows(&[("发起人", "陈工"), ("旁观者", "刘总"), ("否决者", "王总")]),
            "「角色」只能填：发起人、影响者、否决者",
        ),
    ] {
        assert_refused(&page.sends("roles", &borrowed(&given)).await, why);
    }
    assert_eq!(node.run(&YUNSHAN).await["answers"], json!({}));
    let three = rows(&[("发起人", "陈工"), ("影响者", "刘总"), ("否决者", "王总")]);
    assert_kept(&page.sends("roles", &borrowed(&three)).await);
    let four = rows(&[
        ("发起人", "陈工"),
        ("影响者", "刘总"),
        ("影响者", "林经理"),
        ("否决者", "王总"),
    ]);
    assert_kept(&page.sends("roles", &borrowed(&four)).await);
    assert_eq!(
        node.status(&YUNSHAN).await,
        "open",
        "the minutes are missing"
    );
    node.says(&YUNSHAN, "状态").await;
    assert!(node.newest(&YUNSHAN).contains("还差：会议纪要"));

    for (name, bytes, why) in [
        ("纪要.docx", b"PK\x03\x04nothing".to_vec(), "文件类型不对"),
        ("纪要.pdf", b"%PDF-1.7\nnothing".to_vec(), "PDF 文件已损坏"),
        ("纪要.txt", Vec::new(), "文件是空的"),
        ("", Vec::new(), "还没有选择文件"),
    ] {
        assert_refused(&page.uploads("minutes", name, bytes).await, why);
    }
    assert_eq!(node.app.kept_files(), 0);
    let minutes = papers::written("会议纪要");
    assert_kept(&page.uploads("minutes", "会议纪要.pdf", minutes).await);

    node.assert_done(&YUNSHAN).await;
    let roles = node.question(&YUNSHAN, "roles").await;
    assert_eq!(roles["answer"]["rows"].as_array().unwrap().len(), 4);
    let before = roles["history"][0]["rows"].as_array().unwrap();
    assert_eq!((before.len(), &before[1]["name"]), (3, &json!("刘总")));
    assert_eq!(node.app.kept_files(), 1);
}

#[tokio::test]
async fn its_five_workdays_leave_out_a_weekend_and_two_holidays() {
    let node = opened_at(BEFORE_HOLIDAYS).await;

    node.turns_yellow_at("2026-09-29T10:00:00+08:00").await;
    node.turns_red_at("2026-10-08T10:00:00+08:00").await;
    node.goes_up_at("2026-10-08T15:30:00+08:00").await;
}

#[tokio::test]
async fn it_can_be_let_off() {
    opened_at(START).await.can_be_let_off().await;
}
