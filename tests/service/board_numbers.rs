//! Every number of the board, compared with what the store says: by every filter and period, after
//! the board was lost and made again while customers went on talking, and behind every link.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use dingdan::domain::{ChatKind, CustomerId, Day, Label, MessageId, PersonId, Speaker, Timestamp};
use dingdan::store::{NewChat, NewMessage, NewSignal, SignalRow, Teams};
use serde_json::{Value, json};

use crate::app::{CUSTOMER, Setup, TestApp};
use crate::board::directors_browser;
use crate::redis_server::RedisServer;

type Counts = BTreeMap<Label, u64>;

/// Contact, customer, rep, region.
const CHATS: [(&str, Option<&str>, Option<&str>, &str); 5] = [
    (CUSTOMER, Some("yunshan"), Some("rep-zhao"), "华东"),
    ("wmBeichenLiu002", Some("beichen"), Some("rep-zhao"), "华东"),
    ("wmHuafengLin003", Some("huafeng"), Some("rep-qian"), "华东"),
    (
        "wmGangchengMa05",
        Some("gangcheng"),
        Some("rep-sun"),
        "华北",
    ),
    ("wmStranger00001", None, None, ""),
];
const PRODUCTS: [&str; 3] = ["", "CNC-850", "伺服电机 A3"];
const TEXT: &str = "太贵了，交期也太长，要走招标";

/// Some hundreds of signals over seventy days, in all dimensions, some on trial, some twice in a line.
pub async fn history(app: &TestApp) {
    let mut tx = app.store.begin().await.unwrap();
    for (place, (contact, customer, rep, _)) in CHATS.iter().enumerate() {
        tx.contact(&contact.parse().unwrap()).await.unwrap();
        let chat = format!("history-{place}").parse().unwrap();
        let rep: Option<PersonId> = rep.map(|rep| rep.parse().unwrap());
        tx.put_chat(NewChat {
            id: &chat,
            kind: ChatKind::Single,
            account: "history",
            name: "",
            contact: &contact.parse().unwrap(),
            rep: rep.as_ref(),
            at: app.clock.now(),
        })
        .await
        .unwrap();
        assert_eq!(customer.is_none(), *contact == "wmStranger00001");
    }
    for number in 0..420_i64 {
        line(app, &mut tx, number).await;
    }
    tx.commit().await.unwrap();
}

async fn line(app: &TestApp, tx: &mut dingdan::store::Tx, number: i64) {
    // Primes, so that all dimensions meet.
    let at = app.clock.now().0 - (number * 7_919 % 6_048_000) * 1_000 - number % 3;
    let place = usize::try_from(number * 31 % 17 % 5).unwrap();
    let (contact, customer, rep, region) = CHATS[place];
    let message: MessageId = format!("h-{number:04}").parse().unwrap();
    tx.store_message(&NewMessage {
        id: message.clone(),
        platform_id: format!("history:{number}"),
        chat: format!("history-{place}").parse().unwrap(),
        speaker: Speaker::Customer,
        sender: contact.to_owned(),
        contact: None,
        sent_at: Timestamp(at),
        position: number,
        received_at: Timestamp(at),
        kind: "text".to_owned(),
        text: TEXT.to_owned(),
        heard: None,
        payload: "{}".to_owned(),
    })
    .await
    .unwrap();
    let label = Label::ALL[usize::try_from(number * 13 % 29 % 12).unwrap()];
    let mut kinds = vec![(label, 0, 6, number % 9 == 0)];
    if number % 4 == 0 {
        kinds.push((
            Label::ALL[usize::try_from(number % 5).unwrap()],
            9,
            15,
            false,
        ));
    }
    if number % 10 == 0 {
        kinds.push((label, 12, 18, number % 9 == 0));
    }
    for (place, (label, first_byte, end_byte, shadow)) in kinds.into_iter().enumerate() {
        tx.store_signal(&NewSignal {
            id: format!("h-{number:04}-{place}"),
            message: message.clone(),
            label,
            first_byte,
            end_byte,
            rule: "history".to_owned(),
            dictionaries: "1".to_owned(),
            model: String::new(),
            why: String::new(),
            shadow,
            at: Timestamp(at),
            chat: format!("history-{}", number * 31 % 17 % 5).parse().unwrap(),
            region: region.to_owned(),
            rep: rep.map(|rep| rep.parse().unwrap()),
            customer: customer.map(|customer| customer.parse().unwrap()),
            product: PRODUCTS[usize::try_from(number % 7 % 3).unwrap()].to_owned(),
            words: String::new(),
            quote: String::new(),
        })
        .await
        .unwrap();
    }
}

