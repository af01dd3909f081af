//! What a digest says: every alert by name as far as there is room, with the customer's words and
//! the way to them, the latest things first; and the numbers of the others.

use crate::journal::{AlertBody, plain, short_number};
use crate::store::HeldAlert;

/// As much of an alert's lines as a digest shows, in characters.
const LONGEST_LINE: usize = 100;
/// As much of the customer's words.
const LONGEST_QUOTE: usize = 40;

/// An alert that a digest tells of.
pub(super) struct Told {
    /// As it waited.
    pub(super) alert: HeldAlert,
    /// What it says by now.
    pub(super) body: AlertBody,
}

pub(super) fn title(told: &[Told]) -> String {
    let red = told.iter().filter(|told| told.alert.red).count();
    match red {
        0 => format!("{} 条预警", told.len()),
        red => format!("{} 条预警，{red} 条超时", told.len()),
    }
}

/// The longest text that `fits`: as many alerts as possible with what they say, and all with their
/// numbers. The first one's number stands at the head too, since a text that equals another of the
/// day would be dropped.
pub(super) fn markdown(
    title: &str,
    told: &[Told],
    page: impl Fn(&AlertBody) -> String,
    fits: impl Fn(&str) -> bool,
) -> String {
    let with_so_many = |shown: usize| written(title, told.split_at(shown), &page);
    let texts = (0..=told.len()).rev().map(with_so_many);
    texts
        .into_iter()
        .find(|text| fits(text))
        .unwrap_or_else(|| with_so_many(0))
}

fn written(
    title: &str,
    (shown, others): (&[Told], &[Told]),
    page: impl Fn(&AlertBody) -> String,
) -> String {
    let first = shown.first().or(others.first());
    let number = first.map_or("", |first| short_number(&first.alert.alert_id));
    let mut text = format!("### {title}\n\n编号 {number}\n\n");
    for (place, told) in shown.iter().enumerate() {
        let values = told.body.lines.iter().map(|(_, value)| plain(value));
        let values = values.collect::<Vec<_>>().join(" · ");
        text.push_str(&format!(
            "{}. [{}]({})（{}）{}\n",
            place + 1,
            plain(&told.body.title),
            page(&told.body),
            short_number(&told.alert.alert_id),
            cut(&values, LONGEST_LINE)
        ));
        if !told.body.quote.is_empty() {
            let quote = plain(&told.body.quote);
            text.push_str(&format!("   客户原话：{}\n", cut(&quote, LONGEST_QUOTE)));
        }
    }
    if !others.is_empty() {
        let numbers = others.iter().map(|told| short_number(&told.alert.alert_id));
        let numbers = numbers.collect::<Vec<_>>().join("、");
        text.push_str(&format!(
            "\n另有 {} 条，打开查看：{numbers}\n",
            others.len()
        ));
    }
    text
}

fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
