//! 推进: a rep moves a deal by a card in WeCom.

use serde_json::json;

use crate::app::{REP, TestApp};
use crate::callbacks::{Platform, event};
use crate::sightings::{cards, inbox, newest_card, outbox, receipts, texts};

const TITLE: &str = "商机推进到哪个阶段？";

async fn says(app: &TestApp, words: &str) {
    app.sandbox.rep(REP).says(words).await;
    app.settle().await;
}

async fn chooses(app: &TestApp, stage: &str) {
    let card = newest_card(app, REP);
    let rep = app.sandbox.rep(REP);
    let pressed = rep.clicks(&card, "submit", &[("stage", &[stage])]).await;
    pressed.expect("the card is open");
    app.settle().await;
}

fn newest(app: &TestApp) -> String {
    texts(app, REP).pop().expect("a text came")
}

/// What the card that was changed last shows.
fn shown(app: &TestApp) -> String {
    receipts(app).pop().expect("a card was changed").1
}

async fn stage(app: &TestApp, deal: &str) -> String {
    let deal = app.api(&format!("opportunities/{deal}")).await;
    deal["stage"].as_str().unwrap().to_owned()
}

async fn another_deal(app: &TestApp) {
    let deal = json!({
        "id": "deal-newer", "customer_id": "yunshan", "rep_id": "rep-zhao", "name": "包装线", "stage": "lead",
    });
    app.clock.advance(std::time::Duration::from_secs(60));
    assert_eq!(app.post_api("opportunities", &deal).await.0, 201);
}

#[tokio::test]
async fn a_gate_turns_the_card_into_what_is_missing_and_asks_for_it() {
    let app = TestApp::start().await;

    says(&app, "推进").await;
    let card = cards(&app, REP).pop().unwrap().content;
    assert_eq!(card["main_title"]["title"], TITLE);
    let described = card["main_title"]["desc"].as_str().unwrap();
    assert!(
        described.contains("云杉机械") && described.contains("现在：方案演示"),
        "{described}"
    );
    let options = card["select_list"][0]["option_list"].as_array().unwrap();
    let texts_of: Vec<&str> = options
        .iter()
        .map(|option| option["text"].as_str().unwrap())
        .collect();
    assert_eq!(
        texts_of[..3],
        ["请选择", "提案", "商务谈判"],
        "what follows stands first"
    );
    assert!(!texts_of.contains(&"方案演示"));
    chooses(&app, "proposal").await;

    assert_eq!(stage(&app, "deal-yunshan").await, "demo");
    let refused = shown(&app);
    for part in ["未能进入「提案」", "方案匹配验证", "未推进"] {
        assert!(refused.contains(part), "{part} is missing in {refused}");
    }
    assert!(newest(&app).contains("物料清单"), "{}", newest(&app));
    let run = app.items("runs?node=solution_match").await[0].clone();
    let waiver = json!({ "by": "director-east", "reason": "客户指定型号" });
    let path = format!("runs/{}/waive", run["id"].as_str().unwrap());
    assert_eq!(app.post_api(&path, &waiver).await.0, 200);
    says(&app, "推进。").await;
    chooses(&app, "proposal").await;

    assert_eq!(stage(&app, "deal-yunshan").await, "proposal");
    let moved = shown(&app);
    for part in ["已进入「提案」", "赵磊", "已推进"] {
        assert!(moved.contains(part), "{part} is missing in {moved}");
    }
    assert_eq!(app.items("runs?node=decision_chain").await.len(), 1);
    assert_eq!((inbox(&app).await, outbox(&app).await), ((0, 0), (0, 0)));
}

#[tokio::test]
async fn of_several_deals_the_number_names_the_one() {
    let app = TestApp::start().await;
    another_deal(&app).await;

    for words in ["推进", "推进 3", "推进 0"] {
        says(&app, words).await;
        let list = newest(&app);
        for line in [
            "1. 云杉机械「包装线」现在：线索",
            "2. 云杉机械「云杉机械产线改造」现在：方案演示",
        ] {
            assert!(list.contains(line), "{line} is missing in {list}");
        }
    }
    assert!(cards(&app, REP).is_empty());
    says(&app, "推进１").await;
    chooses(&app, "discovery").await;

    assert_eq!(stage(&app, "deal-newer").await, "discovery");
    assert_eq!(stage(&app, "deal-yunshan").await, "demo");
}

#[tokio::test]
async fn what_was_not_chosen_or_is_over_moves_nothing() {
    let app = TestApp::start().await;

    says(&app, "推进").await;
    chooses(&app, "_none").await;
    assert!(shown(&app).contains("还没有选择阶段"), "{}", shown(&app));
    says(&app, "推进").await;
    let card = newest_card(&app, REP);
    says(&app, "推进").await;
    chooses(&app, "lost").await;
    assert!(shown(&app).contains("已进入「输单」"), "{}", shown(&app));
    let rep = app.sandbox.rep(REP);
    let late: &[(&str, &[&str])] = &[("stage", &["discovery"])];
    rep.clicks(&card, "submit", late).await.unwrap();
    app.settle().await;

    assert!(shown(&app).contains("商机已结束：输单"), "{}", shown(&app));
    assert_eq!(stage(&app, "deal-yunshan").await, "lost");
    says(&app, "推进").await;
    assert!(
        newest(&app).contains("没有进行中的商机"),
        "{}",
        newest(&app)
    );
}

#[tokio::test]
async fn only_the_rep_who_was_asked_moves_the_deal_and_only_to_a_known_stage() {
    let app = TestApp::start().await;
    says(&app, "推进").await;
    let card = newest_card(&app, REP);

    for (user, to) in [("QianYue", "discovery"), (REP, "nowhere")] {
        let more = format!(
            "<EventKey>submit</EventKey><TaskId>{card}</TaskId><CardType>multiple_interaction</CardType>\
             <ResponseCode>r-{user}</ResponseCode><SelectedItems><SelectedItem>\
             <QuestionKey>stage</QuestionKey><OptionIds><OptionId>{to}</OptionId></OptionIds>\
             </SelectedItem></SelectedItems>"
        );
        let platform = Platform::of(&app);
        let click = platform.seal(&event(user, "template_card_event", &more));
        assert_eq!(platform.post(&click).await.status, 200);
        app.settle().await;
    }

    assert_eq!(stage(&app, "deal-yunshan").await, "demo");
    let told = texts(&app, "QianYue");
    assert!(told[0].contains("不是本系统发出的"), "{told:?}");
    assert_eq!(inbox(&app).await, (0, 0));
}
