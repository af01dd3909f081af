use super::*;
use crate::config::Document;
use crate::engine::{FileSort, Process, SignatureFound, TitleFound};

const GOLDEN_SIX: &str = include_str!("../../config/processes/golden-six.toml");

fn question(node: &str, key: &str) -> Question {
    let process = Process::from_document(&Document::new("golden-six.toml", GOLDEN_SIX)).unwrap();
    let node = process.node(node).unwrap();
    let mut questions = node.questions.iter();
    questions
        .find(|question| question.key == key)
        .unwrap()
        .clone()
}

fn background() -> Background {
    Background {
        largest: 1024 * 1024,
        bought: vec!["HX-200".to_owned(), "HX-300".to_owned()],
    }
}

fn looked_into(node: &str, key: &str, bytes: &[u8]) -> Result<Finding, String> {
    let question = question(node, key);
    let found = inspect(bytes, "a", &question, &background());
    found
        .map(|evidence| evidence.finding)
        .map_err(|refused| refused.0)
}

/// Frames of 20 ms at the lowest rate.
fn recording(frames: usize) -> Vec<u8> {
    let mut bytes = b"#!AMR\n".to_vec();
    for _ in 0..frames {
        bytes.push(0b0000_0100);
        bytes.extend([0xA5; 12]);
    }
    bytes
}

#[test]
fn a_voice_message_is_measured_by_its_frames() {
    let found = looked_into("needs_clarification", "summary", &recording(1_500));

    assert_eq!(
        found,
        Ok(Finding::Voice {
            milliseconds: 30_000
        })
    );
}

#[test]
fn what_cannot_be_read_is_refused_in_one_sentence() {
    for (bytes, said) in [
        (&b""[..], "空的"),
        (b"#!SILK_V3\x01\x02", "个人微信"),
        (b"#!AMR\n", "空的"),
        (b"%PDF-1.7 and then nothing", "损坏"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "旧版"),
        (b"\xFF\xD8\xFF", "图片已损坏"),
    ] {
        let refused = looked_into("needs_clarification", "summary", bytes).unwrap_err();

        assert!(refused.contains(said), "{refused}");
    }
    let large = vec![b'a'; 1024 * 1024 + 1];
    let refused = looked_into("needs_clarification", "summary", &large).unwrap_err();
    assert!(refused.contains("最多 1 MB"), "{refused}");
}

#[test]
fn a_file_of_another_sort_is_told_as_what_it_is() {
    let found = looked_into("needs_clarification", "confirmation", b"hello");

    let document = Some(FileSort::Document);
    assert_eq!(found, Ok(Finding::File { sort: document }));
}

#[test]
fn a_parts_list_is_compared_with_what_the_customer_bought() {
    let list = "型号,数量\nhx200,1\nHX-301,2\n";

    let found = looked_into("solution_match", "parts", list.as_bytes()).unwrap();

    let Finding::PartsList {
        matched,
        unmatched,
        has_history,
    } = found
    else {
        panic!("{found:?}");
    };
    assert_eq!((matched, has_history), (vec!["hx200".to_owned()], true));
    assert_eq!(unmatched[0].model, "HX-301");
    assert_eq!(unmatched[0].nearest[0], "HX-300");
}

#[test]
fn a_customer_without_history_is_told_apart_from_one_whom_nothing_fits() {
    let question = question("solution_match", "parts");
    let nothing = Background {
        bought: Vec::new(),
        ..background()
    };

    let found = inspect("型号\nA1\n".as_bytes(), "a.csv", &question, &nothing).unwrap();

    let Finding::PartsList { has_history, .. } = found.finding else {
        panic!("{:?}", found.finding);
    };
    assert!(!has_history);
}

#[test]
fn of_marks_the_one_that_says_most_counts_and_a_scan_is_declared_nothing() {
    use crate::evidence::pdf::{Content, Document, Mark, Title};
    let document = |content, title, marks: &[Mark]| {
        let document = Document {
            pages: 2,
            content,
            title,
            marks: marks.to_vec(),
        };
        match findings::of_document(&document) {
            Finding::Pdf {
                title, signature, ..
            } => (title, signature),
            other => panic!("{other:?}"),
        }
    };
    let ink = Mark::Ink { page: 2 };
    let digital = Mark::DigitalSignature { page: None };
    let scanned = Mark::ScannedPage { page: 2 };

    for (content, title, marks, expected) in [
        (
            Content::Text,
            Title::Found,
            &[ink, digital][..],
            (TitleFound::Yes, SignatureFound::Digital),
        ),
        (
            Content::Text,
            Title::Found,
            &[scanned, ink],
            (TitleFound::Yes, SignatureFound::Ink),
        ),
        (
            Content::Text,
            Title::NotFound,
            &[],
            (TitleFound::No, SignatureFound::None),
        ),
        (
            Content::Text,
            Title::Found,
            &[scanned],
            (TitleFound::Yes, SignatureFound::Unreadable),
        ),
        (
            Content::Scan,
            Title::Found,
            &[ink],
            (TitleFound::Unreadable, SignatureFound::Unreadable),
        ),
    ] {
        assert_eq!(document(content, title, marks), expected);
    }
}

#[test]
fn a_name_is_shown_without_folders_and_control_characters() {
    let question = question("needs_clarification", "summary");
    for (sent, shown) in [
        ("C:\\报价\\小结.amr", "小结.amr"),
        ("../a\u{7}b.amr", "ab.amr"),
        ("", "语音"),
    ] {
        let evidence = inspect(&recording(1), sent, &question, &background()).unwrap();
        assert_eq!(evidence.name, shown);
    }
    assert_eq!(
        place(29.87, 121.55, "宁波市鄞州区/1号").name,
        "宁波市鄞州区/1号"
    );
}

#[tokio::test]
async fn what_is_taken_is_kept_under_its_digest() {
    let folder = tempfile::tempdir().unwrap();
    let depot = Depot::Folder(crate::evidence::depot::Folder::new(
        folder.path().to_owned(),
        1024 * 1024,
    ));
    let question = question("needs_clarification", "summary");

    let evidence = take(&depot, recording(10), "a.amr", &question, background())
        .await
        .unwrap();

    let kept = depot.get(evidence.sha256.parse().unwrap()).await.unwrap();
    assert_eq!(kept, recording(10));
}
