//! Failures on demand, and who knows what afterwards.

use std::time::Duration;

use serde_json::json;

use super::super::{Endpoint, Fault, Record};
use super::{Peer, text_message};

#[tokio::test]
async fn a_reset_after_reading_has_delivered_and_a_reset_before_has_not() {
    let peer = Peer::start().await;
    let token = peer.wecom_token().await;
    let url = format!(
        "{}/sandbox/wecom/cgi-bin/message/send?access_token={token}",
        peer.base
    );
    let send = |content: &'static str| {
        peer.http
            .post(&url)
            .json(&text_message("zhao.lei", content))
            .send()
    };

    peer.sandbox
        .faults()
        .next(Endpoint::WecomSend, Fault::ResetBeforeReading);
    peer.sandbox
        .faults()
        .next(Endpoint::WecomSend, Fault::ResetAfterReading);
    assert!(send("一").await.is_err());
    assert!(send("二").await.is_err());
    assert!(send("三").await.is_ok());

    let inbox = peer.sandbox.ledger().wecom_inbox("zhao.lei");
    let shown: Vec<_> = inbox
        .iter()
        .map(|message| &message.content["content"])
        .collect();
    assert_eq!(shown, ["二", "三"]);
    assert_eq!(peer.calls(Endpoint::WecomSend), 3);
}

#[tokio::test]
async fn a_call_that_is_never_answered_runs_into_the_callers_timeout() {
    let peer = Peer::start().await;
    peer.sandbox
        .faults()
        .next(Endpoint::WecomToken, Fault::NeverAnswer);
    let url = format!("{}/sandbox/wecom/cgi-bin/gettoken", peer.base);

    let call = peer.http.get(url).timeout(Duration::from_millis(50)).send();

    assert!(call.await.unwrap_err().is_timeout());
}

#[tokio::test]
async fn faults_answer_in_the_platforms_form_and_are_used_up() {
    let peer = Peer::start().await;
    let faults = peer.sandbox.faults();
    faults.next_times(2, Endpoint::WecomSend, Fault::Errcode(-1, "system busy"));

    for errcode in [-1, -1, 0] {
        let answer = peer.send(&text_message("zhao.lei", "x")).await;
        assert_eq!(answer["errcode"], errcode);
    }

    faults.next(
        Endpoint::RobotToPeople,
        Fault::Word(503, "system.busy", "busy"),
    );
    let answer = peer
        .post_new("/v1.0/robot/oToMessages/batchSend", "t", &json!({}))
        .await;
    assert_eq!(answer.0, 503);
    assert_eq!(answer.1["code"], "system.busy");

    let url = format!("{}/sandbox/dingtalk/oapi/robot/send", peer.base);
    faults.next(Endpoint::RobotSend, Fault::Http(502));
    assert_eq!(peer.http.post(&url).send().await.unwrap().status(), 502);
    faults.next(Endpoint::RobotSend, Fault::Html);
    let page = peer.http.post(&url).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().starts_with("<html>"));
}

#[tokio::test]
async fn the_ledger_wakes_who_waits_for_an_entry() {
    let peer = Peer::start().await;
    let ledger = peer.sandbox.ledger();
    let waiter = tokio::spawn(async move {
        let is_message = |entry: &super::super::Entry| matches!(&entry.record, Record::Wecom(_));
        ledger.wait_for(is_message, Duration::from_secs(5)).await
    });

    peer.send(&text_message("zhao.lei", "来了")).await;

    assert!(waiter.await.unwrap().is_some());
    let nothing = peer
        .sandbox
        .ledger()
        .wait_for(|_| false, Duration::from_millis(1))
        .await;
    assert_eq!(nothing, None);
}

#[tokio::test]
async fn a_stopped_sandbox_can_not_be_reached() {
    let peer = Peer::start().await;
    assert!(peer.http.get(&peer.base).send().await.is_ok());

    peer.sandbox.stop().await;

    assert!(peer.http.get(&peer.base).send().await.is_err());
}
