//! The whole configuration: the file as shipped, what the environment changes, and mistakes.

use std::collections::BTreeMap;
use std::path::Path;

use super::*;

/// What has to be set, and one of each that may be there several times.
const VALID: &str = r#"[server]
bind = "127.0.0.1:8080"
public_url = "https://dingdan.example.com/"
[storage]
url = "sqlite://data/dingdan.db"
[redis]
url = "redis://127.0.0.1:6379"
[wecom]
corp_id = "ww0123456789abcdef"
[[wecom.app]]
name = "sales"
agent_id = 1000002
secret = "secret-of-the-app"
token = "sPf7kQ2vXn9T"
encoding_aes_key = "Zm3qP0vYc7RkL2sWn8XbTd5HgJf1uEa4oMi6rQyKxCD"
[dingtalk]
corp_id = "ding0123456789abcdef"
app_key = "dingabcdefghijklmnop"
app_secret = "secret-of-dingtalk"
agent_id = 100000001
[[dingtalk.robot]]
name = "east"
webhook = "https://oapi.dingtalk.com/robot/send?access_token=hidden"
[alerts]
channels = ["robot", "group"]
[api]
tokens = [{ name = "bi", token = "0123456789abcdef01234567", scope = "read" }]
"#;

fn read(text: &str) -> Result<Settings, Problems> {
    Settings::from_document(&Document::new("dingdan.toml", text))
}

fn read_with(text: &str, environment: &[(&str, &str)]) -> Result<Settings, Problems> {
    let environment = environment
        .iter()
        .map(|(name, value)| (name.into(), value.into()));
    let document =
        Document::new("dingdan.toml", text).with_overrides(ENVIRONMENT_PREFIX, environment);
    Settings::from_document(&document)
}

/// The shipped file, with samples in the place of the secrets that it names.
fn shipped() -> String {
    let samples = [
        ("DINGDAN_WECOM_SALES_SECRET", "secret-of-the-app"),
        ("DINGDAN_WECOM_SALES_TOKEN", "sPf7kQ2vXn9T"),
        (
            "DINGDAN_WECOM_SALES_AES_KEY",
            "Zm3qP0vYc7RkL2sWn8XbTd5HgJf1uEa4oMi6rQyKxCD",
        ),
        ("DINGDAN_DINGTALK_APP_SECRET", "secret-of-dingtalk"),
        (
            "DINGDAN_DINGTALK_EAST_WEBHOOK",
            "https://oapi.dingtalk.com/robot/send?access_token=x",
        ),
        ("DINGDAN_DINGTALK_EAST_SECRET", "SECsample"),
        ("DINGDAN_DINGTALK_CALLBACK_TOKEN", "qX7dT2mK9vWc"),
        (
            "DINGDAN_DINGTALK_CALLBACK_AES_KEY",
            "Hn4sPz8LcVb1RtYw6KjXe3Gm9QaUd5Tf7Oi2ZxC0BvM",
        ),
        ("DINGDAN_API_TOKEN_BI", "0123456789abcdef01234567"),
        ("DINGDAN_S3_ACCESS_KEY", "key-of-the-bucket"),
        ("DINGDAN_S3_SECRET_KEY", "secret-of-the-bucket"),
    ];
    let text = include_str!("../../config/dingdan.toml").to_owned();
    samples.iter().fold(text, |text, (name, sample)| {
        text.replace(&format!("{{ env = {name:?} }}"), &format!("{sample:?}"))
    })
}

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
fn the_shipped_file_is_valid_and_holds_no_secret() {
    let settings = read(&shipped()).unwrap_or_else(|problems| panic!("{problems}"));

    assert_eq!(settings.wecom.main_app().name, "sales");
    assert!(settings.redis.is_none());
    assert!(settings.api.tokens.is_empty());
    let problems = read(include_str!("../../config/dingdan.toml")).expect_err("no secrets are set");
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
        process,
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
    let ProcessSettings {
        file,
        dictionaries,
        calendar,
    } = process;
    all.extend(by_name!("process.": file, dictionaries, calendar));
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
    } = wecom;
    by_name!("wecom.": corp_id, api_base, oauth_base, jssdk_url, callback_window, kf_pull_every, apps).into()
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
const EXAMPLES: [&str; 6] = [
    "alerts.most_a_day",
    "api.tokens",
    "dingtalk.callback",
    "dingtalk.robots",
    "redis",
    "server.workers",
];

