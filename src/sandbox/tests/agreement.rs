//! The service's own wire formats and the sandbox agree: what the one writes, the other takes.

use dingdan_webhooks::dingtalk::one_to_one::{
    BatchSendRequest, BatchSendResponse, Button, Template,
};
use dingdan_webhooks::dingtalk::robot::RobotMessage;
use dingdan_webhooks::dingtalk::work_notification::AsyncSendRequest;
use dingdan_webhooks::wecom::callback::{Callback, Event, Kind};
use dingdan_webhooks::wecom::kf::{KfKind, SyncMsgRequest, SyncMsgResponse};
use dingdan_webhooks::wecom::message::{SendRequest, SendResponse};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::super::Security;
use super::receiver::Receiver;
use super::{AGENT, Peer, card_message, risk_card};

const LINK: &str = "https://d.example/1";
const CUSTOMER: &str = "wmYunshanChen01";

/// Through the service's types and back.
fn rewritten<T: Serialize + DeserializeOwned>(body: Value) -> Value {
    serde_json::to_value(serde_json::from_value::<T>(body).unwrap()).unwrap()
}

fn head(card_type: &str) -> Value {
    json!({
        "card_type": card_type, "task_id": format!("t-{card_type}"),
        "source": { "icon_url": LINK, "desc": "盯单" },
        "main_title": { "title": "标题", "desc": "说明" },
    })
}

fn with(mut card: Value, more: Value) -> Value {
    let more = more.as_object().unwrap().clone();
    card.as_object_mut().unwrap().extend(more);
    card
}

/// A card of each kind that uses everything it may.
fn full_cards() -> Vec<Value> {
    let options = json!([{ "id": "a", "text": "甲" }, { "id": "b", "text": "乙" }]);
    let list =
        json!({ "question_key": "q", "title": "问", "selected_id": "b", "option_list": options });
    let submit = json!({ "submit_button": { "text": "提交", "key": "s" } });
    let shared = json!({
        "action_menu": { "desc": "更多", "action_list": [{ "text": "稍后", "key": "later" }] },
        "quote_area": { "type": 1, "url": LINK, "title": "原话", "quote_text": "太贵了" },
        "horizontal_content_list": [
            { "keyname": "客户", "value": "云杉" },
            { "type": 1, "keyname": "聊天", "value": "查看", "url": LINK },
            { "type": 3, "keyname": "负责人", "value": "赵磊", "userid": "zhao.lei" },
        ],
        "card_action": { "type": 1, "url": LINK },
    });
    let jumps = json!({ "jump_list": [{ "type": 1, "title": "看", "url": LINK }] });
    let text_notice =
        json!({ "emphasis_content": { "title": "3", "desc": "天" }, "sub_title_text": "x" });
    let news_notice = json!({
        "card_image": { "url": LINK, "aspect_ratio": 2.25 },
        "vertical_content_list": [{ "title": "一", "desc": "二" }],
    });
    let buttons = json!({
        "sub_title_text": "x", "button_selection": list,
        "button_list": [{ "text": "完成", "style": 2, "key": "done" }, { "type": 1, "text": "看", "url": LINK }],
    });
    let checkbox = json!({ "checkbox": { "question_key": "q", "mode": 1,
        "option_list": [{ "id": "a", "text": "甲", "is_checked": true }, { "id": "b", "text": "乙" }] } });
    vec![
        with(
            with(with(head("text_notice"), shared.clone()), jumps.clone()),
            text_notice,
        ),
        with(
            with(with(head("news_notice"), shared.clone()), jumps),
            news_notice,
        ),
        with(with(head("button_interaction"), shared), buttons),
        with(with(head("vote_interaction"), checkbox), submit.clone()),
        with(
            with(
                head("multiple_interaction"),
                json!({ "select_list": [list] }),
            ),
            submit,
        ),
    ]
}

#[tokio::test]
async fn every_wecom_message_of_the_service_is_taken() {
    let peer = Peer::start().await;
    let plain = [
        ("text", json!({ "content": "x" })),
        ("markdown", json!({ "content": "**x**" })),
        (
            "textcard",
            json!({ "title": "x", "description": "y", "url": LINK, "btntxt": "查看" }),
        ),
    ];
    let plain = plain.map(|(kind, body)| {
        json!({ "touser": "zhao.lei", "msgtype": kind, "agentid": AGENT, kind: body, "enable_duplicate_check": 1 })
    });
    let cards = full_cards()
        .into_iter()
        .map(|card| card_message("zhao.lei", card));

    for message in plain.into_iter().chain(cards) {
        let own: SendRequest = serde_json::from_value(message.clone()).unwrap();
        own.check().unwrap();
        let sent = rewritten::<SendRequest>(message);
        let answer = peer.send(&sent).await;
        let answer: SendResponse = serde_json::from_value(answer).unwrap();
        assert_eq!(answer.errcode, 0, "{}: {sent}", answer.errmsg);
    }
}

