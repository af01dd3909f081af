//! What members and fields look like: parts joined by tabs.
//!
//! A text's control characters up to the line feed are written as a line feed and a digit or
//! sign, so that no text holds a tab, and texts keep their order byte by byte: Redis orders hits
//! of the same millisecond as the board in process does. A part that may be absent is empty, or
//! `=` and the text; an absent product has no part at all.

use std::str::Split;

use crate::board::hit::{Cell, Hit};
use crate::board::{BoardError, NewestHit};
use crate::domain::{CustomerId, Label, Timestamp};

const BETWEEN: char = '\t';
const PRESENT: char = '=';
const ESCAPE: char = '\n';
const SHIFT: u8 = b'0';

/// Stands behind what is on trial.
const ON_TRIAL: &str = "?";

/// The member of `seen`.
pub(super) fn seen(hit: &Hit) -> String {
    let trial = if hit.on_trial { ON_TRIAL } else { "" };
    format!("{}{trial}", identity(hit))
}

fn identity(hit: &Hit) -> String {
    format!("{}{BETWEEN}{}", escaped(hit.message.as_str()), hit.label)
}

/// The field of `cells`.
pub(super) fn field(cell: &Cell, label: Label) -> String {
    let customer = optional(cell.customer.as_ref().map(CustomerId::as_str));
    let product = behind(cell.product.as_deref());
    let trial = if cell.on_trial { ON_TRIAL } else { "" };
    format!(
        "{}{BETWEEN}{customer}{product}{BETWEEN}{label}{trial}",
        desk(cell)
    )
}

/// The end of a desk's key.
pub(super) fn desk(cell: &Cell) -> String {
    let region = optional(cell.region.as_deref());
    let rep = optional(cell.rep.as_ref().map(|rep| rep.as_str()));
    format!("{region}{BETWEEN}{rep}")
}

/// The member of a desk; empty for what is on trial, which has no place there.
pub(super) fn entry(hit: &Hit) -> String {
    if hit.on_trial {
        return String::new();
    }
    let customer = optional(hit.customer.as_ref().map(CustomerId::as_str));
    let product = behind(hit.product.as_deref());
    format!("{}{BETWEEN}{customer}{product}", identity(hit))
}

/// What [`field`] wrote.
pub(super) fn read_field(field: &str) -> Result<(Cell, Label), BoardError> {
    let mut parts = field.split(BETWEEN);
    let read = |parts: &mut Split<'_, char>| {
        let mut cell = Cell {
            region: read_optional(parts.next()?)?,
            rep: read_optional(parts.next()?)?
                .map(TryInto::try_into)
                .transpose()
                .ok()?,
            customer: read_customer(parts.next()?)?,
            product: None,
            on_trial: false,
        };
        let mut label = parts.next()?;
        if label.starts_with(PRESENT) {
            cell.product = read_optional(label)?;
            label = parts.next()?;
        }
        let label = match label.strip_suffix(ON_TRIAL) {
            Some(label) => {
                cell.on_trial = true;
                label
            }
            None => label,
        };
        let label = label.parse().ok()?;
        parts.next().is_none().then_some((cell, label))
    };
    read(&mut parts).ok_or_else(|| BoardError::Unreadable(format!("the field {field:?}")))
}

/// What a desk's key doesn't tell of a hit.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Subject {
    pub(super) customer: Option<CustomerId>,
    pub(super) product: Option<String>,
}

/// What [`entry`] wrote, with its score.
pub(super) fn read_entry(entry: &str, at: Timestamp) -> Result<(NewestHit, Subject), BoardError> {
    let mut parts = entry.split(BETWEEN);
    let read = |parts: &mut Split<'_, char>| {
        let hit = NewestHit {
            message: unescaped(parts.next()?)?.try_into().ok()?,
            label: parts.next()?.parse().ok()?,
            at,
        };
        let subject = Subject {
            customer: read_customer(parts.next()?)?,
            product: match parts.next() {
                Some(product) => Some(read_optional(product)??),
                None => None,
            },
        };
        parts.next().is_none().then_some((hit, subject))
    };
    read(&mut parts).ok_or_else(|| BoardError::Unreadable(format!("the member {entry:?}")))
}

