//! What the service is told, and how often.

use super::super::{CallbackAnswer, CallbackFault, Retried, Retries, UrlRefused};
use super::receiver::{Receiver, inside};
use super::{HOUR, Peer};

#[tokio::test]
async fn a_reps_message_is_sealed_as_the_service_opens_it() {
    let peer = Peer::start().await;
    let service = Receiver::start(&peer).await;

    peer.sandbox
        .rep("zhao.lei")
        .says("价格 <b> & ]]> \"好\"")
        .await;

    let message = service.received().pop().unwrap();
    assert_eq!(inside(&message, "ToUserName"), peer.company().corp_id);
    assert_eq!(inside(&message, "MsgType"), "text");
    assert_eq!(inside(&message, "AgentID"), "1000002");
    assert_eq!(
        inside(&message, "CreateTime"),
        peer.sandbox.clock().now().seconds().to_string()
    );
    let id: u64 = inside(&message, "MsgId").parse().unwrap();
    assert!(i64::try_from(id).is_err(), "MsgId is unsigned");
    assert_eq!(
        inside(&message, "Content"),
        "价格 <b> & ]]]]><![CDATA[> \"好\""
    );
}

#[tokio::test]
async fn a_callback_url_is_verified_by_its_bare_echo() {
    let peer = Peer::start().await;
    assert_eq!(
        peer.sandbox.verify_url("sales").await,
        Err(UrlRefused::NoAnswer)
    );

    let service = Receiver::start(&peer).await;
    assert_eq!(peer.sandbox.verify_url("sales").await, Ok(()));

    service.fail(1);
    assert_eq!(
        peer.sandbox.verify_url("sales").await,
        Err(UrlRefused::WrongEcho)
    );
    peer.sandbox
        .set_up(|company| company.apps[0].token = "another".into());
    assert_eq!(
        peer.sandbox.verify_url("sales").await,
        Err(UrlRefused::Status(403))
    );
    assert_eq!(
        peer.sandbox.verify_url("none").await,
        Err(UrlRefused::NotSetUp)
    );
}

#[tokio::test]
async fn a_failed_callback_is_signed_anew_and_tried_three_times_more() {
    let peer = Peer::start().await;
    let service = Receiver::start(&peer).await;
    service.fail(3);

    peer.sandbox.rep("zhao.lei").says("在").await;

    assert_eq!(service.received().len(), 1);
    let queries = service.queries();
    assert_eq!(queries.len(), 4);
    assert_ne!(queries[0], queries[1]);
    let attempts = peer.sandbox.ledger().callbacks();
    let answers: Vec<_> = attempts
        .iter()
        .map(|one| (one.attempt, one.answer.clone()))
        .collect();
    let busy = CallbackAnswer::Status(503);
    let done = CallbackAnswer::Acknowledged(String::new());
    assert_eq!(
        answers,
        [(1, busy.clone()), (2, busy.clone()), (3, busy), (4, done)]
    );
}

#[tokio::test]
async fn after_four_tries_a_callback_is_lost() {
    let peer = Peer::start().await;
    let service = Receiver::start(&peer).await;
    service.fail(4);

    peer.sandbox.rep("zhao.lei").says("在").await;

    assert_eq!(service.received().len(), 0);
    assert_eq!(peer.sandbox.deliver_due().await, 0);
}

#[tokio::test]
async fn a_refusal_can_be_the_end_of_a_callback() {
    let peer = Peer::start().await;
    let service = Receiver::start(&peer).await;
    peer.sandbox.set_retried(Retried::NoAnswer);
    service.fail(1);

    peer.sandbox.rep("zhao.lei").says("在").await;

    assert_eq!(service.received().len(), 0);
    assert_eq!(peer.sandbox.deliver_due().await, 0);
    peer.sandbox.rep("zhao.lei").says("在吗").await;
    assert_eq!(service.received().len(), 1);
}

#[tokio::test]
async fn tries_can_be_made_one_by_one() {
    let peer = Peer::start().await;
    let service = Receiver::start(&peer).await;
    peer.sandbox.set_retries(Retries::ByHand);
    service.fail(2);

    peer.sandbox.rep("zhao.lei").says("在").await;
    assert_eq!(service.queries().len(), 1);
    assert_eq!(peer.sandbox.deliver_due().await, 1);
    assert_eq!(peer.sandbox.deliver_due().await, 0);

    assert_eq!(service.received().len(), 1);
}

#[tokio::test]
async fn callbacks_are_dropped_repeated_delayed_overtaken_and_harmed_on_demand() {
    let peer = Peer::start().await;
    let service = Receiver::start(&peer).await;
    let rep = peer.sandbox.rep("zhao.lei");
    let faults = peer.sandbox.faults();
    let contents = || -> Vec<String> {
        service
            .received()
            .iter()
            .map(|one| inside(one, "Content"))
            .collect()
    };

    faults.next_callback(CallbackFault::Drop);
    rep.says("丢").await;
    assert_eq!(contents(), Vec::<String>::new());

    faults.next_callback(CallbackFault::Repeat(2));
    rep.says("重").await;
    assert_eq!(contents(), ["重", "重", "重"]);

    faults.next_callback(CallbackFault::Delay(HOUR));
    rep.says("迟").await;
    faults.next_callback(CallbackFault::Reorder);
    rep.says("先").await;
    rep.says("后").await;
    assert_eq!(contents()[3..], ["后", "先"]);

    peer.later(HOUR);
    peer.sandbox.deliver_due().await;
    assert_eq!(contents()[5..], ["迟"]);

    peer.sandbox.set_retries(Retries::ByHand);
    faults.next_callback(CallbackFault::Corrupt);
    rep.says("坏").await;
    let last = peer.sandbox.ledger().callbacks().pop().unwrap();
    assert_eq!(last.answer, CallbackAnswer::Status(403));
}
