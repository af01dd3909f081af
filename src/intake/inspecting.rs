//! What a file shows that was sent for a question. Pure.

use crate::domain::ModelCode;
use crate::engine::{
    Evidence, FileSort, Finding, QuestionKind, SignatureFound, TitleFound, Unmatched,
};
use crate::evidence::depot::Digest;
use crate::evidence::pdf::{Content, Document, Mark, Title};
use crate::evidence::{FileKind, amr, bom, images, pdf, sniff};
use crate::exchange::{Unreadable, archive};

/// The longest name of a file that is kept; the end of a longer one is cut off.
const LONGEST_NAME: usize = 100;

/// As many models of a parts list are kept by name: what is kept is written anew with each event of
/// the deal.
const MOST_NAMED: usize = 200;
const BOMB: &str = "文件解压后过大或内部文件过多，请只保留需要的内容，另存为新文件后重新提交。";
const BROKEN_ARCHIVE: &str = "文件已损坏或带密码，请用 Office 打开后另存为新文件再提交。";
const SILENT: &str = "录音里几乎没有声音，请确认麦克风能用，重新说一段。";

/// A file as it was sent.
#[derive(Clone, Copy)]
pub struct Sent<'a> {
    /// What its sender calls it.
    pub name: &'a str,
    /// What it is.
    pub bytes: &'a [u8],
}

/// Looks into a file of at most `largest` bytes that was sent for a question of that kind; a parts
/// list is compared with the models that the customer `bought`. May take seconds of a processor.
///
/// # Errors
/// One sentence for the sender: why the file can't be used.
pub fn inspect(
    sent: Sent<'_>,
    kind: &QuestionKind,
    bought: &[ModelCode],
    largest: usize,
) -> Result<Evidence, String> {
    let bytes = sent.bytes;
    if bytes.is_empty() {
        return Err("文件是空的，请确认后重新上传。".to_owned());
    }
    if bytes.len() > largest {
        return Err(too_large(largest));
    }
    let finding = match kind {
        QuestionKind::PartsList { .. } => parts_list(bytes, bought, largest)?,
        QuestionKind::Voice {
            min_sound_percent, ..
        } => voice(bytes, *min_sound_percent)?,
        QuestionKind::File { accept, title, .. } => {
            document(bytes, accept, title.as_deref().unwrap_or_default(), largest)?
        }
        _ => Finding::File {
            sort: sort_of(sniff(bytes), &[]),
        },
    };
    Ok(Evidence {
        sha256: Digest::of(bytes).to_string(),
        name: kept_name(sent.name, &finding),
        size: bytes.len() as u64,
        finding,
    })
}

/// What is said of a file that is larger than allowed.
pub(crate) fn too_large(largest: usize) -> String {
    let megabytes = largest / (1024 * 1024);
    format!("文件超过 {megabytes} MB，请压缩或只保留需要的内容后重新提交。")
}

/// An Office file is an archive: whoever opens it later is not to find that it fills their memory.
fn refuse_bomb(bytes: &[u8]) -> Result<(), String> {
    archive::measure(bytes).map_err(|why| match why {
        Unreadable::TooLarge(_) => BOMB.to_owned(),
        _ => BROKEN_ARCHIVE.to_owned(),
    })
}

fn parts_list(bytes: &[u8], bought: &[ModelCode], largest: usize) -> Result<Finding, String> {
    let models = bom::read(bytes, &bom::HEADERS, largest).map_err(|refusal| refusal.advice())?;
    let compared = bom::compare(&models, bought);
    let written = |models: &[ModelCode]| -> Vec<String> {
        models
            .iter()
            .map(|model| model.written().to_owned())
            .collect()
    };
    let (matched, more_matched) = first(&compared.matched);
    let (unmatched, more_unmatched) = first(&compared.unmatched);
    let unmatched = unmatched.iter().map(|unmatched| Unmatched {
        model: unmatched.model.written().to_owned(),
        nearest: written(&unmatched.nearest),
    });
    Ok(Finding::PartsList {
        matched: written(matched),
        unmatched: unmatched.collect(),
        more_matched,
        more_unmatched,
        has_history: !bought.is_empty(),
    })
}

