//! What we send to WeCom, there and back, and what may be answered in place.

use dingdan_webhooks::wecom::card::{TextNotice, VoteInteraction};
use dingdan_webhooks::wecom::message::{
    Body, ReplaceButton, SendRequest, SendResponse, TextCard, UpdateCardRequest,
    UpdateCardResponse, truncate_bytes,
};
use dingdan_webhooks::wecom::reply::Reply;
use dingdan_webhooks::wecom::{Callback, TemplateCard};
use serde_json::json;

fn owned(text: &str) -> String {
    text.to_owned()
}

fn to_zhao(body: Body) -> SendRequest {
    SendRequest::new(1000007, &["zhao.lei"], body)
}

#[test]
fn every_message_comes_back_as_it_was() {
    let card = TemplateCard::TextNotice(TextNotice {
        sub_title_text: owned("节点超时"),
        ..TextNotice::default()
    });
    let text_card = TextCard {
        title: owned("t"),
        description: owned("d"),
        url: owned("https://e"),
        btntxt: String::new(),
    };
    let table = [
        (
            Body::Text {
                content: owned("你好"),
            },
            json!({"msgtype": "text", "text": {"content": "你好"}}),
        ),
        (
            Body::Markdown {
                content: owned("**x**"),
            },
            json!({"msgtype": "markdown", "markdown": {"content": "**x**"}}),
        ),
        (
            Body::TextCard(text_card),
            json!({"msgtype": "textcard", "textcard": {"title": "t", "description": "d", "url": "https://e"}}),
        ),
        (
            Body::TemplateCard(Box::new(card)),
            json!({"msgtype": "template_card",
                   "template_card": {"card_type": "text_notice", "sub_title_text": "节点超时"}}),
        ),
    ];
    for (body, mut json) in table {
        let request = SendRequest::new(7, &["a", "b"], body);
        json["touser"] = json!("a|b");
        json["agentid"] = json!(7);
        assert_eq!(serde_json::to_value(&request).unwrap(), json);
        assert!(serde_json::from_value::<SendRequest>(json).unwrap() == request);
    }
}

#[test]
fn the_duplicate_check_is_spelled_in_numbers() {
    let mut request = to_zhao(Body::Text {
        content: owned("x"),
    });
    request.enable_duplicate_check = true;
    request.duplicate_check_interval = Some(600);
    let json = serde_json::to_value(&request).unwrap();
    assert_eq!(json["enable_duplicate_check"], 1);
    assert_eq!(json["duplicate_check_interval"], 600);
    assert!(serde_json::from_value::<SendRequest>(json).unwrap() == request);
}

#[test]
fn each_limit_of_sending_is_found() {
    let text = |bytes: usize| {
        to_zhao(Body::Text {
            content: "x".repeat(bytes),
        })
    };
    assert_eq!(text(2048).check(), Ok(()));
    let nobody = SendRequest::new(
        7,
        &[] as &[&str],
        Body::Text {
            content: owned("x"),
        },
    );
    let crowd = SendRequest::new(
        7,
        &["u"; 1001],
        Body::Text {
            content: owned("x"),
        },
    );
    let mut rare = text(1);
    rare.duplicate_check_interval = Some(14401);
    let text_card = |change: fn(&mut TextCard)| {
        let mut card = TextCard {
            title: owned("t"),
            description: owned("d"),
            url: owned("https://e"),
            btntxt: owned("详情"),
        };
        change(&mut card);
        to_zhao(Body::TextCard(card))
    };
    assert_eq!(text_card(|_| {}).check(), Ok(()));
    let table = [
        (text(0), "text.content"),
        (text(2049), "text.content"),
        (
            to_zhao(Body::Markdown {
                content: "字".repeat(683),
            }),
            "markdown.content",
        ),
        (nobody, "touser"),
        (crowd, "touser"),
        (rare, "duplicate_check_interval"),
        (
            text_card(|card| card.title = "字".repeat(129)),
            "textcard.title",
        ),
        (
            text_card(|card| card.description.clear()),
            "textcard.description",
        ),
        (
            text_card(|card| card.description = "字".repeat(513)),
            "textcard.description",
        ),
        (text_card(|card| card.url = owned("e.com")), "textcard.url"),
        (
            text_card(|card| card.btntxt = owned("一二三四五")),
            "textcard.btntxt",
        ),
        (
            to_zhao(Body::TemplateCard(Box::new(TemplateCard::VoteInteraction(
                VoteInteraction {
                    task_id: owned("bad id"),
                    ..VoteInteraction::default()
                },
            )))),
            "submit_button",
        ),
    ];
    for (request, field) in table {
        let found = request.check().unwrap_err();
        assert_eq!(found[0].field, field);
    }
}

#[test]
fn partial_failures_are_read_from_the_answer() {
    let answer: SendResponse = serde_json::from_value(json!({
        "errcode": 0, "errmsg": "ok", "invaliduser": "li.si|wang", "unlicenseduser": "sun",
        "msgid": "m1", "response_code": "rc"
    }))
    .unwrap();
    assert_eq!(
        answer.unreached_users().collect::<Vec<_>>(),
        ["li.si", "wang", "sun"]
    );
    assert_eq!(
        (answer.msgid.as_str(), answer.response_code.as_str()),
        ("m1", "rc")
    );
    assert_eq!(SendResponse::default().unreached_users().count(), 0);
}

