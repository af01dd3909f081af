//! Template cards: the official JSON there and back, and every hard limit.

use dingdan_webhooks::wecom::TemplateCard;
use dingdan_webhooks::wecom::card::{CardAdvice, CardProblem, CardRule};
use serde_json::{Value, json};

fn card(json: Value) -> TemplateCard {
    serde_json::from_value(json).unwrap()
}

fn button_card() -> Value {
    json!({
        "card_type": "button_interaction",
        "task_id": "chk-20250307-0017@s3",
        "source": {"desc": "客户跟进", "desc_color": 1},
        "action_menu": {"desc": "更多", "action_list": [{"text": "静音", "key": "mute"}]},
        "main_title": {"title": "第 3 步：确认采购预算", "desc": "客户：云杉机械"},
        "quote_area": {"type": 1, "url": "https://e/1", "title": "原话", "quote_text": "太贵了"},
        "sub_title_text": "今天内完成",
        "horizontal_content_list": [
            {"type": 3, "keyname": "负责人", "value": "查看", "userid": "zhao.lei"},
            {"type": 2, "keyname": "附件", "value": "报价.pdf", "media_id": "m1"},
            {"keyname": "客户", "value": "云杉机械"}
        ],
        "card_action": {"type": 0},
        "button_selection": {
            "question_key": "budget", "title": "预算", "selected_id": "lt50",
            "option_list": [{"id": "lt50", "text": "50万以下"}, {"id": "ge50", "text": "50万及以上"}]
        },
        "button_list": [
            {"text": "完成", "style": 1, "key": "done"},
            {"text": "填写说明", "type": 1, "url": "https://h5.example.com/f/17"}
        ]
    })
}

fn text_card() -> Value {
    json!({
        "card_type": "text_notice",
        "main_title": {"title": "节点超时"},
        "emphasis_content": {"title": "30", "desc": "分钟"},
        "jump_list": [{"type": 1, "title": "看聊天", "url": "https://e/2"}, {"title": "无链接"}],
        "card_action": {"type": 2, "appid": "wx1", "pagepath": "p"}
    })
}

fn news_card() -> Value {
    json!({
        "card_type": "news_notice",
        "main_title": {"title": "周报"},
        "card_image": {"url": "https://e/i.png", "aspect_ratio": 2.25},
        "image_text_area": {"type": 1, "url": "https://e/3", "title": "t", "desc": "d", "image_url": "https://e/j"},
        "vertical_content_list": [{"title": "本周", "desc": "3 单"}],
        "card_action": {"type": 1, "url": "https://e/4"}
    })
}

fn vote_card() -> Value {
    json!({
        "card_type": "vote_interaction",
        "task_id": "t2",
        "main_title": {"title": "异议", "desc": "可多选"},
        "checkbox": {
            "question_key": "objection", "mode": 1,
            "option_list": [{"id": "price", "text": "价格", "is_checked": true}, {"id": "time", "text": "交期"}]
        },
        "submit_button": {"text": "提交", "key": "submit"}
    })
}

fn multiple_card() -> Value {
    json!({
        "card_type": "multiple_interaction",
        "task_id": "t3",
        "main_title": {"title": "风险预判登记"},
        "select_list": [
            {"question_key": "risk", "title": "风险", "option_list": [{"id": "0", "text": "请选择"}]},
            {"question_key": "plan", "title": "应对", "option_list": [{"id": "0", "text": "请选择"}]}
        ],
        "submit_button": {"text": "提交", "key": "submit"}
    })
}

fn all_cards() -> [Value; 5] {
    [
        text_card(),
        news_card(),
        button_card(),
        vote_card(),
        multiple_card(),
    ]
}

#[test]
fn every_card_type_comes_back_as_it_was_and_is_sound() {
    for json in all_cards() {
        let card = card(json.clone());
        assert_eq!(card.check(), Ok(()), "{json}");
        assert!(card.advice().is_empty(), "{json}");
        assert_eq!(card.card_type(), json["card_type"]);
        assert_eq!(card.has_callback(), json.get("task_id").is_some());
        assert_eq!(serde_json::to_value(&card).unwrap(), json);
    }
}

/// The problems after setting `pointer` in a sound card to `value`.
fn problems(mut json: Value, pointer: &str, value: Value) -> Vec<CardProblem> {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match json.pointer_mut(parent).unwrap() {
        Value::Object(members) => members.insert(name.to_owned(), value),
        Value::Array(items) => Some(std::mem::replace(
            &mut items[name.parse::<usize>().unwrap()],
            value,
        )),
        _ => panic!("{pointer}"),
    };
    card(json).check().unwrap_err()
}