/// What the store says, one hit for each message, label and whether it is on trial.
struct Truth {
    hits: Vec<SignalRow>,
    teams: Teams,
    names: BTreeMap<PersonId, String>,
}

impl Truth {
    async fn of(app: &TestApp) -> Self {
        let all = app
            .store
            .signals((Timestamp(i64::MIN), ""), Timestamp(i64::MAX), 100_000);
        let mut known = BTreeSet::new();
        let mut hits = all.await.unwrap();
        hits.retain(|hit| known.insert((hit.message_id.clone(), hit.label, hit.shadow)));
        let people = app.store.people().await.unwrap();
        Self {
            hits,
            teams: Teams::of(&people),
            names: people
                .into_iter()
                .map(|person| (person.id, person.name))
                .collect(),
        }
    }

    /// What the API has to answer for a filter and some days.
    fn answer(&self, filter: &Filter, (from, to): (Day, Day)) -> Value {
        let length = to.0 - from.0 + 1;
        let (first, last) = (from.plus(-length), from.plus(-1));
        let now = self.hits_of(filter, (from, to));
        let before = self.hits_of(filter, (first, last));
        let counted = |hits: &[&SignalRow], shadow: bool| {
            let mut counts = Counts::new();
            for hit in hits.iter().filter(|hit| hit.shadow == shadow) {
                *counts.entry(hit.label).or_default() += 1;
            }
            counts
        };
        let (totals, before) = (counted(&now, false), counted(&before, false));
        let mut top: Vec<(Label, u64)> =
            totals.iter().map(|(label, hits)| (*label, *hits)).collect();
        top.sort_by_key(|(_, hits)| Reverse(*hits));
        top.truncate(3);
        let real: Vec<&SignalRow> = now.iter().filter(|hit| !hit.shadow).copied().collect();
        let by_rep = groups(&real, |hit| hit.rep_id.clone());
        let named = |id: &Option<PersonId>| id.as_ref().and_then(|id| self.names.get(id));
        let mut by_day = groups(&real, |hit| hit.at.day());
        by_day.sort_by_key(|(day, _)| *day);
        json!({
            "from": from.to_string(),
            "to": to.to_string(),
            "totals": totals,
            "before": { "from": first.to_string(), "to": last.to_string(), "totals": before },
            "top": top.iter().map(|(label, hits)| json!({
                "label": label, "label_name": label.chinese(), "hits": hits,
                "before": before.get(label).copied().unwrap_or_default(),
            })).collect::<Vec<_>>(),
            "by_day": by_day.iter().map(|(day, hits)| json!({ "day": day.to_string(), "hits": hits })).collect::<Vec<_>>(),
            "by_region": rows("region", groups(&real, |hit| some(&hit.region))),
            "by_team": self.by_team(&real).iter().map(|(lead, hits)| json!({
                "lead_id": lead, "lead": self.names.get(lead), "hits": hits,
            })).collect::<Vec<_>>(),
            "by_rep": by_rep.iter().map(|(id, hits)| json!({
                "rep_id": id, "rep": named(id), "hits": hits,
            })).collect::<Vec<_>>(),
            "by_customer": rows("customer_id", groups(&real, |hit| hit.customer_id.clone())),
            "by_product": rows("product", groups(&real, |hit| some(&hit.product))),
            "on_trial": counted(&now, true),
            "newest": newest(real),
        })
    }

