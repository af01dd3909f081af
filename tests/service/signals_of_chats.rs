//! `dingdan signals` on what a service has stored: whole chats compared, and corrections learnt from.

use std::time::Duration;

use dingdan::clock::Clock;
use serde_json::Value;

use crate::app::{CUSTOMER, DIRECTOR, Setup, TestApp, World};
use crate::child::run;
use crate::signals::{Desk, said};

const CHAT: &str = "/chats/kf-wkZhaoLei0001-wmYunshanChen01";

/// An hour ago, so that a test may move the time on and still compare up to now.
fn an_hour_ago() -> dingdan::domain::Timestamp {
    Clock::system().now().minus(Duration::from_secs(3600))
}

async fn says(app: &TestApp, words: &str, seconds_later: u64) {
    app.advance(Duration::from_secs(seconds_later)).await;
    app.sandbox.customer(CUSTOMER).says(words).await;
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sentence_in_pieces_is_compared_as_it_was_heard() {
    let desk = Desk::new();
    let world = World::at(an_hour_ago()).await;
    let file = desk.config(&world);
    let app = TestApp::start_in(world.clone(), Setup::default()).await;
    for piece in ["太", "贵", "了"] {
        says(&app, piece, 2).await;
    }
    // A denial in pieces, which neither hears.
    for (piece, later) in [("也不是", 90), ("太", 2), ("贵", 2)] {
        says(&app, piece, later).await;
    }
    app.stop().await;
    std::fs::create_dir(desk.path("new")).unwrap();
    desk.write(
        "new/price.toml",
        "label = \"PRICE\"\n[[rule]]\nid = \"other\"\nany = [\"不贵\", \"贵了\"]\n\
         [[cue]]\nkind = \"deny\"\nany = [\"不是\"]\n",
    );
    desk.write(
        "words/judging.toml",
        "[[cue]]\nkind = \"deny\"\nany = [\"不是\"]\n",
    );
    std::fs::create_dir(desk.path("none")).unwrap();
    desk.write(
        "none/tender.toml",
        "label = \"TENDER\"\n[[rule]]\nid = \"bidding\"\nany = [\"招标\"]\n",
    );
    let compare = async |new: &str| {
        let (new, file) = (desk.path(new), file.to_str().unwrap());
        let output = run(&[
            "signals", "diff", &new, "--config", file, "--format", "json",
        ])
        .await;
        assert!(output.status.success(), "{output:?}");
        let rows = said(output.stdout);
        rows.lines()
            .map(|row| serde_json::from_str(row).unwrap())
            .collect::<Vec<Value>>()
    };

    let (changed, gone) = (compare("new").await, compare("none").await);

    // The new one needs the last piece too, so that what it hears stands there.
    let told: Vec<_> = changed[..2]
        .iter()
        .map(|row| {
            let text = |key: &str| row[key].as_str().unwrap();
            (text("change"), text("words"), text("text"))
        })
        .collect();
    assert_eq!(
        told,
        [("removed", "太贵", "贵"), ("added", "贵了", "了")],
        "{changed:?}"
    );
    assert_eq!(gone.len(), 2, "{gone:?}");
    assert_eq!(gone[1]["lines"], 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_corrected_is_learnt_from_and_measured_on() {
    let desk = Desk::new();
    let world = World::at(an_hour_ago()).await;
    let file = desk.config(&world);
    let file = file.to_str().unwrap();
    let app = TestApp::start_in(world.clone(), Setup::default()).await;
    says(&app, "明天上午九点见", 1).await;
    says(&app, "价码下不来，您看阀门没法做", 1).await;
    let mut director = app.logged_in(DIRECTOR).await;
    for line in app.items("messages").await {
        let id = line["id"].as_str().unwrap();
        let csrf = director.get(CHAT).await.csrf();
        let form = [
            ("csrf", csrf.as_str()),
            ("message", id),
            ("says", "missed"),
            ("label", "TENDER"),
        ];
        let posted = director
            .post_form(&format!("{CHAT}/corrections"), &form)
            .await;
        assert_eq!(posted.status, 303, "{}", posted.text);
    }
    app.stop().await;
    let (corpus, test, model) = (
        desk.path("corpus.tsv"),
        desk.path("test.tsv"),
        desk.path("tried"),
    );
    let from = ["--config", file, "--corpus", &corpus, "--test", &test];

    let trained = run(&[&["signals", "train", "--out", &model][..], &from].concat()).await;
    let measured = run(&[&["signals", "evaluate", "--model", &model][..], &from].concat()).await;

    // One of them is a line of the test.
    let told = said(trained.stdout);
    assert!(trained.status.success(), "{told} {:?}", trained.stderr);
    for part in [
        "what people corrected: 2 lines",
        "1 line left out",
        "41 customers' lines",
    ] {
        assert!(told.contains(part), "{part:?} is missing in {told}");
    }
    let told = said(measured.stdout);
    assert!(told.contains("\n| correction | 1 |"), "{told}");
}
