//! `[card]`, `[receipt.*]` and `[alert.*]`: what people read. `[say]` is read in `sentences`.

use crate::config::Section;

use super::super::template::{
    Allowed, IN_DECIDED, IN_DONE, IN_DONE_LATE, IN_LATE, IN_QUESTION, IN_RUN, IN_UNFINISHED,
};
use super::super::wording::{
    AlertWording, CardWording, Line, ReceiptText, ReceiptWording, Wording,
};
use super::field::{LONGEST_LINE_NAME, lines, plain, template, usually};
use super::keys;
use super::sentences::sentences;

/// WeCom recommends so many characters for buttons and for options
/// (`developer.work.weixin.qq.com/document/path/90236`).
pub(super) const LONGEST_BUTTON: usize = 10;
pub(super) const LONGEST_OPTION: usize = 16;

/// A card shows at most six rows, and a receipt has up to five answers among them; an alert may
/// be longer.
pub(super) const MOST_CARD_LINES: usize = 6;
pub(super) const MOST_RECEIPT_LINES: usize = 1;
pub(super) const MOST_ALERT_LINES: usize = 10;

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

pub(super) fn below<'a>(
    above: &Section<'a>,
    key: &'static str,
    expected: &str,
) -> Option<Section<'a>> {
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
    let attention = plain(&section, "attention", LONGEST_LINE_NAME);
    let hint = match section.holds("hint") {
        true => plain(&section, "hint", LONGEST_LINE_NAME),
        false => Some("提示".to_owned()),
    };
    keys::card().finish(&section);
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
    keys::receipts().finish(&section);
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
    keys::receipt(allowed).finish(&section);
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
    keys::alerts().finish(&section);
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
    keys::alert(allowed).finish(&section);
    title.map(|title| AlertWording { title, lines })
}