#[test]
fn the_shipped_file_names_every_default_as_it_is() {
    let whole = with_every_setting(&shipped());
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

#[test]
fn paths_are_relative_to_the_file_and_addresses_lose_their_last_slash() {
    let file = Path::new("/etc/dingdan/dingdan.toml");
    let text = format!("{VALID}[process]\nfile = \"processes/ours.toml\"\n");

    let settings = Settings::from_document(&Document::new(file, text)).expect("valid");

    assert_eq!(
        settings.process.file.as_deref(),
        Some(Path::new("/etc/dingdan/processes/ours.toml"))
    );
    assert_eq!(settings.process.dictionaries, None);
    assert_eq!(settings.server.public_url, "https://dingdan.example.com");
}

#[test]
fn without_dingtalk_redis_and_api_the_rest_is_valid() {
    let until_dingtalk = VALID.split("[dingtalk]").next().expect("a first part");
    let text = until_dingtalk.replace("[redis]\nurl = \"redis://127.0.0.1:6379\"\n", "");

    let settings = read(&text).unwrap_or_else(|problems| panic!("{problems}"));

    assert!(settings.dingtalk.is_none());
    assert!(settings.redis.is_none());
    assert!(settings.api.tokens.is_empty());
}

#[test]
fn alerts_take_the_group_only_where_there_is_one() {
    let without_order = VALID.replace("[alerts]\nchannels = [\"robot\", \"group\"]\n", "");
    let robot = "[[dingtalk.robot]]\nname = \"east\"\nwebhook = \"https://oapi.dingtalk.com/robot/send?access_token=hidden\"\n";
    let (robot_first, work, group) = (
        AlertChannel::Robot,
        AlertChannel::WorkNotification,
        AlertChannel::Group,
    );

    let with_group = read(&without_order).expect("valid");
    let without_group = read(&without_order.replace(robot, "")).expect("valid");

    assert_eq!(with_group.alerts.channels, [robot_first, work, group]);
    assert_eq!(without_group.alerts.channels, [robot_first, work]);
}

#[test]
fn a_secret_is_read_from_a_file_or_the_environment_without_its_line_end() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("secret"), "from-a-file\n").expect("a file");
    let from_elsewhere = |source: &str| {
        let text = VALID.replace("\"secret-of-the-app\"", source);
        let document = Document::new(folder.path().join("dingdan.toml"), text);
        let settings =
            Settings::from_document(&document).unwrap_or_else(|problems| panic!("{problems}"));
        settings.wecom.main_app().secret.expose().to_owned()
    };

    assert_eq!(from_elsewhere("{ file = \"secret\" }"), "from-a-file");
    // Cargo sets this one for every test.
    assert_eq!(from_elsewhere("{ env = \"CARGO_PKG_NAME\" }"), "dingdan");
}

#[test]
fn the_environment_overrides_whatever_the_file_says() {
    let settings = read_with(
        VALID,
        &[
            ("DINGDAN__SERVER__BIND", "0.0.0.0:80"),
            ("DINGDAN__SERVER__WORKERS", "3"),
            ("DINGDAN__SERVER__JSON_LOGS", "true"),
            ("DINGDAN__SERVER__TRUSTED_PROXIES", "10.0.0.1, 10.0.0.2"),
            ("DINGDAN__STORAGE__URL", "postgres://db/dingdan"),
            ("DINGDAN__REDIS__PREFIX", "east"),
            ("DINGDAN__WECOM__APP__0__SECRET", "another"),
            ("DINGDAN__ALERTS__CHANNELS", "work"),
            ("HOME", "/nowhere"),
        ],
    )
    .unwrap_or_else(|problems| panic!("{problems}"));

    assert_eq!(settings.server.bind.to_string(), "0.0.0.0:80");
    assert_eq!(settings.server.workers, Some(3));
    assert!(settings.server.json_logs);
    assert_eq!(settings.server.trusted_proxies.len(), 2);
    assert_eq!(settings.storage.url.expose(), "postgres://db/dingdan");
    assert_eq!(settings.redis.expect("a section").prefix, "east");
    assert_eq!(settings.wecom.main_app().secret.expose(), "another");
    assert_eq!(settings.alerts.channels, [AlertChannel::WorkNotification]);
}

