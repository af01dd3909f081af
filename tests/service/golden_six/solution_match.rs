//! Node 2, 方案匹配验证: a gate before 提案, passed by a parts list that the customer's purchases match.

use std::io::Write as _;

use serde_json::json;

use super::{BOTH, Deal, HUAFENG, Node, YUNSHAN};
use crate::app::DIRECTOR;
use crate::customers::{bought, is_of};
use crate::on_page::{assert_kept, assert_refused};
use crate::papers;
use crate::sightings::texts;

async fn begins() -> Node {
    Node::begins("solution_match", "方案匹配验证").await
}

/// Both deals were to go to 提案, and both were refused.
async fn opened() -> Node {
    let node = begins().await;
    for deal in BOTH {
        assert_eq!(node.asks_for(deal, "proposal").await.0, 409);
    }
    node
}

/// A parts list of so many models, as a table of two columns.
fn parts_list(models: usize) -> String {
    let rows: Vec<String> = (1..=models)
        .map(|number| format!("{number},MX-{number:03}"))
        .collect();
    format!("序号,规格型号\n{}\n", rows.join("\n"))
}

fn models(count: usize) -> impl Iterator<Item = String> {
    (1..=count).map(|number| format!("MX-{number:03}"))
}

#[tokio::test]
async fn it_opens_when_the_stage_is_first_asked_for_and_by_hand_and_every_way_refuses_alike() {
    let node = begins().await;

    let (status, refusal) = node.asks_for(&YUNSHAN, "proposal").await;
    let run = node.run(&YUNSHAN).await;
    assert_eq!(status, 409, "{refusal}");
    assert_eq!(refusal["missing"][0]["id"], run["id"]);
    assert_eq!(refusal["missing"][0]["title"], "方案匹配验证");
    let sentence = refusal["detail"].as_str().unwrap();
    assert_eq!(sentence, "进入「提案」之前，请先完成：方案匹配验证。");
    assert_eq!(run["due_at"], "2026-11-26T09:30:00.000+08:00");
    let (_, skipping) = node.asks_for(&YUNSHAN, "negotiation").await;
    assert_eq!(skipping["missing"][0]["id"], run["id"], "no way around it");

    let (status, by_hand) = node.opened_by_hand(&HUAFENG).await;
    assert_eq!((status, &by_hand["status"]), (200, &json!("open")));
    let mut director = node.app.logged_in(DIRECTOR).await;
    let path = format!("/deals/{}", HUAFENG.id);
    let csrf = director.get(&path).await.csrf();
    let form = [("csrf", csrf.as_str()), ("stage", "proposal")];
    let refused = director.post_form(&path, &form).await;
    assert_eq!(refused.status, 409);
    let link = format!("/runs/{}", by_hand["id"].as_str().unwrap());
    assert!(
        refused.text.contains(sentence) && refused.text.contains(&link),
        "{}",
        refused.text
    );
    let card = node.asks_by_card(&HUAFENG, "proposal").await;
    assert!(
        card.contains("未能进入「提案」") && card.contains("方案匹配验证"),
        "{card}"
    );
    for deal in BOTH {
        assert_eq!(node.runs(deal).await.len(), 1, "it was opened once");
        let stood = node.app.api(&format!("opportunities/{}", deal.id)).await;
        assert_ne!(stood["stage"], "proposal", "{stood}");
    }
    node.assert_no_supervisor_was_told();
}

#[tokio::test]
async fn what_is_no_parts_list_or_matches_too_little_is_refused_and_ninety_percent_pass() {
    let node = opened().await;
    bought(&node.app, YUNSHAN.customer_id, models(89)).await;
    let mut page = node.page(&YUNSHAN).await;

    for (name, bytes, why) in [
        ("清单.pdf", papers::written("清单"), "这不是表格"),
        ("清单.csv", Vec::new(), "文件是空的"),
        ("清单.csv", "序号,名称\n1,电机\n".into(), "没有找到型号列"),
        ("清单.xlsx", b"PK\x03\x04broken".to_vec(), "表格"),
        (
            "清单.csv",
            parts_list(100).into(),
            "匹配 89/100（89%），要求 90% 以上。客户没买过：MX-090（相近：MX-0",
        ),
        (
            "清单.csv",
            "型号\nQQ-900\n".into(),
            "匹配 0/1（0%），要求 90% 以上。客户没买过：QQ-900",
        ),
    ] {
        assert_refused(&page.uploads("parts", name, bytes).await, why);
    }
    assert_eq!(node.app.kept_files(), 0);
    assert_eq!(node.asks_for(&YUNSHAN, "proposal").await.0, 409);

    bought(&node.app, YUNSHAN.customer_id, models(90)).await;
    let list = workbook(&parts_list(100));
    assert_kept(&page.uploads("parts", "清单.xlsx", list).await);

    node.assert_done(&YUNSHAN).await;
    let answer = node.question(&YUNSHAN, "parts").await["answer"].clone();
    assert_eq!(answer["text"], "清单.xlsx（匹配 90/100）");
    let found = &answer["evidence"]["finding"];
    assert_eq!(found["matched"].as_array().unwrap().len(), 90);
    let unmatched = found["unmatched"].as_array().unwrap();
    assert_eq!(unmatched.len(), 10);
    assert_eq!(
        (&unmatched[0]["model"], &unmatched[0]["nearest"][0]),
        (&json!("MX-091"), &json!("MX-001"))
    );
    let card = node.asks_by_card(&YUNSHAN, "proposal").await;
    assert!(card.contains("已进入「提案」"), "{card}");
    let deal = node.app.api("opportunities/deal-yunshan").await;
    assert_eq!(deal["stage"], "proposal");
}

