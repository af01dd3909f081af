//! What a file is; that no bytes harm; and that findings can be stored.

use std::io::{Cursor, Write as _};

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

fn archive(names: &[&str]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for name in names {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(b"<x/>").unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_file_is_told_by_its_content() {
    let gbk = encoding_rs::GBK
        .encode("型号,数量\n减速机,2\n")
        .0
        .into_owned();
    for (bytes, kind) in [
        (b"%PDF-1.4\n".to_vec(), FileKind::Pdf),
        (b"\xEF\xBB\xBF\r\n%PDF-1.7\n".to_vec(), FileKind::Pdf),
        (
            archive(&["[Content_Types].xml", "xl/workbook.xml"]),
            FileKind::Xlsx,
        ),
        (
            archive(&["word/document.xml", "[Content_Types].xml"]),
            FileKind::Docx,
        ),
        (
            archive(&["xl/workbook.xml.txt", "[Content_Types].xml"]),
            FileKind::Zip,
        ),
        (archive(&["xl/workbook.xml"]), FileKind::Zip),
        (archive(&["a.exe"]), FileKind::Zip),
        (archive(&[]), FileKind::Zip),
        (
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest".to_vec(),
            FileKind::OldOffice,
        ),
        ("型号,数量\nA-1,2\n".as_bytes().to_vec(), FileKind::Csv),
        (gbk, FileKind::Csv),
        ("会议纪要\n双方同意".as_bytes().to_vec(), FileKind::Text),
        (b"\xFF\xFEh\0i\0".to_vec(), FileKind::Text),
        (b"#!AMR\n\x3C".to_vec(), FileKind::AmrNarrowband),
        (b"#!AMR-WB\n\x44".to_vec(), FileKind::AmrWideband),
        (b"\x02#!SILK_V3\x0C".to_vec(), FileKind::Silk),
        (b"\xFF\xD8\xFF\xE0".to_vec(), FileKind::Jpeg),
        (b"\x89PNG\r\n\x1A\n".to_vec(), FileKind::Png),
        (b"RIFF\x10\0\0\0WEBPVP8 ".to_vec(), FileKind::Webp),
        (b"RIFF\x10\0\0\0WAVEfmt ".to_vec(), FileKind::Unknown),
        (
            b"\0\0\0\x1Cftypmif1\0\0\0\0mif1heic".to_vec(),
            FileKind::Heic,
        ),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isom".to_vec(), FileKind::Mp4),
        (b"\0\0\0\x18ftypM4A \0\0\0\0isom".to_vec(), FileKind::M4a),
        (
            b"\0\0\0\x14ftypqt  \0\0\0\0qt  ".to_vec(),
            FileKind::QuickTime,
        ),
        (
            b"\0\0\0\x18ftypavif\0\0\0\0avif".to_vec(),
            FileKind::Unknown,
        ),
        (b"MZ\x90\0\x03".to_vec(), FileKind::Unknown),
        (b"\x7FELF".to_vec(), FileKind::Unknown),
        (b"".to_vec(), FileKind::Unknown),
    ] {
        assert_eq!(sniff(&bytes), kind, "{:?}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn every_refusal_is_a_sentence_that_says_what_to_do() {
    let headers = vec!["名称".to_owned()];
    let refusals = [
        Refusal::Pdf(pdf::Refusal::Damaged),
        Refusal::Voice(amr::Refusal::Silk),
        Refusal::BillOfMaterials(bom::Refusal::NoModelColumn { headers }),
        Refusal::Picture(images::Refusal::TooLarge),
    ];

    for refusal in refusals {
        assert!(refusal.advice().contains('请') && refusal.advice().ends_with('。'));
        let json = serde_json::to_string(&refusal).unwrap();
        assert_eq!(serde_json::from_str::<Refusal>(&json).unwrap(), refusal);
    }
}

#[test]
fn findings_carry_their_kind() {
    let findings = Findings::Picture(images::Size {
        width: 1,
        height: 2,
    });
    let json = serde_json::to_string(&findings).unwrap();

    assert_eq!(json, r#"{"kind":"picture","width":1,"height":2}"#);
    assert_eq!(serde_json::from_str::<Findings>(&json).unwrap(), findings);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_bytes_harm(
        start in prop::sample::select(vec![
            &b""[..], b"%PDF-1.7\n", b"PK\x03\x04", b"#!AMR\n", b"#!AMR-WB\n", b"\xFF\xD8\xFF",
            b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR", b"RIFF\0\0\0\0WEBPVP8X", b"\0\0\0\x20ftyp", "型号,数量\n".as_bytes(),
        ]),
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let bytes = [start, &bytes].concat();
        let _ = sniff(&bytes);
        let _ = pdf::inspect(&bytes, "需求确认单", 1_000_000);
        let _ = images::measure(&bytes);
        let _ = bom::read(&bytes, &bom::HEADERS, 1_000_000);
        if let Ok(recording) = amr::measure(&bytes) {
            prop_assert!(recording.sound_ms <= recording.duration_ms);
            prop_assert!(recording.duration_ms <= 20 * bytes.len() as u64);
        }
    }
}
