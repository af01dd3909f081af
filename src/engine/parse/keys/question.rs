//! `[[node.question]]`.

use super::super::super::question::FileSort;
use super::super::super::template::IN_QUESTION;
use super::super::question::{
    KINDS, LONGEST_TEXT, LONGEST_TITLE, LONGEST_VOICE, MOST_COLUMNS, MOST_ROWS,
    MOST_TO_CHOOSE_SEVERAL,
};
use super::{Key, Shape, Table, option, words};

/// Kinds that are asked in the chat.
const ASKED: &[&str] = &["text", "voice", "file", "parts_list", "table", "place"];
const CHOICES: &[&str] = &["choose_one", "choose_several"];
const WRITTEN: &[&str] = &["text", "choose_one", "choose_several"];
const FILE: &[&str] = &["file"];
const TABLE: &[&str] = &["table"];

/// `[[node.question]]`.
pub(in crate::engine::parse) fn question() -> Table {
    let mut keys = vec![
        Key::required("key", Shape::Name, "程序用的名字，定了不要改"),
        Key::required(
            "title",
            Shape::Text(LONGEST_TITLE),
            "短名，出现在卡片和回执上；超过 5 个字在回执上会被截短",
        ),
        Key::required(
            "kind",
            Shape::OneOf(words(&KINDS)),
            "怎么回答：choose_one 卡片单选、choose_several 卡片多选、text 写字、voice 语音、file 文件、parts_list 物料清单、table 填表、place 位置",
        ),
        Key::new(
            "ask",
            Shape::Template(IN_QUESTION),
            "在聊天里问的话；选择题不写，其他必写",
        )
        .of(ASKED)
        .required_in(ASKED),
        Key::new("required", Shape::Flag, "false 表示可以不答；不写是 true"),
        Key::new("when", Shape::Condition, "条件，只对符合的商机问"),
        Key::new(
            "records",
            Shape::Name,
            "答了就算确认了这件事，条件里用 \"名字\" in deal.facts 来问",
        ),
    ];
    keys.extend(of_choices_and_texts());
    keys.extend(of_files_and_tables());
    Table::new("一个问题", keys)
}

fn of_choices_and_texts() -> Vec<Key> {
    vec![
        Key::new("library", Shape::Name, "用哪个选项库（它的 key）").of(CHOICES),
        Key::new(
            "options",
            Shape::Tables(option(), 0, MOST_TO_CHOOSE_SEVERAL),
            "选项，接在选项库后面：单选共 2 到 9 个，多选共 2 到 20 个",
        )
        .of(CHOICES),
        Key::new(
            "min_chars",
            Shape::Number(1, LONGEST_TEXT),
            "至少几个字（标点不算）；不写是 1",
        )
        .of(WRITTEN),
        Key::new(
            "max_chars",
            Shape::Number(1, LONGEST_TEXT),
            "最多几个字；不写是 300",
        )
        .of(WRITTEN),
    ]
}

fn of_files_and_tables() -> Vec<Key> {
    let sorts = FileSort::ALL.iter().map(|sort| sort.word());
    vec![
        Key::new(
            "min_seconds",
            Shape::Number(1, LONGEST_VOICE),
            "至少几秒，按录音的内容计算；不写是 1",
        )
        .of(&["voice"]),
        Key::new(
            "min_sound_percent",
            Shape::Number(0, 100),
            "其中至少百分之几有声音，0 表示不看；不写是 50",
        )
        .of(&["voice"]),
        Key::new(
            "accept",
            Shape::SomeOf(sorts.collect()),
            "收哪些文件：pdf、picture 图片、sheet 表格、document 文档、sound 录音",
        )
        .of(FILE)
        .required_in(FILE),
        Key::new("title_contains", Shape::AnyText, "文件里要有的字").of(FILE),
        Key::new("signed", Shape::Flag, "true 表示要有客户签字").of(FILE),
        Key::new(
            "min_percent",
            Shape::Number(1, 100),
            "和客户采购历史匹配的型号至少占百分之几；不写是 90",
        )
        .of(&["parts_list"]),
        Key::new(
            "columns",
            Shape::Tables(column(), 1, MOST_COLUMNS),
            "表格的列：[{ key = \"name\", title = \"姓名\" }, …]",
        )
        .of(TABLE)
        .required_in(TABLE),
        Key::new(
            "min_rows",
            Shape::Number(1, MOST_ROWS),
            "至少几行；不写是 1",
        )
        .of(TABLE),
    ]
}

/// A column of a table.
pub(in crate::engine::parse) fn column() -> Table {
    Table::new(
        "一列",
        vec![
            Key::required("key", Shape::Name, "程序用的名字，定了不要改"),
            Key::required("title", Shape::Text(LONGEST_TITLE), "显示的名字"),
            Key::new("options", Shape::Texts, "可以填的内容；不写就是随便填"),
            Key::new("required", Shape::Flag, "false 表示可以空着；不写是 true"),
            Key::new(
                "each_option",
                Shape::Flag,
                "true 表示 options 里的每一种至少有一行",
            ),
        ],
    )
}