fn optional(text: Option<&str>) -> String {
    text.map_or_else(String::new, |text| format!("{PRESENT}{}", escaped(text)))
}

/// A further part, if there is anything to say: without it a member is as it was before there were
/// products, so that a board of then stays readable.
fn behind(text: Option<&str>) -> String {
    text.map_or_else(String::new, |text| {
        format!("{BETWEEN}{PRESENT}{}", escaped(text))
    })
}

/// The outer `None` means that nobody wrote this.
fn read_optional(part: &str) -> Option<Option<String>> {
    match part.strip_prefix(PRESENT) {
        Some(text) => unescaped(text).map(Some),
        None => part.is_empty().then_some(None),
    }
}

/// As [`read_optional`].
fn read_customer(part: &str) -> Option<Option<CustomerId>> {
    read_optional(part)?.map(TryInto::try_into).transpose().ok()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match u8::try_from(character) {
            Ok(low) if character <= ESCAPE => out.extend([ESCAPE, char::from(SHIFT + low)]),
            _ => out.push(character),
        }
    }
    out
}

fn unescaped(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        out.push(match character {
            ESCAPE => char::from(u8::try_from(characters.next()?).ok()?.checked_sub(SHIFT)?),
            plain => plain,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::PersonId;

    fn id<T: std::str::FromStr>(text: &str) -> Option<T> {
        text.parse().ok()
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            message in "[\\x00-\\x0c=a|é]{0,6}x",
            region in proptest::option::of("[\\x00-\\x0c=a华]{0,4}"),
            rep in proptest::option::of("[\\x00-\\x0c=a]{0,4}r"),
            customer in proptest::option::of("[\\x00-\\x0c=a]{0,4}c"),
            product in proptest::option::of("[\\x00-\\x0c=?a泵]{0,4}"),
            on_trial in proptest::bool::ANY,
        ) {
            let hit = Hit {
                message: id(&message).expect("it ends with a letter"),
                label: Label::Tender,
                at: Timestamp(7),
                region,
                rep: rep.and_then(|text| id::<PersonId>(&text)),
                customer: customer.and_then(|text| id(&text)),
                product,
                on_trial,
            };

            let cell = read_field(&field(&hit.cell(), hit.label)).expect("our own field");
            prop_assert_eq!(cell, (hit.cell(), hit.label));

            if hit.on_trial {
                prop_assert_eq!(entry(&hit), "");
                return Ok(());
            }
            let (newest, subject) = read_entry(&entry(&hit), hit.at).expect("our own member");
            prop_assert_eq!((newest.message, newest.label), (hit.message, hit.label));
            let Hit { customer, product, .. } = hit;
            prop_assert_eq!(subject, Subject { customer, product });
        }

        #[test]
        fn order_survives(a in "[\\x00-\\x0c a]{0,4}", b in "[\\x00-\\x0c a]{0,4}") {
            let written = |text: &str| format!("{}{BETWEEN}PRICE", escaped(text));
            prop_assert_eq!(a.cmp(&b), written(&a).cmp(&written(&b)));
        }
    }

    #[test]
    fn what_nobody_wrote_is_not_read() {
        for field in [
            "",
            "a",
            "=e\t=r\t=c\tNONSENSE",
            "=e\tr\t\tPRICE",
            "\t\t\tPRICE\t",
        ] {
            assert!(read_field(field).is_err(), "{field:?}");
        }
        for entry in ["", "m\tPRICE", "\tPRICE\t", "\n\tPRICE\t"] {
            assert!(read_entry(entry, Timestamp(0)).is_err(), "{entry:?}");
        }
    }
}
