//! Which of many quotes tell most, and what of them is shown. Pure.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Range;

use super::Quote;
use super::masking::Known;
use crate::domain::{MessageId, Timestamp};
use crate::signals::Dictionaries;
use crate::store::HitRow;

/// Lines of so many characters are understood at a glance.
const CLEAR: Range<usize> = 6..61;
/// Characters shown before the marked words, and behind them.
const BEFORE: usize = 24;
const BEHIND: usize = 36;

/// A message that is quoted.
pub(super) struct Chosen {
    /// One of its signals.
    pub(super) row: HitRow,
    /// Where its marked words stand.
    marks: Vec<Range<usize>>,
}

/// What makes one quote tell more than another: it is read at a glance, much of it is marked, it is
/// short, it is new. The message decides between equals, so that the same store gives the same quotes.
type Telling = (bool, usize, Reverse<usize>, Timestamp, Reverse<MessageId>);

impl Chosen {
    fn telling(&self) -> Telling {
        let characters = |text: &str| text.chars().count();
        let length = characters(&self.row.text);
        let marked = self
            .marks
            .iter()
            .filter_map(|mark| self.row.text.get(mark.clone()));
        (
            CLEAR.contains(&length),
            marked.map(characters).sum(),
            Reverse(length),
            self.row.at,
            Reverse(self.row.message_id.clone()),
        )
    }

    /// Who said it: the company, or else the chat.
    fn speaker(&self) -> String {
        match &self.row.customer_id {
            Some(customer) => format!("customer:{customer}"),
            None => format!("chat:{}", self.row.chat_id),
        }
    }

    /// The quote without names. Rivals keep theirs, as the dictionaries know them.
    pub(super) fn masked(self, known: &Known, dictionaries: &Dictionaries) -> Quote {
        let rivals = dictionaries.competitors_in(&self.row.text).into_iter();
        let rivals: Vec<Range<usize>> = rivals.map(|rival| rival.start..rival.end).collect();
        let row = &self.row;
        let masked = known.masked(&row.text, (&row.customer, &row.contact), &rivals);
        let first = self.marks.first().map_or(0, |mark| mark.start);
        let last = self.marks.last().map_or(row.text.len(), |mark| mark.end);
        let (from, to) = (back(&row.text, first), ahead(&row.text, last));
        let mut text = masked.between(from..to);
        if from > 0 {
            text.insert(0, '…');
        }
        if to < row.text.len() {
            text.push('…');
        }
        let words = self.marks.iter().map(|mark| masked.between(mark.clone()));
        Quote {
            words: words.collect::<Vec<_>>().join("，"),
            text: text.split_whitespace().collect::<Vec<_>>().join(" "),
            at: row.at,
            region: self.row.region,
            product: self.row.product,
            message: self.row.message_id,
            chat: self.row.chat_id,
        }
    }
}

/// The most telling messages of one kind of signal: of different customers as long as there are
/// some, and no line twice. What its sender took back counts, but isn't repeated to others.
pub(super) fn most_telling(mut rows: Vec<HitRow>, count: usize) -> Vec<Chosen> {
    rows.retain(|row| row.recalled_at.is_none());
    let mut messages = gathered(rows);
    messages.sort_by_cached_key(|message| Reverse(message.telling()));
    let mut texts = BTreeSet::new();
    messages.retain(|message| texts.insert(message.row.text.trim().to_owned()));
    let mut speakers = BTreeSet::new();
    let (mut chosen, others): (Vec<Chosen>, Vec<Chosen>) = messages
        .into_iter()
        .partition(|message| speakers.insert(message.speaker()));
    chosen.extend(others);
    chosen.truncate(count);
    chosen
}

/// Signals by message, with marks in order that don't overlap.
fn gathered(rows: Vec<HitRow>) -> Vec<Chosen> {
    let mut messages: Vec<Chosen> = Vec::new();
    for row in rows {
        let mark =
            range(row.first_byte, row.end_byte).filter(|mark| row.text.get(mark.clone()).is_some());
        // Rows come message by message.
        match messages
            .last_mut()
            .filter(|last| last.row.message_id == row.message_id)
        {
            Some(message) => message.marks.extend(mark),
            None => messages.push(Chosen {
                marks: mark.into_iter().collect(),
                row,
            }),
        }
    }
    for message in &mut messages {
        message.marks = joined(std::mem::take(&mut message.marks));
    }
    messages
}

