//! The story from a customer's words to a director's phone: the program itself on one side, filled by
//! `dingdan import` and told everything else by its configuration; the platforms on the other; and
//! nothing but HTTP between them. Time is the system's, so the node has the shortest deadline that a
//! definition may give it.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use dingdan::clock::Clock;
use dingdan::sandbox::{
    DingtalkMessage, Entry, Outcome, PressError, Record, Sandbox, WecomMessage,
};
use serde_json::{Value, json};

use crate::access::come_back_as;
use crate::app::{
    API_TOKEN, Browser, CUSTOMER, DIRECTOR, OTHER_DIRECTOR, Page, REP, World, client,
};
use crate::board::{hits_of, next};
use crate::child::{Child, run};

const WORDS: &str = "你们太贵了,今年要走招标";
/// Lines before and after those words.
const PAGES: usize = 25;
/// Real time: longer than the node's deadline.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running program, the platforms around it, and nothing shared with it but files and HTTP.
struct Service {
    sandbox: Sandbox,
    url: String,
    world: World,
    _child: Child,
}

impl Service {
    async fn start() -> Self {
        let world = World::at(Clock::system().now()).await;
        // Its pages have to know their address before it listens.
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let url = format!("http://{address}");
        let file = configured(&world, &url, &address.to_string());
        import(&world, &file).await;
        let child = Child::serve_file(&world, &file).await;
        assert_eq!(child.url, url);
        Self {
            sandbox: world.sandbox.clone(),
            url,
            world,
            _child: child,
        }
    }

    fn browser(&self) -> Browser {
        Browser::new(&self.url, client())
    }