#[test]
fn a_wrong_override_is_told_by_the_name_of_its_variable() {
    let problems = read_with(
        VALID,
        &[
            ("DINGDAN__SERVER__BIND", "everywhere"),
            ("DINGDAN__SERVER__PUBLIC_URL", "nowhere"),
            ("DINGDAN__WECOM__APP__0__ENCODING_AES_KEY", "hunter2"),
        ],
    )
    .expect_err("three mistakes")
    .to_string();

    for told in [
        "environment variable DINGDAN__SERVER__BIND: server.bind: found \"everywhere\"",
        "environment variable DINGDAN__SERVER__PUBLIC_URL: server.public_url: found \"nowhere\"",
        "environment variable DINGDAN__WECOM__APP__0__ENCODING_AES_KEY: wecom.app[0].encoding_aes_key",
    ] {
        assert!(problems.contains(told), "{told} is missing in:\n{problems}");
    }
    assert!(!problems.contains("dingdan.toml"), "{problems}");
    assert!(!problems.contains("hunter2"), "{problems}");
}

#[test]
fn an_override_that_names_no_setting_is_refused_and_the_likely_one_told() {
    for (variable, meant) in [
        (
            "DINGDAN__SERVER__BND",
            "did you mean DINGDAN__SERVER__BIND?",
        ),
        (
            "DINGDAN__SERVER_BIND",
            "did you mean DINGDAN__SERVER__BIND?",
        ),
        (
            "DINGDAN__server__bind",
            "did you mean DINGDAN__SERVER__BIND?",
        ),
        (
            "dingdan__server__bind",
            "did you mean DINGDAN__SERVER__BIND?",
        ),
        (
            "DINGDAN__SEVER__WORKERS",
            "did you mean DINGDAN__SERVER__WORKERS?",
        ),
        (
            "DINGDAN__PROCES__DICTS",
            "did you mean DINGDAN__PROCESS__DICTS?",
        ),
        (
            "DINGDAN__WECOM__APP__0__SECRETS",
            "DINGDAN__WECOM__APP__0__SECRET?",
        ),
        ("DINGDAN__API__TOKENS", "DINGDAN__SECTION__KEY"),
        ("DINGDAN__WECOM__APP__3__SECRET", "1 in its place"),
    ] {
        let problems = read_with(VALID, &[(variable, "127.0.0.1:1")])
            .err()
            .unwrap_or_default();

        let [problem] = &problems.0[..] else {
            panic!("{variable}: {problems}")
        };
        let told = problem.to_string();
        let name = format!("environment variable {variable}: ");
        assert!(told.starts_with(&name) && told.contains(meant), "{told}");
    }
}

#[test]
fn the_environment_adds_entries_that_the_file_does_not_have() {
    let app = [
        ("DINGDAN__WECOM__APP__1__NAME", "service"),
        ("DINGDAN__WECOM__APP__1__AGENT_ID", "1000003"),
        ("DINGDAN__WECOM__APP__1__SECRET", "another-secret"),
        ("DINGDAN__WECOM__APP__1__TOKEN", "sPf7kQ2vXn9T"),
        (
            "DINGDAN__WECOM__APP__1__ENCODING_AES_KEY",
            "Zm3qP0vYc7RkL2sWn8XbTd5HgJf1uEa4oMi6rQyKxCD",
        ),
        ("DINGDAN__API__TOKENS__0__NAME", "crm"),
        ("DINGDAN__API__TOKENS__0__TOKEN", "fedcba9876543210fedcba98"),
        ("DINGDAN__API__TOKENS__0__SCOPE", "write"),
    ];
    let without_api = VALID.split("[api]").next().expect("a first part");

    let settings = read_with(without_api, &app).unwrap_or_else(|problems| panic!("{problems}"));
    let half = read_with(without_api, &app[..3]).expect_err("token and key are missing");

    assert_eq!(settings.wecom.apps[1].name, "service");
    assert_eq!(settings.wecom.apps[1].secret.expose(), "another-secret");
    assert_eq!(settings.api.tokens[0].scope, Scope::Write);
    assert_eq!(half.0.len(), 2, "{half}");
    let told = half.to_string();
    assert!(
        told.contains("environment variable DINGDAN__WECOM__APP__1__"),
        "{told}"
    );
}

