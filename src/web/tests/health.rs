//! Health, compliance and attribution as their viewers meet them.

use std::time::Duration;

use super::site::Site;
use crate::domain::Timestamp;
use crate::store::RunRow;

const DAY: Duration = Duration::from_secs(24 * 3600);

async fn put_run(
    site: &Site,
    (id, deal): (&str, &str),
    (status, late): (&str, bool),
    due: Timestamp,
) {
    let run = RunRow {
        id: id.parse().unwrap(),
        opportunity_id: deal.parse().unwrap(),
        node: "risk_register".to_owned(),
        title: format!("风险预判登记 {id}"),
        status: status.to_owned(),
        opened_at: due.minus(DAY),
        expected_at: None,
        due_at: due,
        done_at: (status == "done").then_some(due),
        late,
        answers: "{}".to_owned(),
        done_by: None,
        spot_check: None,
    };
    let mut tx = site.shared.store.begin().await.unwrap();
    tx.put_run(&run).await.unwrap();
    tx.commit().await.unwrap();
}

/// Of the east two of three are done, one of them late; of the north one. One has time until tomorrow.
async fn with_runs() -> Site {
    let site = Site::open().await;
    let now = site.clock.now();
    let day = |ago: u32| now.minus(DAY * ago);
    for (id, deal, stands, due) in [
        ("e1", "deal-East", ("done", false), day(1)),
        ("e2", "deal-East", ("done", true), day(2)),
        ("e3", "deal-East", ("overdue", true), day(3)),
        ("e4", "deal-East", ("open", false), now.plus(DAY)),
        ("e5", "deal-East", ("done", false), day(40)),
        ("n1", "deal-North", ("done", false), day(1)),
    ] {
        put_run(&site, (id, deal), stands, due).await;
    }
    site
}

#[actix_web::test]
async fn each_viewer_has_the_figures_of_their_own() {
    let site = with_runs().await;
    for (person, told) in [
        ("admin", "应完成 4，已完成 3"),
        ("director-east", "应完成 3，已完成 2"),
        ("director-north", "应完成 1，已完成 1"),
        ("rep-east", "应完成 3，已完成 2"),
        ("rep-north", "应完成 1，已完成 1"),
    ] {
        let mut browser = site.browser_of(person).await;
        for query in ["", "?rep=rep-east&period=30d", "?region=%E5%8D%8E%E4%B8%9C"] {
            let page = browser.get(&format!("/compliance{query}")).await;
            assert_eq!(page.status, 200);
            if query.is_empty() {
                assert!(page.text.contains(told), "{person}: {}", page.text);
            }
            let own = !person.ends_with("north");
            let health = browser.get(&format!("/health{query}")).await.text;
            assert_eq!(
                health.contains("rep=rep-east&#38;node="),
                own,
                "{person} {query}"
            );
        }
        let list = browser.get("/health/runs?rep=rep-east").await.text;
        assert_eq!(
            list.contains("风险预判登记 e1"),
            !person.ends_with("north"),
            "{person}"
        );
    }
}

#[actix_web::test]
async fn a_figure_opens_the_runs_that_it_counts() {
    let site = with_runs().await;
    let mut director = site.browser_of("director-east").await;
    let all = director
        .get("/health/runs?period=30d&rep=rep-east&node=risk_register")
        .await;
    let missing = director.get("/health/runs?of=missing").await;
    let late = director.get("/health/runs?of=late").await;
    let another = director.get("/health/runs?node=roi").await;

    let told = |page: &str| -> Vec<&'static str> {
        let ids = ["e1", "e2", "e3", "e4", "e5", "n1"];
        let listed = |id: &&str| page.contains(&format!("href=\"/runs/{id}\""));
        ids.into_iter().filter(listed).collect()
    };
    assert_eq!(told(&all.text), ["e1", "e2", "e3"], "{}", all.text);
    assert_eq!(told(&missing.text), ["e3"]);
    assert_eq!(told(&late.text), ["e2"]);
    assert!(told(&another.text).is_empty() && another.text.contains("没有这样的节点"));
}

#[actix_web::test]
async fn a_change_is_told_against_as_long_a_time_before() {
    let site = with_runs().await;
    let mut director = site.browser_of("director-east").await;

    let fell = director.get("/attribution?period=30d").await.text;
    let nothing = director.get("/attribution?period=7d").await.text;

    assert!(
        fell.contains("合规率从 100% 降到 66.7%（−33.3 个百分点）"),
        "{fell}"
    );
    assert!(nothing.contains("没有变化可以拆开"));
    let too_long = director
        .get("/health?from=2025-01-01&to=2026-11-01")
        .await
        .text;
    assert!(too_long.contains("一次最多看"), "{too_long}");
}

#[actix_web::test]
async fn what_is_shown_can_be_downloaded() {
    let site = with_runs().await;
    let mut director = site.browser_of("director-east").await;

    for path in ["health", "compliance", "attribution"] {
        let file = director.get(&format!("/{path}.xlsx?period=30d")).await;
        assert_eq!(file.status, 200);
        let name = format!("{path}-2026-10-25-2026-11-23.xlsx");
        assert!(file.header("content-disposition").contains(&name), "{name}");
    }
}
