//! From the codes of a font to characters.

use std::collections::BTreeMap;
use std::rc::Rc;

use encoding_rs::{GB18030, UTF_16BE};
use lopdf::{Dictionary, Document, Object, ObjectId};

use super::Refusal;
use super::bounds::Budget;
use super::to_unicode::ToUnicode;

/// The most text that is read of a page by a table, one of whose codes may stand for many letters.
const MOST_TEXT: usize = 64 * 1024;

/// How the codes of a font are to be read.
#[derive(Debug)]
pub(super) enum Font {
    /// By the font's own table; codes are of this many bytes where it doesn't say.
    Table(ToUnicode, usize),
    /// They are UTF-16.
    Utf16,
    /// They are GBK or its successor.
    Gb,
    /// They are ASCII, as far as we can tell.
    Latin,
    /// They number the shapes of a font that nobody else has. Codes are of this many bytes.
    Unknown(usize),
}

impl Font {
    /// Adds the characters to `text`, and answers how many codes have none.
    pub(super) fn read(&self, codes: &[u8], text: &mut String) -> usize {
        match self {
            Self::Table(table, usual) => {
                let (mut rest, mut unread) = (codes, 0);
                while !rest.is_empty() && text.len() < MOST_TEXT {
                    let (meaning, after) = table.next(rest, *usual);
                    match meaning {
                        Some(meaning) => text.push_str(&meaning),
                        None => unread += 1,
                    }
                    rest = after;
                }
                unread
            }
            Self::Utf16 => push(text, &UTF_16BE.decode_without_bom_handling(codes).0),
            Self::Gb => push(text, &GB18030.decode_without_bom_handling(codes).0),
            Self::Latin => {
                text.extend(codes.iter().map(|code| char::from(*code)));
                0
            }
            Self::Unknown(length) => codes.len().div_ceil(*length),
        }
    }

    fn of(font: &Dictionary, document: &Document, budget: &mut Budget) -> Result<Self, Refusal> {
        let is_composite = name(font, b"Subtype", document) == Some(b"Type0");
        let usual = if is_composite { 2 } else { 1 };
        if let Ok(Object::Stream(table)) = font.get_deref(b"ToUnicode", document) {
            let table = budget.inflate(table)?.unwrap_or_default();
            return Ok(Self::Table(ToUnicode::parse(&table), usual));
        }
        if !is_composite {
            let is_latin = is_latin(font, document);
            return Ok(if is_latin {
                Self::Latin
            } else {
                Self::Unknown(1)
            });
        }
        // The encodings of ISO 32000-1, table 118, of which ours are the Chinese ones.
        let encoding = name(font, b"Encoding", document).unwrap_or_default();
        let encoding = String::from_utf8_lossy(encoding);
        Ok(
            if encoding.starts_with("Uni")
                && (encoding.contains("UCS2") || encoding.contains("UTF16"))
            {
                Self::Utf16
            } else if encoding.starts_with("GB") {
                Self::Gb
            } else {
                Self::Unknown(2)
            },
        )
    }
}

/// The fonts that were read, since pages share them.
#[derive(Default)]
pub(super) struct Fonts(BTreeMap<ObjectId, Rc<Font>>);

impl Fonts {
    /// The font of that name.
    ///
    /// # Errors
    /// When reading it is too much.
    pub(super) fn get(
        &mut self,
        resources: &Dictionary,
        name: &[u8],
        document: &Document,
        budget: &mut Budget,
    ) -> Result<Option<Rc<Font>>, Refusal> {
        let Ok(fonts) = resources
            .get_deref(b"Font", document)
            .and_then(Object::as_dict)
        else {
            return Ok(None);
        };
        let Ok((id, Object::Dictionary(font))) =
            fonts.get(name).and_then(|font| document.dereference(font))
        else {
            return Ok(None);
        };
        if let Some(known) = id.and_then(|id| self.0.get(&id)) {
            return Ok(Some(Rc::clone(known)));
        }
        let font = Rc::new(Font::of(font, document, budget)?);
        if let Some(id) = id {
            self.0.insert(id, Rc::clone(&font));
        }
        Ok(Some(font))
    }
}

fn push(text: &mut String, decoded: &str) -> usize {
    text.push_str(decoded);
    decoded.chars().filter(|c| *c == '\u{FFFD}').count()
}

fn name<'a>(font: &'a Dictionary, key: &[u8], document: &'a Document) -> Option<&'a [u8]> {
    font.get_deref(key, document).and_then(Object::as_name).ok()
}

/// Whether the codes of a font of one byte are letters. They are not when it draws its own shapes,
/// or names them by numbers, or says that they are symbols.
fn is_latin(font: &Dictionary, document: &Document) -> bool {
    if name(font, b"Subtype", document) == Some(b"Type3") {
        return false;
    }
    match font.get_deref(b"Encoding", document) {
        Ok(Object::Name(_)) => true,
        Ok(Object::Dictionary(encoding)) => {
            let names = encoding
                .get_deref(b"Differences", document)
                .and_then(Object::as_array);
            let names = names.map(Vec::as_slice).unwrap_or_default();
            // A code and a name for each of 256, and as many again for those who repeat themselves.
            !names
                .iter()
                .take(1_024)
                .any(|name| name.as_name().is_ok_and(is_number_of_a_shape))
        }
        _ => {
            const SYMBOLIC: i64 = 0b100;
            let flags = font
                .get_deref(b"FontDescriptor", document)
                .and_then(Object::as_dict)
                .and_then(|descriptor| descriptor.get_deref(b"Flags", document))
                .and_then(Object::as_i64);
            flags.map_or(true, |flags| flags & SYMBOLIC == 0)
        }
    }
}

/// `g12`, `cid345`, `G0A` and their like.
fn is_number_of_a_shape(name: &[u8]) -> bool {
    let letters = name
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let number = &name[letters..];
    letters <= 5 && !number.is_empty() && number.iter().all(u8::is_ascii_hexdigit)
}