#[test]
fn what_a_later_version_will_read_may_be_overridden_too() {
    let settings = read_with(VALID, &[("DINGDAN__IFLYTEK__APP_ID", "x")])
        .unwrap_or_else(|problems| panic!("{problems}"));

    assert_eq!(settings.unread, ["[iflytek]"]);
}

#[cfg(unix)]
#[test]
fn bytes_that_are_no_text_matter_only_in_our_own_variables() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt as _;
    let broken = || OsString::from_vec(vec![0xff, b'x']);
    let read_in = |name: OsString| {
        let environment = [(name, broken())].into_iter();
        let document =
            Document::new("dingdan.toml", VALID).with_overrides(ENVIRONMENT_PREFIX, environment);
        Settings::from_document(&document)
    };

    assert!(read_in("OTHERS".into()).is_ok());
    assert!(read_in(broken()).is_ok());
    let problems = read_in("DINGDAN__SERVER__BIND".into()).expect_err("no text");
    assert!(
        problems.to_string().contains("DINGDAN__SERVER__BIND"),
        "{problems}"
    );
}

#[test]
fn the_image_keeps_its_store_where_its_user_may_write() {
    let image = include_str!("../../Dockerfile");
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

#[test]
fn of_a_file_that_is_no_toml_the_first_mistake_is_told() {
    let text = VALID.replace("sqlite://data/dingdan.db\"", "sqlite://data/dingdan.db");

    let problems = read(&text).expect_err("a text without its end");

    let lines: Vec<usize> = problems.0.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [5], "{problems}");
}

