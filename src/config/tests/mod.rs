//! The whole configuration: the file as shipped, what settings mean, what the environment changes,
//! and mistakes.

mod archive;
mod environment;
mod meaning;
mod mistakes;
mod shipped;

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
        ("DINGDAN_WECOM_BOT_TOKEN", "sPf7kQ2vXn9U"),
        (
            "DINGDAN_WECOM_BOT_AES_KEY",
            "Zm3qP0vYc7RkL2sWn8XbTd5HgJf1uEa4oMi6rQyKxCD",
        ),
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
    let text = include_str!("../../../config/dingdan.toml").to_owned();
    samples.iter().fold(text, |text, (name, sample)| {
        text.replace(&format!("{{ env = {name:?} }}"), &format!("{sample:?}"))
    })
}
