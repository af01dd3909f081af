//! What we send to DingTalk, there and back, its limits, and its answers.

use dingdan_webhooks::dingtalk::errcode::{Advice, advice};
use dingdan_webhooks::dingtalk::one_to_one::{self, BatchSendRequest, BatchSendResponse, Template};
use dingdan_webhooks::dingtalk::robot::{self, ActionCard, At, RobotBody, RobotMessage};
use dingdan_webhooks::dingtalk::work_notification::{AsyncSendRequest, AsyncSendResponse};
use dingdan_webhooks::dingtalk::{event, link, todo};
use dingdan_webhooks::{Problem, QueryError};
use serde_json::{Value, json};

fn owned(text: &str) -> String {
    text.to_owned()
}

fn fields(result: Result<(), Vec<Problem>>) -> Vec<String> {
    let problems = result.unwrap_err();
    problems.into_iter().map(|problem| problem.field).collect()
}

fn robot_button(title: &str) -> robot::Button {
    robot::Button {
        title: owned(title),
        action_url: owned("https://e/1"),
    }
}

#[test]
fn every_group_message_comes_back_as_it_was_and_is_sound() {
    let whole = ActionCard::whole(owned("节点超时"), owned("### x"), robot_button("看"));
    let separate = ActionCard::separate(
        owned("节点超时"),
        owned("### x"),
        vec![robot_button("看"), robot_button("处理")],
    );
    let table = [
        (
            RobotBody::Text {
                content: owned("x"),
            },
            json!({"msgtype": "text", "text": {"content": "x"}}),
        ),
        (
            RobotBody::Markdown {
                title: owned("t"),
                text: owned("### x"),
            },
            json!({"msgtype": "markdown", "markdown": {"title": "t", "text": "### x"}}),
        ),
        (
            RobotBody::ActionCard(whole),
            json!({"msgtype": "actionCard", "actionCard": {"title": "节点超时", "text": "### x",
                   "singleTitle": "看", "singleURL": "https://e/1"}}),
        ),
        (
            RobotBody::ActionCard(separate),
            json!({"msgtype": "actionCard", "actionCard": {"title": "节点超时", "text": "### x",
                   "btnOrientation": "0", "btns": [{"title": "看", "actionURL": "https://e/1"},
                   {"title": "处理", "actionURL": "https://e/1"}]}}),
        ),
    ];
    for (body, mut json) in table {
        let mut message = RobotMessage::new(body);
        message.msg_uuid = Some(owned("node-8812-1"));
        message.at = Some(At {
            at_user_ids: vec![owned("u1")],
            ..At::default()
        });
        json["msgUuid"] = json!("node-8812-1");
        json["at"] = json!({"atUserIds": ["u1"], "isAtAll": false});
        assert_eq!(message.check(), Ok(()));
        assert_eq!(serde_json::to_value(&message).unwrap(), json);
        assert!(serde_json::from_value::<RobotMessage>(json).unwrap() == message);
    }
}

#[test]
fn each_limit_of_a_group_message_is_found() {
    let card = |card| RobotMessage::new(RobotBody::ActionCard(card)).check();
    let text = || owned("x");
    let long = RobotMessage::new(RobotBody::Text {
        content: "x".repeat(20_001),
    });
    assert_eq!(fields(long.check()), [""]);
    let empty = RobotMessage::new(RobotBody::Text {
        content: String::new(),
    });
    assert_eq!(fields(empty.check()), ["text.content"]);
    let mut crowd = RobotMessage::new(RobotBody::Text { content: text() });
    crowd.at = Some(At {
        at_mobiles: vec![text(); 51],
        ..At::default()
    });
    assert_eq!(fields(crowd.check()), ["at"]);
    assert_eq!(
        fields(card(ActionCard::separate(text(), text(), vec![]))),
        ["actionCard.btns"]
    );
    let half = ActionCard {
        title: text(),
        text: text(),
        single_title: Some(text()),
        ..ActionCard::default()
    };
    assert_eq!(fields(card(half)), ["actionCard.singleURL"]);
    let mut tilted = ActionCard::separate(text(), text(), vec![robot_button("")]);
    tilted.btn_orientation = Some(owned("2"));
    assert_eq!(
        fields(card(tilted)),
        ["actionCard.btns[0].title", "actionCard.btnOrientation"]
    );
}

fn button(title: &str) -> one_to_one::Button {
    one_to_one::Button {
        title: owned(title),
        url: format!("https://e/{title}"),
    }
}