/// The first of many, and how many more there are.
fn first<T>(all: &[T]) -> (&[T], usize) {
    all.split_at_checked(MOST_NAMED)
        .map_or((all, 0), |(first, more)| (first, more.len()))
}

fn voice(bytes: &[u8], min_sound_percent: u32) -> Result<Finding, String> {
    let recording = amr::measure(bytes).map_err(|refusal| refusal.advice().to_owned())?;
    let wanted = recording
        .duration_ms
        .saturating_mul(u64::from(min_sound_percent));
    if recording.sound_ms.saturating_mul(100) < wanted {
        return Err(SILENT.to_owned());
    }
    Ok(Finding::Voice {
        milliseconds: recording.duration_ms,
        sound_ms: Some(recording.sound_ms),
    })
}

/// A file that is not of an accepted sort is only named: the engine says what is expected.
fn document(
    bytes: &[u8],
    accept: &[FileSort],
    title: &str,
    largest: usize,
) -> Result<Finding, String> {
    let kind = sniff(bytes);
    let sort = sort_of(kind, accept);
    if matches!(kind, FileKind::Xlsx | FileKind::Docx) {
        refuse_bomb(bytes)?;
    }
    match sort.filter(|sort| accept.contains(sort)) {
        Some(FileSort::Pdf) => {
            let document = pdf::inspect(bytes, title, largest)
                .map_err(|refusal| refusal.advice().to_owned())?;
            Ok(Finding::Pdf {
                pages: document.pages,
                title: title_found(&document),
                signature: signature_found(&document),
            })
        }
        Some(FileSort::Picture) => {
            images::measure(bytes).map_err(|refusal| refusal.advice().to_owned())?;
            Ok(Finding::File { sort })
        }
        _ if kind == FileKind::Heic && accept.contains(&FileSort::Picture) => {
            Err(images::Refusal::Heic.advice().to_owned())
        }
        _ => Ok(Finding::File { sort }),
    }
}

/// The sort of a file. Text may be a table or a document: it is what the question takes.
fn sort_of(kind: FileKind, accept: &[FileSort]) -> Option<FileSort> {
    let takes = |sort: FileSort| accept.contains(&sort);
    match kind {
        FileKind::Pdf => Some(FileSort::Pdf),
        FileKind::Xlsx => Some(FileSort::Sheet),
        FileKind::Csv if takes(FileSort::Document) && !takes(FileSort::Sheet) => {
            Some(FileSort::Document)
        }
        FileKind::Csv => Some(FileSort::Sheet),
        FileKind::Text if takes(FileSort::Sheet) && !takes(FileSort::Document) => {
            Some(FileSort::Sheet)
        }
        FileKind::Docx | FileKind::Text => Some(FileSort::Document),
        FileKind::Jpeg | FileKind::Png | FileKind::Webp => Some(FileSort::Picture),
        FileKind::AmrNarrowband | FileKind::AmrWideband | FileKind::M4a => Some(FileSort::Sound),
        _ => None,
    }
}

/// A title that nobody can read is not called missing.
fn title_found(document: &Document) -> TitleFound {
    match (document.content, document.title) {
        (Content::Scan | Content::Drawing, _) | (_, Title::TextUnreadable) => {
            TitleFound::Unreadable
        }
        (Content::Text, Title::Found) => TitleFound::Yes,
        (Content::Text, Title::NotFound) => TitleFound::No,
    }
}

/// The strongest mark counts. Without one, what can't be read may still be signed.
fn signature_found(document: &Document) -> SignatureFound {
    let has = |is: fn(&Mark) -> bool| document.marks.iter().any(is);
    if document.content == Content::Scan {
        SignatureFound::Unreadable
    } else if has(|mark| matches!(mark, Mark::DigitalSignature { .. })) {
        SignatureFound::Digital
    } else if has(|mark| matches!(mark, Mark::Ink { .. })) {
        SignatureFound::Ink
    } else if has(|mark| matches!(mark, Mark::Stamp { .. } | Mark::Picture { .. })) {
        SignatureFound::Picture
    } else if has(|mark| matches!(mark, Mark::ScannedPage { .. }))
        || title_found(document) == TitleFound::Unreadable
    {
        SignatureFound::Unreadable
    } else {
        SignatureFound::None
    }
}