/// Ranges in order; those that meet are one.
pub(super) fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut().filter(|last| range.start <= last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => joined.push(range),
        }
    }
    joined
}

fn range(first: i64, end: i64) -> Option<Range<usize>> {
    let (first, end) = (usize::try_from(first).ok()?, usize::try_from(end).ok()?);
    (first < end).then_some(first..end)
}

fn back(text: &str, from: usize) -> usize {
    let before = text[..from].char_indices().rev();
    before.take(BEFORE).last().map_or(from, |(place, _)| place)
}

fn ahead(text: &str, from: usize) -> usize {
    let behind = text[from..].char_indices().nth(BEHIND);
    behind.map_or(text.len(), |(place, _)| from + place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Label;

    fn row(message: &str, customer: &str, text: &str, words: &str) -> HitRow {
        let first = text.find(words).expect("the words are in the text");
        HitRow {
            id: format!("s-{message}"),
            message_id: message.parse().expect("an id"),
            chat_id: format!("chat-{customer}").parse().expect("an id"),
            label: Label::Price,
            first_byte: first as i64,
            end_byte: (first + words.len()) as i64,
            at: Timestamp(0),
            shadow: false,
            recalled_at: None,
            text: text.to_owned(),
            contact: String::new(),
            customer_id: customer.parse().ok(),
            customer: customer.to_owned(),
            rep: String::new(),
            region: "华东".to_owned(),
            product: String::new(),
        }
    }

    fn chosen(rows: Vec<HitRow>) -> Vec<String> {
        let chosen = most_telling(rows, QUOTES);
        chosen
            .iter()
            .map(|chosen| chosen.row.message_id.to_string())
            .collect()
    }

    const QUOTES: usize = 3;

    #[test]
    fn the_clearest_of_different_customers_come_first() {
        let rows = vec![
            row("m1", "a", "太贵", "太贵"),
            row("m2", "a", "你们比别家贵了整整三成啊", "比别家贵了整整三成"),
            row(
                "m3",
                "a",
                "这个价格我们确实没办法接受",
                "价格我们确实没办法接受",
            ),
            row("m4", "b", "能不能再便宜一点", "再便宜一点"),
            row("m5", "c", &format!("太贵了{}", "嗯".repeat(90)), "太贵了"),
            row("m6", "d", "能不能再便宜一点", "再便宜一点"),
        ];

        assert_eq!(chosen(rows.clone()), ["m3", "m4", "m5"]);
        let mut reversed = rows;
        reversed.reverse();
        assert_eq!(chosen(reversed), ["m3", "m4", "m5"], "whatever their order");
    }

    #[test]
    fn one_customer_alone_may_be_quoted_thrice_and_nobody_says_a_line_twice() {
        let rows = vec![
            row("m1", "a", "你们的价格太贵了", "太贵"),
            row("m2", "a", "你们的价格太贵了", "太贵"),
            row("m3", "a", "这个价能再低点吗", "再低点"),
        ];

        assert_eq!(chosen(rows), ["m3", "m1"]);
        assert_eq!(chosen(Vec::new()), [""; 0]);
    }

    #[test]
    fn what_was_taken_back_is_not_quoted() {
        let mut taken_back = row("m1", "a", "你们的价格太贵了", "太贵");
        taken_back.recalled_at = Some(Timestamp(1));
        let rows = vec![taken_back, row("m2", "b", "这个价能再低点吗", "再低点")];

        assert_eq!(chosen(rows), ["m2"]);
    }

    #[test]
    fn a_quote_is_cut_around_its_marked_words_and_holds_no_name() {
        let text = format!("{}云杉机械觉得太贵了，{}", "前".repeat(40), "后".repeat(60));
        let [chosen] = most_telling(vec![row("m1", "云杉机械", &text, "太贵")], 1)
            .try_into()
            .ok()
            .expect("one");

        let quote = chosen.masked(
            &Known::default(),
            &Dictionaries::from_documents(&[]).expect("none is valid"),
        );

        assert_eq!(quote.words, "太贵");
        assert!(quote.text.starts_with("…前"), "{}", quote.text);
        assert!(quote.text.contains("某客户觉得太贵了"), "{}", quote.text);
        assert!(quote.text.ends_with("后…"), "{}", quote.text);
    }
}
