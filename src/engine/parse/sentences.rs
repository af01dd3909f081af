//! `[say]`: the sentences to reps, each with where it is said and our own words for it.

use crate::config::Section;

use super::super::template::{
    Allowed, IN_APPROVED, IN_DEAL, IN_DECIDED, IN_DONE, IN_EXPECTED, IN_GATE, IN_LENGTH, IN_PARTS,
    IN_PUT_OFF, IN_QUESTION, IN_RUN, IN_UNFINISHED, IN_URGED, IN_VOICE,
};
use super::super::wording::Sentences;
use super::field::usual_template;
use super::keys;
use super::wording::below;

/// Reads the sentences, and lists them for `keys`; one that is left out has our words.
macro_rules! sentences {
    ($($name:ident: $allowed:ident, $said:literal, $usual:literal;)*) => {
        /// The sentences: key, placeholders, where it is said.
        pub(super) const SENTENCES: &[(&str, Allowed, &str)] =
            &[$((stringify!($name), $allowed, $said),)*];

        pub(super) fn sentences(root: &Section<'_>) -> Option<Sentences> {
            let section = below(root, "say", "a section [say] with the sentences to reps")?;
            $(let $name = usual_template(&section, stringify!($name), $allowed, $usual);)*
            keys::sentences().finish(&section);
            Some(Sentences { $($name: $name?,)* })
        }
    };
}

sentences! {
    opened: IN_RUN, "节点的第一个问题不是选择题（没有卡片）时，先说明为什么要问",
        "{customer}：{why}，请在 {due} 前完成「{node}」。";
    not_chosen: IN_QUESTION, "提交时有单选停在「请选择」",
        "还没有选择「{question}」，请选好再提交。";
    text_missing: IN_LENGTH, "回复里没有字",
        "「{question}」还没有内容，请用文字回复。";
    text_too_short: IN_LENGTH, "回复的字太少",
        "「{question}」至少要 {min} 个字，现在是 {length} 个。";
    text_too_long: IN_LENGTH, "回复的字太多",
        "「{question}」最多 {max} 个字，现在是 {length} 个，请精简一下。";
    text_not_asked: IN_UNFINISHED, "现在不需要这样的回答",
        "「{node}」现在不需要这个，还差：{left}。";
    already_done: IN_DONE, "节点已经做完了",
        "「{node}」已由{by}在 {at} 登记，不用再填了。";
    unknown_run: IN_DEAL, "找不到点的卡片对应的节点",
        "没有找到对应的登记项，可能已经失效。请以最新收到的卡片为准。";
    file_sort: IN_EXPECTED, "文件类型不对",
        "「{question}」收到的文件类型不对，请发 {accept}。";
    title_missing: IN_EXPECTED, "文件里没有要有的字",
        "「{question}」里没有找到《{wanted}》字样，请确认发的是这份文件。";
    not_signed: IN_EXPECTED, "文件没有签字",
        "「{question}」还没有签字：没有找到电子签名、手写批注或签名图片。请让客户签好再发；纸质签字可以扫描后发。";
    not_voice: IN_EXPECTED, "要语音，发来的不是",
        "「{question}」请发一段不少于 {min} 秒的语音。";
    voice_too_short: IN_VOICE, "语音太短",
        "「{question}」这段语音 {length} 秒，至少 {min} 秒，还差 {short} 秒，请重新说一段。";
    parts_below: IN_PARTS, "物料清单匹配不够",
        "「{question}」匹配 {matched}/{total}（{share}%），要求 {min}% 以上。客户没买过：{unmatched}。请核对型号后重新上传。";
    rows_missing: IN_EXPECTED, "表格的行太少",
        "「{question}」至少要 {min} 行，现在是 {length} 行。";
    cell_missing: IN_EXPECTED, "表格里有必填的格空着",
        "「{question}」每一行都要填「{wanted}」。";
    cell_unknown: IN_EXPECTED, "表格里有只能选填的格填了别的",
        "「{question}」的「{wanted}」只能填：{accept}。";
    option_missing: IN_EXPECTED, "表格里缺几种必须有的",
        "「{question}」还缺：{wanted}，每种至少一行。";
    not_asked_so: IN_EXPECTED, "不能这样回答，如用语音回答要文件的问题",
        "「{question}」不能这样回答，请按提示重新发。";
    remind: IN_UNFINISHED, "黄灯：提醒销售",
        "提醒：{customer}的「{node}」还差：{left}，请在 {due} 前完成；逾期会通知主管。";
    urged: IN_URGED, "主管催办",
        "{by}在催：{customer}的「{node}」还差：{left}，请尽快完成。";
    extended: IN_UNFINISHED, "主管延期",
        "{customer}的「{node}」已延期到 {due}，还差：{left}。";
    returned: IN_DECIDED, "主管退回",
        "{customer}的「{node}」被{by}退回：{reason}。请重新补充：{left}。";
    approved: IN_APPROVED, "主管抽查通过",
        "{customer}的「{node}」：{by}看过「{question}」，抽查通过。";
    put_off: IN_PUT_OFF, "销售回复「稍后」以后",
        "好的，「{node}」{again} 再问您；截止时间还是 {due}。随时回复「继续」可以接着填。";
    nothing_to_take_back: IN_UNFINISHED, "销售回复「返回」，但还没有回答过",
        "「{node}」还没有可以返回的回答，还差：{left}。";
    gated: IN_GATE, "阶段被节点挡住",
        "进入「{stage}」之前，请先完成：{missing}。";
}
