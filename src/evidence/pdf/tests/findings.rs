//! What is found in documents.

use lopdf::content::{Content as Operations, Operation};
use lopdf::{Object, Stream, dictionary};

use super::paper::{Paper, codes, ink, line, placed, signature, stroke};
use super::{LARGEST, TITLE, found};
use crate::evidence::pdf::{Content, Document, Doubt, Mark, Standing, Title, inspect};

#[test]
fn chinese_text_is_read_by_the_fonts_own_table() {
    for (text, title, standing) in [
        ("需求确认单", Title::Found, Standing::NotSigned),
        ("合同需求确认单其他", Title::Found, Standing::NotSigned),
        ("其他文件", Title::NotFound, Standing::OtherTitle),
    ] {
        let mut paper = Paper::new();
        paper.text(text);

        let document = found(paper);

        assert_eq!(
            (document.pages, document.content, document.title),
            (1, Content::Text, title)
        );
        assert_eq!(document.standing(), standing, "{text}");
    }
}

#[test]
fn a_title_may_be_set_apart_and_split_and_lie_in_a_drawing() {
    let mut paper = Paper::new();
    let parts = vec![
        Object::string_literal(codes("需求")),
        (-500).into(),
        Object::string_literal(codes("确认单")),
    ];
    let mut operations = line("");
    operations[2] = Operation::new("TJ", vec![parts.into()]);
    let content = Operations { operations }.encode().unwrap();
    let form = dictionary! { "Type" => "XObject", "Subtype" => "Form" };
    let form = paper.file.add_object(Stream::new(form, content));
    paper.page(placed("Fm1", 1, 1), dictionary! { "Fm1" => form });

    let document = inspect(&paper.bytes(), " 需求 确认单\u{3000}", LARGEST).unwrap();

    assert_eq!(document.title, Title::Found);
}

#[test]
fn text_that_nobody_can_decode_is_not_called_missing() {
    let mut without_table = Paper::new();
    without_table.font_mut().remove(b"ToUnicode");
    without_table.text(TITLE);
    let mut broken_off = Paper::new();
    let content = b"BT ET BI /W 1 /H 1 /BPC 8 /CS /G ID X\nBT (after) Tj ET".to_vec();
    let content = broken_off
        .file
        .add_object(Stream::new(dictionary! {}, content));
    broken_off.page_with(content, dictionary! {});
    let mut outlines = Paper::new();
    outlines.page(vec![Operation::new("f", vec![])], dictionary! {});

    for (paper, content) in [
        (without_table, Content::Text),
        (broken_off, Content::Text),
        (outlines, Content::Drawing),
    ] {
        let document = found(paper);

        assert_eq!(
            (document.content, document.title),
            (content, Title::TextUnreadable)
        );
        assert_eq!(
            document.standing(),
            Standing::ToBeLookedAt(Doubt::TextUnreadable)
        );
    }
}

#[test]
fn the_encodings_of_chinese_fonts_are_known() {
    let utf16: Vec<u8> = TITLE.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let gbk = encoding_rs::GBK.encode(TITLE).0.into_owned();
    for (encoding, codes) in [
        ("UniGB-UCS2-H", utf16.clone()),
        ("UniGB-UTF16-V", utf16),
        ("GBK-EUC-H", gbk),
    ] {
        let mut paper = Paper::new();
        paper.font_mut().remove(b"ToUnicode");
        paper.font_mut().set("Encoding", encoding);
        let mut operations = line("");
        operations[2] = Operation::new("Tj", vec![Object::string_literal(codes)]);
        paper.page(operations, dictionary! {});

        assert_eq!(found(paper).title, Title::Found, "{encoding}");
    }
}

#[test]
fn only_a_signature_field_that_holds_a_signature_is_signed() {
    let mut kept_free = signature();
    kept_free.set("Contents", Object::string_literal(vec![0; 64]));
    let mut time_stamp = signature();
    time_stamp.set("Type", "DocTimeStamp");
    let marks = vec![Mark::DigitalSignature { page: Some(1) }];
    for (value, marks) in [
        (Some(signature()), marks),
        (None, vec![]),
        (Some(kept_free), vec![]),
        (Some(time_stamp), vec![]),
        (Some(dictionary! {}), vec![]),
    ] {
        let mut paper = Paper::new();
        let page = paper.text(TITLE);
        paper.signature_field(value, page);

        let document = found(paper);

        let signed = if marks.is_empty() {
            Standing::NotSigned
        } else {
            Standing::Signed
        };
        assert_eq!((document.standing(), document.marks), (signed, marks));
    }
}

