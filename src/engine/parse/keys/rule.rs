//! `[[rule]]`.

use super::super::super::rule::ContactKind;
use super::super::super::template::IN_RULE;
use super::super::rule::{KINDS, LONGEST_NAME, MOST_CONTACTS};
use super::{Key, Shape, Table, alert, words};

const DWELL: &[&str] = &["dwell"];
const NEGLECT: &[&str] = &["neglect"];
const HINT: &[&str] = &["hint"];
const SAYING: &[&str] = &["notice", "hint"];
const ALERTING: &[&str] = &["dwell", "neglect"];

/// `[[rule]]`.
pub(in crate::engine::parse) fn rule() -> Table {
    let mut keys = vec![
        Key::required("key", Shape::Name, "程序用的名字，定了不要改"),
        Key::required(
            "name",
            Shape::Text(LONGEST_NAME),
            "显示的名字，文字里的 {rule}",
        ),
        Key::required(
            "kind",
            Shape::OneOf(words(&KINDS)),
            "盯什么：dwell 停留太久、neglect 连续跟进没有更新阶段、notice 节点出现时提示、hint 听到信号时提示",
        ),
        Key::new("when", Shape::Condition, "条件，成立才生效"),
    ];
    keys.extend(of_dwell_and_neglect());
    keys.extend(of_notice_and_hint());
    Table::new("一条规则", keys)
}

fn of_dwell_and_neglect() -> Vec<Key> {
    let subjects = ContactKind::ALL.iter().map(|kind| kind.word());
    vec![
        Key::new("stages", Shape::Names, "盯哪些阶段（阶段的 key）")
            .of(DWELL)
            .required_in(DWELL),
        Key::new(
            "expected_after",
            Shape::Lead,
            "黄灯：停留多久提醒销售；不写是 \"50%\"",
        )
        .of(DWELL),
        Key::new("late_after", Shape::Span, "红灯：停留多久预警主管")
            .of(DWELL)
            .required_in(DWELL),
        Key::new("todo", Shape::Template(IN_RULE), "红灯时给主管建的钉钉待办").of(DWELL),
        Key::new(
            "subjects",
            Shape::SomeOf(subjects.collect()),
            "算哪些跟进：visit 拜访、contact 联系",
        )
        .of(NEGLECT)
        .required_in(NEGLECT),
        Key::new(
            "count",
            Shape::Number(1, MOST_CONTACTS),
            "连续几次没有更新阶段；不写是 2",
        )
        .of(NEGLECT),
        Key::new("remind", Shape::Template(IN_RULE), "提醒销售的话").of(ALERTING),
        Key::new(
            "alert",
            Shape::Table(alert(IN_RULE)),
            "告诉主管的话；dwell 必写，neglect 至少写 remind 和它之一",
        )
        .of(ALERTING)
        .required_in(DWELL),
    ]
}

fn of_notice_and_hint() -> Vec<Key> {
    vec![
        Key::new(
            "nodes",
            Shape::Names,
            "哪些节点出现时（节点的 key）；不写就是任何节点",
        )
        .of(&["notice"]),
        Key::new("signals", Shape::Signals, "听到哪些信号时")
            .of(HINT)
            .required_in(HINT),
        Key::new("text", Shape::Template(IN_RULE), "对销售说的话")
            .of(SAYING)
            .required_in(SAYING),
        Key::new("quiet_for", Shape::Span, "多久之内不重复；不写是 \"7d\"").of(HINT),
    ]
}
