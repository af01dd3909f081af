//! Nodes that people open on a deal's page.

use crate::access::logged_in;
use crate::app::{DIRECTOR, OTHER_DIRECTOR, Page, REP, TestApp};
use crate::sightings::texts;

const DEAL: &str = "/deals/deal-yunshan";
const NODES: &str = "/deals/deal-yunshan/nodes";

async fn runs_of(app: &TestApp, node: &str) -> usize {
    app.items(&format!("runs?node={node}")).await.len()
}

fn form<'a>(page: &'a str, node: &'a str) -> [(&'static str, &'a str); 2] {
    [("csrf", page), ("node", node)]
}

fn offered(page: &Page) -> Vec<&str> {
    let (_, rest) = page.text.split_once("select name=\"node\"").unwrap();
    let (list, _) = rest.split_once("</select>").unwrap();
    let options = list.split("<option value=\"").skip(1);
    options
        .filter_map(|option| option.split('"').next())
        .collect()
}

#[tokio::test]
async fn a_node_that_people_may_open_is_opened_on_the_deals_page_and_the_rep_is_asked() {
    let app = TestApp::start().await;
    let mut director = app.logged_in(DIRECTOR).await;
    let page = director.get(DEAL).await;
    assert_eq!(
        offered(&page),
        [
            "needs_clarification",
            "solution_match",
            "decision_chain",
            "terms_consensus"
        ],
        "those that only customers' words open are not offered"
    );
    let csrf = page.csrf();

    let opened = director
        .post_form(NODES, &form(&csrf, "needs_clarification"))
        .await;
    app.settle().await;

    assert_eq!(opened.status, 303, "{}", opened.text);
    let run = opened.location().unwrap().to_owned();
    let shown = director.get(&run).await;
    assert!(shown.text.contains("首次需求澄清"), "{}", shown.text);
    let asked = texts(&app, REP);
    assert!(
        asked.iter().any(|text| text.contains("需求确认单")),
        "{asked:?}"
    );

    let again = director
        .post_form(NODES, &form(&csrf, "needs_clarification"))
        .await;
    assert_eq!(again.location(), Some(run.as_str()), "it is open already");
    assert_eq!(runs_of(&app, "needs_clarification").await, 1);
}

#[tokio::test]
async fn a_rep_opens_one_too_and_goes_on_to_where_it_is_filled_in() {
    let app = TestApp::start().await;
    let mut rep = logged_in(&app, "wecom", REP).await;
    let csrf = rep.get(DEAL).await.csrf();

    let opened = rep.post_form(NODES, &form(&csrf, "terms_consensus")).await;

    assert_eq!(opened.status, 303, "{}", opened.text);
    let path = opened.location().unwrap().to_owned();
    assert!(path.starts_with("/m/runs/"), "{path}");
    assert_eq!(rep.get(&path).await.status, 200);
    let deal = rep.get(DEAL).await;
    assert!(
        deal.text.contains(&format!("href=\"{path}\"")),
        "{}",
        deal.text
    );
}

#[tokio::test]
async fn nobody_opens_what_they_may_not() {
    let app = TestApp::start().await;
    let mut director = app.logged_in(DIRECTOR).await;
    let csrf = director.get(DEAL).await.csrf();

    for (csrf, node, status) in [
        ("guessed", "needs_clarification", 403),
        (csrf.as_str(), "risk_registration", 400),
        (csrf.as_str(), "nothing", 400),
    ] {
        let refused = director.post_form(NODES, &form(csrf, node)).await;
        assert_eq!(refused.status, status, "{node}");
    }
    let mut other = app.logged_in(OTHER_DIRECTOR).await;
    let csrf = other.get("/alerts").await.csrf();
    let refused = other
        .post_form(NODES, &form(&csrf, "needs_clarification"))
        .await;
    assert_eq!(refused.status, 404);
    assert_eq!(director.get(NODES).await.location(), Some(DEAL));
    assert_eq!(app.items("runs").await.len(), 0);
}
