//! Node 1, 首次需求澄清: a confirmation that the customer signed, and half a minute of speech.

use serde_json::json;

use super::{HUAFENG, Node, YUNSHAN};
use crate::app::DIRECTOR;
use crate::on_page::{assert_kept, assert_refused};
use crate::papers;

const INTENT: &str = "给我来二十台变频器";
const TITLE: &str = "需求确认单";

async fn begins() -> Node {
    Node::begins("needs_clarification", "首次需求澄清").await
}

/// The node is open in both deals, since their customers want to buy.
async fn opened() -> Node {
    let node = begins().await;
    node.hears(&YUNSHAN, INTENT).await;
    node.hears(&HUAFENG, INTENT).await;
    node
}

#[tokio::test]
async fn it_opens_once_when_a_customer_wants_to_buy_and_by_hand() {
    let node = begins().await;

    node.hears(&YUNSHAN, INTENT).await;
    let run = node.run(&YUNSHAN).await;
    assert_eq!(
        (&run["heard"]["label"], &run["heard"]["quote"]),
        (&json!("INTENT"), &json!(INTENT))
    );
    let said = node.said(&YUNSHAN);
    assert!(
        said[0].contains("请在 11月25日 09:30 前完成「首次需求澄清」"),
        "{said:?}"
    );
    assert!(
        said[1].contains("《需求确认单》") && said[1].contains("打开填写页"),
        "{said:?}"
    );
    node.hears(&YUNSHAN, "先要五箱试试").await;
    assert_eq!(node.runs(&YUNSHAN).await.len(), 1, "one deal, one occasion");

    let (status, run) = node.opened_by_hand(&HUAFENG).await;
    assert_eq!((status, &run["status"]), (200, &json!("open")), "{run}");
    assert_eq!(run["heard"], json!(null));
    let asked = node.said(&HUAFENG).len();
    let (_, again) = node.opened_by_hand(&HUAFENG).await;
    assert_eq!(again["id"], run["id"]);
    assert_eq!(node.said(&HUAFENG).len(), asked + 1, "it is asked again");
    node.assert_no_supervisor_was_told();
}

#[tokio::test]
async fn each_wrong_answer_is_told_its_reason_and_leaves_nothing_and_right_ones_complete_it() {
    let node = begins().await;
    node.hears(&YUNSHAN, INTENT).await;
    let mut page = node.page(&YUNSHAN).await;

    let whole = papers::signed(TITLE);
    for (bytes, why) in [
        (whole[..whole.len() / 3].to_vec(), "PDF 文件已损坏"),
        (papers::encrypted(TITLE), "PDF 文件设有密码"),
        (Vec::new(), "文件是空的"),
        (
            b"PK\x03\x04 a picture of it".to_vec(),
            "收到的文件类型不对，请发 PDF",
        ),
        (papers::signed("采购合同"), "没有找到《需求确认单》字样"),
        (papers::written(TITLE), "还没有签字"),
    ] {
        let answer = page.uploads("confirmation", "确认单.pdf", bytes).await;
        assert_refused(&answer, why);
    }
    for (seconds, why) in [
        (12, "语音 12 秒，至少 30 秒，还差 18 秒"),
        (29, "还差 1 秒"),
    ] {
        node.talks(&YUNSHAN, seconds).await;
        let told = node.newest(&YUNSHAN);
        assert!(told.contains(why), "{told}");
    }
    assert_eq!(node.run(&YUNSHAN).await["answers"], json!({}));
    assert_eq!(node.app.kept_files(), 0, "what is refused is not kept");

    assert_kept(&page.uploads("confirmation", "一.pdf", whole).await);
    let better = papers::signed("需求确认单（第二版）");
    assert_kept(&page.uploads("confirmation", "二.pdf", better).await);
    let amended = node.question(&YUNSHAN, "confirmation").await;
    assert_eq!(amended["answer"]["text"], "二.pdf");
    assert_eq!(
        (
            &amended["history"][0]["text"],
            &amended["history"][0]["why"]
        ),
        (&json!("一.pdf"), &json!("amended"))
    );
    node.talks(&YUNSHAN, 30).await;

    node.assert_done(&YUNSHAN).await;
    assert_eq!(node.app.kept_files(), 3, "both versions and the speech");
    assert_eq!(node.run(&YUNSHAN).await["spot_check"], json!(null));
    node.hears(&YUNSHAN, INTENT).await;
    assert_eq!(node.runs(&YUNSHAN).await.len(), 1, "quiet for ever");
}

#[tokio::test]
async fn a_scan_waits_for_a_supervisor_who_approves_it_or_sends_it_back() {
    let node = begins().await;
    node.hears(&YUNSHAN, INTENT).await;
    let mut page = node.page(&YUNSHAN).await;
    let wanted = async || node.run(&YUNSHAN).await["spot_check"].clone();

    let scan = papers::scanned();
    assert_kept(&page.uploads("confirmation", "扫描.pdf", scan.clone()).await);
    assert_eq!(wanted().await, "wanted");
    let signed = papers::signed(TITLE);
    assert_kept(&page.uploads("confirmation", "电子.pdf", signed).await);
    assert_eq!(wanted().await, json!(null), "a program could read this one");
    assert_kept(&page.uploads("confirmation", "扫描.pdf", scan.clone()).await);
    node.talks(&YUNSHAN, 31).await;
    assert_eq!(node.status(&YUNSHAN).await, "done");

    let mut director = node.app.logged_in(DIRECTOR).await;
    let list = director.get("/spot-checks").await;
    for part in ["首次需求澄清", "云杉机械", "扫描.pdf"] {
        assert!(list.text.contains(part), "{part}: {}", list.text);
    }
    let returned = json!({ "questions": ["confirmation"], "reason": "看不到客户签字" });
    let (status, run) = node.supervised(&YUNSHAN, "return", returned).await;
    assert_eq!((status, &run["status"]), (200, &json!("open")), "{run}");
    assert_eq!(run["returned"]["why"], "看不到客户签字");
    assert_eq!(run["spot_check"], json!(null));
    let said = node.said(&YUNSHAN).join("\n");
    assert!(said.contains("被周敏退回：看不到客户签字"), "{said}");

    assert_kept(&page.uploads("confirmation", "重扫.pdf", scan).await);
    assert_eq!(node.status(&YUNSHAN).await, "done", "the speech did");
    let list = director.get("/spot-checks").await;
    let path = format!("/runs/{}", run["id"].as_str().unwrap());
    let act = [
        ("csrf", list.csrf()),
        ("act", "approve".to_owned()),
        ("from", "spot-checks".to_owned()),
        ("question", "confirmation".to_owned()),
        ("sha256", list.hidden("sha256")),
    ];
    let act: Vec<_> = act
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let approved = director.post_form(&path, &act).await;
    assert_eq!(approved.location(), Some("/spot-checks"));
    assert_eq!(wanted().await, "approved");
    assert_eq!(node.run(&YUNSHAN).await["spot_checked"]["by"], "周敏");
    assert!(node.app.items("runs?spot_check=wanted").await.is_empty());
    let again = director.post_form(&path, &act).await;
    assert_eq!(again.status, 409, "looked at once");
}

#[tokio::test]
async fn it_is_yellow_after_a_day_red_after_two_and_goes_up_in_working_hours() {
    let node = opened().await;

    node.turns_yellow_at("2026-11-24T09:30:00+08:00").await;
    node.turns_red_at("2026-11-25T09:30:00+08:00").await;
    node.goes_up_at("2026-11-25T15:00:00+08:00").await;
}

#[tokio::test]
async fn it_can_be_let_off() {
    opened().await.can_be_let_off().await;
}
