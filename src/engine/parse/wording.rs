//! `[card]`, `[receipt.*]`, `[alert.*]` and `[say]`: what people read.

use crate::config::Section;

use super::super::template::{
    Allowed, IN_DEAL, IN_DECIDED, IN_DONE, IN_DONE_LATE, IN_EXPECTED, IN_GATE, IN_LATE, IN_LENGTH,
    IN_PARTS, IN_PUT_OFF, IN_QUESTION, IN_RUN, IN_UNFINISHED, IN_URGED, IN_VOICE,
};
use super::super::wording::{
    AlertWording, CardWording, Line, ReceiptText, ReceiptWording, Sentences, Wording,
};
use super::field::{lines, plain, template, usual_template, usually};

/// WeCom recommends so many characters for buttons and for options
/// (`developer.work.weixin.qq.com/document/path/90236`).
const LONGEST_BUTTON: usize = 10;
const LONGEST_OPTION: usize = 16;

/// A card shows at most six rows, and a receipt has up to five answers among them; an alert may
/// be longer.
const MOST_CARD_LINES: usize = 6;
const MOST_RECEIPT_LINES: usize = 1;
const MOST_ALERT_LINES: usize = 10;

pub(super) fn wording(root: &Section<'_>) -> Option<Wording> {
    let card = card(root);
    let receipts = receipts(root);
    let alerts = alerts(root);
    let sentences = sentences(root);
    let (opened_alert, late_alert) = alerts?;
    Some(Wording {
        card: card?,
        receipts: receipts?,
        opened_alert,
        late_alert,
        sentences: sentences?,
    })
}

fn below<'a>(above: &Section<'a>, key: &'static str, expected: &str) -> Option<Section<'a>> {
    above
        .required(key, expected)
        .then(|| above.section(key))
        .flatten()
}

fn card(root: &Section<'_>) -> Option<CardWording> {
    let section = below(root, "card", "a section [card] with the texts of cards")?;
    let title = template(&section, "title", IN_RUN);
    let lines = lines(&section, MOST_CARD_LINES, IN_RUN);
    let submit = plain(&section, "submit", LONGEST_BUTTON);
    let please_choose = plain(&section, "please_choose", LONGEST_OPTION);
    let attention = plain(&section, "attention", 5);
    let hint = match section.holds("hint") {
        true => plain(&section, "hint", 5),
        false => Some("提示".to_owned()),
    };
    section.finish();
    Some(CardWording {
        title: title?,
        lines,
        submit: submit?,
        please_choose: please_choose?,
        attention: attention?,
        hint: hint?,
    })
}

fn receipts(root: &Section<'_>) -> Option<ReceiptWording> {
    let section = below(root, "receipt", "sections [receipt.done] and so on")?;
    let done = receipt(&section, "done", IN_DONE);
    let done_late = receipt(&section, "done_late", IN_DONE_LATE);
    let kept = receipt(&section, "kept", IN_UNFINISHED);
    let ended = receipt(&section, "ended", IN_UNFINISHED);
    let refused = receipt(&section, "refused", IN_QUESTION);
    let waived = usual_receipt(&section, "waived", "已豁免 · {node}", "已豁免");
    let not_applicable = usual_receipt(&section, "not_applicable", "不适用 · {node}", "不适用");
    section.finish();
    Some(ReceiptWording {
        done: done?,
        done_late: done_late?,
        kept: kept?,
        ended: ended?,
        refused: refused?,
        waived: waived?,
        not_applicable: not_applicable?,
    })
}

fn receipt(above: &Section<'_>, key: &'static str, allowed: Allowed) -> Option<ReceiptText> {
    let section = below(above, key, "a section with title, lines and button")?;
    let title = template(&section, "title", allowed);
    let lines = lines(&section, MOST_RECEIPT_LINES, allowed);
    let button = plain(&section, "button", LONGEST_BUTTON);
    section.finish();
    Some(ReceiptText {
        title: title?,
        lines,
        button: button?,
    })
}

/// A receipt for what a supervisor decided; with our words when it is left out.
fn usual_receipt(
    above: &Section<'_>,
    key: &'static str,
    title: &str,
    button: &str,
) -> Option<ReceiptText> {
    if above.holds(key) {
        return receipt(above, key, IN_DECIDED);
    }
    Some(ReceiptText {
        title: usually(title, IN_DECIDED)?,
        lines: vec![Line {
            name: "说明".to_owned(),
            value: usually("{by}：{reason}", IN_DECIDED)?,
        }],
        button: button.to_owned(),
    })
}

