//! `[dingtalk]`: the app that alerts directors and lets them log in.

use dingdan_webhooks::dingtalk::event::{EncodingAesKey, EventToken};

use super::server::is_private_address;
use super::wecom::base;
use super::{Secret, Section};

/// `[dingtalk]`.
#[derive(Debug, Clone)]
pub struct DingtalkSettings {
    /// Base of the new API, without a slash at the end.
    pub api_base: String,
    /// Base of the old API.
    pub oapi_base: String,
    /// Base of the login page.
    pub login_base: String,
    /// The script that gives pages inside DingTalk their `dd` object.
    pub jsapi_url: String,
    /// The company's id. Without it nobody is logged in by DingTalk itself; the browser's way works.
    pub corp_id: Option<String>,
    /// Client ID of the app.
    pub app_key: String,
    /// Client Secret of the app.
    pub app_secret: Secret,
    /// `AgentId` of the app, for work notifications.
    pub agent_id: i64,
    /// The app's robot; of an in-house app it is the app key.
    pub robot_code: String,
    /// What opens its events; without it none are taken.
    pub callback: Option<EventCallback>,
    /// API calls that the company may make in a month (free edition: 5,000).
    pub monthly_calls: i64,
    /// Webhook and Stream calls that the company may make in a month (free edition: 3,000).
    pub monthly_webhooks: i64,
    /// Custom robots in groups.
    pub robots: Vec<GroupRobot>,
}

/// `callback_token` and `callback_aes_key`: what opens the events that DingTalk sends.
#[derive(Debug, Clone)]
pub struct EventCallback {
    /// 签名 token of 事件订阅.
    pub token: EventToken,
    /// 加密 aes_key of the same page.
    pub aes_key: EncodingAesKey,
}

/// `[[dingtalk.robot]]`: a custom robot in one group.
#[derive(Debug, Clone)]
pub struct GroupRobot {
    /// Our name for it.
    pub name: String,
    /// Its address; whoever knows it can post.
    pub webhook: Secret,
    /// The secret of 加签, beginning with SEC.
    pub secret: Option<Secret>,
    /// A keyword that each message has to hold, when that security setting is on.
    pub keyword: Option<String>,
    /// The regions whose alerts go to this group; empty for all.
    pub regions: Vec<String>,
}

impl DingtalkSettings {
    pub(super) fn read(root: &Section<'_>) -> Option<Self> {
        let section = root.section("dingtalk")?;
        let addresses = Addresses::read(&section);
        let corp_id = section.filled_text("corp_id", "开发者后台 → 首页 → CorpId, or leave it out");
        let app_key = section.required_filled_text(
            "app_key",
            "the app's Client ID: 开发者后台 → 应用 → 凭证与基础信息",
        );
        let app_secret = section.required_secret::<Secret>(
            "app_secret",
            "the app's Client Secret: 开发者后台 → 应用 → 凭证与基础信息",
        );
        let expected = "the app's AgentId: 开发者后台 → 应用 → 凭证与基础信息";
        let agent_id = section
            .required("agent_id", expected)
            .then(|| section.integer("agent_id", 1..=i64::MAX))
            .flatten();
        let robot_code =
            section.filled_text("robot_code", "the robot's RobotCode, or leave it out");
        let callback = EventCallback::read(&section);
        let monthly_calls = section.integer("monthly_calls", 0..=i64::MAX);
        let monthly_webhooks = section.integer("monthly_webhooks", 0..=i64::MAX);
        let robots: Vec<_> = section
            .sections("robot")
            .iter()
            .map(GroupRobot::read)
            .collect();
        section.finish();

        let (app_key, addresses) = (app_key?.value, addresses?);
        Some(Self {
            api_base: addresses.api_base,
            oapi_base: addresses.oapi_base,
            login_base: addresses.login_base,
            jsapi_url: addresses.jsapi_url,
            corp_id: corp_id.map(|found| found.value),
            robot_code: robot_code.map_or_else(|| app_key.clone(), |found| found.value),
            app_key,
            app_secret: app_secret?.value,
            agent_id: agent_id?.value,
            monthly_calls: monthly_calls.map_or(5_000, |found| found.value),
            monthly_webhooks: monthly_webhooks.map_or(3_000, |found| found.value),
            callback,
            robots: robots.into_iter().collect::<Option<Vec<_>>>()?,
        })
    }
}

/// Where DingTalk is. Only the sandbox is elsewhere.
struct Addresses {
    api_base: String,
    oapi_base: String,
    login_base: String,
    jsapi_url: String,
}

impl Addresses {
    fn read(section: &Section<'_>) -> Option<Self> {
        let api_base = base(section, "api_base", "https://api.dingtalk.com");
        let oapi_base = base(section, "oapi_base", "https://oapi.dingtalk.com");
        let login_base = base(section, "login_base", "https://login.dingtalk.com");
        let script = "https://g.alicdn.com/dingding/dingtalk-jsapi/3.0.25/dingtalk.open.js";
        let jsapi_url = base(section, "jsapi_url", script);
        Some(Self {
            api_base: api_base?,
            oapi_base: oapi_base?,
            login_base: login_base?,
            jsapi_url: jsapi_url?,
        })
    }
}

impl EventCallback {
    /// Both or none: one alone opens nothing.
    fn read(section: &Section<'_>) -> Option<Self> {
        let of_token = "the 签名 token of 开发者后台 → 应用 → 事件订阅: 3 to 63 letters and digits";
        let of_key =
            "the 加密 aes_key of 开发者后台 → 应用 → 事件订阅: exactly 43 letters and digits";
        let token = section.secret::<EventToken>("callback_token", of_token);
        let key = section.secret::<EncodingAesKey>("callback_aes_key", of_key);
        if token.is_some() || key.is_some() {
            section.required("callback_token", of_token);
            section.required("callback_aes_key", of_key);
        }
        Some(Self {
            token: token?.value,
            aes_key: key?.value,
        })
    }
}

impl GroupRobot {
    fn read(section: &Section<'_>) -> Option<Self> {
        let name = section.required_filled_text("name", "a name for this robot");
        let expected = "the robot's Webhook: 群设置 → 机器人 → Webhook, https://oapi.dingtalk.com/robot/send?access_token=…";
        let webhook = section.required_secret::<Secret>("webhook", expected);
        let of_secret = "the robot's 加签 secret, beginning with SEC";
        let secret = section.secret::<Secret>("secret", of_secret);
        let keyword = section.text("keyword");
        let regions = section.texts("regions");
        section.finish();

        if let Some(secret) = &secret
            && !secret.value.expose().starts_with("SEC")
        {
            section.refuse(secret, "a secret of another kind", of_secret);
        }
        let webhook = webhook?;
        if !is_private_address(webhook.value.expose()) {
            section.refuse(&webhook, "no https address", expected);
            return None;
        }
        Some(Self {
            name: name?.value,
            webhook: webhook.value,
            secret: secret.map(|found| found.value),
            keyword: keyword.map(|found| found.value),
            regions: regions.into_iter().map(|found| found.value).collect(),
        })
    }
}