#[test]
fn a_card_update_is_a_button_or_a_card() {
    let request = UpdateCardRequest {
        userids: vec![owned("zhao.lei")],
        agentid: 7,
        response_code: owned("rc"),
        button: Some(ReplaceButton {
            replace_name: owned("已完成"),
        }),
        ..UpdateCardRequest::default()
    };
    let json = json!({"userids": ["zhao.lei"], "agentid": 7, "response_code": "rc",
                      "button": {"replace_name": "已完成"}});
    assert_eq!(serde_json::to_value(&request).unwrap(), json);
    assert!(serde_json::from_value::<UpdateCardRequest>(json).unwrap() == request);
    assert_eq!(request.check(), Ok(()));

    let fields = |request: UpdateCardRequest| -> Vec<String> {
        let found = request.check().unwrap_err();
        found.into_iter().map(|problem| problem.field).collect()
    };
    let neither = UpdateCardRequest {
        button: None,
        ..request.clone()
    };
    assert_eq!(fields(neither), ["template_card"]);
    let nobody = UpdateCardRequest {
        userids: vec![],
        ..request.clone()
    };
    assert_eq!(fields(nobody), ["userids"]);
    let everybody = UpdateCardRequest {
        userids: vec![],
        atall: true,
        ..request.clone()
    };
    assert_eq!(everybody.check(), Ok(()));
    assert_eq!(serde_json::to_value(&everybody).unwrap()["atall"], 1);
    let no_code = UpdateCardRequest {
        response_code: String::new(),
        ..request
    };
    assert_eq!(fields(no_code), ["response_code"]);

    let answer: UpdateCardResponse =
        serde_json::from_value(json!({"errcode": 0, "errmsg": "ok", "invaliduser": ["a"]}))
            .unwrap();
    assert_eq!(answer.invaliduser, ["a"]);
}

#[test]
fn texts_are_cut_between_characters() {
    assert_eq!(truncate_bytes("价格太贵", 7), "价格");
    assert_eq!(truncate_bytes("价格", 6), "价格");
    assert_eq!(truncate_bytes("价格", 2), "");
}

#[test]
fn a_button_is_greyed_in_place_as_the_vector_has_it() {
    let xml = Reply::UpdateButton("已完成").to_xml("zhao.lei", "ww0f6d7c5b4a392817", 1741300000);
    let vectors: serde_json::Value =
        serde_json::from_str(include_str!("../vectors/wecom-callback.json")).unwrap();
    let vectors = vectors["vectors"].as_array().unwrap();
    let vector = vectors
        .iter()
        .find(|vector| vector["name"] == "reply_update_button")
        .unwrap();
    let body = vector["body"].as_str().unwrap();
    let time = body
        .split("<CreateTime>")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    assert_eq!(xml.replace("1741300000", time), body);
}

#[test]
fn texts_and_media_are_answered_in_place_whatever_they_hold() {
    let xml = Reply::Text("a]]>b <&> 你好").to_xml("u", "c", 1);
    assert_eq!(
        xml,
        "<xml><ToUserName><![CDATA[u]]></ToUserName><FromUserName><![CDATA[c]]></FromUserName>\
         <CreateTime>1</CreateTime><MsgType><![CDATA[text]]></MsgType>\
         <Content><![CDATA[a]]]]><![CDATA[>b <&> 你好]]></Content></xml>"
    );
    assert!(Callback::parse(&xml).is_ok());
    for (reply, part) in [
        (
            Reply::Image("m"),
            "<Image><MediaId><![CDATA[m]]></MediaId></Image>",
        ),
        (
            Reply::Voice("m"),
            "<Voice><MediaId><![CDATA[m]]></MediaId></Voice>",
        ),
    ] {
        assert!(reply.to_xml("u", "c", 1).contains(part));
    }
}

#[test]
fn a_card_is_replaced_in_place_with_the_element_names_of_the_page() {
    let card: TemplateCard = serde_json::from_value(json!({
        "card_type": "button_interaction",
        "task_id": "t1",
        "source": {"icon_url": "i", "desc": "d", "desc_color": 1},
        "main_title": {"title": "t"},
        "quote_area": {"type": 2, "appid": "wx1", "pagepath": "p", "quote_text": "q"},
        "horizontal_content_list": [
            {"keyname": "a", "type": 3, "userid": "u"},
            {"keyname": "b", "type": 2, "media_id": "m"}
        ],
        "card_action": {"type": 2, "appid": "wx2"},
        "button_selection": {"question_key": "k", "disable": true, "option_list": [{"id": "1", "text": "x"}]},
        "button_list": [{"text": "x", "key": "y"}]
    }))
    .unwrap();
    let xml = Reply::UpdateTemplateCard(&card).to_xml("u", "c", 1);
    for part in [
        "<MsgType><![CDATA[update_template_card]]></MsgType><TemplateCard>",
        "<CardType><![CDATA[button_interaction]]></CardType>",
        "<IconUrl><![CDATA[i]]></IconUrl>",
        "<DescColor>1</DescColor>",
        "<Appid><![CDATA[wx1]]></Appid>",
        "<AppId><![CDATA[wx2]]></AppId>",
        "<QuoteText><![CDATA[q]]></QuoteText>",
        "<KeyName><![CDATA[a]]></KeyName>",
        "<UserId><![CDATA[u]]></UserId>",
        "<MediaId><![CDATA[m]]></MediaId>",
        "</HorizontalContentList><HorizontalContentList>",
        "<Disable>true</Disable>",
        "<OptionList><Id><![CDATA[1]]></Id><Text><![CDATA[x]]></Text></OptionList>",
        "<ButtonList><Key><![CDATA[y]]></Key><Text><![CDATA[x]]></Text></ButtonList>",
    ] {
        assert!(xml.contains(part), "{part} in {xml}");
    }
}
