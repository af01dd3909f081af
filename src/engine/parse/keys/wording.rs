//! `[card]`, `[receipt.*]`, `[alert.*]` and `[say]`.

use super::super::super::template::{
    Allowed, IN_DECIDED, IN_DONE, IN_DONE_LATE, IN_LATE, IN_QUESTION, IN_RUN, IN_UNFINISHED,
};
use super::super::field::LONGEST_LINE_NAME;
use super::super::sentences::SENTENCES;
use super::super::wording::{
    LONGEST_BUTTON, LONGEST_OPTION, MOST_ALERT_LINES, MOST_CARD_LINES, MOST_RECEIPT_LINES,
};
use super::{Key, Shape, Table};

/// `{ name = "客户", value = "{customer}" }`.
pub(in crate::engine::parse) fn line(allowed: Allowed) -> Table {
    Table::new(
        "一行",
        vec![
            Key::required("name", Shape::Text(LONGEST_LINE_NAME), "左边的名字"),
            Key::required("value", Shape::Template(allowed), "右边的内容"),
        ],
    )
}

fn title(allowed: Allowed) -> Key {
    Key::required("title", Shape::Template(allowed), "标题")
}

fn lines(most: usize, allowed: Allowed) -> Key {
    Key::new(
        "lines",
        Shape::Tables(line(allowed), 0, most),
        "标题下面的行：[{ name = \"客户\", value = \"{customer}\" }, …]",
    )
}

/// `[card]`.
pub(in crate::engine::parse) fn card() -> Table {
    Table::new(
        "发给销售的选择卡片",
        vec![
            Key::required(
                "title",
                Shape::Template(IN_RUN),
                "标题，连节点名最多 36 个字（有多选题时 16 个）",
            ),
            lines(MOST_CARD_LINES, IN_RUN),
            Key::required("submit", Shape::Text(LONGEST_BUTTON), "提交按钮上的字"),
            Key::required(
                "please_choose",
                Shape::Text(LONGEST_OPTION),
                "单选的第一项，停在这一项就提交会被退回",
            ),
            Key::required(
                "attention",
                Shape::Text(LONGEST_LINE_NAME),
                "卡片被退回重发时，说明原因那一行的名字",
            ),
            Key::new(
                "hint",
                Shape::Text(LONGEST_LINE_NAME),
                "规则给的提示那一行的名字；不写是「提示」",
            ),
        ],
    )
}

/// `[receipt.*]`.
pub(in crate::engine::parse) fn receipts() -> Table {
    let one = |name, allowed, means| Key::required(name, Shape::Table(receipt(allowed)), means);
    let decided = |name, means| Key::new(name, Shape::Table(receipt(IN_DECIDED)), means);
    Table::new(
        "点过的卡片变成的回执：先是每个问题和答案，再是 lines",
        vec![
            one("done", IN_DONE, "按时做完"),
            one("done_late", IN_DONE_LATE, "超时以后才做完"),
            one("kept", IN_UNFINISHED, "答案已收到，还有别的没答"),
            one("ended", IN_UNFINISHED, "还没做完，商机就结束了"),
            one("refused", IN_QUESTION, "有单选没选，退回并重发一张卡片"),
            decided("waived", "主管豁免了；不写用自带的话"),
            decided("not_applicable", "主管标为不适用；不写用自带的话"),
        ],
    )
}

/// One of the receipts.
pub(in crate::engine::parse) fn receipt(allowed: Allowed) -> Table {
    Table::new(
        "一种回执",
        vec![
            title(allowed),
            lines(MOST_RECEIPT_LINES, allowed),
            Key::required("button", Shape::Text(LONGEST_BUTTON), "灰色按钮上的字"),
        ],
    )
}

/// `[alert.*]`.
pub(in crate::engine::parse) fn alerts() -> Table {
    let one = |name, allowed, means| Key::required(name, Shape::Table(alert(allowed)), means);
    Table::new(
        "发给主管的钉钉消息；客户的整句话和查看聊天的链接会自动带上",
        vec![
            one(
                "opened",
                IN_RUN,
                "节点一出现就告诉主管（inform_director_on_open = true 的节点）",
            ),
            one("late", IN_LATE, "超时"),
        ],
    )
}

/// One of the alerts, or a rule's.
pub(in crate::engine::parse) fn alert(allowed: Allowed) -> Table {
    Table::new(
        "一种预警",
        vec![title(allowed), lines(MOST_ALERT_LINES, allowed)],
    )
}

/// `[say]`.
pub(in crate::engine::parse) fn sentences() -> Table {
    let keys = SENTENCES.iter();
    Table::new(
        "在聊天里对销售说的话；不写的句子用自带的话",
        keys.map(|(name, allowed, means)| Key::new(name, Shape::Template(allowed), means))
            .collect(),
    )
}
