//! WeCom's JS-SDK on the rep's page: signed for the company and for the app, and for no other page.

use std::time::Duration;

use dingdan::sandbox::{Endpoint, Fault};
use serde_json::Value;

use crate::app::{Browser, Page, REP, TestApp};
use crate::rep_page::opened;
use crate::sightings::calls;

/// What the page tells the client, by the names of its data.
fn told(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("data-{name}=\"")).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// The client's look at a page's signature.
async fn checked(app: &TestApp, page: &str, of_app: bool, signature: &str, url: &str) -> String {
    let (corp, agent) = (told(page, "corp-id"), told(page, "agent-id"));
    let (timestamp, nonce) = (told(page, "timestamp"), told(page, "nonce"));
    let mut query = vec![
        ("corpId", corp.as_str()),
        ("timestamp", timestamp.as_str()),
        ("nonceStr", nonce.as_str()),
        ("signature", signature),
        ("url", url),
    ];
    if of_app {
        query.push(("agentId", agent.as_str()));
    }
    let script = script_of(page);
    let request = app.http.get(script.replace("jssdk.js", "jssdk/check"));
    let answer = request.query(&query).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    answer["errMsg"].as_str().unwrap().to_owned()
}

/// A page as WeCom's own browser opens it.
async fn opens(app: &TestApp, rep: &mut Browser, path: &str) -> Page {
    let request = app.http.get(format!("{}{path}", app.url));
    let agent = "Mozilla/5.0 (iPhone) Mobile wxwork/4.1.0 MicroMessenger/7.0.1";
    rep.send(request.header("user-agent", agent)).await
}

fn script_of(page: &str) -> String {
    let (_, rest) = page.split_once("<script src=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn the_client_accepts_both_signatures_for_this_page_alone() {
    let app = TestApp::start().await;
    let path = opened(&app, "terms_consensus").await;
    let mut rep = app.logged_in_by_wecom(REP).await;
    let url = format!("{}{path}", app.url);

    let page = opens(&app, &mut rep, &path).await;

    let policy = page.header("content-security-policy").to_owned();
    let page = page.text;
    let (company, own) = (told(&page, "company"), told(&page, "app"));
    assert_eq!(
        checked(&app, &page, false, &company, &url).await,
        "config:ok"
    );
    assert_eq!(
        checked(&app, &page, true, &own, &url).await,
        "agentConfig:ok"
    );
    let elsewhere = format!("{url}?x=1");
    for (of_app, signature, url) in [
        (false, &company, &elsewhere),
        (true, &own, &elsewhere),
        (false, &own, &url),
        (true, &company, &url),
    ] {
        let told = checked(&app, &page, of_app, signature, url).await;
        assert!(told.contains("40093"), "{told}");
    }
    let script = script_of(&page);
    let origin = script.split("/sandbox").next().unwrap();
    assert!(
        policy.contains(&format!("script-src 'self' {origin};")),
        "{policy}"
    );
    let other = opens(&app, &mut rep, &format!("{path}?from=chat"))
        .await
        .text;
    let signature = told(&other, "app");
    let url = format!("{url}?from=chat");
    assert_eq!(
        checked(&app, &other, true, &signature, &url).await,
        "agentConfig:ok"
    );
}

#[tokio::test]
async fn tickets_are_fetched_once_and_again_before_they_end() {
    let app = TestApp::start().await;
    let path = opened(&app, "terms_consensus").await;
    let mut rep = app.logged_in_by_wecom(REP).await;

    let first = opens(&app, &mut rep, &path).await.text;
    let second = opens(&app, &mut rep, &path).await.text;

    assert_ne!(told(&first, "nonce"), told(&second, "nonce"));
    let tickets = |app: &TestApp| {
        let of_company = calls(app, Endpoint::WecomCompanyTicket);
        (of_company, calls(app, Endpoint::WecomAppTicket))
    };
    assert_eq!(tickets(&app), (1, 1));
    app.clock.advance(Duration::from_secs(7000));
    let mut rep = app.logged_in_by_wecom(REP).await;
    opens(&app, &mut rep, &path).await;
    assert_eq!(tickets(&app), (2, 2));
}

#[tokio::test]
async fn without_a_ticket_the_page_works_without_the_client() {
    let app = TestApp::start().await;
    let path = opened(&app, "terms_consensus").await;
    let mut rep = app.logged_in_by_wecom(REP).await;
    let faults = app.sandbox.faults();
    faults.next_times(
        9,
        Endpoint::WecomAppTicket,
        Fault::Errcode(48002, "api forbidden"),
    );

    let page = opens(&app, &mut rep, &path).await;

    assert_eq!(page.status, 200);
    assert!(!page.text.contains("<script"), "{}", page.text);
    assert!(page.text.contains("type=\"file\""));
    let policy = page.header("content-security-policy");
    assert!(!policy.contains("script-src"), "{policy}");
}

#[tokio::test]
async fn outside_of_wecom_nothing_is_signed_and_no_script_runs() {
    let app = TestApp::start().await;
    let path = opened(&app, "terms_consensus").await;
    let mut rep = app.logged_in_by_wecom(REP).await;

    let page = rep.get(&path).await.text;

    assert!(!page.contains("<script"), "{page}");
    assert_eq!(calls(&app, Endpoint::WecomAppTicket), 0);
}
