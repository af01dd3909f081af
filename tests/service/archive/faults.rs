//! Numbers that are missing, pulls that are repeated, keys that don't fit, and each code of the library.

use dingdan::sandbox::{Damage, Endpoint, Fault};
use serde_json::json;

use super::{WORDS, archive, configuration, labels, notified, pulls, restart, start, waits, world};
use crate::app::{CUSTOMER, REP, Setup, TestApp};
use crate::child::{configured, run};
use crate::sightings::{figure, inbox, lines};

#[tokio::test]
async fn numbers_that_are_missing_mean_nothing() {
    let app = start("limit = 2\n").await;
    for number in 0..5 {
        archive(&app).says(CUSTOMER, REP, &format!("第{number}句"));
        archive(&app).skips(1000 * number);
    }
    notified(&app).await;
    archive(&app).says(CUSTOMER, REP, "最后一句");
    notified(&app).await;

    assert_eq!(
        lines(&app).await,
        ["第0句", "第1句", "第2句", "第3句", "第4句", "最后一句"]
    );
}

#[tokio::test]
async fn a_pull_that_is_repeated_changes_nothing() {
    let app = start("").await;
    archive(&app).says(CUSTOMER, REP, WORDS);
    notified(&app).await;
    let heard = labels(&app).await;

    archive(&app).repeats_next(100);
    archive(&app).says(CUSTOMER, REP, "好的");
    notified(&app).await;

    assert_eq!(lines(&app).await, [WORDS, "好的"]);
    assert_eq!(labels(&app).await, heard);
    assert_eq!(app.items("runs").await.len(), 1);
}

#[tokio::test]
async fn what_was_sealed_with_a_key_that_is_missing_is_kept_and_opened_once_the_key_is_there() {
    let app = start("").await;
    archive(&app).says(CUSTOMER, REP, "第一句");
    archive(&app).uses_key(2);
    let taken_back = archive(&app).says(CUSTOMER, REP, "你们太贵了");
    archive(&app).says(CUSTOMER, REP, "今年要走招标");
    archive(&app).uses_key(1);
    archive(&app).says(CUSTOMER, REP, "第三句");
    archive(&app).recalls(CUSTOMER, REP, &taken_back);
    notified(&app).await;
    assert_eq!(
        lines(&app).await,
        ["第一句", "第三句"],
        "one message holds up no other"
    );
    assert_eq!(inbox(&app).await, (0, 2));
    let listed = app.store.arrivals_set_aside(10).await.unwrap();
    assert!(
        listed[0].1.contains("key version 2") && listed[0].3.contains("private_keys"),
        "{listed:?}"
    );

    // Too early.
    app.store.retry_arrivals_set_aside().await.unwrap();
    app.settle().await;
    assert_eq!(inbox(&app).await, (0, 2));
    let app = restart(app, &[1, 2]).await;
    app.store.retry_arrivals_set_aside().await.unwrap();
    app.settle().await;

    assert_eq!(inbox(&app).await, (0, 0));
    assert_eq!(
        lines(&app).await,
        ["第一句", "你们太贵了", "今年要走招标", "第三句"]
    );
    assert_eq!(
        labels(&app).await,
        ["TENDER"],
        "what was taken back isn't heard"
    );
    let message = app.api(&format!("messages/{taken_back}")).await;
    assert!(
        !message["recalled_at"].is_null(),
        "it was taken back before it was opened"
    );
}