#[test]
fn every_template_to_a_person_comes_back_as_it_was_and_is_sound() {
    let card = |count: usize| Template::ActionCard {
        title: owned("t"),
        text: owned("x"),
        buttons: (1..=count)
            .map(|number| button(&number.to_string()))
            .collect(),
    };
    let table = [
        (
            Template::Text {
                content: owned("x"),
            },
            "sampleText",
            json!({"content": "x"}),
        ),
        (
            Template::Markdown {
                title: owned("t"),
                text: owned("x"),
            },
            "sampleMarkdown",
            json!({"title": "t", "text": "x"}),
        ),
        (
            card(1),
            "sampleActionCard",
            json!({"title": "t", "text": "x", "singleTitle": "1", "singleURL": "https://e/1"}),
        ),
        (
            card(2),
            "sampleActionCard2",
            json!({"title": "t", "text": "x", "actionTitle1": "1", "actionURL1": "https://e/1",
                   "actionTitle2": "2", "actionURL2": "https://e/2"}),
        ),
        (
            Template::ActionCardTwoColumns {
                title: owned("t"),
                text: owned("x"),
                buttons: [button("a"), button("b")],
            },
            "sampleActionCard6",
            json!({"title": "t", "text": "x", "buttonTitle1": "a", "buttonUrl1": "https://e/a",
                   "buttonTitle2": "b", "buttonUrl2": "https://e/b"}),
        ),
    ];
    for (template, msg_key, params) in table {
        let request = BatchSendRequest::new("dingcode", vec![owned("u1")], &template);
        assert_eq!(request.check(), Ok(()));
        let json = serde_json::to_value(&request).unwrap();
        assert_eq!(json["robotCode"], "dingcode");
        assert_eq!(json["userIds"], json!(["u1"]));
        assert_eq!(json["msgKey"], msg_key);
        let msg_param = json["msgParam"].as_str().unwrap();
        assert_eq!(serde_json::from_str::<Value>(msg_param).unwrap(), params);
        let back: BatchSendRequest = serde_json::from_value(json).unwrap();
        assert!(back.template() == Some(template), "{msg_key}");
    }
    for count in 3..=5 {
        let request = BatchSendRequest::new("d", vec![owned("u")], &card(count));
        assert_eq!(request.msg_key, format!("sampleActionCard{count}"));
        assert_eq!(request.check(), Ok(()));
        assert!(request.template() == Some(card(count)));
    }
    for count in [0, 6] {
        let request = BatchSendRequest::new("d", vec![owned("u")], &card(count));
        assert!(request.check().is_err(), "{count} buttons");
    }
}

#[test]
fn each_limit_of_a_message_to_a_person_is_found() {
    let request = |users: usize, content: String| {
        BatchSendRequest::new("d", vec![owned("u"); users], &Template::Text { content })
    };
    assert_eq!(fields(request(0, owned("x")).check()), ["userIds"]);
    assert_eq!(fields(request(21, owned("x")).check()), ["userIds"]);
    assert_eq!(
        fields(request(1, String::new()).check()),
        ["msgParam.content"]
    );
    assert_eq!(fields(request(1, "字".repeat(5000)).check()), ["msgParam"]);
    let mut odd = request(1, owned("x"));
    odd.msg_param = owned("[]");
    assert_eq!(fields(odd.check()), ["msgParam"]);
}

#[test]
fn an_accepted_batch_names_who_got_nothing() {
    let answer: BatchSendResponse = serde_json::from_value(json!({
        "processQueryKey": "k", "invalidStaffIdList": ["gone"], "flowControlledStaffIdList": ["later"]
    }))
    .unwrap();
    assert_eq!(answer.invalid_staff_id_list, ["gone"]);
    assert_eq!(answer.flow_controlled_staff_id_list, ["later"]);
}

fn notification(msg: Value) -> Value {
    json!({"agent_id": 7, "userid_list": "u1,u2", "to_all_user": false, "msg": msg})
}

fn oa() -> Value {
    json!({"msgtype": "oa", "oa": {
        "message_url": "https://e/1", "pc_message_url": "dingtalk://x",
        "head": {"bgcolor": "FFF65E5E", "text": "x"},
        "status_bar": {"status_value": "已超时", "status_bg": "0xFFF65E5E"},
        "body": {"title": "合同审批 超时", "form": [{"key": "客户：", "value": "甲公司"}], "author": "销售流程"}
    }})
}

