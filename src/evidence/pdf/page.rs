//! What is on a page: its text as far as it can be read, and its pictures.

use lopdf::{Document, ObjectId};
use unicode_normalization::UnicodeNormalization;

use super::bounds::{self, Budget};
use super::font::Fonts;
use super::reading::Reading;
use super::{Content, Refusal, Title};

/// A page of text with fewer characters than this, below a picture that covers it, is a scan with a
/// line that the scanner's maker left on it.
const FEW_CHARACTERS: usize = 200;
/// What part of a page a scan covers.
const COVERS: f32 = 0.6;

/// Words beside the place for a signature.
const SIGNATURE_WORDS: [&str; 8] = [
    "签字",
    "签名",
    "签章",
    "签署",
    "盖章",
    "客户代表",
    "甲方代表",
    "乙方代表",
];

/// What is on a page.
#[derive(Default)]
pub(super) struct Page {
    pub(super) id: ObjectId,
    /// What is seen of its text, as far as it could be read.
    pub(super) text: String,
    /// Codes that are seen and could not be read.
    pub(super) unread: usize,
    /// Text behind a scan, for searching.
    pub(super) hidden: String,
    pub(super) pictures: Vec<Picture>,
    pub(super) is_drawn_on: bool,
    pub(super) is_annotated: bool,
}

/// A picture on a page.
#[derive(Clone, Copy)]
pub(super) struct Picture {
    /// `None` when it stands among the drawing itself.
    pub(super) id: Option<ObjectId>,
    /// What part of the page it covers.
    pub(super) share: f32,
}

/// All pages.
pub(super) struct Pages {
    pub(super) list: Vec<Page>,
}

impl Page {
    pub(super) fn is_blank(&self) -> bool {
        !self.has_text()
            && self.pictures.is_empty()
            && !self.is_drawn_on
            && !self.is_annotated
            && self.hidden.trim().is_empty()
    }

    /// Whether the page is a picture of a page.
    pub(super) fn is_scan(&self) -> bool {
        let is_covered = self.pictures.iter().any(Picture::covers_the_page);
        let has_little_text = self.text.chars().count() + self.unread < FEW_CHARACTERS;
        !self.pictures.is_empty() && (!self.has_text() || (is_covered && has_little_text))
    }

    /// Whether the page bears words that ask for a signature.
    pub(super) fn is_for_signatures(&self) -> bool {
        let text = [folded(&self.text), folded(&self.hidden)];
        let stands = |word: &&str| text.iter().any(|text| text.contains(*word));
        SIGNATURE_WORDS.iter().any(stands)
    }

    fn has_text(&self) -> bool {
        self.unread > 0 || !self.text.trim().is_empty()
    }
}

impl Picture {
    pub(super) fn covers_the_page(&self) -> bool {
        self.share >= COVERS
    }
}

impl Pages {
    /// # Errors
    /// When there are none, or reading them is too much.
    pub(super) fn read(document: &Document, budget: &mut Budget) -> Result<Self, Refusal> {
        let mut fonts = Fonts::default();
        let read = |id| Reading::page(id, document, &mut fonts, budget);
        let list: Result<_, _> = bounds::pages(document)?.into_iter().map(read).collect();
        Ok(Self { list: list? })
    }

    pub(super) fn content(&self) -> Content {
        if self
            .list
            .iter()
            .any(|page| page.has_text() && !page.is_scan())
        {
            Content::Text
        } else if self.list.iter().any(Page::is_scan) {
            Content::Scan
        } else {
            Content::Drawing
        }
    }

    /// Looks for the title in what is seen. It may also stand where nobody can read: on a scanned
    /// page, or in as many codes without meaning as it has characters.
    pub(super) fn title(&self, title: &str) -> Title {
        let title = folded(title);
        if self
            .list
            .iter()
            .any(|page| folded(&page.text).contains(&title))
        {
            return Title::Found;
        }
        let may_hold_it = |page: &Page| page.is_scan() || page.unread >= title.chars().count();
        if self.list.iter().any(may_hold_it) || self.content() != Content::Text {
            Title::TextUnreadable
        } else {
            Title::NotFound
        }
    }
}

/// Without blanks, in one width. Programs that make PDFs mix up 文 and its radical ⽂.
fn folded(text: &str) -> String {
    let is_kept = |c: &char| {
        !c.is_whitespace() && !c.is_control() && !matches!(c, '\u{200B}'..='\u{200F}' | '\u{FEFF}')
    };
    text.nfkc().filter(is_kept).collect()
}
