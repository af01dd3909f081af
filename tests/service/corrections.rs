//! 误报 and 漏报: who may say so, what follows, and what is learnt from it.

use dingdan::domain::{Label, Timestamp};
use dingdan::store::LabelledLine;
use serde_json::{Value, json};

use crate::access::logged_in;
use crate::app::{
    API_TOKEN, Browser, CUSTOMER, DIRECTOR, OTHER_DIRECTOR, Page, READ_TOKEN, REP, START, Setup,
    TestApp, World,
};
use crate::child::{configured, run};
use crate::sightings::{cards, number, only_card, receipts, texts};

const CHAT: &str = "/chats/kf-wkZhaoLei0001-wmYunshanChen01";
const CORRECTIONS: &str = "/chats/kf-wkZhaoLei0001-wmYunshanChen01/corrections";
const FALSE: (&str, &str) = ("says", "false_alarm");
const MISSED: (&str, &str) = ("says", "missed");
const PRICE: (&str, &str) = ("label", "PRICE");
/// What opens a node of the process.
const TENDER: (&str, &str) = ("label", "TENDER");

/// The customer says a line; its id.
async fn says(app: &TestApp, words: &str) -> String {
    app.sandbox.customer(CUSTOMER).says(words).await;
    app.settle().await;
    let lines = app.items("messages").await;
    let line = lines.iter().rev().find(|line| line["text"] == words);
    line.unwrap()["id"].as_str().unwrap().to_owned()
}

async fn posts(browser: &mut Browser, message: &str, fields: &[(&str, &str)]) -> Page {
    let csrf = browser.get(CHAT).await.csrf();
    let mut form = vec![("csrf", csrf.as_str()), ("message", message)];
    form.extend(fields);
    browser.post_form(CORRECTIONS, &form).await
}

async fn totals(app: &TestApp) -> Value {
    app.api("board").await["totals"].clone()
}

async fn states(app: &TestApp) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let items = app.items("corrections").await;
    let state = |one: &Value| (text(&one["kind"]), text(&one["role"]), text(&one["state"]));
    items.iter().map(state).collect()
}

fn state(kind: &str, role: &str, state: &str) -> (String, String, String) {
    (kind.to_owned(), role.to_owned(), state.to_owned())
}

async fn labelled(app: &TestApp) -> Vec<LabelledLine> {
    app.store.labelled_lines("", 100).await.unwrap()
}

// ── 误报 ──

#[tokio::test]
async fn a_directors_false_alarm_leaves_the_board_at_once() {
    let app = TestApp::start().await;
    let line = says(&app, "你们太贵了,今年要走招标").await;
    let mut director = app.logged_in(DIRECTOR).await;

    let posted = posts(&mut director, &line, &[FALSE, PRICE]).await;

    assert_eq!(posted.status, 303, "{}", posted.text);
    assert_eq!(
        posted.location(),
        Some(format!("{CHAT}?message={line}").as_str())
    );
    assert_eq!(totals(&app).await, json!({"TENDER": 1}));
    let gone = app.items("signals?dismissed=true").await;
    assert_eq!(gone.len(), 1);
    assert_eq!(gone[0]["label"], "PRICE");
    let page = director.get(CHAT).await;
    assert!(page.text.contains("已判误报，不计"), "{}", page.text);
    assert!(
        !page.text.contains("<mark class=\"t-money\""),
        "{}",
        page.text
    );
    let board = director.get("/").await;
    assert!(
        !board.text.contains("<mark class=\"t-money\""),
        "{}",
        board.text
    );
    let marks = labelled(&app).await;
    assert_eq!(marks[0].labels, [Label::Tender]);
    assert!(marks[0].is_settled);
}

