//! What may be a signature.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Document, Object, ObjectId};
use serde::{Deserialize, Serialize};

use super::page::{Page, Pages};

/// The most fields of a form that are looked at.
const MOST_FIELDS: usize = 20_000;

/// What may be a signature. Pages are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "mark", rename_all = "snake_case")]
pub enum Mark {
    /// A form's signature field that holds a signature. Its certificate was not checked.
    DigitalSignature {
        /// Where it is shown, if it is.
        page: Option<u32>,
    },
    /// Strokes drawn over the page for signatures, as tablets do.
    Ink {
        /// The last page, or one that bears words such as 签字.
        page: u32,
    },
    /// A stamp put over the page for signatures.
    Stamp {
        /// As above.
        page: u32,
    },
    /// A picture on the page for signatures. One that several pages share is a letterhead, and
    /// doesn't count; whether this one shows a signature, only a person can tell.
    Picture {
        /// As above.
        page: u32,
    },
    /// The page for signatures is a scan: there may be a signature on it.
    ScannedPage {
        /// As above.
        page: u32,
    },
}

/// Finds them all, each kind once a page.
pub(super) fn find(document: &Document, pages: &Pages) -> Vec<Mark> {
    let mut marks = BTreeSet::new();
    let numbers: BTreeMap<ObjectId, u32> = pages.list.iter().map(|page| page.id).zip(1..).collect();
    for field in signed_fields(document) {
        let page = field.get(b"P").and_then(Object::as_reference).ok();
        let page = page.and_then(|page| numbers.get(&page).copied());
        marks.insert(Mark::DigitalSignature { page });
    }
    let repeated = repeated_pictures(pages);
    let last = pages.list.len();
    for ((page, number), position) in pages.list.iter().zip(1..).zip(1..) {
        if position == last || page.is_for_signatures() {
            marks.extend(over(document, page, number));
            marks.extend(within(page, number, &repeated));
        }
    }
    marks.into_iter().collect()
}

/// Put over a page when it was finished.
fn over(document: &Document, page: &Page, number: u32) -> Vec<Mark> {
    let annotations = document.get_page_annotations(page.id).unwrap_or_default();
    let mark = |annotation: &Dictionary| {
        if is_hidden(annotation) {
            return None;
        }
        match annotation
            .get_deref(b"Subtype", document)
            .and_then(Object::as_name)
        {
            Ok(b"Ink") => has_strokes(document, annotation).then_some(Mark::Ink { page: number }),
            Ok(b"Stamp") => Some(Mark::Stamp { page: number }),
            _ => None,
        }
    };
    annotations.into_iter().filter_map(mark).collect()
}

/// Part of the page itself.
fn within(page: &Page, number: u32, repeated: &BTreeSet<ObjectId>) -> Option<Mark> {
    if page.is_scan() {
        return Some(Mark::ScannedPage { page: number });
    }
    let is_own = |id: Option<ObjectId>| id.is_none_or(|id| !repeated.contains(&id));
    let counts = page
        .pictures
        .iter()
        .any(|picture| is_own(picture.id) && !picture.covers_the_page());
    counts.then_some(Mark::Picture { page: number })
}

/// Pictures that are on more than one page.
fn repeated_pictures(pages: &Pages) -> BTreeSet<ObjectId> {
    let mut seen = BTreeSet::new();
    let mut repeated = BTreeSet::new();
    for page in &pages.list {
        let of_this_page: BTreeSet<ObjectId> = page
            .pictures
            .iter()
            .filter_map(|picture| picture.id)
            .collect();
        for id in of_this_page {
            if !seen.insert(id) {
                repeated.insert(id);
            }
        }
    }
    repeated
}

/// Hidden, or not shown on a screen (ISO 32000-1, table 165).
fn is_hidden(annotation: &Dictionary) -> bool {
    const HIDDEN_OR_NO_VIEW: i64 = 0b10_0010;
    let flags = annotation.get(b"F").and_then(Object::as_i64);
    flags.is_ok_and(|flags| flags & HIDDEN_OR_NO_VIEW != 0)
}

/// At least one stroke of two points.
fn has_strokes(document: &Document, annotation: &Dictionary) -> bool {
    let strokes = annotation
        .get_deref(b"InkList", document)
        .and_then(Object::as_array);
    let is_stroke = |stroke: &Object| {
        let points = document
            .dereference(stroke)
            .and_then(|(_, stroke)| stroke.as_array());
        points.is_ok_and(|points| points.len() >= 4)
    };
    strokes.is_ok_and(|strokes| strokes.iter().take(1_000).any(is_stroke))
}

/// The fields of the document's form that hold a signature. A field takes type and value from the
/// one that it is part of (ISO 32000-1, 12.7.3).
fn signed_fields(document: &Document) -> Vec<&Dictionary> {
    let form = document
        .catalog()
        .and_then(|catalog| catalog.get_deref(b"AcroForm", document))
        .and_then(Object::as_dict);
    let top = form
        .and_then(|form| form.get_deref(b"Fields", document))
        .and_then(Object::as_array);
    let mut waiting: Vec<(&Object, bool, bool)> = top
        .into_iter()
        .flatten()
        .map(|field| (field, false, false))
        .collect();
    let mut seen = BTreeSet::new();
    let mut signed = Vec::new();
    while let Some((field, is_signature, has_value)) = waiting.pop() {
        let Ok((id, Object::Dictionary(field))) = document.dereference(field) else {
            continue;
        };
        if id.is_some_and(|id| !seen.insert(id)) || waiting.len() > MOST_FIELDS {
            continue;
        }
        let own_type = field.get_deref(b"FT", document).and_then(Object::as_name);
        let is_signature = own_type.map_or(is_signature, |own| own == b"Sig");
        let has_value = has_value || holds_signature(document, field);
        let parts = field
            .get_deref(b"Kids", document)
            .and_then(Object::as_array);
        let parts = parts.map(Vec::as_slice).unwrap_or_default();
        waiting.extend(parts.iter().map(|part| (part, is_signature, has_value)));
        if parts.is_empty() && is_signature && has_value {
            signed.push(field);
        }
    }
    signed
}

/// Whether the field's value is a signature: with bytes that are not all zero, as they are while
/// the place is only kept free, and over a part of the file. A time stamp is nobody's signature.
fn holds_signature(document: &Document, field: &Dictionary) -> bool {
    let Ok(value) = field.get_deref(b"V", document).and_then(Object::as_dict) else {
        return false;
    };
    let contents = value
        .get_deref(b"Contents", document)
        .and_then(Object::as_str);
    let range = value
        .get_deref(b"ByteRange", document)
        .and_then(Object::as_array);
    contents.is_ok_and(|contents| contents.iter().any(|byte| *byte != 0))
        && range.is_ok_and(|range| range.len() >= 4)
        && !value.has_type(b"DocTimeStamp")
}
