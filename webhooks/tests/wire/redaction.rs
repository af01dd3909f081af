//! Secrets, words and names do not show in `Debug` output.

use dingdan_webhooks::dingtalk::event;
use dingdan_webhooks::dingtalk::one_to_one::{self, BatchSendRequest, Template};
use dingdan_webhooks::dingtalk::robot::{At, RobotBody, RobotMessage};
use dingdan_webhooks::dingtalk::work_notification::AsyncSendRequest;
use dingdan_webhooks::wecom::kf::{KfMessage, SyncMsgRequest, SyncMsgResponse};
use dingdan_webhooks::wecom::message::{Body, SendRequest, SendResponse, TextCard};
use dingdan_webhooks::wecom::{
    Callback, CallbackToken, Crypto, EncodingAesKey, Envelope, Query, TemplateCard,
};
use serde_json::{Value, json};
use std::fmt::Debug;

const PLANTED: &str = "PLANTED太贵了";
const KEY: &str = "Zm3qP0vYc7RkL2sWn8XbTd5HgJf1uEa4oMi6rQyKxCD";

fn assert_hidden(value: &dyn Debug) {
    let shown = format!("{value:?} {value:#?}");
    assert!(!shown.contains("PLANTED"), "{shown}");
    assert!(!shown.contains("太贵了"), "{shown}");
    assert!(!shown.contains("Zm3q"), "{shown}");
}

#[test]
fn secrets_stay_hidden() {
    let token: CallbackToken = "PLANTED".parse().unwrap();
    let key: EncodingAesKey = KEY.parse().unwrap();
    assert_hidden(&token);
    assert_hidden(&key);
    let crypto = Crypto::new(token, key.clone(), "ww1");
    assert_hidden(&crypto);
    let sealed = crypto.seal_envelope(PLANTED, [0; 16], "1741300000", "PLANTED", None);
    assert_hidden(&sealed);
    assert_hidden(&Query::parse(&sealed.query_string).unwrap());
    assert_hidden(&Envelope::parse(b"<xml><Encrypt>PLANTED</Encrypt></xml>").unwrap());

    let token: event::EventToken = "PLANTED".parse().unwrap();
    assert_hidden(&token);
    let crypto = event::Crypto::new(token, key, "ding1");
    assert_hidden(&crypto);
    assert_hidden(&crypto.seal(PLANTED, [0; 16], 1, "PLANTED"));
    let query = event::Query::parse("signature=PLANTED&timestamp=1&nonce=PLANTED");
    assert_hidden(&query.unwrap());
    let event = json!({"EventType": "user_modify_org", "Name": PLANTED}).to_string();
    assert_hidden(&event::Event::parse(&event).unwrap());
}

#[test]
fn words_that_arrive_stay_hidden() {
    for elements in [
        "<MsgType>text</MsgType><Content>PLANTED</Content>",
        "<MsgType>location</MsgType><Location_X>1</Location_X><Location_Y>1</Location_Y><Label>PLANTED</Label>",
        "<MsgType>link</MsgType><Title>PLANTED</Title><Url>PLANTED</Url>",
        "<MsgType>event</MsgType><Event>kf_msg_or_event</Event><Token>PLANTED</Token>",
        "<MsgType>event</MsgType><Event>template_card_event</Event><ResponseCode>PLANTED</ResponseCode>",
        "<MsgType>event</MsgType><Event>change_external_contact</Event><ChangeType>add_external_contact</ChangeType>\
         <State>PLANTED</State><WelcomeCode>PLANTED</WelcomeCode>",
        "<MsgType>event</MsgType><Event>scancode_push</Event><ScanCodeInfo><ScanResult>PLANTED</ScanResult></ScanCodeInfo>",
    ] {
        let xml =
            format!("<xml><ToUserName>w</ToUserName><CreateTime>1</CreateTime>{elements}</xml>");
        let callback = Callback::parse(&xml).unwrap();
        assert_hidden(&callback);
        assert!(!callback.message_key().as_str().contains("PLANTED"));
    }
    let raw = json!({"msgid": "m", "msgtype": "text", "text": {"content": PLANTED}});
    assert_hidden(&KfMessage::from_raw(raw.clone()));
    let answer: SyncMsgResponse =
        serde_json::from_value(json!({"msg_list": [raw], "errmsg": PLANTED})).unwrap();
    assert_hidden(&answer);
    let request = SyncMsgRequest {
        token: PLANTED.to_owned(),
        ..SyncMsgRequest::default()
    };
    assert_hidden(&request);
}

#[test]
fn words_that_leave_stay_hidden() {
    let planted = || PLANTED.to_owned();
    let card = json!({"card_type": "text_notice", "sub_title_text": PLANTED, "main_title": {"title": PLANTED}});
    let card: TemplateCard = serde_json::from_value(card).unwrap();
    assert_hidden(&card);
    let text_card = TextCard {
        title: planted(),
        ..TextCard::default()
    };
    for body in [
        Body::Text { content: planted() },
        Body::Markdown { content: planted() },
        Body::TextCard(text_card),
        Body::TemplateCard(Box::new(card)),
    ] {
        assert_hidden(&SendRequest::new(1, &["u"], body));
    }
    assert_hidden(&SendResponse {
        response_code: planted(),
        ..SendResponse::default()
    });

    let mut message = RobotMessage::new(RobotBody::Text { content: planted() });
    message.at = Some(At {
        at_mobiles: vec![planted()],
        ..At::default()
    });
    assert_hidden(&message);
    let button = one_to_one::Button {
        title: planted(),
        url: planted(),
    };
    assert_hidden(&button);
    let template = Template::Markdown {
        title: planted(),
        text: planted(),
    };
    assert_hidden(&template);
    assert_hidden(&BatchSendRequest::new("d", vec!["u".to_owned()], &template));
    let notification: Value =
        json!({"agent_id": 1, "msg": {"msgtype": "text", "text": {"content": PLANTED}}});
    assert_hidden(&serde_json::from_value::<AsyncSendRequest>(notification).unwrap());
}