#[tokio::test]
async fn the_board_made_again_is_the_board_after_the_corrections() {
    let app = TestApp::start().await;
    let dear = says(&app, "你们太贵了").await;
    let tender = says(&app, "今年要走招标").await;
    says(&app, "还是太贵了").await;
    let mut director = app.logged_in(DIRECTOR).await;
    posts(&mut director, &dear, &[FALSE, PRICE]).await;
    posts(&mut director, &tender, &[MISSED, ("label", "DELAY")]).await;
    let corrected = app.api("board").await;
    assert_eq!(
        corrected["totals"],
        json!({"PRICE": 1, "TENDER": 1, "DELAY": 1})
    );

    app.shared.board_keeper.rebuild().await.unwrap();

    assert_eq!(app.api("board").await, corrected);
}

#[tokio::test]
async fn what_a_rep_says_of_their_own_chat_waits_for_a_director() {
    let app = TestApp::start().await;
    let line = says(&app, "你们太贵了").await;
    let mut rep = logged_in(&app, "wecom", REP).await;

    let posted = posts(&mut rep, &line, &[FALSE, PRICE]).await;

    assert_eq!(posted.status, 303, "{}", posted.text);
    assert_eq!(
        totals(&app).await,
        json!({"PRICE": 1}),
        "nothing changes yet"
    );
    assert_eq!(states(&app).await, [state("false_alarm", "rep", "pending")]);
    let page = rep.get(CHAT).await;
    assert!(page.text.contains("待主管确认"), "{}", page.text);
    assert!(
        !page.text.contains("value=\"confirm\""),
        "a rep decides nothing"
    );
    let marks = labelled(&app).await;
    assert_eq!(
        marks[0].labels,
        Vec::<Label>::new(),
        "the line is labelled by the rep"
    );
    assert!(!marks[0].is_settled);

    let mut director = app.logged_in(DIRECTOR).await;
    let page = director.get(CHAT).await;
    let correction = page.hidden("correction");
    let form = [("correction", correction.as_str()), ("says", "confirm")];
    let confirmed = posts(&mut director, &line, &form).await;

    assert_eq!(confirmed.status, 303, "{}", confirmed.text);
    assert_eq!(totals(&app).await, json!({}));
    assert_eq!(
        states(&app).await,
        [state("false_alarm", "rep", "confirmed")]
    );
    let again = posts(&mut director, &line, &form).await;
    assert_eq!(again.status, 303, "confirmed twice is confirmed");
    let refused = [("correction", correction.as_str()), ("says", "refuse")];
    let late = posts(&mut director, &line, &refused).await;
    assert_eq!(late.status, 409);
    assert!(late.text.contains("已经处理过了"), "{}", late.text);
}

#[tokio::test]
async fn a_director_may_find_the_signal_right() {
    let app = TestApp::start().await;
    let line = says(&app, "你们太贵了").await;
    let mut rep = logged_in(&app, "wecom", REP).await;
    posts(&mut rep, &line, &[FALSE, PRICE]).await;
    let id = app.items("corrections").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();

    let by = json!({"by": "director-east"});
    let (status, refused) = app.post_api(&format!("corrections/{id}/refuse"), &by).await;

    assert_eq!((status, &refused["state"]), (200, &json!("refused")));
    assert_eq!(totals(&app).await, json!({"PRICE": 1}));
    assert_eq!(labelled(&app).await[0].labels, [Label::Price]);
    let (status, _) = app
        .post_api(
            &format!("corrections/{id}/confirm"),
            &json!({"by": "rep-zhao"}),
        )
        .await;
    assert_eq!(
        status, 422,
        "nobody decides about what they said themselves"
    );
}

#[tokio::test]
async fn a_false_alarm_may_be_another_signal_in_one_step() {
    let app = TestApp::start().await;
    let line = says(&app, "你们太贵了").await;
    let mut director = app.logged_in(DIRECTOR).await;

    let fields = [FALSE, PRICE, ("instead", "BUDGET"), ("heard", "太贵")];
    posts(&mut director, &line, &fields).await;

    assert_eq!(totals(&app).await, json!({"BUDGET": 1}));
    let signal = &app.items("signals?dismissed=false").await[0];
    assert_eq!(
        (&signal["rule"], &signal["words"], &signal["why"]),
        (&json!("person"), &json!("太贵"), &json!("周敏补标"))
    );
}

