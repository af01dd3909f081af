//! Work notices, the app's robot, quotas.

use std::time::Duration;

use serde_json::{Value, json};

use super::{DAY, HOUR, Peer, text};

const NOTICE: &str = "/topapi/message/corpconversation/asyncsend_v2";
const RESULT: &str = "/topapi/message/corpconversation/getsendresult";
const BATCH: &str = "/v1.0/robot/oToMessages/batchSend";
const DIRECTOR: &str = "dd-zhou-min";

fn notice(peer: &Peer, to: &str, content: &str) -> Value {
    json!({
        "agent_id": peer.company().dingtalk.agent_id, "userid_list": to,
        "msg": { "msgtype": "text", "text": { "content": content } },
    })
}

fn batch(peer: &Peer, to: &[&str], key: &str, param: &Value) -> Value {
    json!({
        "robotCode": peer.company().dingtalk.app_key, "userIds": to,
        "msgKey": key, "msgParam": param.to_string(),
    })
}

async fn result(peer: &Peer, sent: &Value) -> Value {
    let agent = peer.company().dingtalk.agent_id;
    let body = json!({ "agent_id": agent, "task_id": sent["task_id"] });
    peer.oapi(RESULT, &body).await["send_result"].clone()
}

#[tokio::test]
async fn the_same_notice_of_one_day_vanishes_and_only_the_result_tells() {
    let peer = Peer::start().await;
    let body = notice(&peer, &format!("{DIRECTOR},ghost"), "超时");

    let first = peer.oapi(NOTICE, &body).await;
    let again = peer.oapi(NOTICE, &body).await;

    assert_eq!(
        (&first["errcode"], &again["errcode"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(peer.sandbox.director(DIRECTOR).inbox().len(), 1);
    assert_eq!(
        result(&peer, &first).await["unread_user_id_list"],
        json!([DIRECTOR])
    );
    assert_eq!(
        result(&peer, &first).await["invalid_user_id_list"],
        json!(["ghost"])
    );
    assert_eq!(
        result(&peer, &again).await["forbidden_list"][0]["code"],
        "143106"
    );

    peer.later(HOUR * 15);
    peer.oapi(NOTICE, &body).await;
    assert_eq!(
        peer.sandbox.director(DIRECTOR).inbox().len(),
        2,
        "a new day"
    );
}

#[tokio::test]
async fn above_the_daily_cap_notices_vanish() {
    let peer = Peer::start().await;
    peer.sandbox.limit(|limits| limits.notices_a_day = 1);
    peer.oapi(NOTICE, &notice(&peer, DIRECTOR, "一")).await;

    let excess = peer.oapi(NOTICE, &notice(&peer, DIRECTOR, "二")).await;

    assert_eq!(excess["errcode"], 0);
    assert_eq!(
        result(&peer, &excess).await["forbidden_list"][0]["code"],
        "143105"
    );
}

#[tokio::test]
async fn wrong_notices_are_refused() {
    let peer = Peer::start().await;
    let message = |message: Value| {
        let mut body = notice(&peer, DIRECTOR, "x");
        body["msg"] = message;
        body
    };
    let with = |key: &str, value: Value| {
        let mut body = notice(&peer, DIRECTOR, "x");
        body[key] = value;
        body
    };
    let link = "https://d.example";
    let card = |title: &str| json!({ "msgtype": "action_card", "action_card": { "title": "x", "markdown": "x", "single_title": title, "single_url": link } });
    let cases = [
        ("another agent", 40056, with("agent_id", json!(1))),
        ("nobody", 40035, with("userid_list", json!(""))),
        (
            "people as a list",
            40035,
            with("userid_list", json!([DIRECTOR])),
        ),
        (
            "101 people",
            40035,
            with("userid_list", json!(vec!["u"; 101].join(","))),
        ),
        (
            "21 departments",
            40035,
            with("dept_id_list", json!(vec!["1"; 21].join(","))),
        ),
        (
            "over 2048 bytes",
            40035,
            message(json!({ "msgtype": "text", "text": { "content": "长".repeat(680) } })),
        ),
        (
            "unknown type",
            40035,
            message(json!({ "msgtype": "poem", "poem": {} })),
        ),
        (
            "card in the robot's spelling",
            40035,
            message(json!({ "msgtype": "actionCard", "actionCard": {} })),
        ),
        ("long button", 40035, message(card(&"长".repeat(21)))),
        (
            "oa without colour",
            40035,
            message(
                json!({ "msgtype": "oa", "oa": { "message_url": link, "head": { "bgcolor": "red", "text": "x" }, "body": {} } }),
            ),
        ),
    ];

    for (what, errcode, body) in cases {
        let answer = peer.oapi(NOTICE, &body).await;
        assert_eq!(answer["errcode"], errcode, "{what}: {answer}");
    }
    assert_eq!(
        peer.oapi(NOTICE, &message(card("查看"))).await["errcode"],
        0
    );
}

#[tokio::test]
async fn the_robot_says_whom_it_could_not_reach() {
    let peer = Peer::start().await;
    let token = peer.dingtalk_token().await;
    let param = json!({ "title": "超时", "text": "…", "singleTitle": "查看", "singleURL": "https://d.example" });
    let body = batch(
        &peer,
        &[DIRECTOR, "dd-wu-jun", "ghost"],
        "sampleActionCard",
        &param,
    );
    peer.sandbox.hold_back_next_to("dd-wu-jun");

    let (status, answer) = peer.post_new(BATCH, &token, &body).await;

    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["invalidStaffIdList"], json!(["ghost"]));
    assert_eq!(answer["flowControlledStaffIdList"], json!(["dd-wu-jun"]));
    assert!(!text(&answer["processQueryKey"]).is_empty());
    assert_eq!(
        peer.sandbox.director(DIRECTOR).inbox()[0].content["title"],
        "超时"
    );
    assert!(peer.sandbox.director("dd-wu-jun").inbox().is_empty());
}

#[tokio::test]
async fn wrong_robot_messages_are_refused_with_a_status() {
    let peer = Peer::start().await;
    let token = peer.dingtalk_token().await;
    let param = json!({ "content": "x" });
    let with = |key: &str, value: Value| {
        let mut body = batch(&peer, &[DIRECTOR], "sampleText", &param);
        body[key] = value;
        body
    };
    let cases = [
        (
            "another robot",
            "resource.not.found",
            with("robotCode", json!("x")),
        ),
        (
            "nobody",
            "invalidParameter.userIds",
            with("userIds", json!([])),
        ),
        (
            "21 people",
            "invalidParameter.userIds",
            with("userIds", json!(vec!["u"; 21])),
        ),
        (
            "unknown key",
            "invalidParameter.msgKey",
            with("msgKey", json!("samplePoem")),
        ),
        (
            "card with six buttons down",
            "invalidParameter.msgKey",
            with("msgKey", json!("sampleActionCard7")),
        ),
        (
            "param as object",
            "invalidParameter.msgParam",
            with("msgParam", param.clone()),
        ),
        (
            "param of another form",
            "invalidParameter.msgParam",
            with("msgParam", json!("{\"text\":\"x\"}")),
        ),
        (
            "long param",
            "invalidParameter.msgParam",
            with(
                "msgParam",
                json!(json!({ "content": "长".repeat(5000) }).to_string()),
            ),
        ),
    ];

    for (what, code, body) in cases {
        let (status, answer) = peer.post_new(BATCH, &token, &body).await;
        assert_eq!(
            (status, &answer["code"]),
            (400, &json!(code)),
            "{what}: {answer}"
        );
    }
    let (status, answer) = peer
        .post_new(BATCH, "made-up", &with("msgKey", json!("sampleText")))
        .await;
    assert_eq!(
        (status, &answer["code"]),
        (401, &json!("InvalidAuthentication"))
    );
}

#[tokio::test]
async fn the_months_quota_ends_both_families_and_comes_back() {
    let peer = Peer::start().await;
    peer.sandbox
        .limit(|limits| limits.dingtalk_calls_a_month = 1);
    let token = peer.dingtalk_token().await;
    let body = batch(&peer, &[DIRECTOR], "sampleText", &json!({ "content": "x" }));

    assert_eq!(
        peer.oapi(NOTICE, &notice(&peer, DIRECTOR, "一")).await["errcode"],
        0
    );
    assert_eq!(
        peer.oapi(NOTICE, &notice(&peer, DIRECTOR, "二")).await["errcode"],
        90020
    );
    let (status, answer) = peer.post_new(BATCH, &token, &body).await;
    assert_eq!(status, 403);
    assert_eq!(answer["code"], "Forbidden.AccessDenied.ApiCountLimitForOrg");

    peer.later(DAY * 8);
    assert_eq!(
        peer.oapi(NOTICE, &notice(&peer, DIRECTOR, "三")).await["errcode"],
        0
    );
}

#[tokio::test]
async fn an_api_has_twenty_calls_a_second() {
    let peer = Peer::start().await;
    for _ in 0..20 {
        let answer = peer
            .oapi(
                "/topapi/v2/user/getbymobile",
                &json!({ "mobile": "13800000021" }),
            )
            .await;
        assert_eq!(answer["result"]["userid"], DIRECTOR);
    }

    let excess = peer
        .oapi(
            "/topapi/v2/user/getbymobile",
            &json!({ "mobile": "13800000021" }),
        )
        .await;
    assert_eq!(excess["errcode"], 90018);
    peer.later(Duration::from_secs(1));
    let late = peer
        .oapi(
            "/topapi/v2/user/getbymobile",
            &json!({ "mobile": "13800000021" }),
        )
        .await;
    assert_eq!(late["errcode"], 0);
}