#[tokio::test]
async fn a_message_that_cannot_be_opened_is_kept_and_the_others_come() {
    for (damage, opens_later) in [
        (Damage::OtherKey, false),
        (Damage::WrongRandomKey, false),
        (Damage::RefusedTimes(2), true),
        (Damage::RefusedTimes(9), false),
    ] {
        let app = start("").await;
        archive(&app).damages_next(damage);
        archive(&app).says(CUSTOMER, REP, WORDS);
        archive(&app).says(CUSTOMER, REP, "第二句");
        notified(&app).await;

        assert_eq!(
            inbox(&app).await,
            (0, i64::from(!opens_later)),
            "{damage:?}"
        );
        let expected: &[&str] = if opens_later {
            &[WORDS, "第二句"]
        } else {
            &["第二句"]
        };
        assert_eq!(lines(&app).await, expected, "{damage:?}");
        if let Damage::RefusedTimes(_) = damage {
            for _ in 0..3 {
                app.store.retry_arrivals_set_aside().await.unwrap();
                app.settle().await;
            }
            assert_eq!(lines(&app).await, [WORDS, "第二句"], "in its own place");
            assert_eq!(inbox(&app).await, (0, 0));
        }
    }
}

#[tokio::test]
async fn a_message_over_which_the_library_says_what_nobody_foresaw_holds_up_nothing_behind_it() {
    let app = start("").await;
    let unforeseen = [
        Damage::NoText,
        Damage::Answered(0),
        Damage::Answered(2),
        Damage::Answered(99),
    ];
    for damage in unforeseen {
        archive(&app).damages_next(damage);
        archive(&app).says(CUSTOMER, REP, "打不开的一句");
    }
    archive(&app).says(CUSTOMER, REP, WORDS);
    notified(&app).await;
    assert_eq!(
        lines(&app).await,
        [""; 0],
        "each is tried a few times first"
    );
    waits(&app).await;
    waits(&app).await;

    assert_eq!(lines(&app).await, [WORDS]);
    assert_eq!(labels(&app).await, ["PRICE", "TENDER"]);
    let aside = app.store.arrivals_set_aside(10).await.unwrap();
    assert_eq!(aside.len(), unforeseen.len(), "{aside:?}");
    assert!(aside[0].3.contains("dingdan inbox retry"), "{aside:?}");

    app.store.retry_arrivals_set_aside().await.unwrap();
    for _ in 0..6 {
        waits(&app).await;
    }
    assert_eq!(inbox(&app).await, (0, 4), "nobody tries for ever");
}

#[tokio::test]
async fn after_each_code_of_the_library_the_same_is_asked_again() {
    for code in [10_001, 10_002, 10_003, 10_009, 10_011, 10_099] {
        let app = start("").await;
        let faults = app.sandbox.faults();
        faults.next_times(
            2,
            Endpoint::WecomArchivePull,
            Fault::Errcode(code, "as the test wants it"),
        );
        let begins = format!(
            "dingdan_archive_failures_total{{what=\"{}\"",
            if code == 10_099 {
                "other_code".to_owned()
            } else {
                code.to_string()
            }
        );
        let before = figure(&app, &begins).await;

        archive(&app).says(CUSTOMER, REP, WORDS);
        notified(&app).await;
        assert_eq!(lines(&app).await, [""; 0], "{code}");
        waits(&app).await;

        assert_eq!(lines(&app).await, [WORDS], "{code}");
        assert_eq!(labels(&app).await, ["PRICE", "TENDER"], "{code}");
        assert_eq!(inbox(&app).await, (0, 0), "{code}");
        assert!(figure(&app, &begins).await >= before + 2.0, "{code}");
    }
}

#[tokio::test]
async fn a_network_that_dies_in_the_middle_loses_nothing() {
    for fault in [
        Fault::ResetBeforeReading,
        Fault::ResetAfterReading,
        Fault::Html,
        Fault::Http(502),
    ] {
        let app = start("").await;
        app.sandbox
            .faults()
            .next(Endpoint::WecomArchivePull, fault.clone());
        archive(&app).says(CUSTOMER, REP, WORDS);
        notified(&app).await;
        waits(&app).await;
        assert_eq!(lines(&app).await, [WORDS], "{fault:?}");
        assert_eq!(inbox(&app).await, (0, 0), "{fault:?}");
    }
}