#[test]
fn each_hard_limit_is_found_alone_and_named() {
    let long_key = "k".repeat(1025);
    let long_id = "i".repeat(129);
    let row = json!({"keyname": "k"});
    let options = |count: usize| -> Value {
        (0..count)
            .map(|id| json!({"id": id.to_string(), "text": "t"}))
            .collect()
    };
    let buttons = |count: usize| -> Value {
        (0..count)
            .map(|key| json!({"key": key.to_string(), "text": "t"}))
            .collect()
    };
    let lists = |count: usize| -> Value {
        (0..count)
            .map(|key| json!({"question_key": key.to_string(), "option_list": options(1)}))
            .collect()
    };
    let count = |found, min, max| CardRule::Count { found, min, max };
    let bytes = |found, max| CardRule::TooManyBytes { found, max };
    use CardRule::{Range, Repeated, Required};
    let table = [
        (button_card(), "/task_id", json!(""), "task_id", Required),
        (vote_card(), "/task_id", json!(""), "task_id", Required),
        (multiple_card(), "/task_id", json!(""), "task_id", Required),
        (
            text_card(),
            "/action_menu",
            json!({"action_list": [{"text": "t", "key": "k"}]}),
            "task_id",
            Required,
        ),
        (
            button_card(),
            "/task_id",
            json!(long_id),
            "task_id",
            bytes(129, 128),
        ),
        (
            button_card(),
            "/task_id",
            json!("a b"),
            "task_id",
            CardRule::Charset("letters, digits, _, - and @"),
        ),
        (
            text_card(),
            "/task_id",
            json!("单"),
            "task_id",
            CardRule::Charset("letters, digits, _, - and @"),
        ),
        (
            button_card(),
            "/source/desc_color",
            json!(4),
            "source.desc_color",
            Range("0 to 3"),
        ),
        (
            button_card(),
            "/action_menu/action_list",
            json!([]),
            "action_menu.action_list",
            count(0, 1, 3),
        ),
        (
            button_card(),
            "/action_menu/action_list",
            json!([{"text": "a", "key": "a"}, {"text": "b", "key": "b"}, {"text": "c", "key": "c"}, {"text": "d", "key": "d"}]),
            "action_menu.action_list",
            count(4, 1, 3),
        ),
        (
            button_card(),
            "/action_menu/action_list",
            json!([{"text": "a", "key": "a"}, {"text": "b", "key": "a"}]),
            "action_menu.action_list[1].key",
            Repeated,
        ),
        (
            button_card(),
            "/action_menu/action_list/0/key",
            json!(long_key),
            "action_menu.action_list[0].key",
            bytes(1025, 1024),
        ),
        (
            button_card(),
            "/action_menu/action_list/0/text",
            json!(""),
            "action_menu.action_list[0].text",
            Required,
        ),
        (
            text_card(),
            "/main_title/title",
            json!(""),
            "main_title.title",
            Required,
        ),
        (
            news_card(),
            "/main_title/title",
            json!(""),
            "main_title.title",
            Required,
        ),
        (
            button_card(),
            "/main_title/title",
            json!(""),
            "main_title.title",
            Required,
        ),
        (
            vote_card(),
            "/main_title/title",
            json!(""),
            "main_title.title",
            Required,
        ),
        (
            multiple_card(),
            "/main_title/title",
            json!(""),
            "main_title.title",
            Required,
        ),
        (
            button_card(),
            "/quote_area/type",
            json!(3),
            "quote_area.type",
            Range("0, 1 or 2"),
        ),
        (
            button_card(),
            "/quote_area/url",
            json!(""),
            "quote_area.url",
            Required,
        ),
        (
            button_card(),
            "/quote_area/type",
            json!(2),
            "quote_area.appid",
            Required,
        ),
        (
            button_card(),
            "/horizontal_content_list",
            json!(vec![row; 7]),
            "horizontal_content_list",
            count(7, 0, 6),
        ),
        (
            button_card(),
            "/horizontal_content_list/2/keyname",
            json!(""),
            "horizontal_content_list[2].keyname",
            Required,
        ),
        (
            button_card(),
            "/horizontal_content_list/2/type",
            json!(4),
            "horizontal_content_list[2].type",
            Range("0, 1, 2 or 3"),
        ),
        (
            button_card(),
            "/horizontal_content_list/2/type",
            json!(1),
            "horizontal_content_list[2].url",
            Required,
        ),
        (
            button_card(),
            "/horizontal_content_list/1/media_id",
            json!(""),
            "horizontal_content_list[1].media_id",
            Required,
        ),
        (
            button_card(),
            "/horizontal_content_list/0/userid",
            json!(""),
            "horizontal_content_list[0].userid",
            Required,
        ),
        (
            text_card(),
            "/jump_list",
            json!(vec![json!({"title": "t"}); 4]),
            "jump_list",
            count(4, 0, 3),
        ),
        (
            text_card(),
            "/jump_list/1/title",
            json!(""),
            "jump_list[1].title",
            Required,
        ),
        (
            text_card(),
            "/jump_list/0/url",
            json!(""),
            "jump_list[0].url",
            Required,
        ),
        (
            text_card(),
            "/card_action",
            Value::Null,
            "card_action",
            Required,
        ),
        (
            news_card(),
            "/card_action",
            Value::Null,
            "card_action",
            Required,
        ),
        (
            text_card(),
            "/card_action/type",
            json!(0),
            "card_action.type",
            Range("1 or 2"),
        ),
        (
            text_card(),
            "/card_action/appid",
            json!(""),
            "card_action.appid",
            Required,
        ),
        (
            news_card(),
            "/card_action/url",
            json!(""),
            "card_action.url",
            Required,
        ),
        (
            news_card(),
            "/card_image/url",
            json!(""),
            "card_image.url",
            Required,
        ),
        (
            news_card(),
            "/card_image/aspect_ratio",
            json!(2.26),
            "card_image.aspect_ratio",
            Range("1.3 to 2.25"),
        ),
        (
            news_card(),
            "/card_image/aspect_ratio",
            json!(1.29),
            "card_image.aspect_ratio",
            Range("1.3 to 2.25"),
        ),
        (
            news_card(),
            "/image_text_area/image_url",
            json!(""),
            "image_text_area.image_url",
            Required,
        ),
        (
            news_card(),
            "/image_text_area/url",
            json!(""),
            "image_text_area.url",
            Required,
        ),
        (
            news_card(),
            "/vertical_content_list",
            json!(vec![json!({"title": "t"}); 5]),
            "vertical_content_list",
            count(5, 0, 4),
        ),
        (
            news_card(),
            "/vertical_content_list/0/title",
            json!(""),
            "vertical_content_list[0].title",
            Required,
        ),
        (
            button_card(),
            "/button_list",
            json!([]),
            "button_list",
            count(0, 1, 6),
        ),
        (
            button_card(),
            "/button_list",
            buttons(7),
            "button_list",
            count(7, 1, 6),
        ),
        (
            button_card(),
            "/button_list/0/text",
            json!(""),
            "button_list[0].text",
            Required,
        ),
        (
            button_card(),
            "/button_list/0/key",
            json!(""),
            "button_list[0].key",
            Required,
        ),
        (
            button_card(),
            "/button_list/0/key",
            json!(long_key),
            "button_list[0].key",
            bytes(1025, 1024),
        ),
        (
            button_card(),
            "/button_list/0/style",
            json!(5),
            "button_list[0].style",
            Range("1 to 4"),
        ),
        (
            button_card(),
            "/button_list/0/type",
            json!(2),
            "button_list[0].type",
            Range("0 or 1"),
        ),
        (
            button_card(),
            "/button_list/1/url",
            json!(""),
            "button_list[1].url",
            Required,
        ),
        (
            button_card(),
            "/button_list",
            json!([{"text": "a", "key": "k"}, {"text": "b", "key": "k"}]),
            "button_list[1].key",
            Repeated,
        ),
        (
            button_card(),
            "/button_selection/question_key",
            json!(""),
            "button_selection.question_key",
            Required,
        ),
        (
            button_card(),
            "/button_selection/option_list",
            options(11),
            "button_selection.option_list",
            count(11, 1, 10),
        ),
        (
            button_card(),
            "/button_selection/option_list",
            options(0),
            "button_selection.option_list",
            count(0, 1, 10),
        ),
        (
            button_card(),
            "/button_selection/option_list/1/id",
            json!("lt50"),
            "button_selection.option_list[1].id",
            Repeated,
        ),
        (
            button_card(),
            "/button_selection/option_list/1/id",
            json!(long_id),
            "button_selection.option_list[1].id",
            bytes(129, 128),
        ),
        (
            button_card(),
            "/button_selection/option_list/1/text",
            json!(""),
            "button_selection.option_list[1].text",
            Required,
        ),
        (vote_card(), "/checkbox", Value::Null, "checkbox", Required),
        (
            vote_card(),
            "/checkbox/question_key",
            json!(long_key),
            "checkbox.question_key",
            bytes(1025, 1024),
        ),
        (
            vote_card(),
            "/checkbox/mode",
            json!(2),
            "checkbox.mode",
            Range("0 or 1"),
        ),
        (
            vote_card(),
            "/checkbox/option_list",
            options(21),
            "checkbox.option_list",
            count(21, 1, 20),
        ),
        (
            vote_card(),
            "/checkbox/option_list/0/id",
            json!("time"),
            "checkbox.option_list[1].id",
            Repeated,
        ),
        (
            vote_card(),
            "/submit_button",
            Value::Null,
            "submit_button",
            Required,
        ),
        (
            vote_card(),
            "/submit_button/text",
            json!(""),
            "submit_button.text",
            Required,
        ),
        (
            multiple_card(),
            "/submit_button",
            Value::Null,
            "submit_button",
            Required,
        ),
        (
            multiple_card(),
            "/submit_button/key",
            json!(long_key),
            "submit_button.key",
            bytes(1025, 1024),
        ),
        (
            multiple_card(),
            "/select_list",
            lists(4),
            "select_list",
            count(4, 1, 3),
        ),
        (
            multiple_card(),
            "/select_list",
            lists(0),
            "select_list",
            count(0, 1, 3),
        ),
        (
            multiple_card(),
            "/select_list/1/question_key",
            json!("risk"),
            "select_list[1].question_key",
            Repeated,
        ),
        (
            multiple_card(),
            "/select_list/1/option_list",
            options(11),
            "select_list[1].option_list",
            count(11, 1, 10),
        ),
    ];
    for (json, pointer, value, field, rule) in table {
        let expected = CardProblem {
            field: field.to_owned(),
            rule,
        };
        assert_eq!(problems(json, pointer, value), [expected], "{pointer}");
    }
}

