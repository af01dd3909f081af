//! `[wecom]`: the company's own apps in WeCom.

use std::collections::BTreeSet;
use std::time::Duration;

use dingdan_webhooks::wecom::crypto::{CallbackToken, EncodingAesKey};

use super::bots::WecomBot;
use super::server::is_private_address;
use super::{ARCHIVE, ArchiveSettings, Secret, Section};

/// `[wecom]`.
#[derive(Debug, Clone)]
pub struct WecomSettings {
    /// The company's id (我的企业 → 企业ID). Callbacks sealed for any other are refused.
    pub corp_id: String,
    /// Base of the server API, without a slash at the end.
    pub api_base: String,
    /// Base of the login page.
    pub oauth_base: String,
    /// The script that gives pages inside WeCom what the client can do.
    pub jssdk_url: String,
    /// How far a callback's timestamp may be off.
    pub callback_window: Duration,
    /// How often each 微信客服 account is asked for messages without a notice; `None` for never.
    pub kf_pull_every: Option<Duration>,
    /// The self-built apps; the first one speaks to the reps.
    pub apps: Vec<WecomApp>,
    /// AI bots in groups.
    pub bots: Vec<WecomBot>,
    /// The chat archive, when the company has one.
    pub archive: Option<ArchiveSettings>,
}

/// `[[wecom.app]]`: one self-built app (自建应用).
#[derive(Debug, Clone)]
pub struct WecomApp {
    /// Our name for it: the last part of its callback URL.
    pub name: String,
    /// `AgentId` from the app's page in the admin console.
    pub agent_id: i64,
    /// `Secret` from the same page.
    pub secret: Secret,
    /// `Token` from 接收消息 → 设置API接收.
    pub token: CallbackToken,
    /// `EncodingAESKey` from the same page.
    pub encoding_aes_key: EncodingAesKey,
}

impl WecomSettings {
    /// The app of that name.
    #[must_use]
    pub fn app(&self, name: &str) -> Option<&WecomApp> {
        self.apps.iter().find(|app| app.name == name)
    }

    /// The bot of that name.
    #[must_use]
    pub fn bot(&self, name: &str) -> Option<&WecomBot> {
        self.bots.iter().find(|bot| bot.name == name)
    }

    /// What proves callbacks of that name: an app's, or the archive's own.
    #[must_use]
    pub fn callback_keys(&self, name: &str) -> Option<(&CallbackToken, &EncodingAesKey)> {
        self.callbacks()
            .find(|(known, ..)| *known == name)
            .map(|(_, token, key)| (token, key))
    }

    /// Each callback by its name, and what proves it.
    pub fn callbacks(&self) -> impl Iterator<Item = (&str, &CallbackToken, &EncodingAesKey)> {
        let apps = self
            .apps
            .iter()
            .map(|app| (app.name.as_str(), &app.token, &app.encoding_aes_key));
        let archive = self
            .archive
            .as_ref()
            .and_then(|archive| archive.callback.as_ref());
        apps.chain(archive.map(|own| (ARCHIVE, &own.token, &own.encoding_aes_key)))
    }

    /// The app that speaks to the reps.
    #[must_use]
    pub fn main_app(&self) -> &WecomApp {
        &self.apps[0]
    }

    pub(super) fn read(root: &Section<'_>) -> Option<Self> {
        let section = root.required_section(
            "wecom",
            "a [wecom] section with corp_id and at least one [[wecom.app]]",
        )?;
        let corp_id = section.required_filled_text(
            "corp_id",
            "the company's id: 管理后台 → 我的企业 → 企业ID, such as ww0123456789abcdef",
        );
        let api_base = base(&section, "api_base", "https://qyapi.weixin.qq.com");
        let oauth_base = base(&section, "oauth_base", "https://open.weixin.qq.com");
        let script = "https://wwcdn.weixin.qq.com/node/open/js/wecom-jssdk-2.4.0.js";
        let jssdk_url = base(&section, "jssdk_url", script);
        let window = section.integer("callback_window_seconds", 1..=86_400);
        let kf_pull_minutes = section.integer("kf_pull_minutes", 0..=1440);
        let apps = WecomApp::read_all(&section);
        let bots = WecomBot::read_all(&section);
        if let (Some(apps), Some(bots)) = (&apps, &bots) {
            refuse_repeated_names(&section, apps, bots);
        }
        let archive = ArchiveSettings::read(&section);
        section.finish();
        let is_ambiguous = |apps: &Vec<WecomApp>| apps.iter().any(|app| app.name == ARCHIVE);
        let has_own = |archive: &Option<ArchiveSettings>| {
            archive
                .as_ref()
                .is_some_and(|archive| archive.callback.is_some())
        };
        if apps.as_ref().is_some_and(is_ambiguous) && archive.as_ref().is_some_and(has_own) {
            section.refuse_key(
                "archive",
                "token and encoding_aes_key, and an app named \"archive\"",
                "one of them: both would have the URL /wecom/callback/archive",
            );
        }

        Some(Self {
            corp_id: corp_id?.value,
            api_base: api_base?,
            oauth_base: oauth_base?,
            jssdk_url: jssdk_url?,
            kf_pull_every: match kf_pull_minutes.map_or(5, |found| found.value.unsigned_abs()) {
                0 => None,
                minutes => Some(Duration::from_secs(minutes * 60)),
            },
            callback_window: Duration::from_secs(
                window.map_or(600, |found| found.value.unsigned_abs()),
            ),
            apps: apps?,
            bots: bots?,
            archive: archive?,
        })
    }
}

