//! Pulling customers' messages.

use serde_json::{Value, json};

use super::receiver::Receiver;
use super::{DAY, MINUTE, Peer, text};

const ACCOUNT: &str = "wkZhaoLei0001";
const CUSTOMER: &str = "wmYunshanChen01";

async fn sync(peer: &Peer, body: Value) -> Value {
    let token = peer.wecom_token().await;
    let path = format!("/wecom/cgi-bin/kf/sync_msg?access_token={token}");
    peer.post(&path, &body).await
}

fn contents(page: &Value) -> Vec<&str> {
    let list = page["msg_list"].as_array().unwrap();
    list.iter()
        .filter_map(|message| message["text"]["content"].as_str())
        .collect()
}

#[tokio::test]
async fn pages_follow_the_cursor_and_may_be_empty_in_between() {
    let peer = Peer::start().await;
    let service = Receiver::start(&peer).await;
    peer.sandbox.limit(|limits| limits.sync_page = 2);
    peer.sandbox
        .customer(CUSTOMER)
        .says_many(&["一", "二", "三"])
        .await;
    assert_eq!(service.newest("OpenKfId"), ACCOUNT);
    let token = service.newest("Token");

    let first = sync(&peer, json!({ "open_kfid": ACCOUNT, "token": token })).await;
    assert_eq!(contents(&first), ["一", "二"]);
    assert_eq!(first["has_more"], 1);

    peer.sandbox.empty_next_page(ACCOUNT);
    let next = |page: &Value| json!({ "open_kfid": ACCOUNT, "token": token, "cursor": text(&page["next_cursor"]) });
    let empty = sync(&peer, next(&first)).await;
    assert_eq!((contents(&empty).len(), &empty["has_more"]), (0, &json!(1)));

    let last = sync(&peer, next(&empty)).await;
    assert_eq!(
        (contents(&last), &last["has_more"]),
        (vec!["三"], &json!(0))
    );
    assert_eq!(last["msg_list"][0]["origin"], 3);
    assert_eq!(last["msg_list"][0]["external_userid"], CUSTOMER);

    let after = sync(&peer, next(&last)).await;
    assert_eq!((contents(&after).len(), &after["has_more"]), (0, &json!(0)));
    assert_eq!(after["next_cursor"], last["next_cursor"]);
}

#[tokio::test]
async fn a_reps_reply_and_a_recall_come_the_same_way() {
    let peer = Peer::start().await;
    let service = Receiver::start(&peer).await;
    let said = peer.sandbox.customer(CUSTOMER).says("太贵了").await;
    peer.sandbox
        .rep("zhao.lei")
        .replies_to(CUSTOMER, "您觉得太贵吗")
        .await;
    peer.sandbox.customer(CUSTOMER).recalls(&said).await;

    let page = sync(
        &peer,
        json!({ "open_kfid": ACCOUNT, "token": service.newest("Token") }),
    )
    .await;

    let [_, reply, recall] = page["msg_list"].as_array().unwrap().as_slice() else {
        panic!("expected three messages: {page}");
    };
    assert_eq!(
        (&reply["origin"], &reply["servicer_userid"]),
        (&json!(5), &json!("zhao.lei"))
    );
    assert_eq!(
        (&recall["origin"], &recall["msgtype"]),
        (&json!(4), &json!("event"))
    );
    assert!(recall.get("external_userid").is_none());
    assert_eq!(recall["event"]["event_type"], "user_recall_msg");
    assert_eq!(recall["event"]["recall_msgid"], said);
}

#[tokio::test]
async fn only_three_days_can_be_pulled() {
    let peer = Peer::start().await;
    let _service = Receiver::start(&peer).await;
    peer.sandbox.customer(CUSTOMER).says("旧").await;
    peer.later(DAY * 3 + MINUTE);
    peer.sandbox.customer(CUSTOMER).says("新").await;

    let page = sync(&peer, json!({ "open_kfid": ACCOUNT })).await;

    assert_eq!(contents(&page), ["新"]);
}

#[tokio::test]
async fn wrong_pulls_are_refused() {
    let peer = Peer::start().await;
    let service = Receiver::start(&peer).await;
    peer.sandbox.customer(CUSTOMER).says("在吗").await;
    let token = service.newest("Token");
    let other = "wkQianYue0002";
    let cases = [
        ("no account", 40058, json!({})),
        ("unknown account", 95000, json!({ "open_kfid": "wkNone" })),
        (
            "limit too high",
            40058,
            json!({ "open_kfid": ACCOUNT, "limit": 1001 }),
        ),
        (
            "limit zero",
            40058,
            json!({ "open_kfid": ACCOUNT, "limit": 0 }),
        ),
        (
            "made-up token",
            95007,
            json!({ "open_kfid": ACCOUNT, "token": "x" }),
        ),
        (
            "token of another account",
            95007,
            json!({ "open_kfid": other, "token": token }),
        ),
        (
            "made-up cursor",
            40058,
            json!({ "open_kfid": ACCOUNT, "cursor": "x", "token": token }),
        ),
        (
            "long cursor",
            40058,
            json!({ "open_kfid": ACCOUNT, "cursor": "x".repeat(65) }),
        ),
        (
            "misspelt",
            40058,
            json!({ "open_kfid": ACCOUNT, "openKfid": "x" }),
        ),
    ];
    for (what, errcode, body) in cases {
        let answer = sync(&peer, body).await;
        assert_eq!(answer["errcode"], errcode, "{what}: {answer}");
    }

    peer.later(MINUTE * 10);
    let answer = sync(&peer, json!({ "open_kfid": ACCOUNT, "token": token })).await;
    assert_eq!(answer["errcode"], 95007, "a token lives ten minutes");
}

#[tokio::test]
async fn without_a_token_pulling_is_strictly_rated() {
    let peer = Peer::start().await;
    peer.sandbox
        .limit(|limits| limits.syncs_without_token_a_minute = 1);

    assert_eq!(
        sync(&peer, json!({ "open_kfid": ACCOUNT })).await["errcode"],
        0
    );
    assert_eq!(
        sync(&peer, json!({ "open_kfid": ACCOUNT })).await["errcode"],
        45009
    );
    peer.later(MINUTE);
    assert_eq!(
        sync(&peer, json!({ "open_kfid": ACCOUNT })).await["errcode"],
        0
    );
}
