//! What an operator reads and does: the log, the exit codes, `dingdan outbox` and `dingdan inbox`.

use dingdan::clock::Clock;
use dingdan::domain::Day;
use dingdan::sandbox::{Endpoint, Fault};

use crate::app::{CUSTOMER, REP, Setup, TestApp, World, client};
use crate::child::{Child, configured, run, run_into, run_on};
use crate::sightings::{cards, inbox, outbox, tamper};

const OTHER_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_key_or_corp_id_are_three_messages_that_name_the_field() {
    let told = |field: &'static str, change: fn(&World, String) -> String| async move {
        let world = World::at(Clock::system().now()).await;
        let mut child = Child::serve_with(&world, |text| change(&world, text)).await;
        world.sandbox.rep(REP).says("这句话不能进日志").await;
        let line = child.line("callback refused").await;
        child.kill().await;
        assert!(line.contains(field), "{line}");
        line
    };

    let lines = [
        told("token of this [[wecom.app]]", |world, text| {
            text.replace(&world.sandbox.company().apps[0].token, "another")
        })
        .await,
        told("encoding_aes_key of this [[wecom.app]]", |world, text| {
            text.replace(&world.sandbox.company().apps[0].encoding_aes_key, OTHER_KEY)
        })
        .await,
        told("[wecom] corp_id", |world, text| {
            text.replace(&world.sandbox.company().corp_id, "wwother0000000000")
        })
        .await,
    ];

    for line in lines {
        assert!(
            line.contains("管理后台"),
            "it says where to copy it again: {line}"
        );
        for secret in [OTHER_KEY, "another\"", "这句话"] {
            assert!(!line.contains(secret), "{line}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_words_nor_names_nor_secrets_reach_the_log() {
    let world = World::at(Clock::system().now()).await;
    let store = dingdan::store::Store::open(&world.storage).await.unwrap();
    crate::app::seed(&store, &world.sandbox.company(), world.clock.now()).await;
    store.close().await;
    let mut child = Child::serve(&world).await;
    let faults = world.sandbox.faults();
    faults.next(Endpoint::WecomSend, Fault::Errcode(60020, "ip 10.0.0.1"));

    world
        .sandbox
        .customer(CUSTOMER)
        .says("机密：要走招标")
        .await;
    world.sandbox.rep(REP).says("私房话").await;
    world.sandbox.rep("stranger").says("陌生话").await;
    child.line("given up").await;
    child.line("no known rep").await;

    let company = world.sandbox.company();
    let log = child.read.join("\n");
    for secret in [
        "机密",
        "私房话",
        "陌生话",
        "stranger",
        "赵磊",
        "陈立",
        "13800000011",
        company.apps[0].secret.as_str(),
        company.apps[0].token.as_str(),
        company.apps[0].encoding_aes_key.as_str(),
        company.dingtalk.app_secret.as_str(),
        company.robots[0].access_token.as_str(),
        "msg_signature",
        "access_token",
    ] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
    child.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_configuration_is_refused_whole_with_file_and_line() {
    let world = World::at(Clock::system().now()).await;
    let file = configured(&world, |text| {
        text.replace("bind = \"127.0.0.1:0\"", "bind = \"everywhere\"")
            .replace("agent_id = 1000002", "agent_id = \"sales\"")
            .replace("[storage]", "[storage]\nurll = 1")
    });
    let name = file.to_str().unwrap();

    for arguments in [["check", "--config", name], ["serve", "--config", name]] {
        let output = run(&arguments).await;
        let said = String::from_utf8(output.stderr).unwrap();

        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("serve.toml:"), "{said}");
        for mistake in ["everywhere", "agent_id", "urll"] {
            assert!(said.contains(mistake), "{mistake} is missing in:\n{said}");
        }
    }
    for wrong in [&["serve", "--config", "no/such/file.toml"][..], &["sing"]] {
        assert_eq!(run(wrong).await.status.code(), Some(2), "{wrong:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dictionary_with_fifteen_mistakes_is_explained_line_by_line() {
    let world = World::at(Clock::system().now()).await;
    let file = configured(&world, |text| text + "[process]\ndicts = \"words\"\n");
    let words = world.folder().join("words");
    std::fs::create_dir(&words).unwrap();
    let dictionary = include_str!("../../src/signals/tests/fifteen-mistakes.toml");
    std::fs::write(words.join("price.toml"), dictionary).unwrap();

    let output = run(&["check", "--config", file.to_str().unwrap()]).await;

    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    let explained = |line: &&str| {
        line.contains("price.toml:") && line.contains(": found ") && line.contains(", expected ")
    };
    assert_eq!(said.lines().filter(explained).count(), 15, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_in_configuration_process_dictionaries_and_calendar_are_told_together() {
    let world = World::at(Clock::system().now()).await;
    let file = configured(&world, |text| {
        let places =
            "[process]\nfile = \"ours.toml\"\ndicts = \"words\"\ncalendar = \"days.toml\"\n";
        text.replace("bind = \"127.0.0.1:0\"", "bind = \"everywhere\"") + places
    });
    let folder = world.folder();
    std::fs::write(folder.join("ours.toml"), "nam = \"x\"\n").unwrap();
    std::fs::write(folder.join("days.toml"), "workdays = [\"周八\"]\n").unwrap();
    std::fs::create_dir(folder.join("words")).unwrap();
    std::fs::write(folder.join("words/price.toml"), "label = \"PRIZE\"\n").unwrap();

    for command in ["check", "serve"] {
        let output = run(&[command, "--config", file.to_str().unwrap()]).await;
        let said = String::from_utf8(output.stderr).unwrap();

        assert_eq!(output.status.code(), Some(2), "{said}");
        for mistake in [
            "serve.toml:3: server.bind",
            "ours.toml:1: nam",
            "price.toml:1",
            "days.toml:1: workdays",
        ] {
            assert!(said.contains(mistake), "{mistake} is missing in:\n{said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_with_wrong_dictionaries_makes_no_tables() {
    let world = World::at(Clock::system().now()).await;
    let file = configured(&world, |text| text + "[process]\ndicts = \"words\"\n");
    std::fs::create_dir(world.folder().join("words")).unwrap();
    std::fs::write(
        world.folder().join("words/price.toml"),
        "label = \"PRIZE\"\n",
    )
    .unwrap();

    let output = run(&["serve", "--config", file.to_str().unwrap()]).await;

    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("price.toml:1"), "{said}");
    let store = dingdan::store::Store::open_existing(&world.storage).await;
    let why = store.expect_err("nothing is stored").to_string();
    assert!(why.contains("there is no store yet"), "{why}");
}

/// A calendar that knows the holidays of these years.
fn calendar_of(years: &[i32]) -> String {
    let week = "workdays = [\"周一\", \"周二\", \"周三\", \"周四\", \"周五\"]\nhours = [\"09:00-18:00\"]\n";
    let year = |year: &i32| {
        let holidays = format!("[{{ name = \"元旦\", day = \"{year}-01-01\" }}]");
        format!("[[year]]\nyear = {year}\nholidays = {holidays}\n")
    };
    week.to_owned() + &years.iter().map(year).collect::<String>()
}

/// For how many days a service says that its calendar knows the holidays.
async fn calendar_days_left(child: &Child) -> f64 {
    let page = client().get(format!("{}/metrics", child.url)).send().await;
    let page = page.unwrap().text().await.unwrap();
    let mut lines = page.lines();
    let line = lines.find_map(|line| line.strip_prefix("dingdan_calendar_days_left "));
    line.unwrap_or_else(|| panic!("no such figure:\n{page}"))
        .parse()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_without_holidays_is_noted_and_measured_until_it_is_there() {
    let world = World::at(Clock::system().now()).await;
    let named = |text: String| text + "[process]\ncalendar = \"days.toml\"\n";
    let days = world.folder().join("days.toml");
    let this_year = world.clock.now().day().year();
    // Midnight may pass while the test runs.
    let lasts_until = |year: i32, left: f64| {
        let today = Clock::system().now().day();
        let end = Day::new_year(year + 1).unwrap();
        (left - f64::from(i32::try_from(end.0 - today.0).unwrap())).abs() <= 1.0
    };
    std::fs::write(&days, calendar_of(&[this_year])).unwrap();

    let file = configured(&world, named);
    let checked = run(&["check", "--config", file.to_str().unwrap()]).await;
    let said = String::from_utf8(checked.stdout).unwrap();
    let mut child = Child::serve_with(&world, named).await;
    let before = calendar_days_left(&child).await;
    std::fs::write(&days, "workdays = []\n").unwrap();
    child.line("calendar: the changed files are wrong").await;
    let meanwhile = calendar_days_left(&child).await;
    std::fs::write(&days, calendar_of(&[this_year, this_year + 1])).unwrap();
    child.line("calendar: a new one is in use").await;
    let after = calendar_days_left(&child).await;

    assert_eq!(checked.status.code(), Some(0), "{said}");
    let note = format!("note: calendar: no public holidays for {}", this_year + 1);
    assert!(said.contains(&note), "{said}");
    assert!(lasts_until(this_year, before), "{before}");
    assert!(lasts_until(this_year, meanwhile), "{meanwhile}");
    assert!(lasts_until(this_year + 1, after), "{after}");
    child.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_has_one_service_and_commands_work_beside_it() {
    let world = World::at(Clock::system().now()).await;
    if !world.storage.starts_with("sqlite") {
        return;
    }
    let child = Child::serve(&world).await;
    let file = configured(&world, |text| text);
    let file = file.to_str().unwrap();

    let second = run(&["serve", "--config", file]).await;
    let said = String::from_utf8(second.stderr).unwrap();
    assert_eq!(second.status.code(), Some(1), "{said}");
    assert!(said.contains("another `dingdan serve`"), "{said}");
    for command in [
        &["outbox", "list", "--config", file][..],
        &["outbox", "retry", "--config", file],
        &["inbox", "retry", "--config", file],
        &["rebuild", "--config", file],
    ] {
        let output = run(command).await;
        assert!(output.status.success(), "{output:?}");
    }

    assert!(child.terminate().await.success());
    let listed = run(&["outbox", "list", "--config", file]).await;
    assert!(listed.status.success(), "of a store at rest: {listed:?}");
    Child::serve(&world).await.kill().await;
    Child::serve(&world).await.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_serve_and_import_make_a_store_and_the_others_say_that_there_is_none() {
    let world = World::at(Clock::system().now()).await;
    let file = configured(&world, |text| text);
    let file = file.to_str().unwrap();

    for (what, how) in [
        ("outbox", "list"),
        ("outbox", "retry"),
        ("inbox", "list"),
        ("inbox", "retry"),
    ] {
        let output = run(&[what, how, "--config", file]).await;
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("there is no store yet"), "{said}");
    }
    run(&["rebuild", "--config", file]).await;
    let checked = run(&["check", "--online", "--config", file]).await;
    let said = String::from_utf8(checked.stdout).unwrap();
    assert!(said.contains("store: there is no store yet"), "{said}");

    assert!(!world.folder().join("dingdan.db").exists());
    let again = dingdan::store::Store::open_existing(&world.storage).await;
    assert!(again.is_err(), "still none");
}

#[tokio::test(flavor = "multi_thread")]
async fn output_that_nobody_reads_is_a_quiet_end_and_a_full_disk_a_failure() {
    let world = World::at(Clock::system().now()).await;
    let file = configured(&world, |text| text);
    let check = ["check", "--config", file.to_str().unwrap()];
    let (reader, closed) = std::io::pipe().unwrap();
    drop(reader);
    let full = std::fs::File::create("/dev/full").unwrap();

    let unread = run_into(&check, closed.into()).await;
    let unwritten = run_into(&check, full.into()).await;

    assert_eq!(unread.status.code(), Some(0), "{unread:?}");
    assert!(unread.stderr.is_empty(), "{unread:?}");
    assert_eq!(unwritten.status.code(), Some(1), "{unwritten:?}");
    let said = String::from_utf8(unwritten.stderr).unwrap();
    assert!(said.contains("can't write to standard output"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_sent_is_listed_with_the_reason_and_sent_again() {
    let world = World::at(Clock::system().now()).await;
    let file = configured(&world, |text| text);
    let file = file.to_str().unwrap().to_owned();
    let app = TestApp::start_in(world, Setup::default()).await;
    let faults = app.sandbox.faults();
    faults.next(Endpoint::WecomSend, Fault::Errcode(60020, "not allowed"));
    app.sandbox.customer(CUSTOMER).says("要走招标").await;
    app.settle().await;
    assert_eq!(outbox(&app).await, (0, 1));

    let listed = run(&["outbox", "list", "--config", &file]).await;
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(
        listed.contains("card to a rep") && listed.contains("60020"),
        "{listed}"
    );
    assert!(!listed.contains("云杉"), "no content: {listed}");
    let id = listed.split_whitespace().next().unwrap();
    let unknown = run(&["outbox", "retry", "--config", &file, "nothing"]).await;
    assert_eq!(unknown.status.code(), Some(1));
    let again = run(&["outbox", "retry", "--config", &file, id]).await;
    assert!(again.status.success(), "{again:?}");

    // The command goes by the system's clock, which went on meanwhile.
    app.advance(std::time::Duration::from_secs(120)).await;
    assert_eq!(cards(&app, REP).len(), 1);
    assert_eq!(outbox(&app).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_read_is_listed_with_the_reason_and_read_again() {
    let world = World::at(Clock::system().now()).await;
    let file = configured(&world, |text| text);
    let file = file.to_str().unwrap().to_owned();
    let app = TestApp::start_in(world, Setup::default()).await;
    app.sandbox
        .set_up(|company| company.apps[0].encoding_aes_key = OTHER_KEY.to_owned());
    app.sandbox.rep(REP).says("在吗").await;
    let app = app.restart().await;

    let listed = run(&["inbox", "list", "--config", &file]).await;
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(listed.contains("encoding_aes_key"), "{listed}");
    let words: Vec<&str> = listed.split_whitespace().collect();
    assert_eq!(
        words[0],
        dingdan::store::key_mark(words[1]),
        "as in the log"
    );
    let again = run(&["inbox", "retry", "--config", &file]).await;
    assert!(again.status.success(), "{again:?}");
    app.settle().await;

    assert_eq!(inbox(&app).await, (0, 0));
    assert_eq!(crate::sightings::texts(&app, REP).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_of_chat_come_back_as_signals_and_malformed_ones_are_named() {
    let good = "{\"id\":\"1\",\"speaker\":\"customer\",\"text\":\"你们太贵了，要走招标\"}\n\
                \n\
                {\"id\":\"2\",\"speaker\":\"rep\",\"text\":\"太贵了吗\"}\n";
    let heard = run_on(&["signals"], good.as_bytes()).await;
    assert_eq!(heard.status.code(), Some(0), "{heard:?}");
    assert_eq!(
        String::from_utf8(heard.stdout).unwrap(),
        "1\tPRICE,TENDER\n2\tNONE\n"
    );

    let mixed = format!(
        "{good}机密的话\n{{\"id\":\"5\"}}\n{{\"id\":\"6\",\"speaker\":\"customer\",\"text\":\"好的\"}}"
    );
    let heard = run_on(&["signals"], mixed.as_bytes()).await;
    assert_eq!(heard.status.code(), Some(1), "{heard:?}");
    let lines = String::from_utf8(heard.stdout).unwrap();
    assert!(lines.ends_with("6\tNONE\n"), "the others are read: {lines}");
    let said = String::from_utf8(heard.stderr).unwrap();
    assert!(
        said.contains("line 4: ") && said.contains("line 5: "),
        "{said}"
    );
    assert!(said.contains("2 line(s) could not be read"), "{said}");
    assert!(!said.contains("机密"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_board_in_redis_is_made_again_and_without_redis_that_is_told() {
    let world = World::at(Clock::system().now()).await;
    let file = configured(&world, |text| text);
    let has_redis = std::fs::read_to_string(&file).unwrap().contains("[redis]");
    let app = TestApp::start_in(world, Setup::default()).await;
    app.sandbox.customer(CUSTOMER).says("要走招标").await;
    app.settle().await;
    let _world = app.stop().await;

    let output = run(&["rebuild", "--config", file.to_str().unwrap()]).await;

    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    let expected = if has_redis {
        "board: 1 hits counted"
    } else {
        "no [redis]"
    };
    assert!(said.contains(expected), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_healthcheck_tells_a_living_service_from_none() {
    let world = World::at(Clock::system().now()).await;
    let child = Child::serve(&world).await;
    let url = format!("{}/healthz", child.url);

    let living = run(&["healthcheck", "--url", &url]).await;
    assert_eq!(living.status.code(), Some(0), "{living:?}");
    let other = run(&["healthcheck", "--url", &format!("{}/no", child.url)]).await;
    assert_eq!(other.status.code(), Some(1), "{other:?}");

    child.kill().await;
    let none = run(&["healthcheck", "--url", &url]).await;
    assert_eq!(none.status.code(), Some(1), "{none:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_somebody_changed_is_named_by_deal_and_entry() {
    let world = World::at(Clock::system().now()).await;
    let file = configured(&world, |text| text);
    let verify = ["verify", "--config", file.to_str().unwrap()];
    let app = TestApp::start_in(world, Setup::default()).await;
    for contact in [CUSTOMER, "wmHuafengLin003"] {
        app.sandbox.customer(contact).says("要走招标").await;
        app.settle().await;
    }

    let whole = run(&verify).await;
    let whole_says = String::from_utf8(whole.stdout).unwrap();
    assert!(whole.status.success(), "{whole_says}");
    assert!(whole_says.contains("2 entries of 2 deals"), "{whole_says}");

    tamper(
        &app.store,
        "update journal set cause = 'another' where opportunity_id = 'deal-yunshan' and position = 1",
    )
    .await;
    let broken = run(&verify).await;
    let said = String::from_utf8(broken.stderr).unwrap();
    assert_eq!(broken.status.code(), Some(1), "{said}");
    assert!(
        said.contains("deal-yunshan") && said.contains("entry 1"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_whose_end_was_cut_off_is_named() {
    let world = World::at(Clock::system().now()).await;
    let file = configured(&world, |text| text);
    let verify = ["verify", "--config", file.to_str().unwrap()];
    let app = TestApp::start_in(world, Setup::default()).await;
    for words in ["要走招标", "还有竞争对手在报价", "今年预算砍了"] {
        app.sandbox.customer(CUSTOMER).says(words).await;
        app.settle().await;
    }
    let whole = run(&verify).await;
    assert!(whole.status.success(), "{whole:?}");

    for (cut, place) in [
        ("delete from journal where position > 1", "entry 2"),
        ("delete from journal", "entry 1"),
    ] {
        tamper(&app.store, cut).await;
        let broken = run(&verify).await;
        let said = String::from_utf8(broken.stderr).unwrap();
        assert_eq!(broken.status.code(), Some(1), "{said}");
        assert!(said.contains("deal-yunshan"), "{said}");
        assert!(said.contains(place), "{said}");
    }
}
