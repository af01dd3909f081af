//! What a PDF shows: its pages, whether the title that is wanted stands in it, and who signed.
//!
//! Only what was seen is told. Text that can't be decoded is not called missing, a scan is left to
//! a person, and a form's empty signature field is no signature. A digital signature is found, not
//! checked: nobody's certificate is trusted here.
//!
//! A stranger wrote the file, so everything that it could make large is bounded: see `bounds`.

mod bounds;
mod font;
mod marks;
mod matrix;
mod page;
mod reading;
#[cfg(test)]
mod tests;
mod to_unicode;

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};

use bounds::Budget;
use page::{Page, Pages};

pub use marks::Mark;

/// What was found in a PDF.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// How many there are, at least one.
    pub pages: u32,
    /// What the pages hold.
    pub content: Content,
    /// Whether the title that was wanted stands in its text.
    pub title: Title,
    /// Everything that may be a signature, by page.
    pub marks: Vec<Mark>,
}

/// What the pages of a PDF hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Text that is seen.
    Text,
    /// Pictures without text, or with text that only a search finds, as scanners put behind them.
    Scan,
    /// Lines and shapes. They may be letters to a person.
    Drawing,
}

/// Whether the title that was wanted stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Title {
    /// It does.
    Found,
    /// All text could be read, and it doesn't.
    NotFound,
    /// Text is missing that no program can read, so nobody knows.
    TextUnreadable,
}

/// What follows from the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "standing", content = "because", rename_all = "snake_case")]
pub enum Standing {
    /// The title was read, and the document bears a signature.
    Signed,
    /// The title was read, but nothing in the document is a signature.
    NotSigned,
    /// All of its text was read, and it is another document.
    OtherTitle,
    /// It is taken, and a person has to look at it.
    ToBeLookedAt(Doubt),
}

/// Why a person has to look at a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// It is a scan.
    Scan,
    /// Its text can't be read by a program.
    TextUnreadable,
    /// The page for signatures is a scan within a document of text.
    ScannedSignaturePage,
}

impl Document {
    /// What follows from the findings.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match (self.content, self.title) {
            (Content::Scan, _) => return Standing::ToBeLookedAt(Doubt::Scan),
            (Content::Drawing, _) | (_, Title::TextUnreadable) => {
                return Standing::ToBeLookedAt(Doubt::TextUnreadable);
            }
            (Content::Text, Title::NotFound) => return Standing::OtherTitle,
            (Content::Text, Title::Found) => {}
        }
        let is_scanned = |mark: &Mark| matches!(mark, Mark::ScannedPage { .. });
        if self.marks.iter().any(|mark| !is_scanned(mark)) {
            Standing::Signed
        } else if self.marks.is_empty() {
            Standing::NotSigned
        } else {
            Standing::ToBeLookedAt(Doubt::ScannedSignaturePage)
        }
    }
}

/// Why a file isn't taken at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// It is no PDF.
    NotPdf,
    /// It is larger than allowed.
    TooLarge,
    /// It ends early, or can't be read.
    Damaged,
    /// A password protects it, if only against changes.
    Encrypted,
    /// It has no page, or nothing on any page.
    Empty,
    /// It has more pages than anybody signs.
    TooManyPages,
    /// It unpacks to far more than it seems to be.
    TooComplex,
}

impl Refusal {
    /// One sentence for the person who sent the file.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::NotPdf => "这不是 PDF 文件，请把签好字的文件导出或扫描成 PDF 后再发送。",
            Self::TooLarge => "PDF 文件过大，请降低扫描清晰度或只保留需要的页后重新发送。",
            Self::Damaged => "PDF 文件已损坏或没有传完，请重新导出后再发送。",
            Self::Encrypted => "PDF 文件设有密码或权限保护，请去掉保护后重新发送。",
            Self::Empty => "PDF 文件是空的，请确认导出的内容后重新发送。",
            Self::TooManyPages => "PDF 文件超过 500 页，请只发送需要的文件。",
            Self::TooComplex => "PDF 文件的内容异常庞大，请用“打印为 PDF”重新生成后再发送。",
        }
    }
}

/// Looks into a PDF of at most `largest` bytes for a title and for signatures. Blanks and the width
/// of characters make no difference to the title; an empty one is found in any text.
///
/// May take seconds of a processor for a hostile file; call it off the threads that answer.
///
/// # Errors
/// When it is no PDF, or none that can be read as it is.
pub fn inspect(bytes: &[u8], title: &str, largest: usize) -> Result<Document, Refusal> {
    if super::sniff(bytes) != super::FileKind::Pdf {
        return Err(Refusal::NotPdf);
    }
    if bytes.len() > largest {
        return Err(Refusal::TooLarge);
    }
    // The library has been seen to panic on files of its kind. Nothing of it is used afterwards.
    catch_unwind(AssertUnwindSafe(|| look(bytes, title))).unwrap_or(Err(Refusal::Damaged))
}

fn look(bytes: &[u8], title: &str) -> Result<Document, Refusal> {
    let mut budget = Budget::new();
    let document = bounds::open(bytes, &mut budget)?;
    let pages = Pages::read(&document, &mut budget)?;
    if pages.list.iter().all(Page::is_blank) {
        return Err(Refusal::Empty);
    }
    Ok(Document {
        pages: u32::try_from(pages.list.len()).unwrap_or(u32::MAX),
        content: pages.content(),
        title: pages.title(title),
        marks: marks::find(&document, &pages),
    })
}
