//! Node 6, 合同条款共识: a gate before 合同, passed by the letter that the customer signed.

use serde_json::json;

use super::{BOTH, HUAFENG, Node, YUNSHAN};
use crate::app::DIRECTOR;
use crate::on_page::{assert_kept, assert_refused};
use crate::papers;

const TITLE: &str = "关键条款确认函";

/// Both deals are in 法务审批.
async fn begins() -> Node {
    let node = Node::begins("terms_consensus", "合同条款共识").await;
    for deal in BOTH {
        node.is_let_into(deal, "legal").await;
    }
    node
}

/// Both were to go on to 合同, and both were refused.
async fn opened() -> Node {
    let node = begins().await;
    for deal in BOTH {
        assert_eq!(node.asks_for(deal, "contract").await.0, 409);
    }
    node
}

#[tokio::test]
async fn it_opens_when_legal_approval_is_to_pass_and_by_hand_and_every_way_refuses_alike() {
    let node = begins().await;
    assert!(node.runs(&YUNSHAN).await.is_empty());

    let (status, refusal) = node.asks_for(&YUNSHAN, "contract").await;
    assert_eq!(status, 409, "{refusal}");
    let run = node.run(&YUNSHAN).await;
    assert_eq!(refusal["missing"][0]["id"], run["id"]);
    let sentence = refusal["detail"].as_str().unwrap();
    assert_eq!(sentence, "进入「合同」之前，请先完成：合同条款共识。");
    assert_eq!(run["due_at"], "2026-11-26T09:30:00.000+08:00");
    let (won, _) = node.asks_for(&YUNSHAN, "won").await;
    assert_eq!(won, 409, "a deal is not won around it");

    let (status, by_hand) = node.opened_by_hand(&HUAFENG).await;
    assert_eq!((status, &by_hand["status"]), (200, &json!("open")));
    let mut director = node.app.logged_in(DIRECTOR).await;
    let path = format!("/deals/{}", HUAFENG.id);
    let csrf = director.get(&path).await.csrf();
    let form = [("csrf", csrf.as_str()), ("stage", "contract")];
    let refused = director.post_form(&path, &form).await;
    assert_eq!(refused.status, 409);
    assert!(refused.text.contains(sentence), "{}", refused.text);
    let card = node.asks_by_card(&HUAFENG, "contract").await;
    assert!(
        card.contains("未能进入「合同」") && card.contains("合同条款共识"),
        "{card}"
    );
    assert_eq!(node.runs(&HUAFENG).await.len(), 1);
    node.assert_no_supervisor_was_told();
}

#[tokio::test]
async fn what_is_no_signed_letter_is_refused_and_a_signed_one_lets_the_deal_pass() {
    let node = opened().await;
    let mut page = node.page(&YUNSHAN).await;

    let picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU".to_vec();
    for (name, bytes, why) in [
        ("函.docx", b"PK\x03\x04nothing".to_vec(), "请发 PDF"),
        ("函.png", picture, "请发 PDF"),
        ("函.txt", b"we agree".to_vec(), "请发 PDF"),
        ("函.pdf", b"%PDF-1.7\nnothing".to_vec(), "PDF 文件已损坏"),
        ("函.pdf", papers::encrypted(TITLE), "PDF 文件设有密码"),
        (
            "函.pdf",
            papers::signed("采购合同"),
            "没有找到《关键条款确认函》字样",
        ),
        ("函.pdf", papers::written(TITLE), "还没有签字"),
    ] {
        assert_refused(&page.uploads("letter", name, bytes).await, why);
    }
    assert_eq!(node.app.kept_files(), 0);
    assert_eq!(node.asks_for(&YUNSHAN, "contract").await.0, 409);

    let signed = papers::signed(TITLE);
    assert_kept(&page.uploads("letter", "函.pdf", signed).await);

    node.assert_done(&YUNSHAN).await;
    assert_eq!(node.run(&YUNSHAN).await["spot_check"], json!(null));
    let (moved, deal) = node.asks_for(&YUNSHAN, "contract").await;
    assert_eq!((moved, &deal["stage"]), (200, &json!("contract")));
}

#[tokio::test]
async fn a_scan_is_sent_back_with_its_history_kept_or_approved() {
    let node = opened().await;
    let mut page = node.page(&YUNSHAN).await;

    let scan = papers::scanned();
    assert_kept(&page.uploads("letter", "一.pdf", scan.clone()).await);
    assert_eq!(node.app.items("runs?spot_check=wanted").await.len(), 1);
    let why = json!({ "reason": "缺第二页" });
    let (returned, run) = node.supervised(&YUNSHAN, "return", why).await;
    assert_eq!((returned, &run["status"]), (200, &json!("open")), "{run}");
    let said = node.said(&YUNSHAN).join("\n");
    assert!(said.contains("被周敏退回：缺第二页"), "{said}");
    let (status, _) = node.asks_for(&YUNSHAN, "contract").await;
    assert_eq!(status, 409, "what was sent back opens no gate");

    assert_kept(&page.uploads("letter", "二.pdf", scan).await);
    let letter = node.question(&YUNSHAN, "letter").await;
    assert_eq!(letter["answer"]["text"], "二.pdf");
    assert_eq!(
        (&letter["history"][0]["text"], &letter["history"][0]["why"]),
        (&json!("一.pdf"), &json!("returned"))
    );
    let seen = letter["answer"]["evidence"]["sha256"].clone();
    let approval = |by: &str| json!({ "by": by, "question": "letter", "sha256": seen });
    for by in [YUNSHAN.rep_id, "director-north"] {
        let (refused, _) = node.supervised(&YUNSHAN, "approve", approval(by)).await;
        assert_eq!(refused, 422);
    }
    let approval = approval("director-east");
    let (approved, run) = node.supervised(&YUNSHAN, "approve", approval).await;
    assert_eq!(
        (approved, &run["spot_check"], &run["spot_checked"]["by"]),
        (200, &json!("approved"), &json!("周敏"))
    );
    assert_eq!(node.asks_for(&YUNSHAN, "contract").await.0, 200);
}

#[tokio::test]
async fn it_is_yellow_after_two_days_red_after_three_and_goes_up() {
    let node = opened().await;

    node.turns_yellow_at("2026-11-25T09:30:00+08:00").await;
    node.turns_red_at("2026-11-26T09:30:00+08:00").await;
    node.goes_up_at("2026-11-26T15:00:00+08:00").await;
}

#[tokio::test]
async fn let_off_by_a_director_it_lets_the_deal_pass() {
    let node = opened().await;

    node.can_be_let_off().await;

    for deal in BOTH {
        let (moved, deal) = node.asks_for(deal, "contract").await;
        assert_eq!((moved, &deal["stage"]), (200, &json!("contract")));
    }
}
