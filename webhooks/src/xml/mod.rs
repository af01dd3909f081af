//! A small, bounded XML reader for the platforms' flat documents.
//!
//! One pass of quick-xml's plain reader into a flat list of elements that
//! borrow from the input. DTDs are refused, and of entities only the five
//! predefined ones and character references are known, so nothing expands:
//! what is allocated is bounded by the input. Document types, depth, number of
//! elements, attributes and tag lengths have hard limits, see [`Limits`].

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::borrow::Cow;

mod node;

pub(crate) use node::Node;

/// Why a document was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// Not well-formed, or something stands outside the root element.
    #[error("not well-formed XML")]
    Malformed,
    /// Not UTF-8, or a NUL among the characters.
    #[error("not text in UTF-8")]
    Encoding,
    /// A document type declaration; nothing we receive needs one.
    #[error("document type declarations are refused")]
    Doctype,
    /// An entity other than `lt`, `gt`, `amp`, `apos`, `quot`.
    #[error("unknown entity")]
    Entity,
    /// Elements nested too deeply.
    #[error("elements are nested too deeply")]
    Depth,
    /// Too many elements.
    #[error("too many elements")]
    Elements,
    /// Too many attributes on one element.
    #[error("too many attributes")]
    Attributes,
    /// A start tag that is too long.
    #[error("a tag is too long")]
    TagLength,
    /// The root element is not `xml`.
    #[error("the root element is not xml")]
    Root,
}

/// How much structure a document may have.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    elements: usize,
}

impl Limits {
    /// For what anyone on the internet may send.
    pub(crate) const ENVELOPE: Self = Self { elements: 200 };
    /// For what the platform signed. A customer group holds 500 people, and
    /// `MemChangeList` has one element for each.
    pub(crate) const MESSAGE: Self = Self { elements: 1_000 };
}

const MAX_DEPTH: usize = 8;
const MAX_ATTRIBUTES: usize = 16;
const MAX_TAG_BYTES: usize = 4096;

/// The elements of a document, in document order; the first is the root.
pub(crate) struct Document<'a> {
    elements: Vec<Element<'a>>,
}

struct Element<'a> {
    start: BytesStart<'a>,
    /// The root is its own parent.
    parent: usize,
    text: Cow<'a, str>,
    has_children: bool,
}

impl<'a> Document<'a> {
    pub(crate) fn parse(xml: &'a str, limits: Limits) -> Result<Self, XmlError> {
        if xml.as_bytes().contains(&0) {
            return Err(XmlError::Encoding);
        }
        let mut builder = Builder::new(limits);
        let mut reader = Reader::from_str(xml);
        loop {
            match reader.read_event().map_err(|_| XmlError::Malformed)? {
                Event::Start(start) => builder.open(start)?,
                Event::Empty(start) => {
                    builder.open(start)?;
                    builder.close()?;
                }
                Event::End(_) => builder.close()?,
                Event::Text(text) => builder.text(text.xml10_content())?,
                Event::CData(text) => builder.text(text.xml10_content())?,
                Event::GeneralRef(reference) => builder.reference(&reference)?,
                Event::DocType(_) => return Err(XmlError::Doctype),
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
                Event::Eof => return builder.finish(),
            }
        }
    }

    pub(crate) fn root(&self) -> Node<'_, 'a> {
        Node {
            document: self,
            index: 0,
        }
    }
}

struct Builder<'a> {
    limits: Limits,
    elements: Vec<Element<'a>>,
    current: usize,
    depth: usize,
}

impl<'a> Builder<'a> {
    fn new(limits: Limits) -> Self {
        Self {
            limits,
            elements: Vec::with_capacity(16),
            current: 0,
            depth: 0,
        }
    }

    fn open(&mut self, start: BytesStart<'a>) -> Result<(), XmlError> {
        if self.depth == 0 && !self.elements.is_empty() {
            return Err(XmlError::Malformed);
        }
        if self.depth == MAX_DEPTH {
            return Err(XmlError::Depth);
        }
        if self.elements.len() == self.limits.elements {
            return Err(XmlError::Elements);
        }
        check_tag(&start)?;
        let parent = self.current;
        if let Some(element) = self.elements.get_mut(parent) {
            element.has_children = true;
        }
        self.current = self.elements.len();
        self.depth += 1;
        self.elements.push(Element {
            start,
            parent,
            text: Cow::Borrowed(""),
            has_children: false,
        });
        Ok(())
    }

    fn close(&mut self) -> Result<(), XmlError> {
        self.depth = self.depth.checked_sub(1).ok_or(XmlError::Malformed)?;
        self.current = self.elements[self.current].parent;
        Ok(())
    }

    fn text(&mut self, more: Cow<'a, str>) -> Result<(), XmlError> {
        if self.depth == 0 {
            let is_blank = more.bytes().all(|byte| byte.is_ascii_whitespace());
            return if is_blank {
                Ok(())
            } else {
                Err(XmlError::Malformed)
            };
        }
        let element = &mut self.elements[self.current];
        if element.has_children {
            // Line breaks between children; the platforms send no mixed content.
        } else if element.text.is_empty() {
            element.text = more;
        } else {
            element.text.to_mut().push_str(&more);
        }
        Ok(())
    }

    fn reference(&mut self, reference: &BytesRef<'a>) -> Result<(), XmlError> {
        let character = match &**reference {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "apos" => '\'',
            "quot" => '"',
            _ => match reference.resolve_char_ref() {
                Ok(Some(character)) => character,
                Ok(None) => return Err(XmlError::Entity),
                Err(_) => return Err(XmlError::Malformed),
            },
        };
        self.text(Cow::Owned(character.into()))
    }

    fn finish(self) -> Result<Document<'a>, XmlError> {
        let root = self.elements.first().ok_or(XmlError::Malformed)?;
        if self.depth != 0 {
            return Err(XmlError::Malformed);
        }
        if root.start.name().as_ref() != "xml" {
            return Err(XmlError::Root);
        }
        Ok(Document {
            elements: self.elements,
        })
    }
}

fn check_tag(start: &BytesStart<'_>) -> Result<(), XmlError> {
    if start.len() > MAX_TAG_BYTES {
        return Err(XmlError::TagLength);
    }
    // Without the duplicate check: that one takes quadratic time.
    for (index, attribute) in start.attributes().with_checks(false).enumerate() {
        attribute.map_err(|_| XmlError::Malformed)?;
        if index == MAX_ATTRIBUTES {
            return Err(XmlError::Attributes);
        }
    }
    Ok(())
}
