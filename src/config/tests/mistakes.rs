//! Mistakes: each is told with its line, its key and what was expected, and shows no secret.

use std::path::Path;

use super::*;

/// What to write instead of what, where that is a mistake, and a word of what is told about it:
/// of what was found, or of what was expected.
#[rustfmt::skip]
const MISTAKES: &[(&str, &str, usize, &str, &str)] = &[
    ("[server]", "[server", 1, "", "valid TOML"),
    ("[server]", "[sever]", 1, "sever", "did you mean \"server\""),
    ("bind = \"127.0.0.1:8080\"", "bind = \"8080\"", 2, "server.bind", "an address and port"),
    ("bind = \"127.0.0.1:8080\"", "bind = 8080", 2, "server.bind", "the number 8080"),
    ("bind =", "binds =", 2, "server.binds", "did you mean \"bind\""),
    ("https://dingdan.example.com/", "dingdan.example.com", 3, "server.public_url", "such as https://"),
    ("public_url", "#public_url", 1, "server.public_url", "no such key in [server]"),
    ("[storage]", "workers = 0\n[storage]", 4, "server.workers", "from 1 to 1024"),
    ("[storage]", "workers = 1.5\n[storage]", 4, "server.workers", "the number 1.5"),
    ("[storage]", "json_logs = \"yes\"\n[storage]", 4, "server.json_logs", "true or false"),
    ("[storage]", "trusted_proxies = [\"proxy\"]\n[storage]", 4, "server.trusted_proxies", "an IP address"),
    ("[storage]", "trusted_proxies = \"10.0.0.1\"\n[storage]", 4, "server.trusted_proxies", "a list of texts"),
    ("sqlite://data/dingdan.db", "mysql://db/dingdan", 5, "storage.url", "an address of another kind"),
    ("[redis]", "waiting_callbacks = 0\n[redis]", 6, "storage.waiting_callbacks", "from 1 to 1000000"),
    ("redis://127.0.0.1:6379", "127.0.0.1:6379", 7, "redis.url", "leave [redis] out"),
    ("corp_id = \"ww0123456789abcdef\"", "", 8, "wecom.corp_id", "我的企业"),
    ("[[wecom.app]]", "api_base = \"qyapi\"\n[[wecom.app]]", 10, "wecom.api_base", "https://qyapi.weixin.qq.com"),
    ("[[wecom.app]]", "callback_window_seconds = 0\n[[wecom.app]]", 10, "wecom.callback_window_seconds", "86400"),
    ("name = \"sales\"", "name = \"销售\"", 11, "wecom.app[0].name", "letters, digits and -"),
    ("agent_id = 1000002", "agent_id = \"1000002\"", 12, "wecom.app[0].agent_id", "the text \"1000002\""),
    ("agent_id = 1000002", "agent_id = -2", 12, "wecom.app[0].agent_id", "a whole number"),
    ("\"secret-of-the-app\"", "{ env = \"DINGDAN_NOT_SET\" }", 13, "wecom.app[0].secret", "DINGDAN_NOT_SET not set"),
    ("\"secret-of-the-app\"", "{ file = \"not-there\" }", 13, "wecom.app[0].secret", "not-there unreadable"),
    ("\"secret-of-the-app\"", "{ path = \"x\" }", 13, "wecom.app[0].secret", "neither or both of file and env"),
    ("\"secret-of-the-app\"", "987654321", 13, "wecom.app[0].secret", "a number without quotes"),
    ("\"secret-of-the-app\"", "secret-of-the-app", 13, "", "valid TOML"),
    ("\"sPf7kQ2vXn9T\"", "\"with a space\"", 14, "wecom.app[0].token", "1 to 32 letters and digits"),
    ("rQyKxCD\"", "rQyKxC\"", 15, "wecom.app[0].encoding_aes_key", "exactly 43"),
    ("app_secret = \"secret-of-dingtalk\"", "", 16, "dingtalk.app_secret", "凭证与基础信息"),
    ("https://oapi.dingtalk.com/robot", "oapi.dingtalk.com/robot", 23, "dingtalk.robot[0].webhook", "群设置"),
    ("[\"robot\", \"group\"]", "[\"sms\"]", 25, "alerts.channels", "robot (one-to-one)"),
    ("token = \"0123456789abcdef01234567\"", "token = \"short\"", 27, "api.tokens[0].token", "5 characters"),
    ("public_url = \"https://", "public_url = \"https://ann:pass@", 3, "server.public_url", "such as https://"),
    ("example.com/\"", "example.com/?a=1\"", 3, "server.public_url", "such as https://"),
    ("example.com/\"", "example.com/#top\"", 3, "server.public_url", "such as https://"),
    ("sqlite://data/dingdan.db", "sqlite://", 5, "storage.url", "without a file"),
    ("sqlite://data/dingdan.db", "sqlite:?mode=rwc", 5, "storage.url", "without a file"),
    ("sqlite://data/dingdan.db", "postgres:dingdan", 5, "storage.url", "an address of another kind"),
    ("sqlite://data/dingdan.db", "postgres://db:port/dingdan", 5, "storage.url", "a malformed address"),
    ("redis://127.0.0.1:6379", "redis://127.0.0.1:port", 7, "redis.url", "a malformed address"),
    ("[wecom]", "prefix = \"{east}\"\n[wecom]", 8, "redis.prefix", "without braces"),
    ("[wecom]", "prefix = \"\"\n[wecom]", 8, "redis.prefix", "without braces"),
    ("ww0123456789abcdef", "", 9, "wecom.corp_id", "an empty text"),
    ("[[wecom.app]]", "api_base = \"http://qyapi.example\"\n[[wecom.app]]", 10, "wecom.api_base", "http only on this machine"),
    ("\"secret-of-the-app\"", "\" \"", 13, "wecom.app[0].secret", "an empty secret"),
    ("\"secret-of-the-app\"", "{ file = \"/dev/null\" }", 13, "wecom.app[0].secret", "an empty secret"),
    ("dingabcdefghijklmnop", "", 18, "dingtalk.app_key", "an empty text"),
    ("\"secret-of-dingtalk\"", "\"\"", 19, "dingtalk.app_secret", "an empty secret"),
    ("[[dingtalk.robot]]", "callback_token = \"qX7dT2mK9vWc\"\n[[dingtalk.robot]]", 16, "dingtalk.callback_aes_key", "exactly 43 letters and digits"),
    ("[[dingtalk.robot]]", "callback_aes_key = \"short\"\n[[dingtalk.robot]]", 21, "dingtalk.callback_aes_key", "exactly 43 letters and digits"),
    ("[[dingtalk.robot]]", "oapi_base = \"http://10.0.0.1\"\n[[dingtalk.robot]]", 21, "dingtalk.oapi_base", "http only on this machine"),
    ("https://oapi.dingtalk.com/robot", "http://oapi.dingtalk.com/robot", 23, "dingtalk.robot[0].webhook", "no https address"),
    ("[alerts]", "secret = \"sec-of-the-robot\"\n[alerts]", 24, "dingtalk.robot[0].secret", "beginning with SEC"),
    ("[api]", "quiet_hours = \"20-8\"\n[api]", 26, "alerts.quiet_hours", "or \"none\""),
    ("scope = \"read\"", "scope = \"admin\"", 27, "api.tokens[0].scope", "\"read\" or \"write\""),
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
fn of_a_file_that_is_no_toml_the_first_mistake_is_told() {
    let text = VALID.replace("sqlite://data/dingdan.db\"", "sqlite://data/dingdan.db");

    let problems = read(&text).expect_err("a text without its end");

    let lines: Vec<usize> = problems.0.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [5], "{problems}");
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
fn a_bot_needs_a_name_that_no_app_has_and_contacts_an_app_that_is_there() {
    let bot = |name: &str| {
        format!(
            "[[wecom.bot]]\nname = \"{name}\"\ntoken = \"sPf7kQ2vXn9T\"\n\
             encoding_aes_key = \"Zm3qP0vYc7RkL2sWn8XbTd5HgJf1uEa4oMi6rQyKxCD\"\n"
        )
    };
    for (further, told) in [
        (bot("sales"), "an app or bot and a bot named \"sales\""),
        (bot("groups") + &bot("groups"), "named \"groups\""),
        (bot("群"), "1 to 32 letters, digits and -"),
        (bot("groups") + "quotes = true\n", "wecom.bot[0].quotes"),
        (
            bot("groups") + "[[wecom.bot.member]]\nid = \"wo1\"\n",
            "the member's userid in WeCom",
        ),
        (
            "[contacts]\napp = \"other\"\n".to_owned(),
            "the name of a [[wecom.app]]: sales",
        ),
        ("[contacts]\njudge_days = -1\n".to_owned(), "from 0 to 365"),
    ] {
        let problems = read(&format!("{VALID}{further}")).expect_err(told);
        assert!(problems.to_string().contains(told), "{told}: {problems}");
    }
    let whole = format!(
        "{VALID}{}[contacts]\napp = \"sales\"\nask_again_days = 0\n",
        bot("groups")
    );
    let settings = read(&whole).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(settings.wecom.bot("groups").expect("a bot").receive_id, "");
    assert_eq!(settings.contacts.ask_again, None);
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