    fn hits_of(&self, filter: &Filter, (from, to): (Day, Day)) -> Vec<&SignalRow> {
        let team = filter
            .team
            .map(|lead| self.teams.members(&lead.parse().unwrap()));
        let fits = |hit: &&SignalRow| {
            (from..=to).contains(&hit.at.day())
                && filter.region.is_none_or(|region| hit.region == region)
                && filter.rep.is_none_or(|rep| is(&hit.rep_id, rep))
                && filter
                    .customer
                    .is_none_or(|customer| is(&hit.customer_id, customer))
                && filter.product.is_none_or(|product| hit.product == product)
                && team
                    .as_ref()
                    .is_none_or(|team| hit.rep_id.as_ref().is_some_and(|rep| team.contains(rep)))
        };
        self.hits.iter().filter(fits).collect()
    }

    fn by_team(&self, hits: &[&SignalRow]) -> Vec<(PersonId, Counts)> {
        let mut teams: Vec<(PersonId, Counts)> = Vec::new();
        for (lead, team) in self.teams.iter() {
            let mut counts = Counts::new();
            for hit in hits {
                if hit
                    .rep_id
                    .as_ref()
                    .is_some_and(|rep| team.members.contains(rep))
                {
                    *counts.entry(hit.label).or_default() += 1;
                }
            }
            if !counts.is_empty() {
                teams.push((lead.clone(), counts));
            }
        }
        teams.sort_by_key(|(_, counts)| Reverse(counts.values().sum::<u64>()));
        teams
    }
}

