//! The file as it ships: valid, and every default in it is the one of the program.

use std::collections::BTreeMap;
use std::path::Path;

use super::archive::private_key;
use super::*;

#[test]
fn the_shipped_file_is_valid_and_holds_no_secret() {
    let settings = read(&shipped()).unwrap_or_else(|problems| panic!("{problems}"));

    assert_eq!(settings.wecom.main_app().name, "sales");
    assert!(settings.redis.is_none());
    assert!(settings.api.tokens.is_empty());
    let problems =
        read(include_str!("../../../config/dingdan.toml")).expect_err("no secrets are set");
    let missing: Vec<&str> = problems
        .0
        .iter()
        .map(|problem| problem.key.as_str())
        .collect();
    assert_eq!(
        missing,
        [
            "wecom.app[0].secret",
            "wecom.app[0].token",
            "wecom.app[0].encoding_aes_key",
            "dingtalk.app_secret",
        ]
    );
}

macro_rules! by_name {
    ($section:literal: $($name:ident),+) => {
        [$((concat!($section, stringify!($name)), format!("{:?}", $name))),+]
    };
}

/// Every setting but those of the object storage, by its name. It takes everything apart, so that
/// none can be forgotten here.
fn every_setting(settings: Settings) -> BTreeMap<&'static str, String> {
    let Settings {
        server,
        storage,
        redis,
        wecom,
        dingtalk,
        alerts,
        weekly,
        process,
        contacts,
        api,
        unread,
    } = settings;
    let ServerSettings {
        bind,
        public_url,
        workers,
        trusted_proxies,
        json_logs,
    } = server;
    let mut all =
        BTreeMap::from(by_name!("server.": bind, public_url, workers, trusted_proxies, json_logs));
    all.extend(every_setting_of_storage(storage));
    all.extend(every_setting_of_wecom(wecom));
    all.extend(every_setting_of_dingtalk(dingtalk.expect("a section")));
    let AlertSettings {
        channels,
        digest,
        quiet_hours,
        most_a_day,
    } = alerts;
    all.extend(by_name!("alerts.": channels, digest, quiet_hours, most_a_day));
    let WeeklySettings { at, people, robots } = weekly;
    all.extend(by_name!("weekly.": at, people, robots));
    let ProcessSettings {
        file,
        dictionaries,
        calendar,
        which_deal_at_once,
    } = process;
    all.extend(by_name!("process.": file, dictionaries, calendar, which_deal_at_once));
    let ContactSettings {
        look_up,
        app,
        refresh,
        ask_again,
        judge,
    } = contacts;
    all.extend(by_name!("contacts.": look_up, app, refresh, ask_again, judge));
    let ApiSettings { tokens } = api;
    all.extend(by_name!("api.": tokens));
    all.extend(by_name!("": redis, unread));
    all
}

fn every_setting_of_storage(storage: StorageSettings) -> Vec<(&'static str, String)> {
    let StorageSettings {
        url,
        waiting_callbacks,
        files,
        keep_done,
        keep_sent,
    } = storage;
    let FileSettings { place, largest } = files;
    let url = url.expose();
    by_name!("storage.": url, waiting_callbacks, place, largest, keep_done, keep_sent).into()
}

fn every_setting_of_wecom(wecom: WecomSettings) -> Vec<(&'static str, String)> {
    let WecomSettings {
        corp_id,
        api_base,
        oauth_base,
        jssdk_url,
        callback_window,
        kf_pull_every,
        apps,
        archive,
        bots,
    } = wecom;
    by_name!("wecom.": corp_id, api_base, oauth_base, jssdk_url, callback_window, kf_pull_every, apps, archive, bots).into()
}

fn every_setting_of_dingtalk(dingtalk: DingtalkSettings) -> Vec<(&'static str, String)> {
    let DingtalkSettings {
        api_base,
        oapi_base,
        login_base,
        jsapi_url,
        corp_id,
        app_key,
        app_secret,
        agent_id,
        robot_code,
        monthly_calls,
        monthly_webhooks,
        robots,
        callback,
    } = dingtalk;
    by_name!("dingtalk.": api_base, oapi_base, login_base, jsapi_url, corp_id, app_key, app_secret,
        agent_id, robot_code, monthly_calls, monthly_webhooks, robots, callback)
    .into()
}

/// Settings that are off when they are left out, so that what is written is an example.
const EXAMPLES: [&str; 10] = [
    "alerts.most_a_day",
    "api.tokens",
    "contacts.app",
    "dingtalk.callback",
    "dingtalk.robots",
    "redis",
    "server.workers",
    "wecom.bots",
    "weekly.people",
    "weekly.robots",
];

