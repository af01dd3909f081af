//! Files as spreadsheets write them, and files that nobody should open.

use std::io::{Cursor, Write};

use encoding_rs::GBK;
use rust_xlsxwriter::{ExcelDateTime, Format as CellFormat, Workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Kind, Place, imported};

const CUSTOMERS: &str = "名称,区域\n云杉精密,华东\n";

#[tokio::test]
async fn text_is_read_in_the_encodings_that_spreadsheets_write() {
    for content in [
        CUSTOMERS.as_bytes().to_vec(),
        format!("\u{feff}{CUSTOMERS}").into_bytes(),
        GBK.encode(CUSTOMERS).0.into_owned(),
        CUSTOMERS.replace('\n', "\r\n").into_bytes(),
        CUSTOMERS.replace(',', "\t").into_bytes(),
        CUSTOMERS.replace(',', ";").into_bytes(),
        format!("\n\n{CUSTOMERS},\n,\n").into_bytes(),
        CUSTOMERS.replace("名称", "  名称 NAME ").into_bytes(),
    ] {
        let place = Place::new().await;
        assert_eq!(
            place.take(Kind::Customers, &content).await.unwrap(),
            imported(1, 0, 0)
        );
        let customers = place.store.customers("", 10).await.unwrap();
        assert_eq!(
            (customers[0].name.as_str(), customers[0].region.as_str()),
            ("云杉精密", "华东")
        );
    }
}

#[tokio::test]
async fn rows_are_counted_as_the_file_shows_them() {
    let place = Place::new().await;

    let csv = place
        .wrong(Kind::Customers, "id,name\nc-1,a\n\nc-2,\n")
        .await;
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, column, text) in [
        (2, 1, "id"),
        (2, 2, "name"),
        (3, 1, "c-1"),
        (3, 2, "a"),
        (6, 1, "c-2"),
    ] {
        sheet.write_string(row, column, text).unwrap();
    }
    let xlsx = place
        .wrong(Kind::Customers, workbook.save_to_buffer().unwrap())
        .await;

    assert_eq!((csv[0].row, xlsx[0].row), (4, 7));
}

#[tokio::test]
async fn numbers_and_dates_of_a_workbook_are_read_as_people_see_them() {
    let place = Place::with_people().await;
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, header) in (0..).zip(["客户", "销售", "名称", "开始时间"]) {
        sheet.write_string(0, column, header).unwrap();
    }
    sheet.write_string(1, 0, "c-1").unwrap();
    sheet.write_string(1, 1, "赵磊").unwrap();
    sheet.write_number(1, 2, 13_800_138_000.0).unwrap();
    let day = ExcelDateTime::from_ymd(2026, 11, 20).unwrap();
    sheet
        .write_datetime_with_format(1, 3, &day, &CellFormat::new().set_num_format("yyyy-mm-dd"))
        .unwrap();

    place
        .take(Kind::Opportunities, workbook.save_to_buffer().unwrap())
        .await
        .unwrap();

    let deals = place.store.opportunities("", 10).await.unwrap();
    assert_eq!(deals[0].name, "13800138000");
    assert_eq!(
        deals[0].opened_at.rfc3339(),
        "2026-11-20T00:00:00.000+08:00"
    );
}

#[tokio::test]
async fn files_that_are_no_tables_are_refused_with_advice() {
    let place = Place::new().await;
    let mut wide = Workbook::new();
    wide.add_worksheet().write_string(0, 64, "x").unwrap();
    let mut far = Workbook::new();
    far.add_worksheet()
        .write_string(1_048_575, 16_383, "x")
        .unwrap();
    let long = format!("name\n{}", "a\n".repeat(100_001));

    for (content, advice) in [
        (b"\xFF\xFEi\0d\0".to_vec(), "UTF-16"),
        (b"name\n\xFF\xFF\xFF\n".to_vec(), "neither UTF-8 nor GBK"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), "old xls"),
        (b"PK\x03\x04 and no more".to_vec(), "damaged"),
        (archive(&[("hello.txt", b"hello")]), "can't be read"),
        (
            archive(&[("xl/workbook.xml", &vec![b' '; 5_000_000])]),
            "100 times",
        ),
        (wide.save_to_buffer().unwrap(), "64 columns"),
        (far.save_to_buffer().unwrap(), "64 columns"),
        (
            format!("name{}\n", ",x".repeat(64)).into_bytes(),
            "64 columns",
        ),
        (long.into_bytes(), "100000 rows"),
        (vec![b'a'; 64 * 1024 * 1024 + 1], "64 MB"),
    ] {
        let why = place.unfit(Kind::Customers, content).await;
        assert!(why.contains(advice), "{why}");
    }
}

#[tokio::test]
async fn a_cell_without_end_is_cut_and_refused() {
    let place = Place::new().await;

    let wrong = place
        .wrong(Kind::Customers, format!("name\n{}\n", "长".repeat(5_000)))
        .await;

    assert_eq!(wrong[0].expected, "at most 200 characters");
    assert!(wrong[0].found.chars().count() < 70);
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