/// The same table as an Excel file.
fn workbook(table: &str) -> Vec<u8> {
    let mut rows = String::new();
    for line in table.lines() {
        let cells = line
            .split(',')
            .map(|text| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>"));
        rows += &format!("<row>{}</row>", cells.collect::<String>());
    }
    let parts = [
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
             <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
             <Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>\
             <Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>".to_owned(),
        ),
        (
            "_rels/.rels",
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
             <Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>".to_owned(),
        ),
        (
            "xl/workbook.xml",
            "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
             xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
             <sheets><sheet name=\"BOM\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>".to_owned(),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
             <Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>".to_owned(),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ];
    let mut file = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        let options = zip::write::SimpleFileOptions::default();
        file.start_file(name, options).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }
    file.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_customer_without_history_is_no_customer_who_bought_nothing_of_it() {
    let node = opened().await;
    is_of(&node.app, HUAFENG.customer_id, "汽车零部件厂").await;
    let mut page = node.page(&HUAFENG).await;

    assert_kept(&page.uploads("parts", "一.csv", parts_list(10)).await);
    assert_kept(&page.uploads("parts", "二.csv", parts_list(20)).await);

    let run = node.run(&HUAFENG).await;
    assert_eq!(
        (&run["spot_check"], &run["status"]),
        (&json!("wanted"), &json!("open")),
        "left to a person: {run}"
    );
    let parts = node.question(&HUAFENG, "parts").await;
    assert_eq!(parts["answer"]["evidence"]["finding"]["has_history"], false);
    assert_eq!(parts["history"][0]["text"], "一.csv（匹配 0/10）");
    let takt = papers::written("产线节拍匹配分析");
    assert_kept(&page.uploads("takt", "节拍.pdf", takt).await);
    assert_eq!(node.status(&HUAFENG).await, "done");

    let why = json!({ "questions": ["parts"], "reason": "清单缺主机" });
    assert_eq!(node.supervised(&HUAFENG, "return", why).await.0, 200);
    let (status, _) = node.asks_for(&HUAFENG, "proposal").await;
    assert_eq!(status, 409, "what was sent back opens no gate");
    bought(&node.app, HUAFENG.customer_id, models(20)).await;
    assert_kept(&page.uploads("parts", "三.csv", parts_list(20)).await);
    assert_eq!(node.run(&HUAFENG).await["spot_check"], json!(null));
    assert_eq!(node.asks_for(&HUAFENG, "proposal").await.0, 200);
}

#[tokio::test]
async fn it_is_yellow_after_two_days_red_after_three_and_goes_up() {
    let node = opened().await;

    node.turns_yellow_at("2026-11-25T09:30:00+08:00").await;
    node.turns_red_at("2026-11-26T09:30:00+08:00").await;
    node.goes_up_at("2026-11-26T15:00:00+08:00").await;

    let stays = |deal: &Deal| texts(&node.app, deal.userid).len();
    let before = stays(&YUNSHAN);
    assert_eq!(node.asks_for(&YUNSHAN, "proposal").await.0, 409);
    assert_eq!(stays(&YUNSHAN), before, "who asked reads why not");
}

#[tokio::test]
async fn let_off_by_a_director_it_lets_the_deal_pass() {
    let node = opened().await;

    node.can_be_let_off().await;

    for deal in BOTH {
        let (moved, deal) = node.asks_for(deal, "proposal").await;
        assert_eq!((moved, &deal["stage"]), (200, &json!("proposal")));
    }
}