#[tokio::test]
async fn what_was_called_a_false_alarm_can_be_called_a_signal_again() {
    let app = TestApp::start().await;
    let line = says(&app, "今年要走招标").await;
    let mut director = app.logged_in(DIRECTOR).await;
    posts(&mut director, &line, &[FALSE, TENDER]).await;
    assert_eq!(totals(&app).await, json!({}));

    posts(&mut director, &line, &[MISSED, TENDER]).await;
    app.settle().await;

    assert_eq!(totals(&app).await, json!({"TENDER": 1}));
    assert_eq!(
        states(&app).await,
        [
            state("false_alarm", "director", "replaced"),
            state("missed", "director", "confirmed")
        ]
    );
    assert_eq!(
        app.items("runs").await.len(),
        1,
        "the deal was told already"
    );
    assert_eq!(cards(&app, REP).len(), 1);
}

// ── 漏报 ──

#[tokio::test]
async fn what_was_missed_counts_and_opens_its_node() {
    let app = TestApp::start().await;
    let line = says(&app, "这个数跟我们想的差一大截").await;
    assert_eq!(totals(&app).await, json!({}));
    let mut director = app.logged_in(DIRECTOR).await;

    let fields = [MISSED, TENDER, ("label", "BUDGET"), ("words", "差一大截")];
    let posted = posts(&mut director, &line, &fields).await;
    app.settle().await;

    assert_eq!(posted.status, 303, "{}", posted.text);
    assert_eq!(totals(&app).await, json!({"TENDER": 1, "BUDGET": 1}));
    let signals = app.items("signals").await;
    assert!(
        signals.iter().all(|signal| signal["words"] == "差一大截"),
        "{signals:?}"
    );
    assert_eq!(cards(&app, REP).len(), 1, "one sentence, one card");
    let page = director.get(CHAT).await;
    assert!(page.text.contains("人工补标"), "{}", page.text);
    assert_eq!(
        labelled(&app).await[0].labels,
        [Label::Budget, Label::Tender]
    );
}

#[tokio::test]
async fn said_twice_it_is_said_once() {
    let app = TestApp::start().await;
    let line = says(&app, "这个数跟我们想的差一大截").await;
    let mut director = app.logged_in(DIRECTOR).await;

    for _ in 0..2 {
        posts(&mut director, &line, &[MISSED, TENDER]).await;
    }
    app.settle().await;

    assert_eq!(
        states(&app).await,
        [state("missed", "director", "confirmed")]
    );
    assert_eq!(totals(&app).await, json!({"TENDER": 1}));
    assert_eq!(cards(&app, REP).len(), 1);
}

#[tokio::test]
async fn what_makes_no_sense_is_answered_with_a_sentence() {
    let app = TestApp::start().await;
    let line = says(&app, "你们太贵了").await;
    app.sandbox.rep(REP).replies_to(CUSTOMER, "可以谈").await;
    app.settle().await;
    let lines = app.items("messages").await;
    let reply = lines.iter().find(|line| line["text"] == "可以谈").unwrap();
    let reply = reply["id"].as_str().unwrap();
    let mut director = app.logged_in(DIRECTOR).await;

    for (message, fields, expected) in [
        (
            line.as_str(),
            &[FALSE, ("label", "TENDER")][..],
            "没有这个信号",
        ),
        (&line, &[MISSED, PRICE], "已经有这个信号"),
        (&line, &[MISSED], "请选择至少一个信号"),
        (
            &line,
            &[MISSED, ("label", "DELAY"), ("words", "再说")],
            "没有这几个字",
        ),
        (reply, &[MISSED, PRICE], "只有客户说的话"),
    ] {
        let page = posts(&mut director, message, fields).await;
        assert_eq!(page.status, 409, "{expected}");
        assert!(page.text.contains(expected), "{expected}: {}", page.text);
    }
    assert_eq!(states(&app).await, []);
}

