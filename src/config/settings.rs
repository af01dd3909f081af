//! The whole configuration of a service, parsed into types.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::alerts::AlertSettings;
use super::api::ApiSettings;
use super::contacts::ContactSettings;
use super::dingtalk::DingtalkSettings;
use super::files::FileSettings;
use super::server::ServerSettings;
use super::wecom::WecomSettings;
use super::weekly::WeeklySettings;
use super::{Document, Problems, Secret, Section};

/// Environment variables that override the file begin with this.
pub const ENVIRONMENT_PREFIX: &str = "DINGDAN__";

/// Everything that `dingdan serve` needs to know.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `[server]`
    pub server: ServerSettings,
    /// `[storage]`
    pub storage: StorageSettings,
    /// `[redis]`; without it the board lives in this process.
    pub redis: Option<RedisSettings>,
    /// `[wecom]`
    pub wecom: WecomSettings,
    /// `[dingtalk]`; without it alerts are only shown on the pages.
    pub dingtalk: Option<DingtalkSettings>,
    /// `[alerts]`
    pub alerts: AlertSettings,
    /// `[weekly]`
    pub weekly: WeeklySettings,
    /// `[process]`
    pub process: ProcessSettings,
    /// `[contacts]`
    pub contacts: ContactSettings,
    /// `[api]`
    pub api: ApiSettings,
    /// What the file sets for parts that this version doesn't have yet. It is taken as it stands,
    /// so that one file serves several versions.
    pub unread: Vec<&'static str>,
}

/// `[storage]`: where everything is kept.
#[derive(Debug, Clone)]
pub struct StorageSettings {
    /// `sqlite://path` or `postgres://…`. May hold a password.
    pub url: Secret,
    /// Rows that the callbacks may keep waiting for one commit, before they answer 503.
    pub waiting_callbacks: usize,
    /// Uploaded files.
    pub files: FileSettings,
    /// How long what came in is kept after it was worked on: what fences repeats off.
    pub keep_done: Duration,
    /// How long what was sent is kept. The ledger of attempts stays.
    pub keep_sent: Duration,
}

/// `[redis]`: the shared board, tokens and wake-ups.
#[derive(Debug, Clone)]
pub struct RedisSettings {
    /// `redis://…` or `rediss://…`. May hold a password.
    pub url: Secret,
    /// Begins every key, so that several services can share a server.
    pub prefix: String,
}

/// `[process]`: what is demanded, how customers are heard, and when work goes on.
#[derive(Debug, Clone)]
pub struct ProcessSettings {
    /// The process definition; `None` is the one inside the binary.
    pub file: Option<PathBuf>,
    /// The folder of the keyword dictionaries; `None` are those inside the binary.
    pub dictionaries: Option<PathBuf>,
    /// The work calendar; `None` is the one inside the binary.
    pub calendar: Option<PathBuf>,
    /// How long a rep may think which of several deals is meant, when the director has to hear of
    /// it at once.
    pub which_deal_at_once: Duration,
}

impl Default for ProcessSettings {
    fn default() -> Self {
        Self {
            file: None,
            dictionaries: None,
            calendar: None,
            which_deal_at_once: Duration::from_secs(45),
        }
    }
}

impl Settings {
    /// Reads and checks the file, with the environment's overrides.
    ///
    /// # Errors
    /// Every mistake, with file, line, what was found and what was expected.
    pub fn load(
        file: &Path,
        environment: impl Iterator<Item = (OsString, OsString)>,
    ) -> Result<Self, Problems> {
        let document = Document::read(file)?.with_overrides(ENVIRONMENT_PREFIX, environment);
        Self::from_document(&document)
    }

    /// Takes a document apart that is already here.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn from_document(document: &Document) -> Result<Self, Problems> {
        Self::with_process(document).0
    }

    /// As [`Settings::from_document`], and where what `[process]` names is, which can be known
    /// although something else is wrong.
    pub(crate) fn with_process(
        document: &Document,
    ) -> (Result<Self, Problems>, Option<ProcessSettings>) {
        let mut found = None;
        let settings = document.parse(|root| {
            let server = ServerSettings::read(root);
            let storage = StorageSettings::read(root);
            let redis = RedisSettings::read(root);
            let wecom = WecomSettings::read(root);
            let dingtalk = DingtalkSettings::read(root);
            let alerts = AlertSettings::read(root, dingtalk.as_ref());
            let weekly = WeeklySettings::read(root, dingtalk.as_ref());
            let process = ProcessSettings::read(root);
            found = Some(process.clone());
            let apps = wecom.iter().flat_map(|wecom| &wecom.apps);
            let apps: Vec<&str> = apps.map(|app| app.name.as_str()).collect();
            let contacts = ContactSettings::read(root, &apps);
            let api = ApiSettings::read(root);
            let unread = unread(root);
            Some(Self {
                server: server?,
                storage: storage?,
                redis,
                wecom: wecom?,
                dingtalk,
                alerts,
                weekly,
                process,
                contacts,
                api,
                unread,
            })
        });
        (settings, found)
    }
}