#[test]
fn a_news_card_needs_one_picture_and_a_text_card_one_text() {
    let mut json = news_card();
    json["card_image"].take();
    assert_eq!(card(json.clone()).check(), Ok(()));
    json["image_text_area"].take();
    let found = card(json).check().unwrap_err();
    assert_eq!(found[0].field, "card_image");

    let mut json = text_card();
    json["main_title"] = json!({});
    json["sub_title_text"] = json!("只有正文");
    assert_eq!(card(json).check(), Ok(()));
}

#[test]
fn all_problems_are_found_at_once_and_say_what_is_wrong() {
    let mut json = button_card();
    json["task_id"] = json!("a b");
    json["button_list"] = json!([]);
    let found = card(json).check().unwrap_err();
    let said: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "task_id: may only hold letters, digits, _, - and @",
            "button_list: has 0 entries, 1 to 6",
        ]
    );
    assert_eq!(
        found.iter().map(CardProblem::errcode).collect::<Vec<_>>(),
        [42014, 40058]
    );
}

#[test]
fn an_update_may_leave_out_task_id_and_submit_button() {
    let mut json = multiple_card();
    json.as_object_mut().unwrap().remove("task_id");
    json.as_object_mut().unwrap().remove("submit_button");
    json["replace_text"] = json!("已提交");
    json["select_list"][0]["disable"] = json!(true);
    let update = card(json.clone());
    assert_eq!(update.check_update(), Ok(()));
    assert_eq!(update.check().unwrap_err().len(), 2);
    assert_eq!(serde_json::to_value(&update).unwrap(), json);
}

#[test]
fn long_texts_are_advised_against_and_allowed() {
    let mut json = button_card();
    json["source"]["desc"] = json!("字".repeat(21));
    json["button_list"][0]["text"] = json!("字".repeat(11));
    json["horizontal_content_list"][2]["keyname"] = json!("字".repeat(6));
    let card = card(json);
    assert_eq!(card.check(), Ok(()));
    let advice = |field: &str, found, recommended| CardAdvice {
        field: field.to_owned(),
        found,
        recommended,
    };
    assert_eq!(
        card.advice(),
        [
            advice("source.desc", 21, 20),
            advice("horizontal_content_list[2].keyname", 6, 5),
            advice("button_list[0].text", 11, 10),
        ]
    );
}

#[test]
fn an_unknown_card_type_is_no_card() {
    let unknown = json!({"card_type": "hologram"});
    assert!(serde_json::from_value::<TemplateCard>(unknown).is_err());
}