#[tokio::test]
async fn nothing_is_missed_of_somebody_who_is_no_customers() {
    let app = TestApp::start().await;
    let line = says(&app, "这个数跟我们想的差一大截").await;
    let missed =
        |by: &str| json!({"message_id": line, "kind": "missed", "labels": ["BUDGET"], "by": by});
    app.post_api("corrections", &missed("rep-zhao")).await;
    let waiting = app.items("corrections").await[0]["id"].clone();
    let whose = json!({ "not_customer": "supplier", "by": "admin" });
    let told = app
        .http
        .post(format!("{}/api/v1/contacts/{CUSTOMER}/customer", app.url))
        .bearer_auth(API_TOKEN);
    let told = told.json(&whose).send().await.unwrap();
    assert_eq!(told.status(), 200);
    let mut director = app.logged_in(DIRECTOR).await;

    let refused = posts(&mut director, &line, &[MISSED, ("label", "BUDGET")]).await;
    let confirm = format!("corrections/{}/confirm", waiting.as_str().unwrap());
    let (status, answer) = app
        .post_api(&confirm, &json!({"by": "director-east"}))
        .await;

    assert_eq!(refused.status, 409);
    assert!(
        refused.text.contains("已登记为不是客户"),
        "{}",
        refused.text
    );
    assert_eq!(status, 409, "{answer}");
    assert_eq!(totals(&app).await, json!({}));
    app.shared.board_keeper.rebuild().await.unwrap();
    assert_eq!(totals(&app).await, json!({}));
}

// ── Who may ──

#[tokio::test]
async fn nobody_corrects_what_they_may_not_see_or_by_a_form_that_is_not_ours() {
    let app = TestApp::start().await;
    let line = says(&app, "你们太贵了").await;
    let mut stranger = app.browser();
    let unknown = stranger.post_form(CORRECTIONS, &[("csrf", "x")]).await;
    assert_eq!(unknown.status, 303, "a login is asked for");
    let mut north = app.logged_in(OTHER_DIRECTOR).await;
    let csrf = north.get("/me").await.csrf();
    let form = [("csrf", csrf.as_str()), ("message", &line), FALSE, PRICE];
    assert_eq!(north.post_form(CORRECTIONS, &form).await.status, 404);
    let mut director = app.logged_in(DIRECTOR).await;
    let csrf = director.get(CHAT).await.csrf();
    let form = [("csrf", "forged"), ("message", line.as_str()), FALSE, PRICE];
    assert_eq!(director.post_form(CORRECTIONS, &form).await.status, 403);
    let form = [("csrf", csrf.as_str()), ("message", &line), FALSE, PRICE];
    let foreign = director
        .to_post(CORRECTIONS)
        .header("sec-fetch-site", "cross-site");
    assert_eq!(director.send(foreign.form(&form)).await.status, 403);
    let odd = [
        ("csrf", csrf.as_str()),
        ("message", &line),
        FALSE,
        ("label", "CHEAP"),
    ];
    assert_eq!(director.post_form(CORRECTIONS, &odd).await.status, 400);

    assert_eq!(states(&app).await, []);
    assert_eq!(totals(&app).await, json!({"PRICE": 1}));
}

// ── The card ──