/// What to write instead of what, where that is a mistake, and a word of what is told about it:
/// of what was found, or of what was expected.
const MISTAKES: &[(&str, &str, usize, &str, &str)] = &[
    ("[server]", "[server", 1, "", "valid TOML"),
    ("[server]", "[sever]", 1, "sever", "did you mean \"server\""),
    (
        "bind = \"127.0.0.1:8080\"",
        "bind = \"8080\"",
        2,
        "server.bind",
        "an address and port",
    ),
    (
        "bind = \"127.0.0.1:8080\"",
        "bind = 8080",
        2,
        "server.bind",
        "the number 8080",
    ),
    (
        "bind =",
        "binds =",
        2,
        "server.binds",
        "did you mean \"bind\"",
    ),
    (
        "https://dingdan.example.com/",
        "dingdan.example.com",
        3,
        "server.public_url",
        "such as https://",
    ),
    (
        "public_url",
        "#public_url",
        1,
        "server.public_url",
        "no such key in [server]",
    ),
    (
        "[storage]",
        "workers = 0\n[storage]",
        4,
        "server.workers",
        "from 1 to 1024",
    ),
    (
        "[storage]",
        "workers = 1.5\n[storage]",
        4,
        "server.workers",
        "the number 1.5",
    ),
    (
        "[storage]",
        "json_logs = \"yes\"\n[storage]",
        4,
        "server.json_logs",
        "true or false",
    ),
    (
        "[storage]",
        "trusted_proxies = [\"proxy\"]\n[storage]",
        4,
        "server.trusted_proxies",
        "an IP address",
    ),
    (
        "[storage]",
        "trusted_proxies = \"10.0.0.1\"\n[storage]",
        4,
        "server.trusted_proxies",
        "a list of texts",
    ),
    (
        "sqlite://data/dingdan.db",
        "mysql://db/dingdan",
        5,
        "storage.url",
        "an address of another kind",
    ),
    (
        "[redis]",
        "waiting_callbacks = 0\n[redis]",
        6,
        "storage.waiting_callbacks",
        "from 1 to 1000000",
    ),
    (
        "redis://127.0.0.1:6379",
        "127.0.0.1:6379",
        7,
        "redis.url",
        "leave [redis] out",
    ),
    (
        "corp_id = \"ww0123456789abcdef\"",
        "",
        8,
        "wecom.corp_id",
        "我的企业",
    ),
    (
        "[[wecom.app]]",
        "api_base = \"qyapi\"\n[[wecom.app]]",
        10,
        "wecom.api_base",
        "https://qyapi.weixin.qq.com",
    ),
    (
        "[[wecom.app]]",
        "callback_window_seconds = 0\n[[wecom.app]]",
        10,
        "wecom.callback_window_seconds",
        "86400",
    ),
    (
        "name = \"sales\"",
        "name = \"销售\"",
        11,
        "wecom.app[0].name",
        "letters, digits and -",
    ),
    (
        "agent_id = 1000002",
        "agent_id = \"1000002\"",
        12,
        "wecom.app[0].agent_id",
        "the text \"1000002\"",
    ),
    (
        "agent_id = 1000002",
        "agent_id = -2",
        12,
        "wecom.app[0].agent_id",
        "a whole number",
    ),
    (
        "\"secret-of-the-app\"",
        "{ env = \"DINGDAN_NOT_SET\" }",
        13,
        "wecom.app[0].secret",
        "DINGDAN_NOT_SET not set",
    ),
    (
        "\"secret-of-the-app\"",
        "{ file = \"not-there\" }",
        13,
        "wecom.app[0].secret",
        "not-there unreadable",
    ),
    (
        "\"secret-of-the-app\"",
        "{ path = \"x\" }",
        13,
        "wecom.app[0].secret",
        "neither or both of file and env",
    ),
    (
        "\"secret-of-the-app\"",
        "987654321",
        13,
        "wecom.app[0].secret",
        "a number without quotes",
    ),
    (
        "\"secret-of-the-app\"",
        "secret-of-the-app",
        13,
        "",
        "valid TOML",
    ),
    (
        "\"sPf7kQ2vXn9T\"",
        "\"with a space\"",
        14,
        "wecom.app[0].token",
        "1 to 32 letters and digits",
    ),
    (
        "rQyKxCD\"",
        "rQyKxC\"",
        15,
        "wecom.app[0].encoding_aes_key",
        "exactly 43",
    ),
    (
        "app_secret = \"secret-of-dingtalk\"",
        "",
        16,
        "dingtalk.app_secret",
        "凭证与基础信息",
    ),
    (
        "https://oapi.dingtalk.com/robot",
        "oapi.dingtalk.com/robot",
        23,
        "dingtalk.robot[0].webhook",
        "群设置",
    ),
    (
        "[\"robot\", \"group\"]",
        "[\"sms\"]",
        25,
        "alerts.channels",
        "robot (one-to-one)",
    ),
    (
        "token = \"0123456789abcdef01234567\"",
        "token = \"short\"",
        27,
        "api.tokens[0].token",
        "5 characters",
    ),
    (
        "public_url = \"https://",
        "public_url = \"https://ann:pass@",
        3,
        "server.public_url",
        "such as https://",
    ),
    (
        "example.com/\"",
        "example.com/?a=1\"",
        3,
        "server.public_url",
        "such as https://",
    ),
    (
        "example.com/\"",
        "example.com/#top\"",
        3,
        "server.public_url",
        "such as https://",
    ),
    (
        "sqlite://data/dingdan.db",
        "sqlite://",
        5,
        "storage.url",
        "without a file",
    ),
    (
        "sqlite://data/dingdan.db",
        "sqlite:?mode=rwc",
        5,
        "storage.url",
        "without a file",
    ),
    (
        "sqlite://data/dingdan.db",
        "postgres:dingdan",
        5,
        "storage.url",
        "an address of another kind",
    ),
    (
        "sqlite://data/dingdan.db",
        "postgres://db:port/dingdan",
        5,
        "storage.url",
        "a malformed address",
    ),
    (
        "redis://127.0.0.1:6379",
        "redis://127.0.0.1:port",
        7,
        "redis.url",
        "a malformed address",
    ),
    (
        "[wecom]",
        "prefix = \"{east}\"\n[wecom]",
        8,
        "redis.prefix",
        "without braces",
    ),
    (
        "[wecom]",
        "prefix = \"\"\n[wecom]",
        8,
        "redis.prefix",
        "without braces",
    ),
    (
        "ww0123456789abcdef",
        "",
        9,
        "wecom.corp_id",
        "an empty text",
    ),
    (
        "[[wecom.app]]",
        "api_base = \"http://qyapi.example\"\n[[wecom.app]]",
        10,
        "wecom.api_base",
        "http only on this machine",
    ),
    (
        "\"secret-of-the-app\"",
        "\" \"",
        13,
        "wecom.app[0].secret",
        "an empty secret",
    ),
    (
        "\"secret-of-the-app\"",
        "{ file = \"/dev/null\" }",
        13,
        "wecom.app[0].secret",
        "an empty secret",
    ),
    (
        "dingabcdefghijklmnop",
        "",
        18,
        "dingtalk.app_key",
        "an empty text",
    ),
    (
        "\"secret-of-dingtalk\"",
        "\"\"",
        19,
        "dingtalk.app_secret",
        "an empty secret",
    ),
    (
        "[[dingtalk.robot]]",
        "callback_token = \"qX7dT2mK9vWc\"\n[[dingtalk.robot]]",
        16,
        "dingtalk.callback_aes_key",
        "exactly 43 letters and digits",
    ),
    (
        "[[dingtalk.robot]]",
        "callback_aes_key = \"short\"\n[[dingtalk.robot]]",
        21,
        "dingtalk.callback_aes_key",
        "exactly 43 letters and digits",
    ),
    (
        "[[dingtalk.robot]]",
        "oapi_base = \"http://10.0.0.1\"\n[[dingtalk.robot]]",
        21,
        "dingtalk.oapi_base",
        "http only on this machine",
    ),
    (
        "https://oapi.dingtalk.com/robot",
        "http://oapi.dingtalk.com/robot",
        23,
        "dingtalk.robot[0].webhook",
        "no https address",
    ),
    (
        "[alerts]",
        "secret = \"sec-of-the-robot\"\n[alerts]",
        24,
        "dingtalk.robot[0].secret",
        "beginning with SEC",
    ),
    (
        "[api]",
        "quiet_hours = \"20-8\"\n[api]",
        26,
        "alerts.quiet_hours",
        "or \"none\"",
    ),
    (
        "scope = \"read\"",
        "scope = \"admin\"",
        27,
        "api.tokens[0].scope",
        "\"read\" or \"write\"",
    ),
];