#[test]
fn ink_and_stamps_count_on_the_page_for_signatures() {
    let stamp = || dictionary! { "Type" => "Annot", "Subtype" => "Stamp" };
    let mut hidden = stamp();
    hidden.set("F", 2);
    for (annotation, marks) in [
        (ink(vec![stroke()]), vec![Mark::Ink { page: 2 }]),
        (ink(vec![]), vec![]),
        (stamp(), vec![Mark::Stamp { page: 2 }]),
        (hidden, vec![]),
        (
            dictionary! { "Type" => "Annot", "Subtype" => "Text" },
            vec![],
        ),
    ] {
        let mut paper = Paper::new();
        paper.text(TITLE);
        let page = paper.text("其他");
        paper.annotate(page, annotation);

        assert_eq!(found(paper).marks, marks);
    }
}

#[test]
fn elsewhere_they_count_only_beside_words_that_ask_for_a_signature() {
    for (text, marks) in [
        ("需求确认单客户代表：", vec![Mark::Ink { page: 1 }]),
        ("需求确认单甲方签字", vec![Mark::Ink { page: 1 }]),
        ("需求确认单", vec![]),
    ] {
        let mut paper = Paper::new();
        let page = paper.text(text);
        paper.annotate(page, ink(vec![stroke()]));
        paper.text("其他文件");

        assert_eq!(found(paper).marks, marks, "{text}");
    }
}

#[test]
fn a_picture_on_the_page_for_signatures_counts_and_a_letterhead_does_not() {
    let mut signed = Paper::new();
    let picture = signed.picture();
    signed.text(TITLE);
    signed.pictured("签字", picture, 80, 40);
    assert_eq!(found(signed).marks, [Mark::Picture { page: 2 }]);

    let mut letterhead = Paper::new();
    let picture = letterhead.picture();
    letterhead.pictured(TITLE, picture, 80, 40);
    letterhead.pictured("签字", picture, 80, 40);
    assert_eq!(found(letterhead).standing(), Standing::NotSigned);
}

#[test]
fn a_scan_is_left_to_a_person_with_or_without_hidden_text() {
    let mut scan = Paper::new();
    let picture = scan.picture();
    scan.page(placed("Im1", 595, 842), dictionary! { "Im1" => picture });
    let mut searchable = Paper::new();
    let picture = searchable.picture();
    let mut operations = vec![Operation::new("Tr", vec![3.into()])];
    operations.extend(line("需求确认单签字"));
    operations.extend(placed("Im1", 595, 842));
    searchable.page(operations, dictionary! { "Im1" => picture });
    let mut marked_by_its_scanner = Paper::new();
    let picture = marked_by_its_scanner.picture();
    marked_by_its_scanner.pictured("ABC", picture, 595, 842);

    for paper in [scan, searchable, marked_by_its_scanner] {
        let document = found(paper);

        assert_eq!(
            (document.content, document.title),
            (Content::Scan, Title::TextUnreadable)
        );
        assert_eq!(document.marks, [Mark::ScannedPage { page: 1 }]);
        assert_eq!(document.standing(), Standing::ToBeLookedAt(Doubt::Scan));
    }
}

#[test]
fn a_scanned_signature_page_within_a_document_of_text_is_left_to_a_person() {
    let mut paper = Paper::new();
    paper.text(TITLE);
    let picture = paper.picture();
    paper.page(placed("Im1", 595, 842), dictionary! { "Im1" => picture });

    let document = found(paper);

    assert_eq!(document.title, Title::Found);
    assert_eq!(
        document.standing(),
        Standing::ToBeLookedAt(Doubt::ScannedSignaturePage)
    );
}

#[test]
fn findings_and_refusals_survive_being_stored() {
    let document = Document {
        pages: 2,
        content: Content::Text,
        title: Title::Found,
        marks: vec![Mark::DigitalSignature { page: None }, Mark::Ink { page: 2 }],
    };
    let json = serde_json::to_string(&document).unwrap();

    assert_eq!(serde_json::from_str::<Document>(&json).unwrap(), document);
    let doubt = serde_json::to_string(&Standing::ToBeLookedAt(Doubt::Scan)).unwrap();
    assert_eq!(doubt, r#"{"standing":"to_be_looked_at","because":"scan"}"#);
}
