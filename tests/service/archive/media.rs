//! Pictures, voice, videos and files: fetched in pieces, checked, kept; whatever happens in between.

use dingdan::evidence::depot::Digest;
use dingdan::sandbox::{Endpoint, Fault, Misdeed};
use dingdan::store::ArchiveMedia;
use md5::{Digest as _, Md5};
use serde_json::{Value, json};

use super::{archive, notified, start, waits};
use crate::app::{Browser, CUSTOMER, DIRECTOR, OTHER_DIRECTOR, REP, TestApp};
use crate::sightings::{calls, fetched, figure, inbox, lines};

const PIECE: usize = 1000;

fn bytes(length: usize) -> Vec<u8> {
    (0..length)
        .map(|at| u8::try_from(at % 251).unwrap())
        .collect()
}

fn md5_of(bytes: &[u8]) -> String {
    let hash = Md5::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A customer sends a file. Gives the platform's id of the message.
fn sends(app: &TestApp, content: &[u8], md5sum: &str) -> String {
    let file = archive(app).keeps_file(content.to_vec(), PIECE);
    sent(
        app,
        "file",
        json!({
            "filename": "报价单.pdf", "fileext": "pdf", "sdkfileid": file,
            "md5sum": md5sum, "filesize": content.len(),
        }),
    )
}

fn sent(app: &TestApp, kind: &str, object: Value) -> String {
    archive(app).archives(json!({
        "from": CUSTOMER, "tolist": [REP], "roomid": "", "msgtype": kind, kind: object,
    }))
}

async fn media(app: &TestApp, msgid: &str) -> ArchiveMedia {
    let found = app
        .store
        .archive_media(&format!("archive:{msgid}"), 0)
        .await
        .unwrap();
    found.expect("its file is wanted")
}

async fn kept(app: &TestApp, media: &ArchiveMedia) -> Vec<u8> {
    let digest: Digest = media.digest.as_ref().expect("it is whole").parse().unwrap();
    app.shared.depot.get(digest).await.unwrap()
}

async fn pieces_left(app: &TestApp) -> i64 {
    crate::sightings::number(&app.store, "select count(*) from archive_media_piece").await
}

#[tokio::test]
async fn a_file_comes_in_pieces_and_is_kept_whole() {
    let app = start("").await;
    let content = bytes(3 * PIECE + 7);
    let msgid = sends(&app, &content, &md5_of(&content));
    notified(&app).await;

    let media = media(&app, &msgid).await;
    assert_eq!(kept(&app, &media).await, content);
    assert_eq!(
        (media.kind.as_str(), media.name.as_str()),
        ("file", "报价单.pdf")
    );
    assert_eq!(calls(&app, Endpoint::WecomArchivePiece), 4);
    assert_eq!(pieces_left(&app).await, 0);
    assert_eq!(lines(&app).await, ["报价单.pdf"]);
    let of_message = app.store.media_of_message(&media.message_id).await.unwrap();
    assert_eq!(of_message, [media]);
}

#[tokio::test]
async fn when_the_library_dies_the_file_goes_on_where_it_stopped() {
    for misdeed in [Misdeed::Abort, Misdeed::Hang] {
        let app = start("timeout_seconds = 2\n").await;
        let content = bytes(5 * PIECE);
        archive(&app).misbehaves_at_piece(2, misdeed);
        let msgid = sends(&app, &content, &md5_of(&content));
        notified(&app).await;
        assert_eq!(media(&app, &msgid).await.pieces, 2, "{misdeed:?}");

        waits(&app).await;

        let media = media(&app, &msgid).await;
        assert_eq!(kept(&app, &media).await, content, "{misdeed:?}");
        assert_eq!(
            calls(&app, Endpoint::WecomArchivePiece),
            6,
            "{misdeed:?}: one piece twice, no other"
        );
        assert_eq!(inbox(&app).await, (0, 0), "{misdeed:?}");
    }
}

#[tokio::test]
async fn a_file_that_is_not_what_was_said_of_it_is_fetched_anew_and_then_lost() {
    let app = start("").await;
    let content = bytes(2 * PIECE);
    let msgid = sends(&app, &content, &md5_of(b"something else"));
    notified(&app).await;
    waits(&app).await;

    let media = media(&app, &msgid).await;
    assert!(media.digest.is_none() && media.lost.is_some(), "{media:?}");
    assert_eq!(calls(&app, Endpoint::WecomArchivePiece), 10);
    assert_eq!(inbox(&app).await, (0, 0));
    assert_eq!(app.kept_files(), 0);
    assert_eq!(pieces_left(&app).await, 0);
}

#[tokio::test]
async fn what_is_lost_is_said() {
    for (code, outcome) in [(10_010, "too_old"), (10_005, "no_such_file")] {
        let app = start("").await;
        let before = figure(
            &app,
            &format!("dingdan_archive_media_total{{outcome=\"{outcome}\""),
        )
        .await;
        let faults = app.sandbox.faults();
        faults.next(
            Endpoint::WecomArchivePiece,
            Fault::Errcode(code, "as the test wants it"),
        );
        let msgid = sends(&app, &bytes(10), "");
        notified(&app).await;

        assert!(media(&app, &msgid).await.lost.is_some(), "{code}");
        assert_eq!(inbox(&app).await, (0, 0), "{code}: nobody tries for ever");
        let after = figure(
            &app,
            &format!("dingdan_archive_media_total{{outcome=\"{outcome}\""),
        )
        .await;
        assert!(after > before, "{code}");
    }
}

#[tokio::test]
async fn what_is_too_large_is_not_fetched_whatever_is_said_of_it() {
    let app = start("").await;
    let told = sent(
        &app,
        "video",
        json!({ "sdkfileid": "x", "md5sum": "", "filesize": 3_u64 << 30 }),
    );
    let content = bytes(21 << 20);
    let file = archive(&app).keeps_file(content, 512 << 10);
    let untold = sent(&app, "voice", json!({ "sdkfileid": file, "md5sum": "" }));
    notified(&app).await;

    for msgid in [told, untold] {
        let media = media(&app, &msgid).await;
        assert!(
            media
                .lost
                .as_ref()
                .is_some_and(|why| why.contains("largest_file_mb")),
            "{media:?}"
        );
    }
    assert_eq!(app.kept_files(), 0);
    assert_eq!(pieces_left(&app).await, 0);
}

#[tokio::test]
async fn the_network_may_fail_in_between() {
    let app = start("").await;
    let content = bytes(2 * PIECE);
    for code in [10_001, 10_002, 10_003] {
        let faults = app.sandbox.faults();
        faults.next(
            Endpoint::WecomArchivePiece,
            Fault::Errcode(code, "as the test wants it"),
        );
    }
    let msgid = sends(&app, &content, &md5_of(&content));
    notified(&app).await;
    waits(&app).await;

    assert_eq!(kept(&app, &media(&app, &msgid).await).await, content);
    assert_eq!(inbox(&app).await, (0, 0));
}

#[tokio::test]
async fn a_file_over_which_the_library_dies_each_time_is_set_aside_and_the_others_come() {
    let app = start("").await;
    for _ in 0..5 {
        archive(&app).misbehaves_at_piece(0, Misdeed::Abort);
    }
    let deadly = sends(&app, &bytes(10), "");
    let other = sends(&app, &bytes(2 * PIECE), "");
    notified(&app).await;
    for _ in 0..60 {
        app.advance(std::time::Duration::from_secs(60)).await;
    }

    let stuck = media(&app, &deadly).await;
    assert!(stuck.digest.is_none() && stuck.lost.is_none(), "{stuck:?}");
    let other = media(&app, &other).await;
    assert_eq!(kept(&app, &other).await, bytes(2 * PIECE));
    assert_eq!(inbox(&app).await, (0, 1));

    // The library was mended, and a person has it tried again.
    assert_eq!(app.store.retry_arrivals_set_aside().await.unwrap(), 1);
    waits(&app).await;

    let deadly = media(&app, &deadly).await;
    assert_eq!(kept(&app, &deadly).await, bytes(10));
    assert_eq!(inbox(&app).await, (0, 0));
    assert_eq!(pieces_left(&app).await, 0);
}

#[tokio::test]
async fn whatever_the_library_says_of_one_file_the_others_come() {
    // Nobody knows what the last one says: it may be over.
    for (code, aside) in [(10_006, true), (10_008, true), (10_099, false)] {
        let app = start("").await;
        let faults = app.sandbox.faults();
        faults.next_times(
            5,
            Endpoint::WecomArchivePiece,
            Fault::Errcode(code, "as the test wants it"),
        );
        let bad = sends(&app, &bytes(10), "");
        let other = sends(&app, &bytes(20), "");
        notified(&app).await;
        waits(&app).await;

        let bad = media(&app, &bad).await;
        assert_eq!((bad.digest.is_none(), bad.lost), (aside, None), "{code}");
        let other = media(&app, &other).await;
        assert_eq!(kept(&app, &other).await, bytes(20), "{code}");
        assert_eq!(inbox(&app).await, (0, i64::from(aside)), "{code}");
    }
}

#[tokio::test]
async fn a_file_for_which_the_platform_stays_away_holds_up_no_other() {
    let app = start("").await;
    let faults = app.sandbox.faults();
    faults.next_times(
        3,
        Endpoint::WecomArchivePiece,
        Fault::Errcode(10_003, "as the test wants it"),
    );
    let first = sends(&app, &bytes(10), "");
    let second = sends(&app, &bytes(20), "");
    notified(&app).await;
    waits(&app).await;

    for (msgid, length) in [(first, 10), (second, 20)] {
        let media = media(&app, &msgid).await;
        assert_eq!(kept(&app, &media).await, bytes(length));
    }
    let turns = "select count(*) from inbox where source = 'archive_media'";
    assert_eq!(
        crate::sightings::number(&app.store, turns).await,
        3,
        "the first one stood back once"
    );
    assert_eq!(inbox(&app).await, (0, 0));
}

/// The least that browsers take for a picture.
const PNG: &[u8] = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR";

#[tokio::test]
async fn the_chats_page_shows_what_was_fetched_to_whom_it_may_be_shown() {
    let app = start("").await;
    let content = json!({
        "sdkfileid": archive(&app).keeps_file(PNG.to_vec(), PIECE), "md5sum": md5_of(PNG), "filesize": PNG.len(),
    });
    let picture = sent(&app, "image", content);
    let voice = archive(&app).keeps_file(b"#!AMR\n00".to_vec(), PIECE);
    let voice = sent(
        &app,
        "voice",
        json!({ "sdkfileid": voice, "md5sum": "", "voice_size": 8 }),
    );
    // Whatever its sender calls it.
    let page = sends(&app, b"<html><script>alert(1)</script></html>", "");
    let lost = sent(
        &app,
        "video",
        json!({ "sdkfileid": "no-such-file", "md5sum": "", "filesize": 9 }),
    );
    notified(&app).await;
    let chat = app.items("messages").await[0]["chat_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut paths = Vec::new();
    for msgid in [&picture, &voice, &page] {
        let media = media(&app, msgid).await;
        paths.push(format!("/chats/{chat}/files/{}/0", media.message_id));
    }

    let mut director = app.logged_in(DIRECTOR).await;
    let shown = director.get(&format!("/chats/{chat}")).await.text;
    assert!(
        shown.contains(&format!("<img src=\"{}\"", paths[0])),
        "{shown}"
    );
    assert!(shown.contains(&format!(
        "<audio controls preload=\"none\" src=\"{}\"",
        paths[1]
    )));
    assert!(shown.contains(&format!(
        "<a href=\"{}\" download>文件 报价单.pdf</a>",
        paths[2]
    )));
    assert!(shown.contains("视频 · 无法取回"), "{lost}: {shown}");

    for (path, kind, disposition) in [
        (&paths[0], "image/png", "inline"),
        (&paths[1], "audio/amr", "inline"),
        (&paths[2], "text/plain", "attachment"),
    ] {
        let answer = fetched(&app, &director, path).await;
        assert_eq!(answer.status(), 200, "{path}");
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), kind);
        assert!(
            header("content-disposition").starts_with(disposition),
            "{path}"
        );
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert!(header("content-security-policy").starts_with("sandbox;"));
    }
    let other = app.logged_in(OTHER_DIRECTOR).await;
    assert_eq!(fetched(&app, &other, &paths[0]).await.status(), 404);
    assert_eq!(
        fetched(&app, &Browser::new(&app.url, app.http.clone()), &paths[0])
            .await
            .status(),
        401
    );
    let path = format!(
        "/chats/{chat}/files/{}/7",
        paths[0].split('/').nth(4).unwrap()
    );
    assert_eq!(fetched(&app, &director, &path).await.status(), 404);
}

#[tokio::test]
async fn whoever_gets_a_file_without_the_chats_page_is_on_record_all_the_same() {
    let app = start("").await;
    let msgid = sends(&app, &bytes(10), "");
    notified(&app).await;
    let chat = app.items("messages").await[0]["chat_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let message = media(&app, &msgid).await.message_id;
    let director = app.logged_in(DIRECTOR).await;
    const VIEWS: &str = "select count(*) from chat_view where place = 'chat'";
    assert_eq!(crate::sightings::number(&app.store, VIEWS).await, 0);

    let path = format!("/chats/{chat}/files/{message}/0");
    for _ in 0..2 {
        assert_eq!(fetched(&app, &director, &path).await.status(), 200);
    }

    assert_eq!(
        crate::sightings::number(&app.store, VIEWS).await,
        1,
        "one look"
    );
}

#[tokio::test]
async fn files_are_not_fetched_when_nobody_wants_them() {
    let app = start("media = false\n").await;
    sends(&app, &bytes(10), "");
    notified(&app).await;
    assert_eq!(calls(&app, Endpoint::WecomArchivePiece), 0);
    assert_eq!(lines(&app).await, ["报价单.pdf"]);
}
