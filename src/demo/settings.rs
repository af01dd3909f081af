//! The demo's configuration: that of any service, with base addresses that lead to the sandbox.

use std::path::Path;

use crate::config::{Document, Problems, Settings};
use crate::sandbox::Company;

/// What an administrator would have copied from both platforms' consoles.
pub(super) fn pointing_at_the_sandbox(
    company: &Company,
    url: &str,
    folder: &Path,
    process: Option<&Path>,
) -> Result<Settings, Problems> {
    let storage = quoted(&format!("sqlite://{}", folder.join("dingdan.db").display()));
    let apps: String = company.apps.iter().map(app).collect();
    let process = process.map_or_else(String::new, |file| {
        format!(
            "[process]\nfile = {}\n",
            quoted(&file.display().to_string())
        )
    });
    let dingtalk = &company.dingtalk;
    let text = format!(
        r#"
[server]
bind = "127.0.0.1:0"
public_url = "{url}"
workers = 2
[storage]
url = {storage}
[wecom]
corp_id = "{corp_id}"
api_base = "{url}/sandbox/wecom"
oauth_base = "{url}/sandbox/wecom"
jssdk_url = "{url}/sandbox/wecom/jssdk.js"
kf_pull_minutes = 0
{apps}
[dingtalk]
api_base = "{url}/sandbox/dingtalk/api"
oapi_base = "{url}/sandbox/dingtalk/oapi"
login_base = "{url}/sandbox/dingtalk/login"
jsapi_url = "{url}/sandbox/dingtalk/dingtalk.js"
corp_id = "{dingtalk_corp_id}"
app_key = "{app_key}"
app_secret = "{app_secret}"
agent_id = {agent_id}
callback_token = "{callback_token}"
callback_aes_key = "{callback_key}"
[alerts]
digest_seconds = 0
quiet_hours = "none"
{process}"#,
        callback_token = dingtalk.callback_token,
        callback_key = dingtalk.callback_aes_key,
        corp_id = company.corp_id,
        dingtalk_corp_id = dingtalk.corp_id,
        app_key = dingtalk.app_key,
        app_secret = dingtalk.app_secret,
        agent_id = dingtalk.agent_id,
    );
    Settings::from_document(&Document::new("the demo's configuration", text))
}

fn app(app: &crate::sandbox::WecomApp) -> String {
    format!(
        r#"
[[wecom.app]]
name = "{name}"
agent_id = {agent_id}
secret = "{secret}"
token = "{token}"
encoding_aes_key = "{key}"
"#,
        name = app.name,
        agent_id = app.agent_id,
        secret = app.secret,
        token = app.token,
        key = app.encoding_aes_key,
    )
}

/// A TOML string, whatever a path holds.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
