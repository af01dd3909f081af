//! `dingdan import` and `dingdan export`, as an operator runs them.

use std::path::PathBuf;
use std::process::Output;

use dingdan::clock::Clock;
use serde_json::Value;

use crate::app::{CUSTOMER, Setup, TestApp, World};
use crate::child::{configured, run};

/// In an order in which each finds what it names.
const IMPORTABLE: [&str; 5] = ["reps", "customers", "contacts", "accounts", "opportunities"];
const EXPORT_ONLY: [&str; 3] = ["runs", "signals", "alerts"];

/// A world with a store, its configuration file, and a folder for files.
struct Office {
    world: World,
    file: String,
}

impl Office {
    /// Where nothing was ever stored.
    async fn new() -> Self {
        let world = World::at(Clock::system().now()).await;
        let file = configured(&world, |text| text);
        let file = file.to_str().unwrap().to_owned();
        Self { world, file }
    }

    /// With the usual people and deals, and a signal that led to a run and an alert.
    async fn filled() -> Self {
        let office = Self::new().await;
        let app = TestApp::start_in(office.world.clone(), Setup::default()).await;
        app.sandbox.customer(CUSTOMER).says("要走招标").await;
        app.settle().await;
        app.stop().await;
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.world.folder().join(name)
    }

    async fn export(&self, kind: &str, format: &str) -> (PathBuf, Output) {
        let path = self.path(&format!("{kind}.{format}"));
        let to = path.to_str().unwrap();
        let arguments = ["export", kind, "--format", format, "-o", to, "--config"];
        let output = run(&[&arguments[..], &[&self.file]].concat()).await;
        (path, output)
    }

    async fn import(&self, kind: &str, file: &std::path::Path) -> Output {
        let from = file.to_str().unwrap();
        run(&["import", kind, from, "--config", &self.file]).await
    }

    async fn rows(&self, kind: &str) -> Vec<Value> {
        let (path, output) = self.export(kind, "json").await;
        assert!(output.status.success(), "{output:?}");
        let rows: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        rows.as_array().unwrap().clone()
    }
}

fn said(output: Vec<u8>) -> String {
    String::from_utf8(output).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_goes_out_in_every_format() {
    let office = Office::filled().await;

    for kind in IMPORTABLE.iter().chain(&EXPORT_ONLY) {
        let rows = office.rows(kind).await;
        assert!(!rows.is_empty(), "{kind}");
        let (csv, output) = office.export(kind, "csv").await;
        assert!(output.status.success(), "{output:?}");
        let text = std::fs::read_to_string(csv).unwrap();
        assert!(text.starts_with('\u{feff}'), "{kind}: Excel reads it");
        assert_eq!(text.lines().count(), rows.len() + 1, "{kind}");
        let (xlsx, output) = office.export(kind, "xlsx").await;
        assert!(output.status.success(), "{output:?}");
        assert!(std::fs::read(xlsx).unwrap().starts_with(b"PK"), "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn standard_output_takes_an_export_too() {
    let office = Office::filled().await;

    let arguments = ["export", "reps", "--format", "json", "--config"];
    let output = run(&[&arguments[..], &[&office.file]].concat()).await;

    let rows: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        rows.as_array().unwrap().len(),
        office.rows("reps").await.len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_out_of_one_store_comes_into_another_once() {
    let old = Office::filled().await;

    for format in ["xlsx", "csv"] {
        let new = Office::new().await;
        for kind in IMPORTABLE {
            let count = old.rows(kind).await.len();
            let (file, _) = old.export(kind, format).await;

            let first = new.import(kind, &file).await;
            let again = new.import(kind, &file).await;

            assert!(first.status.success(), "{first:?}");
            let expected = format!("{kind}: {count} new, 0 changed, 0 as they were\n");
            assert_eq!(said(first.stdout), expected);
            let expected = format!("{kind}: 0 new, 0 changed, {count} as they were\n");
            assert_eq!(said(again.stdout), expected);
            assert_eq!(new.rows(kind).await, old.rows(kind).await, "{kind}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_file_is_told_whole_and_nothing_of_it_comes_in() {
    let office = Office::filled().await;
    let before = office.rows("reps").await;
    let file = office.path("reps.csv");
    let text = "id,name,role,mobile,wecom_userid\n\
                new,新人,rep,13900139000,new\n\
                b,,boss,one two,b\n\
                c,丙,chief,three,c\n";
    std::fs::write(&file, text).unwrap();

    let output = office.import("reps", &file).await;

    assert_eq!(output.status.code(), Some(1));
    let why = said(output.stderr);
    for told in [
        "row 3, 姓名 name",
        "row 3, 角色 role",
        "row 3, 手机 mobile",
        "row 4, 角色 role",
        "row 4, 手机 mobile",
    ] {
        assert!(why.contains(told), "{told} is missing in:\n{why}");
    }
    assert!(!why.contains("row 2"), "{why}");
    assert_eq!(office.rows("reps").await, before);
    for kind in EXPORT_ONLY {
        assert_eq!(office.import(kind, &file).await.status.code(), Some(1));
    }
    let unknown = office.import("messages", &file).await;
    assert_eq!(unknown.status.code(), Some(2), "that is wrong usage");
    let nowhere = office.import("reps", &office.path("no-such.csv")).await;
    assert_eq!(nowhere.status.code(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_no_store_an_export_is_a_template_and_makes_none() {
    let office = Office::new().await;

    for kind in IMPORTABLE {
        let (csv, output) = office.export(kind, "csv").await;
        assert!(output.status.success(), "{output:?}");
        let text = std::fs::read_to_string(&csv).unwrap();
        assert_eq!(text.lines().count(), 1, "the header: {text}");
        assert!(office.rows(kind).await.is_empty());
        let (xlsx, output) = office.export(kind, "xlsx").await;
        assert!(output.status.success(), "{output:?}");
        assert!(std::fs::read(xlsx).unwrap().starts_with(b"PK"));
    }
    for kind in EXPORT_ONLY {
        let (file, output) = office.export(kind, "csv").await;
        assert_eq!(output.status.code(), Some(1));
        assert!(said(output.stderr).contains("there is no store yet"));
        assert!(!file.exists());
    }

    let store = dingdan::store::Store::open_existing(&office.world.storage).await;
    assert!(store.is_err(), "still none");
    // And the template is one that an import takes.
    let (csv, _) = office.export("reps", "csv").await;
    let output = office.import("reps", &csv).await;
    assert!(output.status.success(), "{output:?}");
}