#[test]
fn every_work_notification_comes_back_as_it_was_and_is_sound() {
    for msg in [
        json!({"msgtype": "text", "text": {"content": "x"}}),
        json!({"msgtype": "markdown", "markdown": {"title": "t", "text": "x"}}),
        json!({"msgtype": "action_card", "action_card": {"title": "t", "markdown": "x",
               "single_title": "看", "single_url": "https://e"}}),
        json!({"msgtype": "action_card", "action_card": {"title": "t", "markdown": "x",
               "btn_orientation": "1", "btn_json_list": [{"title": "看", "action_url": "https://e"}]}}),
        oa(),
    ] {
        let json = notification(msg);
        let request: AsyncSendRequest = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(request.userid_list, ["u1", "u2"]);
        assert_eq!(request.check(), Ok(()));
        assert_eq!(serde_json::to_value(&request).unwrap(), json);
    }
}

#[test]
fn each_limit_of_a_work_notification_is_found() {
    let check = |json: Value| {
        serde_json::from_value::<AsyncSendRequest>(json)
            .unwrap()
            .check()
    };
    let text =
        |content: &str| notification(json!({"msgtype": "text", "text": {"content": content}}));
    let card = |card: Value| notification(json!({"msgtype": "action_card", "action_card": card}));
    let with = |mut json: Value, pointer: &str, value: Value| {
        *json.pointer_mut(pointer).unwrap() = value;
        json
    };
    let users = |count: usize| json!(vec!["u"; count].join(","));
    let long_url = format!("https://e/{}", "x".repeat(500));
    let table = [
        (text(""), vec!["msg.text.content"]),
        (text(&"字".repeat(700)), vec!["msg"]),
        (
            with(text("x"), "/userid_list", users(101)),
            vec!["userid_list"],
        ),
        (
            with(text("x"), "/userid_list", json!("")),
            vec!["userid_list"],
        ),
        (
            with(notification(oa()), "/userid_list", users(6)),
            vec!["userid_list"],
        ),
        (
            with(
                notification(oa()),
                "/msg/oa/body/title",
                json!("字".repeat(51)),
            ),
            vec!["msg.oa.body.title"],
        ),
        (
            with(
                notification(oa()),
                "/msg/oa/head/bgcolor",
                json!("0xFF0000"),
            ),
            vec!["msg.oa.head.bgcolor"],
        ),
        (
            card(json!({"title": "t", "markdown": "x"})),
            vec!["msg.action_card.single_title"],
        ),
        (
            card(
                json!({"title": "t", "markdown": "x", "single_title": "字".repeat(21), "single_url": long_url}),
            ),
            vec!["msg.action_card.single_title", "msg.action_card.single_url"],
        ),
        (
            card(
                json!({"title": "t", "markdown": "x", "btn_json_list": [{"title": "字".repeat(21), "action_url": ""}]}),
            ),
            vec![
                "msg.action_card.btn_json_list[0].title",
                "msg.action_card.btn_json_list[0].action_url",
            ],
        ),
    ];
    for (json, expected) in table {
        assert_eq!(fields(check(json)), expected);
    }
}

#[test]
fn an_errcode_may_be_spelled_as_text() {
    for errcode in [json!(0), json!("0")] {
        let json = json!({"errcode": errcode, "errmsg": "ok", "task_id": 256271667526i64, "request_id": "r"});
        let answer: AsyncSendResponse = serde_json::from_value(json).unwrap();
        assert_eq!((answer.errcode, answer.task_id), (0, 256271667526));
    }
}