fn alerts(root: &Section<'_>) -> Option<(AlertWording, AlertWording)> {
    let section = below(root, "alert", "sections [alert.opened] and [alert.late]")?;
    let opened = alert(&section, "opened", IN_RUN);
    let late = alert(&section, "late", IN_LATE);
    section.finish();
    opened.zip(late)
}

/// An alert's texts, in a section of their own.
pub(super) fn alert(
    above: &Section<'_>,
    key: &'static str,
    allowed: Allowed,
) -> Option<AlertWording> {
    let section = below(above, key, "a section with title and lines")?;
    let title = template(&section, "title", allowed);
    let lines = lines(&section, MOST_ALERT_LINES, allowed);
    section.finish();
    title.map(|title| AlertWording { title, lines })
}

/// Reads the sentences; one that is left out has our words.
macro_rules! sentences {
    ($section:expr, $($name:ident: $allowed:ident = $usual:literal,)*) => {{
        $(let $name = usual_template($section, stringify!($name), $allowed, $usual);)*
        Some(Sentences { $($name: $name?,)* })
    }};
}

fn sentences(root: &Section<'_>) -> Option<Sentences> {
    let section = below(root, "say", "a section [say] with the sentences to reps")?;
    let sentences = sentences!(&section,
        opened: IN_RUN = "{customer}：{why}，请在 {due} 前完成「{node}」。",
        not_chosen: IN_QUESTION = "还没有选择「{question}」，请选好再提交。",
        text_missing: IN_LENGTH = "「{question}」还没有内容，请用文字回复。",
        text_too_short: IN_LENGTH = "「{question}」至少要 {min} 个字，现在是 {length} 个。",
        text_too_long: IN_LENGTH = "「{question}」最多 {max} 个字，现在是 {length} 个，请精简一下。",
        text_not_asked: IN_UNFINISHED = "「{node}」现在不需要这个，还差：{left}。",
        already_done: IN_DONE = "「{node}」已由{by}在 {at} 登记，不用再填了。",
        unknown_run: IN_DEAL = "没有找到对应的登记项，可能已经失效。请以最新收到的卡片为准。",
        file_sort: IN_EXPECTED = "「{question}」收到的文件类型不对，请发 {accept}。",
        title_missing: IN_EXPECTED = "「{question}」里没有找到《{wanted}》字样，请确认发的是这份文件。",
        not_signed: IN_EXPECTED = "「{question}」还没有签字：没有找到电子签名、手写批注或签名图片。请让客户签好再发；纸质签字可以扫描后发。",
        not_voice: IN_EXPECTED = "「{question}」请发一段不少于 {min} 秒的语音。",
        voice_too_short: IN_VOICE = "「{question}」这段语音 {length} 秒，至少 {min} 秒，还差 {short} 秒，请重新说一段。",
        parts_below: IN_PARTS = "「{question}」匹配 {matched}/{total}（{share}%），要求 {min}% 以上。客户没买过：{unmatched}。请核对型号后重新上传。",
        rows_missing: IN_EXPECTED = "「{question}」至少要 {min} 行，现在是 {length} 行。",
        cell_missing: IN_EXPECTED = "「{question}」每一行都要填「{wanted}」。",
        cell_unknown: IN_EXPECTED = "「{question}」的「{wanted}」只能填：{accept}。",
        option_missing: IN_EXPECTED = "「{question}」还缺：{wanted}，每种至少一行。",
        not_asked_so: IN_EXPECTED = "「{question}」不能这样回答，请按提示重新发。",
        remind: IN_UNFINISHED = "提醒：{customer}的「{node}」还差：{left}，请在 {due} 前完成；逾期会通知主管。",
        urged: IN_URGED = "{by}在催：{customer}的「{node}」还差：{left}，请尽快完成。",
        extended: IN_UNFINISHED = "{customer}的「{node}」已延期到 {due}，还差：{left}。",
        returned: IN_DECIDED = "{customer}的「{node}」被{by}退回：{reason}。请重新补充：{left}。",
        put_off: IN_PUT_OFF = "好的，「{node}」{again} 再问您；截止时间还是 {due}。随时回复「继续」可以接着填。",
        nothing_to_take_back: IN_UNFINISHED = "「{node}」还没有可以返回的回答，还差：{left}。",
        gated: IN_GATE = "进入「{stage}」之前，请先完成：{missing}。",
    );
    section.finish();
    sentences
}
