//! What is in a file, in the engine's words.

use crate::engine::{FileSort, Finding, QuestionKind, SignatureFound, TitleFound, Unmatched};
use crate::evidence::bom::{self, ModelCode};
use crate::evidence::pdf::{self, Content, Mark, Title};
use crate::evidence::{FileKind, Refusal, amr, images, sniff};

use super::{Background, Refused};

/// By what the file is and what is asked for. A file of another sort than is asked for is told as
/// what it is: the engine says which sorts would do.
pub(super) fn find(
    bytes: &[u8],
    asked: &QuestionKind,
    background: &Background,
) -> Result<Finding, Refused> {
    let largest = usize::try_from(background.largest).unwrap_or(usize::MAX);
    let kind = sniff(bytes);
    if matches!(asked, QuestionKind::PartsList { .. }) && is_table(kind) {
        return parts(bytes, largest, &background.bought);
    }
    match kind {
        FileKind::Pdf => {
            let title = match asked {
                QuestionKind::File { title, .. } => title.as_deref().unwrap_or_default(),
                _ => "",
            };
            let document = pdf::inspect(bytes, title, largest).map_err(Refusal::Pdf)?;
            Ok(of_document(&document))
        }
        FileKind::Unknown if matches!(asked, QuestionKind::Voice { .. }) => recording(bytes),
        FileKind::AmrNarrowband | FileKind::AmrWideband | FileKind::Silk => recording(bytes),
        FileKind::Jpeg | FileKind::Png | FileKind::Webp | FileKind::Heic => {
            images::measure(bytes).map_err(Refusal::Picture)?;
            Ok(of_sort(Some(FileSort::Picture)))
        }
        FileKind::Xlsx | FileKind::Csv => Ok(of_sort(Some(FileSort::Sheet))),
        FileKind::Docx | FileKind::Text => Ok(of_sort(Some(FileSort::Document))),
        FileKind::M4a => Ok(of_sort(Some(FileSort::Sound))),
        FileKind::OldOffice => Err(Refused(
            "这是旧版或带密码的 Office 文件，请另存为不带密码的新格式（docx、xlsx）或 PDF 后重新发送。"
                .to_owned(),
        )),
        FileKind::Mp4 | FileKind::QuickTime | FileKind::Zip | FileKind::Unknown => Ok(of_sort(None)),
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self(refusal.advice())
    }
}

fn recording(bytes: &[u8]) -> Result<Finding, Refused> {
    let recording = amr::measure(bytes).map_err(Refusal::Voice)?;
    Ok(Finding::Voice {
        milliseconds: recording.duration_ms,
    })
}

const fn is_table(kind: FileKind) -> bool {
    matches!(
        kind,
        FileKind::Xlsx | FileKind::Csv | FileKind::Text | FileKind::OldOffice
    )
}

const fn of_sort(sort: Option<FileSort>) -> Finding {
    Finding::File { sort }
}

/// Of a scan, or of a document whose text is drawn, nothing is declared found.
pub(super) fn of_document(document: &pdf::Document) -> Finding {
    let is_unreadable = matches!(document.content, Content::Scan | Content::Drawing);
    Finding::Pdf {
        pages: document.pages,
        title: match document.title {
            _ if is_unreadable => TitleFound::Unreadable,
            Title::Found => TitleFound::Yes,
            Title::NotFound => TitleFound::No,
            Title::TextUnreadable => TitleFound::Unreadable,
        },
        signature: if is_unreadable {
            SignatureFound::Unreadable
        } else {
            signature(&document.marks)
        },
    }
}

/// The mark that says most.
fn signature(marks: &[Mark]) -> SignatureFound {
    let said = |mark: &Mark| match mark {
        Mark::DigitalSignature { .. } => (0, SignatureFound::Digital),
        Mark::Ink { .. } => (1, SignatureFound::Ink),
        Mark::Stamp { .. } | Mark::Picture { .. } => (2, SignatureFound::Picture),
        Mark::ScannedPage { .. } => (3, SignatureFound::Unreadable),
    };
    let most = marks.iter().map(said).min_by_key(|(rank, _)| *rank);
    most.map_or(SignatureFound::None, |(_, found)| found)
}

fn parts(bytes: &[u8], largest: usize, bought: &[String]) -> Result<Finding, Refused> {
    let models = bom::read(bytes, &bom::HEADERS, largest).map_err(Refusal::BillOfMaterials)?;
    let bought: Vec<ModelCode> = bought
        .iter()
        .filter_map(|model| ModelCode::new(model))
        .collect();
    let compared = bom::compare(&models, &bought);
    let written =
        |codes: Vec<ModelCode>| -> Vec<String> { codes.into_iter().map(String::from).collect() };
    Ok(Finding::PartsList {
        matched: written(compared.matched),
        unmatched: compared
            .unmatched
            .into_iter()
            .map(|unmatched| Unmatched {
                model: unmatched.model.into(),
                nearest: written(unmatched.nearest),
            })
            .collect(),
        has_history: !bought.is_empty(),
    })
}
