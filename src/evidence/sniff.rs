//! The type of a file, by its content alone: names and types that come with it are claims.

use encoding_rs::GB18030;
use serde::{Deserialize, Serialize};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A PDF document.
    Pdf,
    /// A workbook, Excel 2007 or newer.
    Xlsx,
    /// A text document, Word 2007 or newer.
    Docx,
    /// An Office file from before 2007, or one that a password protects: both have this shell.
    OldOffice,
    /// Text whose lines have columns.
    Csv,
    /// Other text: UTF-8, UTF-16 with a mark, or GB18030.
    Text,
    /// A voice message of 8 kHz, as WeCom sends.
    AmrNarrowband,
    /// A voice message of 16 kHz.
    AmrWideband,
    /// A voice message of personal WeChat, which no common tool opens.
    Silk,
    /// A picture.
    Jpeg,
    /// A picture.
    Png,
    /// A picture.
    Webp,
    /// A picture, which may move.
    Gif,
    /// A picture as iPhones take it, which browsers don't show.
    Heic,
    /// A video.
    Mp4,
    /// A recording without picture.
    M4a,
    /// A video as iPhones take it.
    QuickTime,
    /// An archive that is none of the above.
    Zip,
    /// Something else, or nothing at all.
    Unknown,
}

impl FileKind {
    /// The media type under which it may be handed out.
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::OldOffice => "application/x-ole-storage",
            Self::Csv => "text/csv",
            Self::Text => "text/plain",
            Self::AmrNarrowband => "audio/amr",
            Self::AmrWideband => "audio/amr-wb",
            Self::Silk | Self::Unknown => "application/octet-stream",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
            Self::Heic => "image/heic",
            Self::Mp4 => "video/mp4",
            Self::M4a => "audio/mp4",
            Self::QuickTime => "video/quicktime",
            Self::Zip => "application/zip",
        }
    }

    /// The end of a file name, without the dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Xlsx => "xlsx",
            Self::Docx => "docx",
            Self::OldOffice => "ole",
            Self::Csv => "csv",
            Self::Text => "txt",
            Self::AmrNarrowband => "amr",
            Self::AmrWideband => "awb",
            Self::Silk => "silk",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Heic => "heic",
            Self::Mp4 => "mp4",
            Self::M4a => "m4a",
            Self::QuickTime => "mov",
            Self::Zip => "zip",
            Self::Unknown => "bin",
        }
    }
}

/// Tells what a file is. Reads all of a text, and of anything else what tells it.
#[must_use]
pub fn sniff(bytes: &[u8]) -> FileKind {
    const BEGINNINGS: [(&[u8], FileKind); 10] = [
        (b"#!AMR\n", FileKind::AmrNarrowband),
        (b"#!AMR_MC1.0\n", FileKind::AmrNarrowband),
        (b"#!AMR-WB\n", FileKind::AmrWideband),
        (b"#!AMR-WB_MC1.0\n", FileKind::AmrWideband),
        (b"\xFF\xD8\xFF", FileKind::Jpeg),
        (b"\x89PNG\r\n\x1A\n", FileKind::Png),
        (b"GIF87a", FileKind::Gif),
        (b"GIF89a", FileKind::Gif),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", FileKind::OldOffice),
        (b"#!SILK_V3", FileKind::Silk),
    ];
    if let Some((_, kind)) = BEGINNINGS
        .iter()
        .find(|(start, _)| bytes.starts_with(start))
    {
        return *kind;
    }
    if bytes.starts_with(b"\x02#!SILK_V3") {
        return FileKind::Silk;
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return FileKind::Webp;
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return by_brand(bytes);
    }
    if [&b"PK\x03\x04"[..], b"PK\x05\x06"]
        .iter()
        .any(|start| bytes.starts_with(start))
    {
        return archive(bytes);
    }
    // Readers allow for anything before the mark, as long as it is near the beginning.
    if contains(bytes.get(..1024).unwrap_or(bytes), b"%PDF-") {
        return FileKind::Pdf;
    }
    text(bytes).map_or(FileKind::Unknown, |text| {
        if has_columns(&text) {
            FileKind::Csv
        } else {
            FileKind::Text
        }
    })
}

/// Of the family of MP4 (ISO/IEC 14496-12) the brands tell the kind, the major one first.
fn by_brand(bytes: &[u8]) -> FileKind {
    let length = bytes
        .first_chunk()
        .map_or(0, |length| u32::from_be_bytes(*length));
    let end = usize::try_from(length)
        .unwrap_or(0)
        .min(bytes.len())
        .min(128);
    let major = bytes.get(8..12).unwrap_or_default();
    let compatible = bytes.get(16..end).unwrap_or_default().chunks_exact(4);
    for brand in std::iter::once(major).chain(compatible) {
        match brand {
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" => return FileKind::Heic,
            b"M4A " | b"M4B " => return FileKind::M4a,
            b"qt  " => return FileKind::QuickTime,
            b"isom" | b"iso2" | b"iso4" | b"iso5" | b"iso6" | b"mp41" | b"mp42" | b"avc1"
            | b"M4V " | b"3gp4" | b"3gp5" | b"3gp6" => return FileKind::Mp4,
            _ => {}
        }
    }
    FileKind::Unknown
}

/// An Office document is an archive; its parts' names tell which. Only names are read.
fn archive(bytes: &[u8]) -> FileKind {
    let mut has_content_types = false;
    let mut kind = None;
    for name in part_names(bytes).take(2_000) {
        has_content_types |= name == b"[Content_Types].xml";
        kind = kind.or(match name {
            b"xl/workbook.xml" | b"xl/workbook.bin" => Some(FileKind::Xlsx),
            b"word/document.xml" => Some(FileKind::Docx),
            _ => None,
        });
    }
    kind.filter(|_| has_content_types).unwrap_or(FileKind::Zip)
}

/// The names in an archive's directory (APPNOTE 4.3.12, pkware.com/appnote).
fn part_names(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let starts = bytes
        .windows(4)
        .enumerate()
        .filter(|(_, four)| *four == b"PK\x01\x02");
    starts.filter_map(move |(at, _)| {
        let header = bytes.get(at..at + 46)?;
        let length = usize::from(u16::from_le_bytes([header[28], header[29]]));
        bytes.get(at + 46..at + 46 + length)
    })
}

fn text(bytes: &[u8]) -> Option<std::borrow::Cow<'_, str>> {
    if bytes.is_empty() {
        return None;
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        let (text, _, had_errors) = encoding_rs::UTF_8.decode(bytes);
        return (!had_errors && is_plain(&text)).then_some(text);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => GB18030.decode_without_bom_handling_and_without_replacement(bytes)?,
    };
    is_plain(&text).then_some(text)
}

fn is_plain(text: &str) -> bool {
    let is_odd = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0C'))
            || ('\u{E000}'..='\u{F8FF}').contains(&c)
    };
    !text.chars().any(is_odd)
}

/// Whether its first lines have the same columns.
fn has_columns(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let (Some(first), second) = (lines.next(), lines.next()) else {
        return false;
    };
    ['\t', ',', ';'].iter().any(|parting| {
        let count = |line: &str| line.matches(*parting).count();
        count(first) > 0 && second.is_none_or(|second| count(second) == count(first))
    })
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