#[tokio::test]
async fn every_dingtalk_message_of_the_service_is_taken() {
    let peer = Peer::start().await;
    let token = peer.dingtalk_token().await;
    let button = || Button {
        title: "看".into(),
        url: LINK.into(),
    };
    let (title, text) = ("超时".to_owned(), "x".to_owned());
    let templates = [
        Template::Text {
            content: "x".into(),
        },
        Template::Markdown {
            title: title.clone(),
            text: text.clone(),
        },
        Template::ActionCard {
            title: title.clone(),
            text: text.clone(),
            buttons: vec![button()],
        },
        Template::ActionCard {
            title: title.clone(),
            text: text.clone(),
            buttons: vec![button(), button(), button()],
        },
        Template::ActionCardTwoColumns {
            title,
            text,
            buttons: [button(), button()],
        },
    ];
    for template in templates {
        let robot = peer.company().dingtalk.app_key;
        let request = BatchSendRequest::new(robot, vec!["dd-wu-jun".into()], &template);
        let body = serde_json::to_value(&request).unwrap();
        let (status, answer) = peer
            .post_new("/v1.0/robot/oToMessages/batchSend", &token, &body)
            .await;
        assert_eq!(status, 200, "{body}: {answer}");
        serde_json::from_value::<BatchSendResponse>(answer).unwrap();
    }

    let agent = peer.company().dingtalk.agent_id;
    for message in [
        json!({ "msgtype": "text", "text": { "content": "x" } }),
        json!({ "msgtype": "markdown", "markdown": { "title": "x", "text": "y" } }),
        json!({ "msgtype": "action_card", "action_card": { "title": "x", "markdown": "y", "single_title": "看", "single_url": LINK } }),
        json!({ "msgtype": "action_card", "action_card": { "title": "x", "markdown": "y", "btn_orientation": "1", "btn_json_list": [{ "title": "看", "action_url": LINK }] } }),
        json!({ "msgtype": "oa", "oa": { "message_url": LINK, "head": { "bgcolor": "FFF65E5E", "text": "x" },
            "status_bar": { "status_value": "已超时", "status_bg": "0xFFF65E5E" },
            "body": { "title": "x", "form": [{ "key": "客户:", "value": "甲" }], "author": "盯单" } } }),
    ] {
        let body = json!({ "agent_id": agent, "userid_list": "dd-wu-jun", "msg": message });
        let body = rewritten::<AsyncSendRequest>(body);
        let answer = peer
            .oapi("/topapi/message/corpconversation/asyncsend_v2", &body)
            .await;
        assert_eq!(answer["errcode"], 0, "{body}: {answer}");
    }
}

#[tokio::test]
async fn every_robot_message_of_the_service_is_taken() {
    let peer = Peer::start().await;
    peer.sandbox
        .set_up(|company| company.robots[0].security = Security::Keywords(vec!["x".into()]));
    let token = peer.company().robots[0].access_token.clone();

    for (msgtype, body) in [
        ("text", json!({ "content": "x" })),
        ("markdown", json!({ "title": "x", "text": "y" })),
        (
            "actionCard",
            json!({ "title": "x", "text": "y", "singleTitle": "看", "singleURL": LINK }),
        ),
        (
            "actionCard",
            json!({ "title": "x", "text": "y", "btnOrientation": "1", "btns": [{ "title": "看", "actionURL": LINK }] }),
        ),
    ] {
        let message = json!({ "msgtype": msgtype, "msgUuid": body.to_string(), msgtype: body, "at": { "atUserIds": ["dd-wu-jun"], "isAtAll": false } });
        let message = rewritten::<RobotMessage>(message);
        let answer = peer
            .post(
                &format!("/dingtalk/oapi/robot/send?access_token={token}"),
                &message,
            )
            .await;
        assert_eq!(answer["errcode"], 0, "{message}: {answer}");
    }
}

#[tokio::test]
async fn every_callback_of_the_sandbox_is_understood() {
    let peer = Peer::start().await;
    let service = Receiver::start(&peer).await;
    peer.send(&card_message("zhao.lei", risk_card("run-1")))
        .await;
    let rep = peer.sandbox.rep("zhao.lei");
    let newest = || Callback::parse(&service.received().pop().unwrap()).unwrap();

    rep.says("]]> & <b>").await;
    assert!(matches!(newest().kind, Kind::Text { content } if content == "]]> & <b>"));

    rep.clicks("run-1", "submit", &[("risk", &["price"])])
        .await
        .unwrap();
    let Kind::Event(Event::TemplateCard(click)) = newest().kind else {
        panic!("expected a press");
    };
    assert_eq!(
        (click.task_id.as_str(), click.event_key.as_str()),
        ("run-1", "submit")
    );
    assert_eq!(
        (click.options("risk"), click.options("strategy")),
        (&["price".to_owned()][..], &["roi".to_owned()][..])
    );

    let said = peer.sandbox.customer(CUSTOMER).says("太贵了").await;
    let Kind::Event(Event::KfMsgOrEvent { token, open_kf_id }) = newest().kind else {
        panic!("expected a notice");
    };
    let request = SyncMsgRequest {
        token,
        open_kfid: open_kf_id,
        ..SyncMsgRequest::default()
    };
    let access = peer.wecom_token().await;
    let path = format!("/wecom/cgi-bin/kf/sync_msg?access_token={access}");
    let page = peer
        .post(&path, &serde_json::to_value(&request).unwrap())
        .await;
    let page: SyncMsgResponse = serde_json::from_value(page).unwrap();
    let [message] = page.msg_list.as_slice() else {
        panic!("expected one message");
    };
    assert_eq!(
        (message.msgid.as_str(), message.external_userid.as_deref()),
        (said.as_str(), Some(CUSTOMER))
    );
    assert!(matches!(&message.kind, KfKind::Text { content, .. } if content == "太贵了"));
}
