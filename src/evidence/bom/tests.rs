//! Bills of materials as companies write them, and their comparison.

use std::io::{Cursor, Write as _};

use proptest::prelude::*;
use rust_xlsxwriter::Workbook;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

const LARGEST: usize = 20 * 1024 * 1024;

fn workbook(sheets: &[&[&[&str]]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for rows in sheets {
        let sheet = workbook.add_worksheet();
        for (row, cells) in (0..).zip(*rows) {
            for (column, cell) in (0..).zip(*cells) {
                sheet.write(row, column, *cell).unwrap();
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

fn read_all(bytes: &[u8]) -> Result<Vec<String>, Refusal> {
    let codes = read(bytes, &HEADERS, LARGEST)?;
    Ok(codes.iter().map(|code| code.written().to_owned()).collect())
}

fn codes(texts: &[&str]) -> Vec<ModelCode> {
    texts
        .iter()
        .filter_map(|text| ModelCode::new(text))
        .collect()
}

#[test]
fn the_column_is_found_in_every_form_of_table() {
    let rows: &[&[&str]] = &[
        &["序号", "规格型号", "数量"],
        &["1", "SK-200", "2"],
        &["2", "RX.10", "1"],
    ];
    let below_a_title: &[&[&str]] = &[
        &["某某产线 BOM 清单"],
        &[],
        &["名称", "规格型号/Model（必填）"],
        &["减速机", "SK-200"],
        &["轴", "RX.10"],
    ];
    for bytes in [
        workbook(&[rows]),
        workbook(&[&[&["封面"]], rows]),
        workbook(&[below_a_title]),
        "物料编码,名称\nSK-200,a\nRX.10,b\n".as_bytes().to_vec(),
        "名称;Part No.\na;SK-200\nb;RX.10\n".as_bytes().to_vec(),
        "P/N\tname\nSK-200\ta\nRX.10\tb\n".as_bytes().to_vec(),
        encoding_rs::GBK
            .encode("型号\nSK-200\n\nRX.10\n")
            .0
            .into_owned(),
        // Where there are two, the one that stands first among those known.
        "料号,型号\n001,SK-200\n002,RX.10\n".as_bytes().to_vec(),
    ] {
        assert_eq!(
            read_all(&bytes),
            Ok(vec!["SK-200".to_owned(), "RX.10".to_owned()])
        );
    }
}

#[test]
fn other_headers_can_be_asked_for() {
    let csv = "型号,图纸代号\nA,B1\n".as_bytes();

    assert_eq!(read(csv, &["图纸代号"], LARGEST), Ok(codes(&["B1"])));
}

#[test]
fn codes_are_the_same_however_they_are_written() {
    for (one, other, same) in [
        ("SK-200/a", "ｓｋ２００Ａ", true),
        ("SK_200.A", " sk – 200 a ", true),
        ("0042", "42", false),
        ("SK200", "SK201", false),
        ("Ø12", "12", false),
    ] {
        assert_eq!(
            ModelCode::new(one) == ModelCode::new(other),
            same,
            "{one} {other}"
        );
    }
    assert_eq!(ModelCode::new(" -/- "), None);
}

#[test]
fn a_comparison_counts_each_model_once_and_names_the_nearest() {
    let bom = codes(&["SK-200", "sk200", "SK-201", "ZZ-9999"]);
    let bought = codes(&["SK200", "SK202", "SK-2011", "QQ"]);

    let comparison = compare(&bom, &bought);

    assert_eq!(comparison.matched, codes(&["SK-200"]));
    assert_eq!(
        comparison.share,
        Share::Of {
            matched: 1,
            models: 3
        }
    );
    assert_eq!(comparison.unmatched[0].model, codes(&["SK-201"])[0]);
    assert_eq!(
        comparison.unmatched[0].nearest,
        codes(&["SK200", "SK-2011", "SK202"])
    );
    assert_eq!(comparison.unmatched[1].nearest, []);
    assert_eq!(comparison.share.percent(), Some(33));
}

#[test]
fn a_customer_without_history_is_not_one_with_nothing_in_common() {
    let bom = codes(&["A1"]);

    let (unknown, nothing) = (
        compare(&bom, &[]).share,
        compare(&bom, &codes(&["B2"])).share,
    );

    assert_eq!(
        (unknown, unknown.reaches(90), unknown.percent()),
        (Share::NoHistory, None, None)
    );
    assert_eq!(
        (nothing.reaches(90), nothing.percent()),
        (Some(false), Some(0))
    );
}

#[test]
fn ninety_percent_is_ninety_percent_to_the_last_model() {
    for (matched, models, reaches, percent) in [
        (9, 10, true, 90),
        (89, 99, false, 89),
        (899_999, 1_000_000, false, 89),
        (900_000, 1_000_000, true, 90),
        (29, 32, true, 90),
        (1, 1, true, 100),
    ] {
        let share = Share::Of { matched, models };
        assert_eq!(
            (share.reaches(90), share.percent()),
            (Some(reaches), Some(percent))
        );
    }
}

#[test]
fn what_is_no_bill_is_refused_with_its_reason() {
    let bomb = {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for name in ["[Content_Types].xml", "xl/workbook.xml"] {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(&vec![b' '; 4_000_000]).unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    let whole = workbook(&[&[&["型号"], &["A"]]]);
    let headers = vec!["序号".to_owned(), "名称".to_owned()];
    for (bytes, reason) in [
        (b"%PDF-1.7".to_vec(), Refusal::NotATable),
        (b"\x89PNG\r\n\x1A\n".to_vec(), Refusal::NotATable),
        (
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(),
            Refusal::OldOrProtected,
        ),
        (bomb, Refusal::TooLarge),
        (whole[..whole.len() / 2].to_vec(), Refusal::Damaged),
        (workbook(&[&[]]), Refusal::NoRows),
        (workbook(&[&[&["型号"], &["-"]]]), Refusal::NoRows),
        ("型号,数量\n".as_bytes().to_vec(), Refusal::NoRows),
        (
            workbook(&[&[&["清单"], &["序号", "名称"], &["1", "轴"]]]),
            Refusal::NoModelColumn { headers },
        ),
    ] {
        assert_eq!(read_all(&bytes), Err(reason));
    }
    assert_eq!(
        read(&whole, &HEADERS, whole.len() - 1),
        Err(Refusal::TooLarge)
    );
}

#[test]
fn a_comparison_survives_being_stored() {
    let comparison = compare(&codes(&["SK-200", "B"]), &codes(&["sk200"]));
    let json = serde_json::to_string(&comparison).unwrap();

    assert_eq!(
        serde_json::from_str::<Comparison>(&json).unwrap(),
        comparison
    );
    assert!(json.contains(r#""share":{"share":"of","matched":1,"models":2}"#));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_damaged_workbook_is_read_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = workbook(&[&[&["型号", "数量"], &["A-1", "2"]]]);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = read(&bytes, &HEADERS, LARGEST);
    }

    #[test]
    fn matched_and_unmatched_are_all_and_each_once(
        bom in prop::collection::vec("[a-cA-C]{1,2}[-/ ]?[0-2]", 0..20),
        bought in prop::collection::vec("[a-c]{1,2}[0-2]", 1..20),
    ) {
        let [bom, bought] = [bom, bought].map(|texts| texts.iter().filter_map(|text| ModelCode::new(text)).collect::<Vec<_>>());
        let comparison = compare(&bom, &bought);
        let all: BTreeSet<_> = bom.iter().collect();
        prop_assert_eq!(comparison.matched.len() + comparison.unmatched.len(), all.len());
        prop_assert!(comparison.matched.iter().all(|model| bought.contains(model)));
        prop_assert!(comparison.unmatched.iter().all(|entry| !bought.contains(&entry.model) && entry.nearest.len() <= 3));
    }
}