fn is<T: ToString>(id: &Option<T>, wanted: &str) -> bool {
    id.as_ref().is_some_and(|id| id.to_string() == wanted)
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn groups<K: Ord + Clone>(hits: &[&SignalRow], key: impl Fn(&SignalRow) -> K) -> Vec<(K, Counts)> {
    let mut groups: BTreeMap<K, Counts> = BTreeMap::new();
    for hit in hits {
        *groups
            .entry(key(hit))
            .or_default()
            .entry(hit.label)
            .or_default() += 1;
    }
    let mut groups: Vec<(K, Counts)> = groups.into_iter().collect();
    groups.sort_by_key(|(_, counts)| Reverse(counts.values().sum::<u64>()));
    groups
}

fn rows<K: serde::Serialize>(name: &str, groups: Vec<(K, Counts)>) -> Vec<Value> {
    let row = |(key, hits): &(K, Counts)| json!({ name: key, "hits": hits });
    groups.iter().map(row).collect()
}

fn newest(mut hits: Vec<&SignalRow>) -> Vec<Value> {
    hits.sort_by_key(|hit| Reverse((hit.at, hit.message_id.clone(), hit.label.code())));
    let row = |hit: &&SignalRow| json!({ "message_id": hit.message_id, "label": hit.label, "at": hit.at.rfc3339() });
    hits.iter().take(50).map(row).collect()
}

#[derive(Default, Clone, Copy)]
struct Filter {
    region: Option<&'static str>,
    team: Option<&'static str>,
    rep: Option<&'static str>,
    customer: Option<&'static str>,
    product: Option<&'static str>,
}

impl Filter {
    fn query(&self) -> String {
        let pairs = [
            ("region", self.region),
            ("team", self.team),
            ("rep", self.rep),
            ("customer", self.customer),
            ("product", self.product),
        ];
        let given = pairs
            .iter()
            .filter_map(|(name, value)| value.map(|value| (*name, value)));
        let address = reqwest::Url::parse_with_params("http://x", given).unwrap();
        address.query().unwrap_or_default().to_owned()
    }
}

/// Each value of each filter by itself, one that nobody has, and some together.
fn filters() -> Vec<Filter> {
    let none = Filter::default();
    let mut filters = vec![none];
    for region in ["华东", "华北", "华南"] {
        filters.push(Filter {
            region: Some(region),
            ..none
        });
    }
    for team in ["director-east", "admin", "rep-zhao"] {
        filters.push(Filter {
            team: Some(team),
            ..none
        });
    }
    for rep in ["rep-zhao", "rep-qian", "rep-sun", "nobody"] {
        filters.push(Filter {
            rep: Some(rep),
            ..none
        });
    }
    for customer in ["yunshan", "beichen", "huafeng", "gangcheng"] {
        filters.push(Filter {
            customer: Some(customer),
            ..none
        });
    }
    for product in ["CNC-850", "伺服电机 A3", "没有的"] {
        filters.push(Filter {
            product: Some(product),
            ..none
        });
    }
    filters.push(Filter {
        region: Some("华东"),
        team: Some("director-east"),
        rep: Some("rep-zhao"),
        customer: Some("yunshan"),
        product: Some("CNC-850"),
    });
    filters
}

fn periods(today: Day) -> Vec<(String, (Day, Day))> {
    let month = today.month_start();
    let week = today.week_start();
    vec![
        ("period=day".to_owned(), (today, today)),
        ("period=7d".to_owned(), (today.plus(-6), today)),
        ("period=30d".to_owned(), (today.plus(-29), today)),
        ("period=week".to_owned(), (week, week.plus(6))),
        (
            "period=month".to_owned(),
            (month, month.plus(31).month_start().plus(-1)),
        ),
        (
            format!("from={}&to={}", today.plus(-60), today.plus(-40)),
            (today.plus(-60), today.plus(-40)),
        ),
    ]
}

/// Compares every number of every question with the store.
async fn assert_equals_the_store(app: &TestApp) {
    let truth = Truth::of(app).await;
    let today = app.clock.now().day();
    let mut nonempty = 0;
    for (period, days) in periods(today) {
        for filter in filters() {
            let query = format!("board?{period}&{}", filter.query());
            let expected = truth.answer(&filter, days);
            nonempty += usize::from(expected["totals"] != json!({}));
            assert_eq!(
                app.api(query.trim_end_matches('&')).await,
                expected,
                "{query}"
            );
        }
    }
    assert!(nonempty > 60, "{nonempty} questions have figures");
}

/// Customers go on talking while the board is made again, several times.
async fn talk_while<T>(app: &TestApp, meanwhile: impl AsyncFn(&TestApp) -> T) {
    let talking = async {
        for number in 0..12 {
            let (contact, ..) = CHATS[number % 4];
            app.sandbox.customer(contact).says("太贵了，要走招标").await;
            app.settle().await;
        }
    };
    let losing = async {
        for _ in 0..8 {
            meanwhile(app).await;
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(talking, losing);
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_is_the_stores_also_when_the_board_is_made_again_meanwhile() {
    let app = TestApp::start().await;
    history(&app).await;
    app.settle().await;
    assert_equals_the_store(&app).await;

    talk_while(&app, async |app| {
        app.shared.board_keeper.rebuild().await.unwrap()
    })
    .await;

    assert_equals_the_store(&app).await;
    app.shared.board_keeper.rebuild().await.unwrap();
    assert_equals_the_store(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_is_the_stores_after_redis_lost_everything_in_the_middle_of_traffic() {
    let redis = RedisServer::start();
    let setup = Setup {
        extra: format!("[redis]\nurl = \"{}\"\nprefix = \"lost\"\n", redis.url()),
        ..Setup::default()
    };
    let app = TestApp::start_with(setup).await;
    history(&app).await;
    app.settle().await;
    assert_equals_the_store(&app).await;
    let client = redis.client().await;

    talk_while(&app, async |app| {
        let mut client = client.clone();
        let () = redis::cmd("FLUSHALL")
            .query_async(&mut client)
            .await
            .unwrap();
        // A rebuild that loses its own generation on the way is begun again by the keeper.
        let _ = app.shared.board_keeper.mend().await;
    })
    .await;

    assert_equals_the_store(&app).await;
}

#[tokio::test]
async fn every_number_of_the_page_opens_as_many_hits() {
    let app = TestApp::start().await;
    history(&app).await;
    app.settle().await;
    let mut browser = directors_browser(&app).await;
    let mut opened = BTreeSet::new();

    for page in [
        "/?period=30d",
        "/?period=7d&product=CNC-850",
        "/?period=day&team=director-east",
    ] {
        let board = browser.get(page).await;
        assert_eq!(board.status, 200, "{page}");
        for (address, number) in numbers(&board.text) {
            if !opened.insert(address.clone()) {
                continue;
            }
            let hits = browser.get(&address).await;
            assert_eq!(hits.status, 200, "{address}");
            let told = format!("{number} 次命中");
            assert!(
                hits.text.contains(&told),
                "{told} at {address}: {}",
                hits.text
            );
        }
    }

    assert!(opened.len() > 100, "{} links", opened.len());
    assert!(opened.iter().any(|address| address.contains("trial=1")));
    let (some, _) = numbers(&browser.get("/?period=30d").await.text).remove(0);
    let hits = browser.get(&some).await.text;
    let chat = hits
        .split("href=\"/chats/")
        .nth(1)
        .expect("a hit leads to its chat");
    let chat = chat.split('"').next().unwrap().replace("&#38;", "&");
    let chat = browser.get(&format!("/chats/{chat}")).await;
    assert!(chat.text.contains("target"), "{}", chat.text);
}

/// The links to hits on a page, each with its number.
pub fn numbers(page: &str) -> Vec<(String, u64)> {
    let links = page.split("<a href=\"/board/hits?").skip(1);
    let link = |rest: &str| {
        let (tag, inside) = rest.split_once('>').unwrap();
        let query = tag.split('"').next().unwrap().replace("&#38;", "&");
        let text = match tag.split_once("aria-label=\"") {
            Some((_, label)) => label.split(" 次").next().unwrap().to_owned(),
            None => inside.split("</a>").next().unwrap().replace("</span>", ""),
        };
        let digits: String = text
            .chars()
            .rev()
            .take_while(char::is_ascii_digit)
            .collect();
        let number: String = digits.chars().rev().collect();
        (format!("/board/hits?{query}"), number.parse().unwrap())
    };
    links.map(link).collect()
}

#[tokio::test]
async fn a_director_counts_and_opens_only_their_own() {
    let app = TestApp::start().await;
    history(&app).await;
    app.settle().await;
    let mut browser = directors_browser(&app).await;

    let north = browser.get("/board/hits?period=30d&rep=rep-sun").await;
    let customer = browser
        .get("/board/hits?period=30d&customer=gangcheng")
        .await;
    let whole = browser.get("/?period=30d").await;

    assert!(north.text.contains("0 次命中"), "{}", north.text);
    assert!(customer.text.contains("0 次命中"), "{}", customer.text);
    assert!(!customer.text.contains("港城物流"));
    assert!(!whole.text.contains("港城物流"));
    let rep: Option<CustomerId> = "gangcheng".parse().ok();
    assert!(app.store.customer(&rep.unwrap()).await.unwrap().is_some());
}

#[tokio::test]
async fn the_product_of_a_line_is_the_model_that_it_or_the_chat_names() {
    let app = TestApp::start().await;
    let mut tx = app.store.begin().await.unwrap();
    tx.put_purchase(&dingdan::store::Purchase {
        customer_id: "yunshan".parse().unwrap(),
        folded: "cnc850".to_owned(),
        bought_at: Timestamp(0),
        model: "CNC-850".to_owned(),
        quantity: 1,
    })
    .await
    .unwrap();
    tx.commit().await.unwrap();

    let customer = app.sandbox.customer(CUSTOMER);
    customer.says("价格太贵了").await;
    app.settle().await;
    customer.says("你们cnc850的报价").await;
    app.settle().await;
    customer.says("太贵了").await;
    app.settle().await;
    app.sandbox
        .customer("wmHuafengLin003")
        .says("CNC-850太贵了")
        .await;
    app.settle().await;

    let board = app.api("board").await;
    assert_eq!(
        board["by_product"],
        json!([
            { "product": null, "hits": { "PRICE": 2 } },
            { "product": "CNC-850", "hits": { "PRICE": 1 } },
        ]),
        "before it was named, and by another customer, who never bought it"
    );
    app.sandbox
        .customer("wmHuafengLin003")
        .says("你们的VFD也太贵了")
        .await;
    app.settle().await;
    let heard = app.items("signals").await;
    assert_eq!(heard[1]["product"], "CNC-850");
    assert_eq!(
        heard.last().unwrap()["product"],
        "变频器",
        "by the dictionary"
    );
}