#[test]
fn each_answer_has_its_advice() {
    use Advice::{Blocked, Done, GiveUp, QuotaSpent, RefreshToken, RetryLater, UnknownReceiver};
    let access =
        |reason: &str| format!(r#"{{"code":"Forbidden.AccessDenied.{reason}","message":"x"}}"#);
    let table: Vec<(u16, String, Advice)> = vec![
        (200, r#"{"errcode":0}"#.into(), Done),
        (200, r#"{"errcode":"0"}"#.into(), Done),
        (200, r#"{"processQueryKey":"k"}"#.into(), Done),
        (200, r#"{"errcode":-1}"#.into(), RetryLater),
        (200, r#"{"errcode":"90002"}"#.into(), RetryLater),
        (
            200,
            r#"{"errcode":88,"sub_code":"isp.top-remote-connection-timeout"}"#.into(),
            RetryLater,
        ),
        (200, r#"{"errcode":88,"sub_code":""}"#.into(), RetryLater),
        (
            200,
            r#"{"errcode":88,"sub_code":"isv.invalid"}"#.into(),
            GiveUp,
        ),
        (200, r#"{"errcode":90018}"#.into(), Blocked { seconds: 1 }),
        (200, r#"{"errcode":90005}"#.into(), Blocked { seconds: 300 }),
        (
            200,
            r#"{"errcode":130101}"#.into(),
            Blocked { seconds: 600 },
        ),
        (
            200,
            r#"{"errcode":410100}"#.into(),
            Blocked { seconds: 600 },
        ),
        (200, r#"{"errcode":90020}"#.into(), QuotaSpent),
        (200, r#"{"errcode":40014}"#.into(), RefreshToken),
        (200, r#"{"errcode":"42001"}"#.into(), RefreshToken),
        (200, r#"{"errcode":33012}"#.into(), UnknownReceiver),
        (200, r#"{"errcode":60121}"#.into(), UnknownReceiver),
        (200, r#"{"errcode":460101}"#.into(), GiveUp),
        (200, r#"{"errcode":430104}"#.into(), GiveUp),
        (200, r#"{"errcode":"many"}"#.into(), GiveUp),
        (
            200,
            r#"{"status":1111,"punish":"deny"}"#.into(),
            Blocked { seconds: 300 },
        ),
        (200, "<html>denied</html>".into(), Blocked { seconds: 300 }),
        (403, "<html>denied</html>".into(), Blocked { seconds: 300 }),
        (502, "<html>bad gateway</html>".into(), RetryLater),
        (
            400,
            r#"{"code":"staffId.notExisted"}"#.into(),
            UnknownReceiver,
        ),
        (400, r#"{"code":"invalidParameter.userIds"}"#.into(), GiveUp),
        (
            400,
            r#"{"code":"InvalidAuthentication"}"#.into(),
            RefreshToken,
        ),
        (
            400,
            r#"{"code":"send.too.fast"}"#.into(),
            Blocked { seconds: 60 },
        ),
        (429, r#"{"code":"system.busy"}"#.into(), RetryLater),
        (
            429,
            r#"{"code":"new.kind"}"#.into(),
            Blocked { seconds: 60 },
        ),
        (503, r#"{"code":"new.kind"}"#.into(), RetryLater),
        (400, r#"{"message":"?"}"#.into(), GiveUp),
        (
            403,
            access("QpsLimitForAppkeyAndApi"),
            Blocked { seconds: 1 },
        ),
        (
            403,
            access("QpmLimitForAppkeyAndApi"),
            Blocked { seconds: 60 },
        ),
        (403, access("QpsLimitForApi"), RetryLater),
        (403, access("ApiCountLimitForOrg"), QuotaSpent),
    ];
    for (status, body, expected) in table {
        assert_eq!(advice(status, body.as_bytes()), expected, "{status} {body}");
    }
    for (status, body) in [
        (200, r#"{"errcode":310000}"#.into()),
        (200, r#"{"errcode":400102}"#.into()),
        (200, r#"{"errcode":60020}"#.into()),
        (200, r#"{"errcode":60011}"#.into()),
        (200, r#"{"errcode":88,"sub_code":"60011"}"#.into()),
        (400, r#"{"code":"robot.oto.notExist"}"#.into()),
        (400, r#"{"code":"invalidClientIdOrSecret"}"#.into()),
        (401, r#"{"code":"unauthorized.client"}"#.into()),
        (403, access("IpNotInWhiteList")),
        (403, access("AccessTokenPermissionDenied")),
    ] {
        let found = advice(status, body.as_bytes());
        assert!(matches!(found, Advice::Configuration(_)), "{body}");
    }
}

#[test]
fn an_event_query_takes_either_name_of_the_signature() {
    let parse = event::Query::parse;
    let both = parse("signature=a&msg_signature=a&timestamp=1&nonce=n").unwrap();
    assert_eq!(both, parse("msg_signature=a&timestamp=1&nonce=n").unwrap());
    let differing = parse("signature=a&msg_signature=b&timestamp=1&nonce=n");
    assert_eq!(differing, Err(QueryError::Repeated("msg_signature")));
    assert_eq!(
        parse("timestamp=1&nonce=n"),
        Err(QueryError::Missing("msg_signature"))
    );
}

#[test]
fn events_are_read_and_checks_are_known() {
    let check = event::Event::parse(r#"{"EventType":"check_url"}"#).unwrap();
    assert!(check.is_check());
    let left = event::Event::parse(
        r#"{"EventType":"user_leave_org","CorpId":"ding1","eventId":"e1","UserId":["u1"]}"#,
    )
    .unwrap();
    assert!(!left.is_check());
    assert_eq!(
        (left.corp_id.as_str(), left.event_id.as_deref()),
        ("ding1", Some("e1"))
    );
    assert_eq!(left.raw["UserId"][0], "u1");
    for text in ["", "[]", "{}", r#"{"EventType":1}"#] {
        assert_eq!(
            event::Event::parse(text),
            Err(event::OpenError::Event),
            "{text}"
        );
    }
}

#[test]
fn a_login_link_names_app_target_and_state() {
    assert_eq!(
        link::oauth_url(
            "https://login.dingtalk.com/",
            "dingkey",
            "https://d/login?x=1",
            "s1"
        ),
        "https://login.dingtalk.com/oauth2/auth?redirect_uri=https%3A%2F%2Fd%2Flogin%3Fx%3D1\
         &response_type=code&client_id=dingkey&scope=openid&state=s1&prompt=consent"
    );
}

#[test]
fn events_about_to_dos_are_read_by_whichever_names_they_have() {
    let read = |text: &str| todo::TodoEvent::read(&event::Event::parse(text).unwrap());

    let ticked = read(
        r#"{"EventType":"todo_task_update","eventId":"e","taskId":"t1","sourceId":"s1","done":true}"#,
    );
    let below = read(r#"{"EventType":"todo_task_update","data":{"todoTaskId":7,"isDone":"true"}}"#);
    let reopened = read(r#"{"EventType":"todo_task_update","taskId":"t1","done":false}"#);
    let thrown_away = read(r#"{"EventType":"todo_task_delete","taskId":"t1"}"#);

    let told = |event: Option<todo::TodoEvent>| {
        let event = event.unwrap();
        (event.task_id, event.source_id, event.change)
    };
    assert_eq!(told(ticked), ("t1".into(), "s1".into(), todo::Change::Done));
    assert_eq!(told(below), ("7".into(), String::new(), todo::Change::Done));
    assert_eq!(told(reopened).2, todo::Change::Other);
    assert_eq!(told(thrown_away).2, todo::Change::Deleted);
    assert_eq!(read(r#"{"EventType":"user_leave_org"}"#), None);
}

#[test]
fn a_to_do_is_written_as_the_platform_wants_it_and_its_limits_are_checked() {
    let task = todo::CreateTask {
        source_id: "deal-1:rule:1".into(),
        subject: "调取维修记录".into(),
        creator_id: "U1".into(),
        description: String::new(),
        executor_ids: vec!["U1".into()],
        detail_url: todo::DetailUrl {
            app_url: "https://a".into(),
            pc_url: "https://a".into(),
        },
        is_only_show_executor: true,
        priority: 30,
    };

    assert_eq!(
        serde_json::to_value(&task).unwrap(),
        json!({
            "sourceId": "deal-1:rule:1", "subject": "调取维修记录", "creatorId": "U1",
            "description": "", "executorIds": ["U1"],
            "detailUrl": {"appUrl": "https://a", "pcUrl": "https://a"},
            "isOnlyShowExecutor": true, "priority": 30,
        })
    );
    assert!(task.check().is_ok());
    let mut long = task;
    long.subject = "长".repeat(1025);
    long.detail_url.app_url = "x".repeat(1025);
    let fields: Vec<String> = long
        .check()
        .unwrap_err()
        .into_iter()
        .map(|found| found.field)
        .collect();
    assert_eq!(fields, ["subject", "detailUrl.appUrl"]);
    assert_eq!(
        todo::task_path("U/1", "t 1"),
        "/v1.0/todo/users/U%2F1/tasks/t%201"
    );
    assert!(todo::is_already_there(todo::ALREADY_THERE, "Task exist"));
    assert!(!todo::is_already_there(
        todo::ALREADY_THERE,
        "subject is missing"
    ));
}

#[test]
fn tokens_of_events_have_three_to_63_letters_and_digits() {
    for raw in ["ab", "a-b", "", &"t".repeat(64)] {
        assert!(raw.parse::<event::EventToken>().is_err(), "{raw}");
    }
    assert!("t".repeat(63).parse::<event::EventToken>().is_ok());
}
