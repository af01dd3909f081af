//! `[wecom.archive]`: its mistakes are told with their line, and show neither secret nor key.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeySize, PrivateDecryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;

/// A private key as PEM.
pub(super) fn private_key() -> String {
    let key = PrivateDecryptingKey::generate(KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = key.as_der().unwrap();
    let body = STANDARD.encode(der.as_ref());
    format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
}

const ARCHIVE: &str = r#"
[wecom.archive]
sdk = "libWeWorkFinanceSdk_C.so"
secret = "secret-of-the-archive"
private_keys = [{ version = 1, file = "one.pem" }]
"#;

/// What to write instead of what, and what is told: the key, and a word of what was found or expected.
const MISTAKES: &[(&str, &str, &str, &str)] = &[
    (
        "sdk = \"lib",
        "sdk = \"elsewhere/lib",
        "wecom.archive.sdk",
        "where no file is",
    ),
    (
        "sdk = ",
        "#sdk = ",
        "wecom.archive.sdk",
        "libWeWorkFinanceSdk_C.so",
    ),
    (
        "secret = ",
        "#secret = ",
        "wecom.archive.secret",
        "会话内容存档",
    ),
    (
        "private_keys = ",
        "#private_keys = ",
        "wecom.archive.private_keys",
        "version = 1",
    ),
    (
        "[{ version = 1, file = \"one.pem\" }]",
        "[]",
        "wecom.archive.private_keys",
        "no key",
    ),
    (
        "one.pem",
        "none.pem",
        "wecom.archive.private_keys[0].file",
        "none.pem, which can't be read",
    ),
    (
        "one.pem",
        "public.pem",
        "wecom.archive.private_keys[0].file",
        "public.pem, which holds a public key",
    ),
    (
        "one.pem",
        "words.pem",
        "wecom.archive.private_keys[0].file",
        "which holds no PEM",
    ),
    (
        "version = 1",
        "version = 0",
        "wecom.archive.private_keys[0].version",
        "from 1 to",
    ),
    (
        "version = 1, ",
        "",
        "wecom.archive.private_keys[0].version",
        "公钥版本号",
    ),
    (
        "}]",
        "}, { version = 1, file = \"one.pem\" }]",
        "wecom.archive.private_keys[1].version",
        "a second key of version 1",
    ),
    (
        "secret = ",
        "token = \"abc\"\nsecret = ",
        "wecom.archive.token",
        "token without encoding_aes_key",
    ),
    (
        "secret = ",
        "proxy = \"https://a:1\"\nsecret = ",
        "wecom.archive.proxy",
        "socks5://HOST:PORT",
    ),
    (
        "secret = ",
        "proxy = \"http://u:hush@a:1\"\nsecret = ",
        "wecom.archive.proxy",
        "proxy_password",
    ),
    (
        "secret = ",
        "limit = 1001\nsecret = ",
        "wecom.archive.limit",
        "from 1 to 1000",
    ),
    (
        "secret = ",
        "pull_second = 5\nsecret = ",
        "wecom.archive.pull_second",
        "did you mean \"pull_seconds\"",
    ),
];

#[test]
fn each_mistake_of_the_archive_is_told_with_its_line_and_nothing_secret() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("one.pem"), private_key()).unwrap();
    std::fs::write(folder.path().join("words.pem"), "words").unwrap();
    let public = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
    std::fs::write(folder.path().join("public.pem"), public).unwrap();
    let read = |archive: &str| {
        let text = format!("{VALID}{archive}");
        Settings::from_document(&Document::new(folder.path().join("dingdan.toml"), text))
    };
    read(ARCHIVE).unwrap_or_else(|problems| panic!("{problems}"));
    let first_line = VALID.lines().count() + 1;

    for (right, wrong, key, word) in MISTAKES {
        assert!(ARCHIVE.contains(right), "{right}");
        let problems = read(&ARCHIVE.replacen(right, wrong, 1)).expect_err(wrong);
        let told = problems.to_string();
        assert!(
            problems.0.iter().any(|problem| problem.key == *key),
            "{wrong}: {told}"
        );
        assert!(told.contains(word), "{wrong}: {told}");
        assert!(
            !told.contains("secret-of-the-archive") && !told.contains("hush"),
            "{told}"
        );
        let line = |problem: &Problem| problem.to_string();
        assert!(
            problems.0.iter().map(line).all(|told| {
                (first_line..first_line + 9).any(|line| told.contains(&format!(":{line}")))
            }),
            "{told}"
        );
    }
}

#[test]
fn an_app_and_the_archive_cannot_have_one_callback_url() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("one.pem"), private_key()).unwrap();
    let key = "encoding_aes_key = \"jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C\"\n";
    let own = format!("{ARCHIVE}token = \"abc\"\n{key}");
    let app = format!(
        "[[wecom.app]]\nname = \"archive\"\nagent_id = 2000004\nsecret = \"x\"\ntoken = \"abc\"\n{key}"
    );
    let valid = VALID.replacen("[[wecom.app]]", &format!("{app}[[wecom.app]]"), 1);
    let read = |text: String| {
        Settings::from_document(&Document::new(folder.path().join("dingdan.toml"), text))
    };

    let both = read(format!("{valid}{own}")).expect_err("one URL");
    let one = read(format!("{VALID}{own}")).unwrap_or_else(|problems| panic!("{problems}"));

    assert!(
        both.to_string().contains("/wecom/callback/archive"),
        "{both}"
    );
    assert!(one.wecom.callback_keys("archive").is_some());
}
