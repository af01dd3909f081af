//! Files that are no documents, or would be too much.

use lopdf::content::Content as Operations;
use lopdf::{EncryptionState, EncryptionVersion, Object, Permissions, Stream, dictionary};
use proptest::prelude::*;

use super::paper::{Paper, ink, line, placed, signature, stroke, written};
use super::{LARGEST, TITLE, found};
use crate::evidence::pdf::to_unicode::ToUnicode;
use crate::evidence::pdf::{Refusal, Title, inspect};

#[test]
fn an_encrypted_file_is_refused_also_when_no_password_is_asked() {
    for password in ["secret", ""] {
        let mut paper = Paper::new();
        paper.text(TITLE);
        let mut file = paper.finished();
        let id = Object::string_literal(vec![7; 16]);
        file.trailer.set("ID", vec![id.clone(), id]);
        let version = EncryptionVersion::V2 {
            document: &file,
            owner_password: "owner",
            user_password: password,
            key_length: 128,
            permissions: Permissions::all(),
        };
        let state = EncryptionState::try_from(version).unwrap();
        file.encrypt(&state).unwrap();

        assert_eq!(
            inspect(&written(file), TITLE, LARGEST),
            Err(Refusal::Encrypted)
        );
    }
}

#[test]
fn a_name_that_hides_its_letters_is_found_out() {
    let bytes = b"%PDF-1.7\ntrailer << /#45ncr#79pt 5 0 R >>\n%%EOF";

    assert_eq!(inspect(bytes, TITLE, LARGEST), Err(Refusal::Encrypted));
}

#[test]
fn what_is_no_whole_pdf_is_refused_with_its_reason() {
    let whole = {
        let mut paper = Paper::new();
        paper.text(TITLE);
        paper.bytes()
    };
    let mut blank = Paper::new();
    blank.page(vec![], dictionary! {});
    let lost = {
        let mut paper = Paper::new();
        paper.text(TITLE);
        let mut file = paper.finished();
        let tree = file
            .catalog()
            .unwrap()
            .get(b"Pages")
            .unwrap()
            .as_reference()
            .unwrap();
        file.get_dictionary_mut(tree).unwrap().set("Count", 3);
        written(file)
    };
    let mut without_content = Paper::new();
    without_content.text(TITLE);
    without_content.page_with((9_999, 0), dictionary! {});
    let mut long = Paper::new();
    let content = long.file.add_object(Stream::new(dictionary! {}, vec![]));
    for _ in 0..501 {
        long.page_with(content, dictionary! {});
    }

    for (bytes, reason) in [
        (b"PK\x03\x04".to_vec(), Refusal::NotPdf),
        (b"".to_vec(), Refusal::NotPdf),
        (b"%PDF-1.7\n".to_vec(), Refusal::Damaged),
        (b"%PDF-1.7\nnothing\n%%EOF\n".to_vec(), Refusal::Damaged),
        (whole[..whole.len() / 2].to_vec(), Refusal::Damaged),
        (whole[..whole.len() - 10].to_vec(), Refusal::Damaged),
        (lost, Refusal::Damaged),
        (without_content.bytes(), Refusal::Damaged),
        (Paper::new().bytes(), Refusal::Empty),
        (blank.bytes(), Refusal::Empty),
        (long.bytes(), Refusal::TooManyPages),
    ] {
        assert_eq!(inspect(&bytes, TITLE, LARGEST), Err(reason));
    }
    assert_eq!(
        inspect(&whole, TITLE, whole.len() - 1),
        Err(Refusal::TooLarge)
    );
}

/// What says that a stream holds objects, misspelt, since the library leaves such streams out when
/// it writes.
fn members() -> lopdf::Dictionary {
    dictionary! { "Type" => "ObjXXX", "N" => 1, "First" => 7 }
}

/// The document's bytes, with the name spelt right.
fn with_members(paper: Paper) -> Vec<u8> {
    let mut bytes = paper.bytes();
    let name = bytes.windows(6).position(|six| six == b"ObjXXX").unwrap();
    bytes[name..name + 6].copy_from_slice(b"ObjStm");
    bytes
}