#[test]
fn each_mistake_is_told_with_its_line_its_key_and_what_was_expected() {
    assert!(read(VALID).is_ok());

    for (right, wrong, line, key, word) in MISTAKES {
        assert!(VALID.contains(right), "{right}");
        let problems = read(&VALID.replacen(right, wrong, 1))
            .err()
            .unwrap_or_default();

        let told = problems.0.iter().any(|problem| {
            let words = format!("{} {}", problem.found, problem.expected);
            problem.line == *line && problem.key == *key && words.contains(word)
        });
        assert!(
            told,
            "{wrong}: expected line {line}, {key}, {word}; told:\n{problems}"
        );
    }
}

#[test]
fn no_mistake_shows_a_secret() {
    for (right, wrong, ..) in MISTAKES {
        let problems = read(&VALID.replacen(right, wrong, 1))
            .err()
            .unwrap_or_default()
            .to_string();

        for secret in [
            "secret-of",
            "rQyKxC",
            "with a space",
            "0123456789abcdef01",
            "access_token=hidden",
            "987654321",
            "sec-of-the-robot",
        ] {
            assert!(!problems.contains(secret), "{wrong}:\n{problems}");
        }
    }
}

#[test]
fn without_tls_there_is_only_this_machine() {
    for host in ["localhost:1", "127.0.0.1", "127.8.8.8:80", "[::1]:8080"] {
        let text = VALID
            .replace(
                "https://oapi.dingtalk.com/robot",
                &format!("http://{host}/robot"),
            )
            .replace(
                "[[wecom.app]]",
                &format!("api_base = \"http://{host}/wecom\"\n[[wecom.app]]"),
            );

        let settings = read(&text).unwrap_or_else(|problems| panic!("{problems}"));

        assert_eq!(settings.wecom.api_base, format!("http://{host}/wecom"));
    }
}

