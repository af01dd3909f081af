//! Alerts are seen by those whose deals they are about, page by page.

use std::time::Duration;

use crate::domain::{AlertId, RunId, Timestamp};
use crate::store::{AlertStatus, NewAlert, RunRow};

use super::site::Site;

pub(super) async fn raise(site: &Site, name: &str, number: i64) {
    let alert = NewAlert {
        id: format!("{name}-{number:03}").parse().unwrap(),
        opportunity: format!("deal-{name}").parse().unwrap(),
        run: "r1".parse::<RunId>().unwrap(),
        reason: "late".to_owned(),
        person: None,
        region: String::new(),
        body: format!(
            "{{\"title\":\"{name}-{number:03} 超时\",\"lines\":[],\"quote\":\"\",\"path\":\"/chats/kf-wk1-wm{name}?message=m\"}}"
        ),
        raised_at: site.clock.now(),
        status: AlertStatus::Refused,
        why: "nobody to tell".to_owned(),
    };
    let mut tx = site.shared.store.begin().await.unwrap();
    tx.store_alert(&alert).await.unwrap();
    tx.commit().await.unwrap();
}

#[actix_web::test]
async fn each_viewer_sees_the_alerts_of_their_own_deals() {
    let site = Site::open().await;
    raise(&site, "East", 1).await;
    raise(&site, "North", 1).await;

    for (person, east, north) in [
        ("admin", true, true),
        ("director-east", true, false),
        ("rep-east", true, false),
        ("director-north", false, true),
        ("rep-north", false, true),
    ] {
        let mut browser = site.browser_of(person).await;
        let page = browser.get("/alerts").await.text;
        for (alert, expected) in [("East-001", east), ("North-001", north)] {
            assert_eq!(page.contains(alert), expected, "{person} {alert}");
            let ledger = browser.get(&format!("/alerts/{alert}/deliveries")).await;
            assert_eq!(ledger.status == 200, expected, "{person} {alert}");
        }
        assert_eq!(
            page.contains("本月钉钉额度剩余"),
            !person.starts_with("rep"),
            "{person}"
        );
    }
}

async fn put_run(site: &Site, status: &str, due: Timestamp, done: Option<Timestamp>) {
    let run = RunRow {
        id: "r1".parse().unwrap(),
        opportunity_id: "deal-East".parse().unwrap(),
        node: "risk".to_owned(),
        title: "风险预判登记".to_owned(),
        status: status.to_owned(),
        opened_at: site.clock.now().minus(Duration::from_secs(7200)),
        expected_at: None,
        due_at: due,
        done_at: done,
        late: true,
        answers: "{}".to_owned(),
        done_by: done.map(|_| "赵磊".to_owned()),
        spot_check: None,
    };
    let mut tx = site.shared.store.begin().await.unwrap();
    tx.put_run(&run).await.unwrap();
    tx.commit().await.unwrap();
}

#[actix_web::test]
async fn an_alert_tells_what_became_of_the_step() {
    let site = Site::open().await;
    raise(&site, "East", 1).await;
    let mut director = site.browser_of("director-east").await;
    let now = site.clock.now();
    let due = now.minus(Duration::from_secs(600));

    put_run(&site, "overdue", due, None).await;
    let page = director.get("/alerts").await.text;
    assert!(
        page.contains("已超时") && page.contains("已超 10 分"),
        "{page}"
    );
    put_run(&site, "done", due, Some(now)).await;
    let page = director.get("/alerts").await.text;

    for words in ["超时完成", "今天 09:30，超 10 分", "由 赵磊 完成"] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[actix_web::test]
async fn alerts_that_quote_a_chat_are_looks_at_it() {
    let site = Site::open().await;
    raise(&site, "East", 1).await;
    raise(&site, "East", 2).await;
    let mut director = site.browser_of("director-east").await;

    director.get("/alerts").await;

    let chat = "kf-wk1-wmEast".parse().unwrap();
    let views = site.shared.store.views_of(&chat, 10).await.unwrap();
    let told: Vec<_> = views
        .iter()
        .map(|view| (&*view.name, &*view.place))
        .collect();
    assert_eq!(told, [("周敏", "alerts")]);
}

#[actix_web::test]
async fn older_alerts_follow_page_by_page_each_once() {
    let site = Site::open().await;
    for number in 0..70 {
        raise(&site, "East", number).await;
    }
    let mut browser = site.browser_of("rep-east").await;
    let mut seen: Vec<AlertId> = Vec::new();
    let mut next = Some("/alerts".to_owned());
    while let Some(path) = next {
        let page = browser.get(&path).await.text;
        let shown = page.split("hx-get=\"/alerts/").skip(1);
        seen.extend(shown.map(|rest| rest.split('/').next().unwrap().parse().unwrap()));
        let older = page.split("href=\"/alerts?before=").nth(1);
        next = older.map(|rest| format!("/alerts?before={}", rest.split('"').next().unwrap()));
    }

    let expected: Vec<AlertId> = (0..70)
        .rev()
        .map(|number| format!("East-{number:03}").parse().unwrap())
        .collect();
    assert_eq!(seen, expected);
}