#[tokio::test]
async fn a_turn_that_fails_for_long_ends_and_the_next_notice_goes_on_where_it_stopped() {
    let app = start("").await;
    let faults = app.sandbox.faults();
    faults.next_times(
        100,
        Endpoint::WecomArchivePull,
        Fault::Errcode(10_001, "away"),
    );
    archive(&app).says(CUSTOMER, REP, WORDS);
    notified(&app).await;
    for _ in 0..10 {
        waits(&app).await;
    }
    assert_eq!(inbox(&app).await, (0, 0), "turns don't pile up");
    let asked = pulls(&app);

    faults.clear();
    notified(&app).await;

    assert!(asked < 10, "{asked}");
    assert_eq!(labels(&app).await, ["PRICE", "TENDER"]);
}

#[tokio::test]
async fn a_wrong_secret_is_told_and_nothing_of_it_is_shown() {
    let world = world().await;
    let config = configuration(&world, &[1]);
    let secret = world.sandbox.archive().opens().secret;
    let extra = config.replace(&secret, "another-secret");
    let app = TestApp::start_in(
        world,
        Setup {
            extra,
            ..Setup::default()
        },
    )
    .await;

    archive(&app).says(CUSTOMER, REP, WORDS);
    notified(&app).await;
    waits(&app).await;

    assert_eq!(lines(&app).await, [""; 0]);
    assert!(figure(&app, "dingdan_archive_failures_total{what=\"errcode\"").await >= 1.0);
}

#[tokio::test]
async fn what_was_opened_and_is_no_message_stays_as_it_came() {
    let app = start("").await;
    archive(&app).archives(json!({ "msgid": "odd-1", "action": "send", "msgtype": "text" }));
    archive(&app)
        .archives(json!({ "msgid": "odd-2", "action": 7, "from": 8, "tolist": "x", "text": [] }));
    archive(&app).archives(
        json!({ "msgid": "odd\u{0}3", "from": CUSTOMER, "tolist": [REP], "msgtype": "text",
        "text": { "content": "今年要走\u{0}招标" } }),
    );
    archive(&app).says(CUSTOMER, REP, "你们太贵了");
    notified(&app).await;

    assert_eq!(inbox(&app).await, (0, 0));
    let said = lines(&app).await;
    assert_eq!(
        said.last().map(String::as_str),
        Some("你们太贵了"),
        "{said:?}"
    );
    assert!(labels(&app).await.contains(&"PRICE".to_owned()));
}

#[tokio::test]
async fn the_check_asks_library_and_platform() {
    let world = world().await;
    let config = configuration(&world, &[1]);
    let right = configured(&world, |text| text + "\n" + &config);
    let right = right.display().to_string();
    let online = run(&["check", "--online", "--config", &right]).await;
    let said = String::from_utf8_lossy(&online.stdout).into_owned();
    assert!(said.contains("WeCom chat archive: ok"), "{said}");
    assert!(said.contains("others on this machine may read"), "{said}");

    let away = config.replace("libarchive_library", "libanother");
    let missing = configured(&world, |text| text + "\n" + &away);
    let missing = run(&["check", "--config", &missing.display().to_string()]).await;
    let told = String::from_utf8_lossy(&missing.stderr).into_owned();
    assert!(
        told.contains("wecom.archive.sdk") && told.contains("where no file is"),
        "{told}"
    );

    let by_name = config.lines().map(|line| match line.starts_with("sdk = ") {
        true => "sdk = \"libNobodyHasThis.so\"".to_owned(),
        false => line.to_owned(),
    });
    let by_name: Vec<String> = by_name.collect();
    let unknown = configured(&world, |text| text + "\n" + &by_name.join("\n"));
    let unknown = run(&[
        "check",
        "--online",
        "--config",
        &unknown.display().to_string(),
    ])
    .await;
    let said = String::from_utf8_lossy(&unknown.stdout).into_owned();
    assert!(
        said.contains("WeCom chat archive: FAILED")
            && said.contains("libNobodyHasThis.so can't be loaded"),
        "{said}"
    );
}