#[test]
fn files_are_kept_beside_the_configuration_unless_it_says_otherwise() {
    let storage = |more: &str| {
        let text = VALID.replace("[redis]", &format!("{more}\n[redis]"));
        let document = Document::new("/etc/dingdan/dingdan.toml", text);
        Settings::from_document(&document).expect("valid").storage
    };

    for (more, folder) in [
        ("", "/etc/dingdan/data/files"),
        ("files = \"f\"", "/etc/dingdan/f"),
        ("files = \"/srv/f\"", "/srv/f"),
    ] {
        let place = storage(more).files.place;
        assert!(matches!(place, FilePlace::Folder(found) if found == Path::new(folder)));
    }
    assert_eq!(
        storage("largest_file_mb = 5").files.largest,
        5 * 1024 * 1024
    );
}

#[test]
fn mistakes_in_an_object_storage_are_told() {
    let s3 = "[storage.s3]\nendpoint = \"http://oss.example.com\"\nbucket = \"\"\naccess_key = 5\nsecret_key = \"secret-of\"\npath_stile = true\n[redis]";

    let problems = read(&VALID.replace("[redis]", s3)).expect_err("mistakes");

    let told: Vec<&str> = problems
        .0
        .iter()
        .map(|problem| problem.key.as_str())
        .collect();
    assert_eq!(
        told,
        [
            "storage.s3.region",
            "storage.s3.endpoint",
            "storage.s3.bucket",
            "storage.s3.access_key",
            "storage.s3.path_stile",
        ]
    );
    assert!(!problems.to_string().contains("secret-of"));
}

#[test]
fn all_mistakes_of_a_file_are_told_together() {
    let text = VALID
        .replace("8080", "x")
        .replace("redis://", "http://")
        .replace("\"sPf7kQ2vXn9T\"", "\"\"")
        .replace("\"read\"", "\"all\"");

    let problems = read(&text).expect_err("four mistakes");

    let lines: Vec<usize> = problems.0.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [2, 7, 14, 27]);
}

#[test]
fn two_apps_need_two_names() {
    let app = VALID
        .split("[[wecom.app]]")
        .nth(1)
        .and_then(|rest| rest.split("[dingtalk]").next())
        .expect("an app");
    let text = VALID.replace("[dingtalk]", &format!("[[wecom.app]]{app}[dingtalk]"));

    let problems = read(&text).expect_err("one name twice");

    assert!(
        problems.to_string().contains("two apps named \"sales\""),
        "{problems}"
    );
}

#[test]
fn what_a_later_version_will_read_is_taken_as_it_stands() {
    let later = "[iflytek]\napp_id = \"x\"\n[wecom.archive]\nsdk = \"x.so\"\n";

    let settings = read(&format!("{VALID}{later}")).unwrap();

    assert_eq!(settings.unread, ["[iflytek]", "[wecom.archive]"]);
}

#[test]
fn a_relative_sqlite_path_starts_from_the_files_folder() {
    let document = Document::new("/etc/dingdan/dingdan.toml", VALID);

    let settings = Settings::from_document(&document).unwrap();

    assert_eq!(
        settings.storage.url.expose(),
        "sqlite:///etc/dingdan/data/dingdan.db"
    );
}

#[test]
fn what_the_process_names_starts_from_the_files_folder_or_is_inside_the_binary() {
    let text = format!("{VALID}[process]\ncalendar = \"calendar/cn.toml\"\n");
    let named = Settings::from_document(&Document::new("/etc/dingdan/dingdan.toml", text));

    let named = named.unwrap().process.calendar;
    let left_out = read(VALID).unwrap().process.calendar;

    assert_eq!(named, Some("/etc/dingdan/calendar/cn.toml".into()));
    assert_eq!(left_out, None);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let problems =
        Settings::load(Path::new("nowhere/dingdan.toml"), std::iter::empty()).expect_err("no file");

    assert_eq!(problems.0[0].line, 0);
    assert!(
        problems
            .to_string()
            .starts_with("nowhere/dingdan.toml: found no readable file")
    );
}
