//! Node 3, 竞品应对备案: what the customer cares about, the competitor's model, our advantages.

use std::time::Duration;

use serde_json::json;

use super::{BOTH, HUAFENG, Node, YUNSHAN};
use crate::on_page::{assert_kept, assert_refused};
use crate::sightings::receipts;

const MINUTE: Duration = Duration::from_secs(60);
const SIEMENS: &str = "西门子也给我们报了价";
const DELTA: &str = "台达的业务上周来过";
const CONCERN: &[(&str, &[&str])] = &[("customer_concern", &["price"])];

/// A competitor was named in both deals.
async fn opened() -> Node {
    let node = Node::begins("competitor_response", "竞品应对备案").await;
    for deal in BOTH {
        node.hears(deal, SIEMENS).await;
    }
    node
}

#[tokio::test]
async fn it_opens_for_each_competitor_that_is_named_and_for_none_twice() {
    let node = opened().await;

    let run = node.run(&YUNSHAN).await;
    assert_eq!(run["heard"]["label"], "COMPETITOR");
    assert_eq!(run["due_at"], "2026-11-24T09:30:00.000+08:00");
    assert_eq!(node.cards(&YUNSHAN).len(), 1);
    node.hears(&YUNSHAN, SIEMENS).await;
    assert_eq!(node.runs(&YUNSHAN).await.len(), 1);
    node.hears(&YUNSHAN, DELTA).await;

    assert_eq!(node.runs(&YUNSHAN).await.len(), 2);
    assert_eq!(node.cards(&YUNSHAN).len(), 2);
    assert_eq!(node.opened_by_hand(&HUAFENG).await.0, 409, "not by hand");
    node.assert_no_supervisor_was_told();
}

#[tokio::test]
async fn what_is_empty_or_too_long_is_told_and_the_whole_form_completes_it() {
    let node = opened().await;

    node.clicks(&YUNSHAN, &node.newest_card(&YUNSHAN), &[])
        .await;
    assert_eq!(node.run(&YUNSHAN).await["answers"], json!({}));
    assert_eq!(node.cards(&YUNSHAN).len(), 2, "nothing was chosen");
    node.clicks(&YUNSHAN, &node.newest_card(&YUNSHAN), CONCERN)
        .await;
    assert!(node.newest(&YUNSHAN).contains("哪个型号"));

    let long = "型".repeat(101);
    for (words, why) in [
        ("……", "「竞品型号」还没有内容"),
        ("西", "至少要 2 个字，现在是 1 个"),
        (&long, "最多 100 个字，现在是 101 个"),
    ] {
        node.says(&YUNSHAN, words).await;
        let told = node.newest(&YUNSHAN);
        assert!(told.contains(why) && told.contains("哪个型号"), "{told}");
    }
    node.says(&YUNSHAN, "西门子 S7-1500").await;
    assert!(node.newest(&YUNSHAN).contains("优势是什么"));

    let mut page = node.page(&YUNSHAN).await;
    let long = "优".repeat(301);
    for (text, why) in [
        ("", "「我方优势」还没有内容"),
        ("便宜", "至少要 4 个字"),
        (&long, "最多 300 个字"),
    ] {
        assert_refused(&page.sends("our_advantages", &[("text", text)]).await, why);
    }
    node.app.clock.advance(MINUTE);
    assert_refused(
        &page
            .sends("customer_concern", &[("choice", "weather")])
            .await,
        "还没有选择「客户关注点」",
    );
    let service = [("choice", "service")];
    assert_kept(&page.sends("customer_concern", &service).await);
    let amended = node.question(&YUNSHAN, "customer_concern").await;
    assert_eq!(
        (&amended["answer"]["text"], &amended["history"][0]["text"]),
        (&json!("售后服务"), &json!("价格"))
    );
    assert_eq!(node.status(&YUNSHAN).await, "open");
    let ours = [("text", "本地服务两小时到场")];
    assert_kept(&page.sends("our_advantages", &ours).await);

    node.assert_done(&YUNSHAN).await;
    let (card, shown) = receipts(&node.app)
        .pop()
        .expect("the card became its receipt");
    assert_eq!(card, node.newest_card(&YUNSHAN));
    for part in ["已登记 · 竞品应对备案", "售后服务", "S7-1500", "两小时到场"] {
        assert!(shown.contains(part), "{part} is missing in {shown}");
    }
    node.hears(&YUNSHAN, SIEMENS).await;
    assert_eq!(node.runs(&YUNSHAN).await.len(), 1, "quiet for a month");
}

#[tokio::test]
async fn it_is_yellow_after_half_a_day_red_after_one_and_goes_up() {
    let node = opened().await;

    node.turns_yellow_by_night_at("2026-11-23T21:30:00+08:00", "2026-11-24T09:00:00+08:00")
        .await;
    node.turns_red_at("2026-11-24T09:30:00+08:00").await;
    node.goes_up_at("2026-11-24T15:00:00+08:00").await;
}

#[tokio::test]
async fn it_can_be_let_off() {
    opened().await.can_be_let_off().await;
}
