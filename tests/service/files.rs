//! The files that reps give as answers: who gets them again, how, and that it is on record.

use crate::app::{DIRECTOR, OTHER_DIRECTOR, Page, REP, TestApp};
use crate::on_page::{OnPage, assert_kept};
use crate::papers;
use crate::rep_page::opened;
use crate::sightings::fetched;

/// A rep gave a scan as the answer of a run.
struct Given {
    app: TestApp,
    /// The run's page.
    run: String,
    /// Where its file is.
    file: String,
    bytes: Vec<u8>,
}

async fn given() -> Given {
    let app = TestApp::start().await;
    let page = opened(&app, "terms_consensus").await;
    let mut rep = OnPage::of(&app, REP, &page).await;
    let bytes = papers::scanned();
    assert_kept(&rep.uploads("letter", "确认函.pdf", bytes.clone()).await);
    app.settle().await;
    let run = page.strip_prefix("/m").unwrap().to_owned();
    let file = link(&rep.look().await, &run);
    Given {
        app,
        run,
        file,
        bytes,
    }
}

/// The first file that the page links to.
fn link(page: &str, run: &str) -> String {
    let start = format!("href=\"{run}/files/");
    let (_, rest) = page.split_once(&start).unwrap();
    format!("{run}/files/{}", rest.split('"').next().unwrap())
}

fn without_id(page: Page) -> (u16, String) {
    let text = page.text.split("编号").next().unwrap().to_owned();
    (page.status, text)
}

#[tokio::test]
async fn a_supervisor_and_the_rep_get_the_file_whole_and_safely() {
    let Given {
        app,
        run,
        file,
        bytes,
    } = given().await;
    let mut director = app.logged_in(DIRECTOR).await;
    for page in [run.as_str(), "/spot-checks"] {
        assert_eq!(link(&director.get(page).await.text, &run), file, "{page}");
    }
    let rep = app.logged_in_by_wecom(REP).await;

    for browser in [&director, &rep] {
        let answer = fetched(&app, browser, &file).await;
        assert_eq!(answer.status(), 200);
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "application/pdf");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(
            header("content-disposition"),
            "inline; filename*=UTF-8''%E7%A1%AE%E8%AE%A4%E5%87%BD.pdf"
        );
        assert!(header("content-security-policy").starts_with("sandbox;"));
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(answer.bytes().await.unwrap(), bytes);
    }
}

#[tokio::test]
async fn every_look_at_a_file_is_on_record_and_shown() {
    let Given { app, run, file, .. } = given().await;
    let mut director = app.logged_in(DIRECTOR).await;
    assert!(!director.get(&run).await.text.contains("谁打开过文件"));

    fetched(&app, &director, &file).await;

    let id = run.strip_prefix("/runs/").unwrap().parse().unwrap();
    let views = app.store.file_views_of(&id, 10).await.unwrap();
    let [view] = views.try_into().expect("one view");
    assert_eq!(view.name, "周敏");
    assert!(file.ends_with(&view.sha256));
    assert_eq!(view.at, app.clock.now());
    let page = director.get(&run).await.text;
    assert!(page.contains("周敏 · 确认函.pdf"), "{page}");
}

#[tokio::test]
async fn for_everybody_else_the_file_is_not_there() {
    let Given { app, run, file, .. } = given().await;
    let other = opened(&app, "solution_match").await;
    let (_, sha256) = file.rsplit_once('/').unwrap();

    let mut stranger = app.logged_in(OTHER_DIRECTOR).await;
    let theirs = without_id(stranger.get(&file).await);
    assert_eq!(theirs.0, 404);
    let nobodys = without_id(stranger.get("/runs/no-such-1/files/0").await);
    assert_eq!(theirs, nobodys);
    let mut colleague = app.logged_in_by_wecom("QianYue").await;
    assert_eq!(colleague.get(&file).await.status, 404);
    assert_eq!(app.browser().get(&file).await.status, 303, "to the login");
    let mut director = app.logged_in(DIRECTOR).await;
    for path in [
        format!("{run}/files/{}", "0".repeat(64)),
        format!("{run}/files/..%2F{sha256}"),
        format!("{run}/files/"),
        format!("{}/files/{sha256}", other.strip_prefix("/m").unwrap()),
    ] {
        assert_eq!(director.get(&path).await.status, 404, "{path}");
    }

    let id = run.strip_prefix("/runs/").unwrap().parse().unwrap();
    assert!(app.store.file_views_of(&id, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_table_is_saved_and_never_shown() {
    let app = TestApp::start().await;
    let page = opened(&app, "solution_match").await;
    let mut rep = OnPage::of(&app, REP, &page).await;
    let list = "型号,数量\nA-1,2\n";
    assert_kept(&rep.uploads("parts", "清单.html", list).await);
    let run = page.strip_prefix("/m").unwrap();

    let file = link(&rep.look().await, run);
    let answer = fetched(&app, &rep.browser, &file).await;

    assert_eq!(answer.headers()["content-type"], "text/csv");
    let disposition = answer.headers()["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment;"), "{disposition}");
    assert!(disposition.ends_with(".html.csv"), "{disposition}");
}
