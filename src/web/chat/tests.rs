//! The chat with sample lines, peaceful and hostile.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::lines::{Drawing, Further, Lines};
use super::sidebar::{Deal, Run, ViewedBy, told};
use super::*;
use crate::config::ProcessSettings;
use crate::domain::{CorrectionKind, CorrectionState, Role};
use crate::domain::{Label, Speaker, Timestamp};
use crate::loaded::load_detector;
use crate::signals::Dictionaries;
use crate::signals::learnt::LEARNT;
use crate::store::{CorrectionRow, RunRow, SignalRow, ViewRow};
use crate::web::language::Language;
use crate::web::moments::Now;
use crate::web::standing::{Light, light, when};
use crate::web::tests::samples::{HOSTILE, assert_escaped, keep};

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(&format!("2026-11-{text}:00+08:00")).expect("valid")
}

fn noon() -> Now {
    Now {
        at: at("24T12:00"),
        language: Language::Chinese,
    }
}

fn line(id: &str, speaker: Speaker, sent: &str, kind: &str, text: &str) -> StoredMessage {
    StoredMessage {
        id: id.parse().expect("an id"),
        platform_id: format!("kf:msg:{id}"),
        chat_id: "kf-wk1-wm1".parse().expect("an id"),
        speaker,
        sender: "zhao.lei".to_owned(),
        contact_id: None,
        sent_at: at(sent),
        position: 1,
        kind: kind.to_owned(),
        text: text.to_owned(),
        heard_first: None,
        heard_end: None,
        recalled_at: None,
    }
}

fn signal(message: &StoredMessage, words: &str, label: Label) -> SignalRow {
    let first = message.text.find(words).expect("the words are in the text");
    SignalRow {
        product: String::new(),
        id: format!("s-{}-{first}", message.id),
        message_id: message.id.clone(),
        label,
        first_byte: first as i64,
        end_byte: (first + words.len()) as i64,
        rule: "r".to_owned(),
        dictionaries: "1".to_owned(),
        model: String::new(),
        why: String::new(),
        shadow: false,
        dismissed_at: None,
        dismissed_by: String::new(),
        at: message.sent_at,
        chat_id: message.chat_id.clone(),
        region: "华东".to_owned(),
        rep_id: None,
        rep: String::new(),
        customer_id: None,
        customer: String::new(),
        text: message.text.clone(),
    }
}

fn page_of(
    rows: &[StoredMessage],
    signals: &[SignalRow],
    target: usize,
    name: &str,
    deals: Vec<Deal>,
) -> String {
    let further = |name: &str| {
        Some(Further {
            part: format!("/chats/c/lines?{name}=1.1"),
            page: "/chats/c?message=m".to_owned(),
        })
    };
    let mut drawing = Drawing {
        files: BTreeMap::new(),
        contact: name,
        reps: BTreeMap::from([("zhao.lei".to_owned(), name.to_owned())]),
        signals,
        corrections: &[],
        decides: true,
        dictionaries: &dictionaries(),
        target: rows.get(target),
        now: noon(),
    };
    ChatPage {
        language: Language::Chinese,
        frame: Frame::sample(Tab::None, name),
        path: "/chats/kf-wk1-wm1".to_owned(),
        head: Head {
            customer: format!("{name}精密机械（宁波）有限公司"),
            contact: name.to_owned(),
            rep: name.to_owned(),
            region: "华东".to_owned(),
        },
        lines: Lines {
            language: Language::Chinese,
            earlier: further("before"),
            lines: drawing.lines(rows),
            later: further("after"),
            corrections: "/chats/kf-wk1-wm1/corrections".to_owned(),
            csrf: "csrf-token".to_owned(),
        },
        deals,
        corrected: "0.0.0".to_owned(),
        views: vec![
            ViewedBy {
                name: name.to_owned(),
                place: Some("看板"),
                times: 3,
                at: "今天 10:12".to_owned(),
            },
            ViewedBy {
                name: "吴军".to_owned(),
                place: None,
                times: 1,
                at: "昨天 18:40".to_owned(),
            },
        ],
        refusal: None,
    }
    .render()
    .expect("the chat renders")
}

