//! What environment variables change.

use super::*;

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
