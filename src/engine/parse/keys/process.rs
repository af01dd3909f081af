//! The file as a whole: stages, libraries of options, escalation.

use super::super::super::template::IN_RUN;
use super::super::choice::LONGEST_TEXT;
use super::super::{ENDINGS, LONGEST_NAME, LONGEST_STAGE_NAME, MOST_LEVELS};
use super::{Key, Shape, Table, alerts, card, node, receipts, rule, sentences, words};

/// The whole file.
pub(in crate::engine) fn process() -> Table {
    let many = usize::MAX;
    Table::new(
        "盯单的销售流程定义。完整说明见 docs/process.md。",
        vec![
            Key::required("name", Shape::Text(LONGEST_NAME), "这份流程叫什么"),
            Key::required(
                "stage",
                Shape::Tables(stage(), 1, many),
                "阶段，按商机推进的顺序写",
            ),
            Key::new(
                "library",
                Shape::Tables(library(), 0, many),
                "选项库：几个问题共用的选项",
            ),
            Key::new("escalation", Shape::Table(escalation()), "红灯以后逐级上报"),
            Key::new(
                "put_off_for",
                Shape::Span,
                "销售回复「稍后」以后，隔多久再问；不写是 \"2 workhours\"",
            ),
            Key::required(
                "node",
                Shape::Tables(node(), 1, many),
                "节点：要求销售做的事",
            ),
            Key::new(
                "rule",
                Shape::Tables(rule(), 0, many),
                "规则：和节点无关、一直盯着的事",
            ),
            Key::required("card", Shape::Table(card()), "发给销售的选择卡片"),
            Key::required("receipt", Shape::Table(receipts()), "点过的卡片变成的回执"),
            Key::required("alert", Shape::Table(alerts()), "发给主管的钉钉消息"),
            Key::required(
                "say",
                Shape::Table(sentences()),
                "在聊天里对销售说的话；这一段要有，里面不写的句子用自带的话",
            ),
        ],
    )
}

/// `[[stage]]`.
pub(in crate::engine::parse) fn stage() -> Table {
    Table::new(
        "一个阶段",
        vec![
            Key::required("key", Shape::Name, "程序用的名字，定了不要改"),
            Key::required("name", Shape::Text(LONGEST_STAGE_NAME), "显示的名字"),
            Key::new(
                "ends",
                Shape::OneOf(words(&ENDINGS)),
                "商机到此结束：\"won\" 赢单、\"lost\" 输单。第一个阶段不能结束",
            ),
        ],
    )
}

/// `[[library]]`.
pub(in crate::engine::parse) fn library() -> Table {
    Table::new(
        "一个选项库",
        vec![
            Key::required(
                "key",
                Shape::Name,
                "程序用的名字，问题里写 library = \"…\" 来用",
            ),
            Key::required(
                "options",
                Shape::Tables(option(), 1, usize::MAX),
                "选项：[{ id = \"pilot\", text = \"先做试点再放量\" }, …]",
            ),
        ],
    )
}

/// `{ id = "…", text = "…" }`.
pub(in crate::engine::parse) fn option() -> Table {
    Table::new(
        "一个选项",
        vec![
            Key::required(
                "id",
                Shape::OptionId,
                "记录里存的名字，定了不要改：英文、数字、- 和 _，不以 _ 开头",
            ),
            Key::required("text", Shape::Text(LONGEST_TEXT), "卡片上显示的字"),
            Key::new(
                "ask_text",
                Shape::Template(IN_RUN),
                "选了它以后，在聊天里请销售自己写，用这句话来问；一个问题最多一个选项有",
            ),
        ],
    )
}

/// `[escalation]`.
pub(in crate::engine::parse) fn escalation() -> Table {
    Table::new(
        "红灯以后没有人确认，就逐级上报",
        vec![
            Key::new(
                "every",
                Shape::Span,
                "隔多久告诉再上一级；不写是 \"4 workhours\"",
            ),
            Key::new(
                "levels",
                Shape::Number(1, MOST_LEVELS),
                "最多几级，含直属主管；不写是 3",
            ),
        ],
    )
}
