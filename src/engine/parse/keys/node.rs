//! `[[node]]`.

use super::super::node::{LONGEST_NAME, ON_WORK, ONCE_PER};
use super::super::question::MOST_QUESTIONS;
use super::{Key, Shape, Table, question, words};

/// `[[node]]`.
pub(in crate::engine::parse) fn node() -> Table {
    let mut keys = vec![
        Key::required("key", Shape::Name, "程序用的名字，定了不要改"),
        Key::required("name", Shape::Text(LONGEST_NAME), "显示的名字"),
    ];
    keys.extend(opening());
    keys.extend(clock());
    keys.push(Key::required(
        "question",
        Shape::Tables(question(), 1, MOST_QUESTIONS),
        "问题：1 到 5 个必答，连选答最多 10 个",
    ));
    Table::new("一个节点：要求销售做的一件事", keys).with_one_of(&[
        "opens_on",
        "opens_on_stage",
        "gates",
        "opens_by_hand",
    ])
}

/// What opens it.
fn opening() -> Vec<Key> {
    vec![
        Key::new("opens_on", Shape::Signals, "客户的话里出现这些信号时要做"),
        Key::new(
            "opens_in",
            Shape::Names,
            "信号只在这些阶段里算（阶段的 key）；不写就是所有没有结束的阶段",
        ),
        Key::new(
            "opens_on_stage",
            Shape::Names,
            "商机进入这些阶段时要做（阶段的 key）",
        ),
        Key::new(
            "gates",
            Shape::Names,
            "要进入这些阶段之前：没做完、没豁免就不能进，也不能跳过去（阶段的 key）",
        ),
        Key::new(
            "opens_by_hand",
            Shape::Flag,
            "true 表示销售或主管也可以手动发起",
        ),
        Key::new("when", Shape::Condition, "条件，只对符合的商机要求"),
        Key::new(
            "once_per",
            Shape::OneOf(words(&ONCE_PER)),
            "怎样算同一件事，没做完之前只要求一次：\"deal\" 整个商机、\"signal\" 每种信号、\"words\" 每个原词。有 opens_on 时必写",
        )
        .with("opens_on"),
        Key::new(
            "quiet_for",
            Shape::Quiet,
            "做完以后，同一件事多久之内再提也不重新要求；\"forever\" 这个商机里不再要求。有 opens_on 时必写",
        )
        .with("opens_on"),
    ]
}

/// When it is late.
fn clock() -> Vec<Key> {
    vec![
        Key::new(
            "expected_after",
            Shape::Lead,
            "黄灯：提醒销售。时间，或到红灯为止的百分之几；不写是 \"50%\"",
        ),
        Key::required("late_after", Shape::Span, "红灯：算超时，预警主管"),
        Key::new(
            "on_work",
            Shape::OneOf(words(&ON_WORK)),
            "销售回答了一部分以后：\"goes_on\" 时钟照走（不写就是它）、\"restarts\" 重新计时、\"stops\" 停表",
        ),
        Key::new(
            "inform_director_on_open",
            Shape::Flag,
            "true 表示一出现就告诉主管，不等超时；不写是 false",
        ),
    ]
}
