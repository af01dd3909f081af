//! A deal that goes to another rep.

use crate::app::{CUSTOMER, REP, TestApp};
use crate::sightings::{cards, newest_card, receipts, texts};

const NEW_REP: &str = "QianYue";
const TENDER: &str = "要走招标";
const COMPETITOR: &str = "西门子也给我们报了价";
const OWN: &[(&str, &[&str])] = &[("risk_type", &["open_tender"]), ("strategy", &["own"])];
const CONCERN: &[(&str, &[&str])] = &[("customer_concern", &["price"])];
const STRATEGY: &str = "先谈全周期成本";

async fn hears(app: &TestApp, words: &str) {
    app.sandbox.customer(CUSTOMER).says(words).await;
    app.settle().await;
}

async fn says(app: &TestApp, rep: &str, words: &str) {
    app.sandbox.rep(rep).says(words).await;
    app.settle().await;
}

/// As an import does whose file names another rep.
async fn goes_to(app: &TestApp, rep: &str) {
    let mut tx = app.store.begin().await.unwrap();
    let (deal, customer) = ("deal-yunshan".parse().unwrap(), "yunshan".parse().unwrap());
    let rep = rep.parse().unwrap();
    tx.describe_opportunity(&deal, "云杉机械产线改造", &rep, &customer)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    app.settle().await;
}

async fn status(app: &TestApp, node: &str) -> (String, String) {
    let runs = app.items("runs").await;
    let run = runs.iter().find(|run| run["node"] == node).unwrap();
    let text = |key: &str| run[key].as_str().unwrap_or_default().to_owned();
    (text("status"), text("done_by"))
}

#[tokio::test]
async fn the_new_rep_is_asked_what_the_one_before_had_not_answered_and_signs() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let rep = app.sandbox.rep(REP);
    rep.clicks(&newest_card(&app, REP), "submit", OWN)
        .await
        .unwrap();
    app.settle().await;
    assert!(texts(&app, REP).pop().unwrap().contains("怎么应对"));

    goes_to(&app, "rep-qian").await;

    let told = texts(&app, NEW_REP);
    assert!(told[0].contains("赵磊把云杉机械"), "{told:?}");
    assert!(told[1].contains("怎么应对"), "{told:?}");
    says(&app, REP, STRATEGY).await;
    assert_eq!(status(&app, "risk_registration").await.0, "open");
    let told = texts(&app, REP).pop().unwrap();
    assert!(told.contains("没有等您"), "{told}");
    says(&app, NEW_REP, STRATEGY).await;

    let done = status(&app, "risk_registration").await;
    assert_eq!(done, ("done".to_owned(), "钱悦".to_owned()));
}

#[tokio::test]
async fn a_card_of_the_one_before_decides_nothing_and_the_new_rep_has_one() {
    let app = TestApp::start().await;
    hears(&app, COMPETITOR).await;
    let old = newest_card(&app, REP);

    goes_to(&app, "rep-qian").await;
    let rep = app.sandbox.rep(REP);
    rep.clicks(&old, "submit", CONCERN).await.unwrap();
    app.settle().await;

    let told = texts(&app, REP).pop().unwrap();
    assert!(told.contains("已经转给其他同事"), "{told}");
    assert!(receipts(&app).is_empty());
    let [card] = cards(&app, NEW_REP).try_into().expect("one card");
    assert!(card.content.to_string().contains("云杉机械"));
    let rep = app.sandbox.rep(NEW_REP);
    rep.clicks(&newest_card(&app, NEW_REP), "submit", CONCERN)
        .await
        .unwrap();
    app.settle().await;
    let told = texts(&app, NEW_REP).pop().unwrap();
    assert!(told.contains("哪个型号"), "{told}");
}

#[tokio::test]
async fn the_one_before_goes_on_with_what_is_theirs() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    goes_to(&app, "rep-zhao").await;
    assert!(texts(&app, REP).is_empty(), "it went nowhere");

    goes_to(&app, "rep-qian").await;
    let before = texts(&app, NEW_REP).len();
    goes_to(&app, "rep-qian").await;

    assert_eq!(texts(&app, NEW_REP).len(), before);
}