fn run(title: &str, light: Light, when: &str, answers: &[(&str, &str)]) -> Run {
    Run {
        path: "/runs/r1".to_owned(),
        title: title.to_owned(),
        light,
        when: when.to_owned(),
        opened: "今天 09:31".to_owned(),
        answers: answers
            .iter()
            .map(|(question, answer)| ((*question).to_owned(), (*answer).to_owned()))
            .collect(),
    }
}

#[test]
fn a_chat_is_drawn_at_its_message() {
    let mut rows = vec![
        line("m1", Speaker::System, "23T16:40", "enter_session", ""),
        line(
            "m2",
            Speaker::Rep,
            "23T16:41",
            "text",
            "陈总您好，上午发您的报价单收到了吗？",
        ),
        line("m3", Speaker::Customer, "23T16:58", "text", "收到了，在看"),
        line("m4", Speaker::Customer, "23T16:59", "voice", ""),
        line("m5", Speaker::Rep, "24T09:20", "file", ""),
        line(
            "m6",
            Speaker::Rep,
            "24T09:21",
            "text",
            "这是更新后的方案和案例，\n麻烦您过目：\n1. 产线节拍\n2. 三年质保",
        ),
        line(
            "m7",
            Speaker::Customer,
            "24T09:30",
            "text",
            "你们太贵了,今年要走招标",
        ),
        line("m8", Speaker::Customer, "24T09:31", "text", "预算太高了"),
        line(
            "m9",
            Speaker::Rep,
            "24T09:33",
            "text",
            "理解，我先跟公司申请一下",
        ),
        line(
            "m10",
            Speaker::Customer,
            "24T09:35",
            "location",
            "云杉机械一期厂房 宁波市北仑区小港街道",
        ),
        line("m11", Speaker::Customer, "24T09:36", "hologram", ""),
        line("m12", Speaker::System, "24T09:37", "user_recall_msg", ""),
    ];
    rows[2].recalled_at = Some(at("23T17:00"));
    let signals = [
        signal(&rows[6], "太贵", Label::Price),
        signal(&rows[6], "要走招标", Label::Tender),
        signal(&rows[7], "预算太高", Label::Budget),
        signal(&rows[7], "太高了", Label::Price),
    ];
    let deals = vec![
        Deal {
            path: "/deals/o1".to_owned(),
            name: "云杉机械二期产线自动化改造（含立体仓库与搬运机器人）".to_owned(),
            stage: "方案与报价".to_owned(),
            rep: "赵磊".to_owned(),
            is_closed: false,
            runs: vec![
                run("风险预判登记", Light::Overdue, "已超 2 小时 5 分", &[]),
                run("竞品应对备案", Light::Soon, "还剩 3 小时", &[]),
                run("决策链穿透", Light::Open, "还剩 2 天", &[]),
                run(
                    "需求确认",
                    Light::DoneLate,
                    "昨天 18:00，超 3 小时",
                    &[
                        ("风险类型", "价格风险"),
                        ("应对策略", "拆分报价，先做一期，二期锁价"),
                    ],
                ),
            ],
        },
        Deal {
            path: "/deals/o1".to_owned(),
            name: "一期维保".to_owned(),
            stage: "成交".to_owned(),
            rep: "赵磊".to_owned(),
            is_closed: true,
            runs: Vec::new(),
        },
    ];

    let html = page_of(&rows, &signals, 6, "陈立", deals);
    keep("chat", &html);

    assert!(html.contains(r#"class="line customer target" id="m-m7""#));
    assert!(html.contains("<mark class=\"t-money\" title=\"价格 \">太贵</mark><span class=\"chip t-money\">价格</span>了"));
    assert!(html.contains("<span class=\"kind alone\">语音</span>"));
    assert!(html.contains("其他消息（hologram）"));
    assert!(html.contains("已撤回"));
    assert_eq!(html.matches("class=\"day\"").count(), 2);
    assert!(!html.contains("<title>陈立"));
}

#[test]
fn hostile_words_and_names_stay_text() {
    let rows = [
        line("m1", Speaker::Customer, "24T09:30", HOSTILE, HOSTILE),
        line("m2", Speaker::Rep, "24T09:31", "text", HOSTILE),
    ];
    let signals = [signal(&rows[0], "script", Label::Price)];
    let deal = Deal {
        path: "/deals/o1".to_owned(),
        name: HOSTILE.to_owned(),
        stage: HOSTILE.to_owned(),
        rep: HOSTILE.to_owned(),
        is_closed: false,
        runs: vec![run(HOSTILE, Light::Done, HOSTILE, &[(HOSTILE, HOSTILE)])],
    };

    assert_escaped(&page_of(&rows, &signals, 0, HOSTILE, vec![deal]));
}

#[test]
fn each_viewer_is_told_once_for_each_place() {
    let look = |person: Option<&str>, name: &str, place: &str, sent: &str| ViewRow {
        person_id: person.map(|id| id.parse().expect("an id")),
        name: name.to_owned(),
        place: place.to_owned(),
        at: at(sent),
        times: 1,
    };
    let often = ViewRow {
        times: 9,
        ..look(None, "crm", "signals", "24T09:30")
    };

    let entries = told(
        vec![
            look(Some("p1"), "周敏", "chat", "24T11:00"),
            look(None, "crm", "messages", "24T10:30"),
            look(Some("p1"), "周敏", "board", "24T10:00"),
            often,
            look(Some("p1"), "周敏", "chat", "23T11:00"),
            look(Some("p2"), "周敏", "chat", "23T10:00"),
        ],
        noon(),
    );

    let shown: Vec<_> = entries
        .iter()
        .map(|entry| (&*entry.name, entry.place, entry.times, &*entry.at))
        .collect();
    assert_eq!(
        shown,
        [
            ("周敏", None, 2, "今天 11:00"),
            ("crm", Some("接口"), 10, "今天 10:30"),
            ("周敏", Some("看板"), 1, "今天 10:00"),
            ("周敏", None, 1, "昨天 10:00"),
        ]
    );
}

#[test]
fn a_runs_light_is_that_of_the_moment() {
    let now = noon();
    let row = |status: &str, expected: &str, due: &str, done: Option<&str>, late: bool| RunRow {
        id: "r1".parse().expect("an id"),
        opportunity_id: "o1".parse().expect("an id"),
        node: "risk".to_owned(),
        title: "风险预判登记".to_owned(),
        status: status.to_owned(),
        opened_at: at("22T08:00"),
        expected_at: (status == "open").then(|| at(expected)),
        due_at: at(due),
        done_at: done.map(at),
        late,
        answers: "{}".to_owned(),
        done_by: done.map(|_| "赵磊".to_owned()),
        spot_check: None,
    };
    for (run, expected, told) in [
        (
            row("open", "24T12:01", "24T12:30", None, false),
            Light::Open,
            "还剩 30 分",
        ),
        (
            row("open", "24T12:00", "25T14:00", None, false),
            Light::Soon,
            "还剩 1 天 2 小时",
        ),
        (
            row("open", "23T10:00", "24T10:00", None, false),
            Light::Overdue,
            "已超 2 小时",
        ),
        (
            row("overdue", "22T10:00", "23T10:00", None, true),
            Light::Overdue,
            "已超 1 天 2 小时",
        ),
        (
            row("done", "24T08:00", "25T08:00", Some("24T09:00"), false),
            Light::Done,
            "今天 09:00",
        ),
        (
            row("done", "22T08:00", "23T08:00", Some("23T10:30"), true),
            Light::DoneLate,
            "昨天 10:30，超 2 小时 30 分",
        ),
    ] {
        assert_eq!(light(&run, now.at), expected);
        assert_eq!(when(&run, expected, now), told);
    }
}

/// Those inside the binary.
fn dictionaries() -> Arc<Dictionaries> {
    let detector = load_detector(&ProcessSettings::default());
    let detector = detector.unwrap_or_else(|problems| panic!("{problems}"));
    Arc::clone(detector.dictionaries())
}

/// The lines alone, with what is said of them, as a director or a rep reads them.
fn lines_of(
    rows: &[StoredMessage],
    signals: &[SignalRow],
    corrections: &[CorrectionRow],
    decides: bool,
) -> String {
    let mut drawing = Drawing {
        files: BTreeMap::new(),
        contact: "陈立",
        reps: BTreeMap::new(),
        signals,
        corrections,
        decides,
        dictionaries: &dictionaries(),
        target: None,
        now: noon(),
    };
    let lines = Lines {
        language: Language::Chinese,
        earlier: None,
        lines: drawing.lines(rows),
        later: None,
        corrections: "/chats/kf-wk1-wm1/corrections".to_owned(),
        csrf: "csrf-token".to_owned(),
    };
    lines.render().expect("the lines render")
}

fn contested(message: &StoredMessage, by: &str) -> CorrectionRow {
    CorrectionRow {
        id: "c1".to_owned(),
        message_id: message.id.clone(),
        chat_id: message.chat_id.clone(),
        label: Label::Price,
        kind: CorrectionKind::FalseAlarm,
        first_byte: 0,
        end_byte: 9,
        person_id: "rep-zhao".parse().expect("an id"),
        person: by.to_owned(),
        role: Role::Rep,
        origin: "card".to_owned(),
        said_at: at("24T11:00"),
        state: CorrectionState::Pending,
        decided_by: None,
        decider: String::new(),
        decided_at: None,
    }
}

#[test]
fn a_line_says_why_it_is_marked() {
    let row = line("m1", Speaker::Customer, "24T10:00", "text", "太贵了");
    let by_rule = SignalRow {
        rule: "price:too-dear".to_owned(),
        dictionaries: "0123456789abcdef".to_owned(),
        ..signal(&row, "太贵", Label::Price)
    };
    let by_model = SignalRow {
        rule: LEARNT.to_owned(),
        model: "fedcba9876".to_owned(),
        why: "「贵了」「太」".to_owned(),
        shadow: true,
        ..signal(&row, "贵了", Label::Budget)
    };

    let by_no_rule = SignalRow {
        rule: "price:gone".to_owned(),
        ..signal(&row, "太", Label::Delay)
    };

    let html = lines_of(&[row], &[by_rule, by_model, by_no_rule], &[], true);

    for words in [
        "规则「嫌贵」（词典 price.toml）",
        "词典版本 01234567<",
        "没有规则命中，是从人工标注过的话里学来的 · 最像的几处：「贵了」「太」",
        "规则「gone」（现在的词典里已没有这一条）",
        "模型 fedcba98<",
        "试运行",
        "<mark class=\"t-money tried\" title=\"预算 \">了</mark>",
        "value=\"false_alarm\"",
        "value=\"missed\"",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
}

#[test]
fn who_answers_for_the_rep_decides_and_nobody_else() {
    let row = line("m1", Speaker::Customer, "24T10:00", "text", "太贵了");
    let price = signal(&row, "太贵", Label::Price);
    let said = contested(&row, "赵磊");

    let rows = [row];
    let signals = [price];
    let corrections = [said];
    let director = lines_of(&rows, &signals, &corrections, true);
    assert!(director.contains("赵磊 标为误报：价格"), "{director}");
    assert!(director.contains("value=\"confirm\""), "{director}");
    assert!(director.contains("<details class=\"about\" open>"));
    let rep = lines_of(&rows, &signals, &corrections, false);
    assert!(rep.contains("待主管确认"), "{rep}");
    assert!(!rep.contains("value=\"confirm\""), "{rep}");
}

#[test]
fn nothing_that_is_said_of_a_line_becomes_markup() {
    let row = line("m1", Speaker::Customer, "24T10:00", "text", HOSTILE);
    let price = SignalRow {
        rule: format!("price:{HOSTILE}"),
        why: HOSTILE.to_owned(),
        dictionaries: "\"'>".to_owned(),
        ..signal(&row, HOSTILE, Label::Price)
    };
    let said = contested(&row, HOSTILE);

    assert_escaped(&lines_of(&[row], &[price], &[said], true));
}