/// With every setting that is commented out as its default: `#key = …` and `#[section]`.
fn with_every_setting(text: &str) -> String {
    let uncommented = |line: &str| match line.strip_prefix('#') {
        Some(setting)
            if setting.starts_with(|first: char| first == '[' || first.is_lowercase()) =>
        {
            setting.to_owned()
        }
        _ => line.to_owned(),
    };
    text.lines().map(|line| uncommented(line) + "\n").collect()
}

#[test]
fn the_shipped_file_names_every_default_as_it_is() {
    let whole = with_every_setting(&shipped());
    let (whole, _) = without_archive(&whole);
    let (before, object_storage) = whole.split_once("[storage.s3]\n").expect("a section");
    let (_, after) = object_storage
        .split_once("path_style = false\n")
        .expect("its last setting");
    let in_a_folder = format!("{before}{after}");

    let default = every_setting(read(&shipped()).expect("valid"));
    let written = read(&in_a_folder).unwrap_or_else(|problems| panic!("{problems}"));
    let elsewhere = read(&whole).unwrap_or_else(|problems| panic!("{problems}"));

    assert_eq!(written.redis.as_ref().expect("a section").prefix, "dingdan");
    let written = every_setting(written);
    let different = written
        .iter()
        .filter(|(name, value)| default[*name] != **value);
    let different: Vec<&str> = different.map(|(name, _)| *name).collect();
    assert_eq!(different, EXAMPLES);
    assert!(matches!(elsewhere.storage.files.place, FilePlace::S3(s3) if !s3.path_style));
}

/// The file without its section of the chat archive, and that section.
fn without_archive(whole: &str) -> (String, String) {
    let last = "pulls_per_process = 2000\n";
    let (before, archive) = whole.split_once("[wecom.archive]\n").expect("a section");
    let (archive, after) = archive.split_once(last).expect("its last setting");
    (
        format!("{before}{after}"),
        format!("[wecom.archive]\n{archive}{last}"),
    )
}

#[test]
fn the_shipped_file_names_every_default_of_the_archive_as_it_is() {
    let (_, archive) = without_archive(&with_every_setting(&shipped()));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("archive-key-1.pem"), private_key()).unwrap();
    let archive = archive.replace("{ env = ", "\"x\" # ");
    let archive = archive.replace(
        "encoding_aes_key = \"x\"",
        "encoding_aes_key = \"jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C\"",
    );
    let settings = |archive: &str| {
        let text = format!("{VALID}{archive}");
        let document = Document::new(folder.path().join("dingdan.toml"), text);
        let settings = Settings::from_document(&document);
        let settings = settings.unwrap_or_else(|problems| panic!("{problems}"));
        settings.wecom.archive.expect("a section")
    };

    let written = settings(&archive);
    let least = settings(
        "[wecom.archive]\nsdk = \"x.so\"\nsecret = \"x\"\n\
         private_keys = [{ version = 1, file = \"archive-key-1.pem\" }]\n",
    );

    assert!(written.callback.is_some() && written.proxy.is_some());
    assert!(least.callback.is_none() && least.proxy.is_none());
    assert_eq!(written.private_keys.len(), 1);
    for (written, default) in [
        (written.timeout_seconds, least.timeout_seconds),
        (written.limit, least.limit),
        (written.memory_mb, least.memory_mb),
        (written.pulls_per_process, least.pulls_per_process),
        (u32::from(written.media), u32::from(least.media)),
    ] {
        assert_eq!(written, default);
    }
    assert_eq!(written.pull_every, least.pull_every);
}

#[test]
fn the_image_keeps_its_store_where_its_user_may_write() {
    let image = include_str!("../../../Dockerfile");
    let words = image.split_whitespace();
    let environment: Vec<(&str, &str)> = words
        .filter_map(|word| word.split_once('='))
        .filter(|(name, _)| name.starts_with(ENVIRONMENT_PREFIX))
        .collect();

    let settings =
        read_with(&shipped(), &environment).unwrap_or_else(|problems| panic!("{problems}"));

    assert!(image.contains("\nVOLUME /var/lib/dingdan\n"));
    assert_eq!(
        settings.storage.url.expose(),
        "sqlite:///var/lib/dingdan/dingdan.db"
    );
    assert!(matches!(
        settings.storage.files.place,
        FilePlace::Folder(folder) if folder == Path::new("/var/lib/dingdan/files")
    ));
    assert_eq!(settings.server.bind.to_string(), "0.0.0.0:8080");
}
