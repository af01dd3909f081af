//! `[card]`, `[receipt.*]`, `[alert.*]` and `[say]`: what people read.

use crate::config::Section;

use super::super::template::{
    Allowed, IN_DEAL, IN_DONE, IN_DONE_LATE, IN_LATE, IN_LENGTH, IN_QUESTION, IN_RUN, IN_UNFINISHED,
};
use super::super::wording::{
    AlertWording, CardWording, ReceiptText, ReceiptWording, Sentences, Wording,
};
use super::field::{lines, plain, template};

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
    section.finish();
    Some(CardWording {
        title: title?,
        lines,
        submit: submit?,
        please_choose: please_choose?,
        attention: attention?,
    })
}

fn receipts(root: &Section<'_>) -> Option<ReceiptWording> {
    let section = below(root, "receipt", "sections [receipt.done] and so on")?;
    let done = receipt(&section, "done", IN_DONE);
    let done_late = receipt(&section, "done_late", IN_DONE_LATE);
    let kept = receipt(&section, "kept", IN_UNFINISHED);
    let ended = receipt(&section, "ended", IN_UNFINISHED);
    let refused = receipt(&section, "refused", IN_QUESTION);
    section.finish();
    Some(ReceiptWording {
        done: done?,
        done_late: done_late?,
        kept: kept?,
        ended: ended?,
        refused: refused?,
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

fn alerts(root: &Section<'_>) -> Option<(AlertWording, AlertWording)> {
    let section = below(root, "alert", "sections [alert.opened] and [alert.late]")?;
    let opened = alert(&section, "opened", IN_RUN);
    let late = alert(&section, "late", IN_LATE);
    section.finish();
    opened.zip(late)
}

fn alert(above: &Section<'_>, key: &'static str, allowed: Allowed) -> Option<AlertWording> {
    let section = below(above, key, "a section with title and lines")?;
    let title = template(&section, "title", allowed);
    let lines = lines(&section, MOST_ALERT_LINES, allowed);
    section.finish();
    title.map(|title| AlertWording { title, lines })
}

fn sentences(root: &Section<'_>) -> Option<Sentences> {
    let section = below(root, "say", "a section [say] with the sentences to reps")?;
    let opened = template(&section, "opened", IN_RUN);
    let not_chosen = template(&section, "not_chosen", IN_QUESTION);
    let text_missing = template(&section, "text_missing", IN_LENGTH);
    let text_too_short = template(&section, "text_too_short", IN_LENGTH);
    let text_too_long = template(&section, "text_too_long", IN_LENGTH);
    let text_not_asked = template(&section, "text_not_asked", IN_UNFINISHED);
    let already_done = template(&section, "already_done", IN_DONE);
    let unknown_run = template(&section, "unknown_run", IN_DEAL);
    section.finish();
    Some(Sentences {
        opened: opened?,
        not_chosen: not_chosen?,
        text_missing: text_missing?,
        text_too_short: text_too_short?,
        text_too_long: text_too_long?,
        text_not_asked: text_not_asked?,
        already_done: already_done?,
        unknown_run: unknown_run?,
    })
}