#[test]
fn streams_that_inflate_without_end_are_refused() {
    let inflating = |bytes: Vec<u8>, dictionary: lopdf::Dictionary| {
        let mut stream = Stream::new(dictionary, bytes);
        stream.compress().unwrap();
        stream
    };
    const TOO_MUCH: usize = 7_000_000;
    let mut content = Paper::new();
    let bomb = inflating(vec![b' '; TOO_MUCH], dictionary! {});
    let bomb = content.file.add_object(bomb);
    content.page_with(bomb, dictionary! {});
    let mut many = Paper::new();
    let part = inflating(vec![b' '; 5_000_000], dictionary! {});
    for _ in 0..6 {
        let part = many.file.add_object(part.clone());
        many.page_with(part, dictionary! {});
    }
    let mut table = Paper::new();
    let bomb = inflating(vec![b' '; TOO_MUCH], dictionary! {});
    let bomb = table.file.add_object(bomb);
    table.font_mut().set("ToUnicode", bomb);
    table.text(TITLE);
    let mut container = Paper::new();
    container.text(TITLE);
    let bomb = inflating(vec![b' '; TOO_MUCH], members());
    container.file.add_object(bomb);
    let mut list = Paper::new();
    list.text(TITLE);
    let numbers = [b"9000 0 [".to_vec(), b"0 ".repeat(2_100_000), b"]".to_vec()].concat();
    let numbers = inflating(numbers, members());
    list.file.add_object(numbers);
    let mut open_list = Paper::new();
    open_list.text(TITLE);
    let open_list = [
        open_list.bytes(),
        b"\n[".to_vec(),
        b"0 ".repeat(2_100_000),
        b"]\n%%EOF".to_vec(),
    ];

    let mut harmless = Paper::new();
    harmless.text(TITLE);
    harmless
        .file
        .add_object(inflating(b"9000 0 [0 0]".to_vec(), members()));
    assert!(inspect(&with_members(harmless), TITLE, LARGEST).is_ok());

    for (name, bytes) in [
        ("content", content.bytes()),
        ("many", many.bytes()),
        ("table", table.bytes()),
        ("container", with_members(container)),
        ("list", with_members(list)),
        ("open list", open_list.concat()),
    ] {
        assert_eq!(
            inspect(&bytes, TITLE, LARGEST),
            Err(Refusal::TooComplex),
            "{name}"
        );
    }
}

#[test]
fn drawings_that_hold_themselves_come_to_an_end() {
    let mut paper = Paper::new();
    let form = paper.file.new_object_id();
    let operations = [placed("Fm1", 1, 1), placed("Fm1", 1, 1), line(TITLE)].concat();
    let content = Operations { operations }.encode().unwrap();
    let dictionary = dictionary! {
        "Type" => "XObject", "Subtype" => "Form",
        "Resources" => dictionary! { "Font" => dictionary! { "F1" => paper.font }, "XObject" => dictionary! { "Fm1" => form } },
    };
    paper
        .file
        .objects
        .insert(form, Stream::new(dictionary, content).into());
    paper.page(placed("Fm1", 1, 1), dictionary! { "Fm1" => form });

    assert_eq!(found(paper).title, Title::Found);
}

#[test]
fn a_table_with_a_range_of_every_code_is_read_at_once() {
    let table = ToUnicode::parse(b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange");

    assert_eq!(table.next(&[0, 0, 0, 1], 4).0.as_deref(), Some("B"));
    assert_eq!(table.next(&[0xFF, 0xFF, 0xFF, 0xFF], 4).0, None);
}

#[test]
fn a_table_may_tell_a_range_one_by_one() {
    let table = ToUnicode::parse(
        b"1 begincodespacerange <00> <80> endcodespacerange % <61> <62>\n1 beginbfrange <20> <22> [<0041> <00660069> <E001>] endbfrange",
    );

    let read = |code: u8| table.next(&[code, 9], 2).0;
    assert_eq!(
        (read(0x20).as_deref(), read(0x21).as_deref()),
        (Some("A"), Some("fi"))
    );
    assert_eq!((read(0x22), read(0x23)), (None, None));
}

fn signed_paper() -> Vec<u8> {
    let mut paper = Paper::new();
    let picture = paper.picture();
    let page = paper.pictured("需求确认单客户代表签字", picture, 80, 40);
    paper.annotate(page, ink(vec![stroke()]));
    paper.signature_field(Some(signature()), page);
    paper.bytes()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_damaged_file_is_judged_without_a_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = signed_paper();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = inspect(&bytes, TITLE, LARGEST);
        let _ = inspect(&bytes[cut.index(bytes.len())..], TITLE, LARGEST);
    }

    #[test]
    fn any_table_of_a_font_can_be_read(bytes in prop::collection::vec(any::<u8>(), 0..200), codes in prop::collection::vec(any::<u8>(), 1..40)) {
        let words = b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange ";
        let table = ToUnicode::parse(&[&words[..], &bytes, b" endbfrange"].concat());
        let mut rest = &codes[..];
        while !rest.is_empty() {
            rest = table.next(rest, 2).1;
        }
    }
}