impl WecomApp {
    /// All apps, of which there has to be one at least.
    fn read_all(wecom: &Section<'_>) -> Option<Vec<Self>> {
        let apps: Vec<_> = wecom.sections("app").iter().map(Self::read).collect();
        if apps.is_empty() {
            wecom.refuse_section(
                "no [[wecom.app]]",
                "at least one app with name, agent_id, secret, token, encoding_aes_key",
            );
            return None;
        }
        apps.into_iter().collect()
    }

    fn read(section: &Section<'_>) -> Option<Self> {
        let name = callback_name(section);
        let agent_id = section
            .required("agent_id", "the app's AgentId: 管理后台 → 应用管理 → 应用")
            .then(|| section.integer("agent_id", 1..=i64::MAX))
            .flatten();
        let secret = section.required_secret::<Secret>(
            "secret",
            "the app's Secret: 管理后台 → 应用管理 → 应用 → Secret",
        );
        let token = section.required_secret::<CallbackToken>(
            "token",
            "the Token of 应用 → 接收消息 → 设置API接收: 1 to 32 letters and digits",
        );
        let key = section.required_secret::<EncodingAesKey>(
            "encoding_aes_key",
            "the EncodingAESKey of 应用 → 接收消息 → 设置API接收: exactly 43 letters and digits",
        );
        section.finish();

        Some(Self {
            name: name?,
            agent_id: agent_id?.value,
            secret: secret?.value,
            token: token?.value,
            encoding_aes_key: key?.value,
        })
    }
}

/// Apps and bots have their callbacks under their names, so no two may share one.
fn refuse_repeated_names(wecom: &Section<'_>, apps: &[WecomApp], bots: &[WecomBot]) {
    let mut names = BTreeSet::new();
    let apps = apps.iter().map(|app| ("apps", &app.name));
    let bots = bots
        .iter()
        .map(|bot| ("an app or bot and a bot", &bot.name));
    for (what, name) in apps.chain(bots) {
        if !names.insert(name.as_str()) {
            let found = match what {
                "apps" => format!("two apps named {name:?}"),
                _ => format!("{what} named {name:?}"),
            };
            wecom.refuse_section(found, "a name of its own for each app and bot");
        }
    }
}

/// `name`, the last part of a callback's URL.
pub(super) fn callback_name(section: &Section<'_>) -> Option<String> {
    let name = section.required_filled_text(
        "name",
        "a name of letters, digits and - for the callback URL /wecom/callback/NAME",
    )?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if (1..=32).contains(&name.value.len()) && name.value.bytes().all(is_plain) {
        return Some(name.value);
    }
    section.refuse(
        &name,
        format!("{:?}", name.value),
        "1 to 32 letters, digits and -",
    );
    None
}

/// A base address, without a slash at the end. Secrets and chats go there, so it has to be `https`;
/// only what runs on this machine, such as the sandbox, may do without.
pub(super) fn base(section: &Section<'_>, key: &'static str, default: &str) -> Option<String> {
    let Some(text) = section.text(key) else {
        return Some(default.to_owned());
    };
    if !is_private_address(&text.value) {
        section.refuse(
            &text,
            format!("{:?}", text.value),
            format!("an address such as {default}; http only on this machine"),
        );
        return None;
    }
    Some(text.value.trim_end_matches('/').to_owned())
}