/// Known names that nothing reads yet.
fn unread(root: &Section<'_>) -> Vec<&'static str> {
    [("[iflytek]", root.holds("iflytek"))]
        .into_iter()
        .filter_map(|(name, is_there)| is_there.then_some(name))
        .collect()
}

impl StorageSettings {
    fn read(root: &Section<'_>) -> Option<Self> {
        let expected = "a [storage] section with url = \"sqlite://data/dingdan.db\" or \"postgres://user:password@host/database\"";
        let section = root.required_section("storage", expected)?;
        let url = section.required_secret::<Secret>("url", expected);
        let waiting = section.integer("waiting_callbacks", 1..=1_000_000);
        let files = FileSettings::read(&section);
        let keep_done = section.integer("keep_done_days", 7..=36_500);
        let keep_sent = section.integer("keep_sent_days", 1..=36_500);
        section.finish();
        let url = url?;
        if let Some(found) = wrong_storage(url.value.expose()) {
            section.refuse(&url, found, expected);
            return None;
        }
        Some(Self {
            url: from_the_file(&url.value, section.document().folder()),
            files: files?,
            waiting_callbacks: waiting.map_or(10_000, |found| {
                usize::try_from(found.value).unwrap_or(10_000)
            }),
            keep_done: days(keep_done.map_or(7, |found| found.value)),
            keep_sent: days(keep_sent.map_or(30, |found| found.value)),
        })
    }
}

fn days(number: i64) -> Duration {
    Duration::from_secs(number.unsigned_abs() * 24 * 3600)
}

/// What is wrong with the address of a store. Says nothing of the address itself, which may hold
/// a password.
fn wrong_storage(url: &str) -> Option<&'static str> {
    if let Some(path) = sqlite_path(url) {
        let names_nothing = path.split('?').next().is_none_or(str::is_empty);
        return names_nothing.then_some("an address without a file");
    }
    if !["postgres://", "postgresql://"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
    {
        return Some("an address of another kind");
    }
    url.parse::<sqlx::postgres::PgConnectOptions>()
        .is_err()
        .then_some("a malformed address")
}

fn sqlite_path(url: &str) -> Option<&str> {
    url.strip_prefix("sqlite://")
        .or_else(|| url.strip_prefix("sqlite:"))
}

/// A relative SQLite path starts from the configuration's folder, as every path in it does.
fn from_the_file(url: &Secret, folder: &Path) -> Secret {
    match sqlite_path(url.expose()) {
        Some(path) if !path.starts_with('/') && !path.starts_with(":memory:") => {
            Secret::new(format!("sqlite://{}", folder.join(path).display()))
        }
        _ => url.clone(),
    }
}

impl RedisSettings {
    fn read(root: &Section<'_>) -> Option<Self> {
        let section = root.section("redis")?;
        let expected = "an address such as redis://127.0.0.1:6379 (leave [redis] out to keep the board in this process)";
        let url = section.required_secret::<Secret>("url", expected);
        let prefix = section.text("prefix");
        section.finish();
        if let Some(prefix) = &prefix
            && (prefix.value.is_empty() || prefix.value.contains(['{', '}']))
        {
            section.refuse(
                prefix,
                format!("{:?}", prefix.value),
                "a word without braces, which Redis keeps for itself",
            );
        }
        let url = url?;
        let is_redis = ["redis://", "rediss://"]
            .iter()
            .any(|scheme| url.value.expose().starts_with(scheme));
        if !is_redis || redis::Client::open(url.value.expose()).is_err() {
            let found = if is_redis {
                "a malformed address"
            } else {
                "an address of another kind"
            };
            section.refuse(&url, found, expected);
            return None;
        }
        Some(Self {
            url: url.value,
            prefix: prefix.map_or_else(|| "dingdan".to_owned(), |found| found.value),
        })
    }
}

impl ProcessSettings {
    fn read(root: &Section<'_>) -> Self {
        let Some(section) = root.section("process") else {
            return Self::default();
        };
        let file = section.path("file").map(|found| found.value);
        let dictionaries = section.path("dicts").map(|found| found.value);
        let calendar = section.path("calendar").map(|found| found.value);
        let which_deal = section.integer("which_deal_at_once_seconds", 5..=600);
        section.finish();
        let which_deal = which_deal.and_then(|found| u64::try_from(found.value).ok());
        Self {
            file,
            dictionaries,
            calendar,
            which_deal_at_once: which_deal
                .map_or_else(|| Self::default().which_deal_at_once, Duration::from_secs),
        }
    }
}