/// The last part of a path, without what can't be seen.
fn kept_name(name: &str, finding: &Finding) -> String {
    let kept = shown(name.rsplit(['/', '\\']).next().unwrap_or_default());
    match finding {
        _ if !kept.is_empty() => kept,
        Finding::Voice { .. } => "语音".to_owned(),
        _ => "未命名文件".to_owned(),
    }
}

/// As much of a text as is kept, without what can't be seen.
pub(super) fn shown(text: &str) -> String {
    let seen = text.trim().chars().filter(|letter| !letter.is_control());
    seen.take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(content: Content, title: Title, marks: Vec<Mark>) -> Document {
        Document {
            pages: 1,
            content,
            title,
            marks,
        }
    }

    #[test]
    fn nothing_is_called_missing_or_signed_that_nobody_read() {
        let (text, found) = (Content::Text, Title::Found);
        let ink = Mark::Ink { page: 1 };
        let stamp = Mark::Stamp { page: 1 };
        let scanned = Mark::ScannedPage { page: 1 };
        let digital = Mark::DigitalSignature { page: None };
        for (content, title, marks, expected_title, expected_signature) in [
            (text, found, vec![], TitleFound::Yes, SignatureFound::None),
            (
                text,
                found,
                vec![stamp, ink, digital],
                TitleFound::Yes,
                SignatureFound::Digital,
            ),
            (
                text,
                found,
                vec![stamp, ink],
                TitleFound::Yes,
                SignatureFound::Ink,
            ),
            (
                text,
                found,
                vec![stamp],
                TitleFound::Yes,
                SignatureFound::Picture,
            ),
            (
                text,
                found,
                vec![scanned],
                TitleFound::Yes,
                SignatureFound::Unreadable,
            ),
            (
                text,
                Title::NotFound,
                vec![ink],
                TitleFound::No,
                SignatureFound::Ink,
            ),
            (
                text,
                Title::TextUnreadable,
                vec![],
                TitleFound::Unreadable,
                SignatureFound::Unreadable,
            ),
            (
                Content::Scan,
                found,
                vec![ink],
                TitleFound::Unreadable,
                SignatureFound::Unreadable,
            ),
            (
                Content::Drawing,
                Title::NotFound,
                vec![],
                TitleFound::Unreadable,
                SignatureFound::Unreadable,
            ),
        ] {
            let document = document(content, title, marks);
            assert_eq!(title_found(&document), expected_title, "{document:?}");
            assert_eq!(
                signature_found(&document),
                expected_signature,
                "{document:?}"
            );
        }
    }

    #[test]
    fn text_is_what_the_question_takes() {
        use FileSort::{Document, Sheet};
        for (kind, accept, expected) in [
            (FileKind::Csv, vec![Document], Document),
            (FileKind::Csv, vec![Document, Sheet], Sheet),
            (FileKind::Text, vec![Sheet], Sheet),
            (FileKind::Text, vec![Sheet, Document], Document),
        ] {
            assert_eq!(
                sort_of(kind, &accept),
                Some(expected),
                "{kind:?} {accept:?}"
            );
        }
        assert_eq!(sort_of(FileKind::OldOffice, &[Document]), None);
    }

    #[test]
    fn a_name_is_the_last_part_of_a_path_and_can_be_seen() {
        let file = Finding::File { sort: None };
        let kept_name = |name: &str| kept_name(name, &file);
        assert_eq!(kept_name("C:\\fakepath\\清单.xlsx"), "清单.xlsx");
        assert_eq!(kept_name("../../etc/a\u{0}b.pdf"), "ab.pdf");
        assert_eq!(kept_name(" / "), "未命名文件");
        assert_eq!(kept_name(&"长".repeat(300)).chars().count(), 100);
    }
}