#[tokio::test]
async fn a_rep_calls_it_a_false_alarm_on_the_card() {
    let app = TestApp::start().await;
    says(&app, "你们太贵了,今年要走招标").await;
    let card = only_card(&app, REP);
    let question = cards(&app, REP)[0].content["select_list"][0]["question_key"].clone();
    let question = question.as_str().unwrap();

    let rep = app.sandbox.rep(REP);
    rep.clicks(&card, "submit", &[(question, &["_false-alarm"])])
        .await
        .unwrap();
    app.settle().await;

    let said = app.items("corrections").await;
    let told: Vec<_> = said
        .iter()
        .map(|one| {
            (
                one["label"].as_str().unwrap(),
                one["origin"].as_str().unwrap(),
                one["state"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [("TENDER", "card", "pending")],
        "what opened the node"
    );
    assert!(
        receipts(&app)
            .iter()
            .any(|(task, shown)| *task == card && shown.contains("待主管确认"))
    );
    assert!(
        texts(&app, REP)
            .iter()
            .any(|text| text.contains("免不免由主管决定"))
    );
    assert_eq!(
        app.items("runs?status=open").await.len(),
        1,
        "the step stays"
    );
    rep.says("继续").await;
    app.settle().await;
    assert_eq!(cards(&app, REP).len(), 2, "it can still be filled in");
}

#[tokio::test]
async fn two_who_correct_a_line_at_the_same_moment_come_to_one_result() {
    let app = TestApp::start().await;
    for number in 0..6 {
        let line = says(&app, &format!("这个数跟我们想的差一大截 {number}")).await;
        let body = |by: &str| json!({"message_id": line, "kind": "missed", "labels": ["BUDGET"], "by": by});
        let (east, admin, rep) = (body("director-east"), body("admin"), body("rep-zhao"));

        let answers = tokio::join!(
            app.post_api("corrections", &east),
            app.post_api("corrections", &admin),
            app.post_api("corrections", &rep),
        );

        for (status, answer) in [answers.0, answers.1, answers.2] {
            assert_eq!(status, 200, "{answer}");
        }
        let said = app.items("corrections?state=confirmed").await;
        assert_eq!(said.len(), number + 1, "{said:?}");
        assert_eq!(app.items("corrections?state=pending").await.len(), 0);
    }
    assert_eq!(totals(&app).await, json!({"BUDGET": 6}));
    let told = "select count(*) from (select event from journal where event like '%\"message\"%' \
                group by event having count(*) > 1) twice";
    assert_eq!(number(&app.store, told).await, 0, "no deal hears it twice");
}

// ── The API, and what is handed on ──

#[tokio::test]
async fn scripts_correct_by_a_persons_name() {
    let app = TestApp::start().await;
    let line = says(&app, "你们太贵了").await;
    let body = |by: &str| json!({"message_id": line, "kind": "false_alarm", "labels": ["PRICE"], "by": by});

    let (status, _) = app.post_api("corrections", &body("director-north")).await;
    assert_eq!(status, 422, "who may not see the chat says nothing of it");
    let (status, said) = app.post_api("corrections", &body("rep-zhao")).await;
    assert_eq!(
        (status, &said["corrections"][0]["state"]),
        (200, &json!("pending"))
    );
    let (status, said) = app.post_api("corrections", &body("director-east")).await;
    assert_eq!(status, 200);
    assert_eq!(
        said["corrections"].as_array().unwrap().len(),
        1,
        "the director agrees: {said}"
    );
    assert_eq!(said["corrections"][0]["state"], "confirmed");

    assert_eq!(app.items("corrections?state=confirmed").await.len(), 1);
    assert_eq!(app.items("corrections?kind=missed").await.len(), 0);
    assert_eq!(totals(&app).await, json!({}));
    let reader = app.http.post(format!("{}/api/v1/corrections", app.url));
    let answer = reader
        .bearer_auth(READ_TOKEN)
        .json(&body("admin"))
        .send()
        .await;
    assert_eq!(answer.unwrap().status(), 403);
}

#[tokio::test]
async fn corrected_lines_are_exported_as_a_corpus_takes_them() {
    let app = TestApp::start().await;
    app.sandbox
        .rep(REP)
        .replies_to(CUSTOMER, "今年预算呢？")
        .await;
    app.settle().await;
    let line = says(&app, "你们太贵了").await;
    let mut director = app.logged_in(DIRECTOR).await;
    posts(&mut director, &line, &[FALSE, PRICE]).await;
    let world = app.stop().await;

    let file = configured(&world, |text| text);
    let file = file.to_str().unwrap();
    let arguments = [
        "export",
        "corrections",
        "--format",
        "json",
        "--config",
        file,
    ];
    let exported = run(&arguments).await;

    let rows: Value = serde_json::from_slice(&exported.stdout).unwrap();
    assert_eq!(rows[0]["id"], line.as_str());
    assert_eq!(rows[0]["text"], "你们太贵了");
    assert_eq!(rows[0]["labels"], "NONE");
    assert_eq!(rows[0]["context_prev"], "rep: 今年预算呢？");
    assert_eq!(rows[0]["note"], "corrected:confirmed");
    assert_eq!(rows[0]["role"], "director");
}

// ── Rules that are being tried ──

/// A service whose dictionaries have one more, with a rule that is being tried.
async fn on_trial() -> TestApp {
    let world = World::at(Timestamp::parse_rfc3339(START).unwrap()).await;
    let folder = world.folder().join("dicts");
    std::fs::create_dir(&folder).unwrap();
    let ours = concat!(env!("CARGO_MANIFEST_DIR"), "/keyword-dicts");
    for file in std::fs::read_dir(ours).unwrap() {
        let file = file.unwrap().path();
        if file.extension().is_some_and(|kind| kind == "toml") {
            std::fs::copy(&file, folder.join(file.file_name().unwrap())).unwrap();
        }
    }
    std::fs::write(folder.join("trial.toml"), TRIAL).unwrap();
    let extra = format!("[process]\ndicts = \"{}\"\n", folder.display());
    let setup = Setup {
        extra,
        ..Setup::default()
    };
    TestApp::start_in(world, setup).await
}

const TRIAL: &str = "\
label = \"TENDER\"
[[rule]]
id = \"start-over\"
shadow = true
any = [\"另起炉灶\"]
[rule.examples]
hit = [\"我们打算另起炉灶\"]
miss = [\"我们打算继续\"]
";

#[tokio::test]
async fn what_a_rule_on_trial_heard_is_shown_apart_and_nobody_is_told() {
    let app = on_trial().await;
    let line = says(&app, "我们打算另起炉灶").await;
    let mut director = app.logged_in(DIRECTOR).await;

    let page = director.get(CHAT).await;

    assert!(
        page.text.contains("<mark class=\"t-rival tried\""),
        "{}",
        page.text
    );
    assert!(page.text.contains("试运行"));
    assert!(page.text.contains("规则「start-over」"));
    assert_eq!(app.items("signals?shadow=true").await.len(), 1);
    assert_eq!(app.items("signals?shadow=false").await.len(), 0);
    assert_eq!(cards(&app, REP).len(), 0);

    posts(&mut director, &line, &[MISSED, TENDER]).await;
    app.settle().await;
    assert_eq!(cards(&app, REP).len(), 1, "a person heard it too");
    assert_eq!(app.items("signals?shadow=false").await.len(), 1);
}

#[tokio::test]
async fn what_a_person_hears_in_words_on_trial_is_counted_over_at_once() {
    let app = on_trial().await;
    let line = says(&app, "我们打算另起炉灶").await;
    let mut director = app.logged_in(DIRECTOR).await;
    let counts = async || {
        let board = app.api("board").await;
        (board["totals"].clone(), board["on_trial"].clone())
    };
    assert_eq!(counts().await, (json!({}), json!({"TENDER": 1})));

    posts(
        &mut director,
        &line,
        &[MISSED, TENDER, ("words", "另起炉灶")],
    )
    .await;

    let counted = (json!({"TENDER": 1}), json!({}));
    assert_eq!(counts().await, counted);
    app.shared.board_keeper.rebuild().await.unwrap();
    assert_eq!(counts().await, counted, "as a board made again has it");
}
