//! The phones' API.

use serde_json::{Value, json};

use super::receiver::Receiver;
use super::{Peer, button_card, card_message, risk_card};

const CUSTOMER: &str = "wmYunshanChen01";
const STATE: &str = "/phones/api/state?customer=wmYunshanChen01&rep=zhao.lei&director=dd-zhou-min";

async fn press(peer: &Peer, path: &str, body: Value) -> (u16, Value) {
    let url = format!("{}/sandbox/phones/api/{path}", peer.base);
    let response = peer.http.post(url).json(&body).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn a_chat_is_on_both_phones() {
    let peer = Peer::start().await;
    let service = Receiver::start(&peer).await;

    press(
        &peer,
        "customer/says",
        json!({ "id": CUSTOMER, "text": "太贵了" }),
    )
    .await;
    press(
        &peer,
        "rep/replies",
        json!({ "id": "zhao.lei", "customer": CUSTOMER, "text": "您觉得太贵吗" }),
    )
    .await;
    let line = peer.get(STATE).await["customer"]["lines"][0]["id"].clone();
    press(
        &peer,
        "customer/recalls",
        json!({ "id": CUSTOMER, "line": line }),
    )
    .await;

    assert_eq!(service.received().len(), 3);
    let state = peer.get(STATE).await;
    let lines = &state["customer"]["lines"];
    assert_eq!(
        (&lines[0]["from"], &lines[0]["recalled"]),
        (&json!("customer"), &json!(true))
    );
    assert_eq!(
        (&lines[1]["from"], &lines[1]["name"]),
        (&json!("rep"), &json!("赵磊"))
    );
    assert_eq!(state["rep"]["chats"][0]["lines"], *lines);
}

#[tokio::test]
async fn what_a_rep_says_speaks_shows_and_where_they_are_reaches_the_app() {
    let peer = Peer::start().await;
    let service = Receiver::start(&peer).await;
    let rep = |more: Value| {
        let mut body = json!({ "id": "zhao.lei" });
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        body
    };

    press(&peer, "rep/says", rep(json!({ "text": "状态" }))).await;
    assert_eq!(service.newest("Content"), "状态");
    press(&peer, "rep/talks", rep(json!({ "seconds": 2 }))).await;
    assert_eq!(service.newest("MsgType"), "voice");
    let spoken = fetched(&peer, &service.newest("MediaId")).await;
    assert_eq!(&spoken[..6], b"#!AMR\n");
    assert_eq!(spoken.len(), 6 + 2 * 50 * 32, "two seconds of 12.2 kbit/s");
    press(&peer, "rep/shows", rep(json!({}))).await;
    assert_eq!(service.newest("MsgType"), "image");
    let shown = fetched(&peer, &service.newest("MediaId")).await;
    assert_eq!(&shown[..4], b"\x89PNG");
    let place = json!({ "latitude": 29.87, "longitude": 121.55, "label": "宁波市鄞州区" });
    press(&peer, "rep/stands", rep(place)).await;
    assert_eq!(service.newest("MsgType"), "location");
    assert_eq!(service.newest("Location_X"), "29.87");
    assert_eq!(service.newest("Label"), "宁波市鄞州区");

    assert_eq!(service.newest("FromUserName"), "zhao.lei");
    let state = peer.get(STATE).await;
    let lines = state["rep"]["lines"].as_array().unwrap().clone();
    let texts: Vec<Value> = lines.into_iter().map(|line| line["text"].clone()).collect();
    assert_eq!(
        texts,
        ["状态", "[语音] 2 秒", "[图片]", "[位置] 宁波市鄞州区"]
    );
}

/// What the platform gives for a media id.
async fn fetched(peer: &Peer, media_id: &str) -> Vec<u8> {
    let token = peer.wecom_token().await;
    let url = format!(
        "{}/sandbox/wecom/cgi-bin/media/get?access_token={token}&media_id={media_id}",
        peer.base
    );
    let answer = peer.http.get(url).send().await.unwrap();
    answer.bytes().await.unwrap().to_vec()
}

#[tokio::test]
async fn a_card_is_open_then_pressed_then_closed() {
    let peer = Peer::start().await;
    let service = Receiver::start(&peer).await;
    peer.send(&card_message("zhao.lei", risk_card("run-1")))
        .await;
    let card = async || peer.get(STATE).await["rep"]["lines"][0]["card"].clone();
    assert_eq!(card().await["state"], "open");

    let pressing = json!({ "id": "zhao.lei", "task_id": "run-1", "key": "submit", "selections": { "risk": ["price"] } });
    assert_eq!(press(&peer, "rep/presses", pressing.clone()).await.0, 200);
    assert_eq!(card().await["state"], "pressed");
    assert_eq!(
        card().await["chosen"],
        json!({ "risk": ["price"], "strategy": ["roi"] })
    );
    assert_eq!(press(&peer, "rep/presses", pressing).await.0, 409);

    let code = service.newest("ResponseCode");
    peer.update(&json!({ "atall": 1, "agentid": super::AGENT, "response_code": code, "button": { "replace_name": "已登记" } })).await;
    assert_eq!(
        (&card().await["state"], &card().await["replaced_by"]),
        (&json!("closed"), &json!("已登记"))
    );
}

#[tokio::test]
async fn what_is_not_there_can_not_be_pressed() {
    let peer = Peer::start().await;
    peer.send(&card_message("zhao.lei", button_card("run-1")))
        .await;
    let cases = [
        ("customer/says", 404, json!({ "id": "ghost", "text": "x" })),
        ("customer/says", 400, json!({ "id": CUSTOMER, "text": " " })),
        (
            "customer/recalls",
            404,
            json!({ "id": "ghost", "line": "x" }),
        ),
        ("rep/says", 404, json!({ "id": "ghost", "text": "x" })),
        ("rep/says", 400, json!({ "id": "zhao.lei", "text": "\n" })),
        (
            "rep/replies",
            404,
            json!({ "id": "ghost", "customer": CUSTOMER, "text": "x" }),
        ),
        (
            "rep/replies",
            404,
            json!({ "id": "zhao.lei", "customer": "ghost", "text": "x" }),
        ),
        ("rep/talks", 404, json!({ "id": "ghost", "seconds": 9 })),
        ("rep/talks", 400, json!({ "id": "zhao.lei", "seconds": 0 })),
        ("rep/talks", 400, json!({ "id": "zhao.lei", "seconds": 61 })),
        ("rep/talks", 400, json!({ "id": "zhao.lei", "seconds": -1 })),
        ("rep/shows", 404, json!({ "id": "ghost" })),
        (
            "rep/stands",
            404,
            json!({ "id": "ghost", "latitude": 0, "longitude": 0 }),
        ),
        (
            "rep/stands",
            400,
            json!({ "id": "zhao.lei", "latitude": 90.1, "longitude": 0 }),
        ),
        (
            "rep/stands",
            400,
            json!({ "id": "zhao.lei", "latitude": 0, "longitude": -180.1 }),
        ),
        (
            "rep/presses",
            404,
            json!({ "id": "zhao.lei", "task_id": "run-9", "key": "done" }),
        ),
        (
            "rep/presses",
            409,
            json!({ "id": "zhao.lei", "task_id": "run-1", "key": "none" }),
        ),
        ("clock", 400, json!({})),
        ("clock", 409, json!({ "to": "next_deadline" })),
        ("rep/says", 400, json!({ "name": "x" })),
    ];

    for (path, status, body) in cases {
        let answer = press(&peer, path, body.clone()).await;
        assert_eq!(answer.0, status, "{path} {body}: {}", answer.1);
        assert!(answer.1["error"].is_string(), "{path} {body}");
    }
}

#[tokio::test]
async fn the_clock_moves_by_hand_or_by_whoever_knows_the_deadlines() {
    let peer = Peer::start().await;
    let before = peer.sandbox.clock().now();
    press(&peer, "clock", json!({ "advance_ms": 3_600_000 })).await;
    assert_eq!(peer.sandbox.clock().now().0 - before.0, 3_600_000);

    peer.sandbox
        .on_advance(|wanted| async move { wanted == super::super::TimeMove::ToNextDeadline });
    assert_eq!(
        press(&peer, "clock", json!({ "to": "next_deadline" }))
            .await
            .0,
        200
    );
}

#[tokio::test]
async fn a_director_sees_what_can_be_pressed_on_every_channel() {
    let peer = Peer::start().await;
    let link = "https://d.example/chat";
    let body = json!({
        "agent_id": peer.company().dingtalk.agent_id, "userid_list": "dd-zhou-min",
        "msg": { "msgtype": "action_card", "action_card": { "title": "超时", "markdown": "**x**", "single_title": "看原始聊天", "single_url": link } },
    });
    peer.oapi("/topapi/message/corpconversation/asyncsend_v2", &body)
        .await;
    let token = peer.dingtalk_token().await;
    let param = json!({ "title": "超时", "text": "x", "actionTitle1": "看", "actionURL1": link, "actionTitle2": "催", "actionURL2": link });
    let body = json!({ "robotCode": peer.company().dingtalk.app_key, "userIds": ["dd-zhou-min"], "msgKey": "sampleActionCard2", "msgParam": param.to_string() });
    peer.post_new("/v1.0/robot/oToMessages/batchSend", &token, &body)
        .await;

    let state = peer.get(STATE).await;

    let lines = &state["director"]["lines"];
    assert_eq!(
        (&lines[0]["channel"], &lines[0]["text"]),
        (&json!("work_notice"), &json!("**x**"))
    );
    assert_eq!(
        lines[0]["buttons"],
        json!([{ "title": "看原始聊天", "url": link }])
    );
    assert_eq!(
        (&lines[1]["channel"], &lines[1]["kind"]),
        (&json!("robot"), &json!("action_card"))
    );
    assert_eq!(
        lines[1]["buttons"][1],
        json!({ "title": "催", "url": link })
    );
}

#[tokio::test]
async fn a_directors_to_dos_are_on_the_phone_and_ticked_off_once() {
    let peer = Peer::start().await;
    let token = peer.dingtalk_token().await;
    let unionid = "UNIONDDZHOUMIN";
    let task = json!({
        "sourceId": "deal-1", "subject": "调取维修记录", "description": "停留过久", "creatorId": unionid,
        "executorIds": [unionid], "detailUrl": { "appUrl": "https://d.example/", "pcUrl": "https://d.example/" },
    });
    let path = format!("/v1.0/todo/users/{unionid}/tasks");
    assert_eq!(peer.post_new(&path, &token, &task).await.0, 200);
    let todos = async || peer.get(STATE).await["director"]["todos"].clone();
    let [todo] = todos()
        .await
        .as_array()
        .unwrap()
        .clone()
        .try_into()
        .unwrap();
    assert_eq!(
        (
            &todo["subject"],
            &todo["description"],
            &todo["url"],
            &todo["done"]
        ),
        (
            &json!("调取维修记录"),
            &json!("停留过久"),
            &json!("https://d.example/"),
            &json!(false)
        )
    );

    let ticking = json!({ "id": "dd-zhou-min", "todo": todo["id"] });
    let others = json!({ "id": "dd-wu-jun", "todo": todo["id"] });
    let nobodys = json!({ "id": "ghost", "todo": todo["id"] });
    assert_eq!(press(&peer, "director/ticks", others).await.0, 409);
    assert_eq!(press(&peer, "director/ticks", nobodys).await.0, 404);
    assert_eq!(press(&peer, "director/ticks", ticking.clone()).await.0, 200);

    assert_eq!(todos().await[0]["done"], json!(true));
    assert_eq!(press(&peer, "director/ticks", ticking).await.0, 409);
}

#[tokio::test]
async fn a_link_opens_as_the_person_and_only_here() {
    let peer = Peer::start().await;
    let open = async |url: &str| {
        let query = [("as", "dd-zhou-min"), ("url", url)];
        let request = peer.http.get(format!("{}/sandbox/phones/open", peer.base));
        request.query(&query).send().await.unwrap()
    };

    let page = format!("{}/chats/1", peer.base);
    let response = open(&page).await;
    assert_eq!(response.status(), 302);
    assert_eq!(response.headers()["location"], page.as_str());
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("sandbox_user=dd-zhou-min;"), "{cookie}");
    for elsewhere in [
        "https://evil.example/",
        "javascript:alert(1)",
        "//evil.example",
    ] {
        assert_eq!(open(elsewhere).await.status(), 400, "{elsewhere}");
    }
}

#[tokio::test]
async fn open_pages_hear_of_every_change() {
    let peer = Peer::start().await;
    let url = format!("{}/sandbox/phones/events", peer.base);
    let mut response = peer.http.get(url).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    let first = response.chunk().await.unwrap().unwrap();

    press(&peer, "clock", json!({ "advance_ms": 1 })).await;

    let second = response.chunk().await.unwrap().unwrap();
    assert!(first.starts_with(b"data: {\"version\":"));
    assert_ne!(first, second);
}