    async fn api(&self, path: &str) -> Value {
        let request = client().get(format!("{}/api/v1/{path}", self.url));
        let answer = request.bearer_auth(API_TOKEN).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    async fn items(&self, path: &str) -> Vec<Value> {
        self.api(path).await["items"].as_array().unwrap().clone()
    }
}

/// The configuration, and a process in which a risk is late after the shortest time there is.
fn configured(world: &World, url: &str, address: &str) -> PathBuf {
    let process = include_str!("../../config/processes/golden-six.toml");
    let hurried = process.replace("late_after = \"2 workhours\"", "late_after = \"1m\"");
    assert_ne!(process, hurried);
    std::fs::write(world.folder().join("process.toml"), hurried).unwrap();
    let text = world.configuration(url).replace("127.0.0.1:0", address);
    let file = world.folder().join("dingdan.toml");
    std::fs::write(&file, format!("{text}[process]\nfile = \"process.toml\"\n")).unwrap();
    file
}

/// East: 赵磊 under 周敏, who has a customer. North: 吴军.
async fn import(world: &World, configuration: &std::path::Path) {
    let company = world.sandbox.company();
    let mut reps =
        "id,name,role,region,supervisor,wecom_userid,dingtalk_userid,dingtalk_unionid,mobile\n"
            .to_owned();
    for (wecom, role, region, supervisor) in [
        ("zhou.min", "director", "华东", ""),
        ("wu.jun", "director", "华北", ""),
        (REP, "rep", "华东", "zhou.min"),
    ] {
        let mut people = company.people.iter();
        let person = people.find(|person| person.wecom.as_deref() == Some(wecom));
        let person = person.unwrap();
        let dingtalk = person.dingtalk.as_ref().unwrap();
        let (name, mobile) = (&person.name, &person.mobile);
        let (userid, unionid) = (&dingtalk.userid, &dingtalk.unionid);
        reps += &format!(
            "{wecom},{name},{role},{region},{supervisor},{wecom},{userid},{unionid},{mobile}\n"
        );
    }
    for (kind, rows) in [
        ("reps", reps),
        (
            "customers",
            "id,name,industry,region\nyunshan,云杉机械,机械,华东\n".to_owned(),
        ),
        (
            "contacts",
            format!("id,name,customer\n{CUSTOMER},陈工,yunshan\n"),
        ),
        ("accounts", format!("open_kfid,rep\nwkZhaoLei0001,{REP}\n")),
        (
            "opportunities",
            format!("customer,rep,name,stage\nyunshan,{REP},产线改造,demo\n"),
        ),
    ] {
        let file = world.folder().join(format!("{kind}.csv"));
        std::fs::write(&file, rows).unwrap();
        let (file, configuration) = (file.to_str().unwrap(), configuration.to_str().unwrap());
        let imported = run(&["import", kind, file, "--config", configuration]).await;
        assert!(imported.status.success(), "{imported:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customers_words_reach_the_directors_phone_and_lead_back_to_the_chat() {
    let app = Service::start().await;

    // 1. The platform verifies the URL: bare echo, within a second.
    app.sandbox
        .verify_url("sales")
        .await
        .expect("the echo comes back bare");

    let mut watching = app.browser();
    let login = watching.get("/login?next=%2F&via=dingtalk").await;
    let code = app.sandbox.director(DIRECTOR).auth_code();
    watching
        .log_in_inside_dingtalk(&login.text, &code, "/")
        .await;
    let mut board_changes = watching.stream("/board/events").await;
    assert!(next(&mut board_changes).await.contains("retry"));

    // 2. A customer speaks; the rep answers in words that would be signals, were they the customer's.
    says_pages(&app, "方案").await;
    let platform_id = app.sandbox.customer(CUSTOMER).says(WORDS).await;
    app.sandbox
        .rep(REP)
        .replies_to(CUSTOMER, "您觉得太贵吗")
        .await;

    // 5. A node opens: the rep has its card.
    let card = next_card(&app, REP, 0).await;
    assert_eq!(card.content["main_title"]["title"], "风险预判登记");
    let task_id = card.content["task_id"].as_str().unwrap().to_owned();
    // The director hears at once that there is a tender.
    let informed = text_of(&alert_of(&app, "招标信号").await);
    assert!(
        informed.contains("云杉机械") && informed.contains(WORDS),
        "{informed}"
    );

    // 3. The signals, with the exact words; none from the rep.
    let message = app.api(&format!("messages/{platform_id}")).await;
    assert_eq!(message["text"], WORDS);
    assert_eq!(
        words(&message),
        BTreeMap::from([
            ("PRICE".to_owned(), "太贵".to_owned()),
            ("TENDER".to_owned(), "要走招标".to_owned())
        ])
    );
    let signals = app.items("signals").await;
    assert!(
        signals
            .iter()
            .all(|signal| signal["message_id"] == message["id"]),
        "{signals:?}"
    );

    // 4. The board counts each once.
    let board = app.api("board").await;
    assert_eq!(
        (&board["totals"]["PRICE"], &board["totals"]["TENDER"]),
        (&1.into(), &1.into())
    );
    let once = json!({"PRICE": 1, "TENDER": 1});
    let today = app.world.clock.now().day().to_string();
    assert_eq!(*hits_of(&board, "by_day", "day", &today), once);
    assert_eq!(*hits_of(&board, "by_region", "region", "华东"), once);
    // Its open page was told, and shows them.
    let told = next(&mut board_changes).await;
    assert!(told.contains("event: changed"), "{told}");
    let live = watching.get("/board/live").await;
    assert!(live.text.contains("要走招标"), "{}", live.text);

    // 6. The rep chooses their own strategy, is asked for it in the chat, and answers.
    let choices: [(&str, &[&str]); 2] = [("risk_type", &["open_tender"]), ("strategy", &["own"])];
    // 7. But before that the deadline passes: the director hears of it.
    let alert = alert_of(&app, "超时").await;
    let told = text_of(&alert);
    for expected in ["云杉机械", "赵磊", "风险预判登记", "超时", "招标"] {
        assert!(told.contains(expected), "{expected:?} is missing in {told}");
    }

    app.sandbox
        .rep(REP)
        .clicks(&task_id, "submit", &choices)
        .await
        .expect("the card is open");
    next_text(&app, REP, "怎么应对").await;
    app.sandbox
        .rep(REP)
        .says("先谈全周期成本，再争取参与参数制定")
        .await;
    let receipt = next_receipt(&app, &task_id, "超时完成", 0).await;
    assert!(receipt.to_string().contains("赵磊"), "{receipt}");
    // A second click on the used card changes nothing and shows the receipt again.
    let rep = app.sandbox.rep(REP);
    let other: [(&str, &[&str]); 2] = [("risk_type", &["price_cap"]), ("strategy", &["lease"])];
    let pressed = rep.clicks(&task_id, "submit", &other).await;
    assert_eq!(pressed, Err(PressError::NotOpen));
    let before = app.items("runs").await;
    rep.clicks_again(&task_id, "submit", &[]).await.unwrap();
    assert_eq!(next_receipt(&app, &task_id, "超时完成", 1).await, receipt);
    assert_eq!(app.items("runs").await, before);

    // 8. The director clicks through: logs in inside DingTalk, and sees the chat at that message.
    let link = button(&alert);
    let opened = app.sandbox.director(DIRECTOR).opens(&link);
    let path = opened
        .url
        .strip_prefix(&app.url)
        .expect("the link leads to our pages")
        .to_owned();
    let mut browser = app.browser();
    let refused = browser.get(&path).await;
    assert_eq!(refused.status, 303, "not logged in yet");
    let login = browser.get(refused.location().unwrap()).await;
    assert!(
        login.text.contains("dingtalk.js"),
        "the login page asks the client who this is"
    );
    browser
        .log_in_inside_dingtalk(&login.text, &opened.auth_code, &path)
        .await;
    let chat = browser.get(&path).await;
    assert_eq!(chat.status, 200);
    assert!(
        chat.text.contains("<mark")
            && chat.text.contains("太贵")
            && chat.text.contains("您觉得太贵吗"),
        "{}",
        chat.text
    );
    let views = between(&chat.text, "<ul class=\"views\">", "</ul>");
    assert!(
        views.contains("周敏"),
        "who looked is on record, and shown: {views}"
    );

    // In a plain browser the way is DingTalk's login page; and whom it doesn't concern sees nothing.
    let mut plain = app.browser();
    let (_, landed) = come_back_as(&mut plain, "dingtalk", DIRECTOR, &path).await;
    assert_eq!(landed.location(), Some(&*path), "{}", landed.text);
    let same = plain.get(&path).await;
    assert!(
        same.status == 200 && same.text.contains("<mark"),
        "{}",
        same.text
    );
    let mut other = app.browser();
    come_back_as(&mut other, "dingtalk", OTHER_DIRECTOR, &path).await;
    let (hidden, nowhere) = (
        other.get(&path).await,
        other.get("/chats/kf-wkZhaoLei0001-wmNobody00000").await,
    );
    assert_eq!((hidden.status, nowhere.status), (404, 404));
    let but_its_number = |page: Page| page.text.split("编号").next().unwrap().to_owned();
    assert_eq!(but_its_number(hidden), but_its_number(nowhere));

    // 9. Up and down from there the chat goes on, and the open page is told of new lines.
    let earlier = browser.get(&further(&chat.text, "earlier")).await;
    assert!(earlier.text.contains("方案第 1 页"), "{}", earlier.text);
    let (place, _) = path.split_once('?').unwrap();
    let mut chat_changes = browser.stream(&format!("{place}/events")).await;
    assert!(next(&mut chat_changes).await.contains("retry"));
    let before = app.items("messages?limit=200").await.len();
    says_pages(&app, "合同").await;
    while app.items("messages?limit=200").await.len() < before + PAGES {
        let told = next(&mut chat_changes).await;
        assert!(told.contains("event: changed"), "{told}");
    }
    let chat = browser.get(&path).await;
    let last = format!("合同第 {PAGES} 页");
    assert!(!chat.text.contains(&last), "{}", chat.text);
    let later = browser.get(&further(&chat.text, "later")).await;
    assert!(later.text.contains(&last), "{}", later.text);

    let alerts = app.items("alerts").await;
    assert!(
        alerts.iter().all(|alert| alert["status"] == "sent"),
        "{alerts:?}"
    );
}

/// More lines than a chat shows on one side of a message.
async fn says_pages(app: &Service, of: &str) {
    for page in 1..=PAGES {
        let line = format!("{of}第 {page} 页看过了");
        app.sandbox.customer(CUSTOMER).says(&line).await;
    }
}

/// Where the chat goes on, on this side of what is shown.
fn further(page: &str, way: &str) -> String {
    let link = format!("data-way=\"{way}\" data-part=\"");
    between(page, &link, "\"")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let (_, rest) = text
        .split_once(start)
        .unwrap_or_else(|| panic!("no {start} in {text}"));
    rest.split_once(end).unwrap().0
}

fn words(message: &Value) -> BTreeMap<String, String> {
    let signals = message["signals"].as_array().unwrap();
    let pair = |signal: &Value| {
        (
            signal["label"].as_str().unwrap().to_owned(),
            signal["words"].as_str().unwrap().to_owned(),
        )
    };
    signals.iter().map(pair).collect()
}

async fn entry(app: &Service, what: &str, fits: impl Fn(&Entry) -> bool) -> Entry {
    app.sandbox
        .ledger()
        .wait_for(fits, PATIENCE)
        .await
        .unwrap_or_else(|| panic!("no {what} came"))
}

/// The card that reached the rep after `skipped` others.
async fn next_card(app: &Service, rep: &str, skipped: usize) -> WecomMessage {
    let seen = std::cell::Cell::new(0);
    let found = entry(app, "card", |entry| match &entry.record {
        Record::Wecom(message)
            if message.to == rep
                && message.msgtype == "template_card"
                && message.outcome == Outcome::Delivered =>
        {
            seen.set(seen.get() + 1);
            seen.get() > skipped
        }
        _ => false,
    })
    .await;
    let Record::Wecom(message) = found.record else {
        unreachable!("just matched")
    };
    message
}

async fn next_text(app: &Service, rep: &str, part: &str) {
    entry(app, "text", |entry| match &entry.record {
        Record::Wecom(message) => {
            message.to == rep
                && message.content["content"]
                    .as_str()
                    .is_some_and(|text| text.contains(part))
        }
        _ => false,
    })
    .await;
}

/// What a card has become, after `skipped` other receipts that say this.
async fn next_receipt(app: &Service, task_id: &str, part: &str, skipped: usize) -> Value {
    let seen = std::cell::Cell::new(0);
    let found = entry(app, "receipt", |entry| match &entry.record {
        Record::CardUpdate(update)
            if update.task_id == task_id
                && update.content.to_string().contains(part)
                && update.outcome == Outcome::Delivered =>
        {
            seen.set(seen.get() + 1);
            seen.get() > skipped
        }
        _ => false,
    })
    .await;
    let Record::CardUpdate(update) = found.record else {
        unreachable!("just matched")
    };
    update.content
}

/// The alert with these words that reached the director.
async fn alert_of(app: &Service, words: &str) -> DingtalkMessage {
    let found = entry(app, "alert", |entry| match &entry.record {
        Record::Dingtalk(message) => {
            message.to == DIRECTOR
                && message.outcome == Outcome::Delivered
                && text_of(message).contains(words)
        }
        _ => false,
    })
    .await;
    let Record::Dingtalk(message) = found.record else {
        unreachable!("just matched")
    };
    message
}

fn text_of(message: &DingtalkMessage) -> String {
    format!(
        "{} {}",
        message.content["title"].as_str().unwrap(),
        message.content["text"].as_str().unwrap()
    )
}

fn button(message: &DingtalkMessage) -> String {
    message.content["singleURL"].as_str().unwrap().to_owned()
}
