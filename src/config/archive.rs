//! `[wecom.archive]`: the chat archive (会话内容存档).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use dingdan_webhooks::wecom::crypto::{CallbackToken, EncodingAesKey};

use super::private_key::{NoKey, PrivateKey};
use super::{Found, Secret, Section};

/// `[wecom.archive]`.
#[derive(Debug, Clone)]
pub struct ArchiveSettings {
    /// The vendor's library: a path, or a name that the system's loader finds.
    pub sdk: PathBuf,
    /// The archive's own Secret.
    pub secret: Secret,
    /// By `publickey_ver`. All that were ever in force, since a message is sealed with the key of its
    /// time.
    pub private_keys: BTreeMap<u32, PrivateKey>,
    /// Where they were read from.
    pub key_files: Vec<PathBuf>,
    /// What proves its callbacks, when the archive has a URL of its own.
    pub callback: Option<ArchiveCallback>,
    /// By which the library reaches the platform.
    pub proxy: Option<String>,
    /// `user:password` for the proxy.
    pub proxy_password: Option<Secret>,
    /// What the library may take for one call.
    pub timeout_seconds: u32,
    /// How often there is a pull without a notice.
    pub pull_every: Duration,
    /// Messages of one pull.
    pub limit: u32,
    /// Whether pictures, voice, videos and files are fetched.
    pub media: bool,
    /// The library's process is replaced when it has more than this.
    pub memory_mb: u32,
    /// The library's process is replaced after so many pulls.
    pub pulls_per_process: u32,
    /// The binary that has `archive-child`; `None` is this one. Tests are another one.
    pub program: Option<PathBuf>,
}

/// What proves a callback to `/wecom/callback/archive`.
#[derive(Debug, Clone)]
pub struct ArchiveCallback {
    /// `Token` of 会话内容存档 → 接收事件服务器.
    pub token: CallbackToken,
    /// `EncodingAESKey` of the same page.
    pub encoding_aes_key: EncodingAesKey,
}

/// The last part of the archive's callback URL, and its name among the apps.
pub const ARCHIVE: &str = "archive";

const KEYS: &str = "the private keys, such as [{ version = 1, file = \"archive-key-1.pem\" }]";

impl ArchiveSettings {
    pub(super) fn read(wecom: &Section<'_>) -> Option<Option<Self>> {
        let Some(section) = wecom.section("archive") else {
            return Some(None);
        };
        let sdk = section
            .required("sdk", "the vendor's library, libWeWorkFinanceSdk_C.so")
            .then(|| library(&section))
            .flatten();
        let secret = section.required_secret::<Secret>(
            "secret",
            "the archive's Secret: 管理后台 → 管理工具 → 会话内容存档 → Secret",
        );
        let keys = section
            .required("private_keys", KEYS)
            .then(|| read_keys(&section))
            .flatten();
        let callback = read_callback(&section);
        let proxy = section.filled_text("proxy", PROXY);
        let proxy = match proxy {
            Some(proxy) if !is_proxy(&proxy.value) => {
                // It may hold a password in the wrong place.
                section.refuse(&proxy, "a text of another shape", PROXY);
                None
            }
            proxy => Some(proxy.map(|found| found.value)),
        };
        let expected = "user:password";
        let proxy_password = section.secret::<Secret>("proxy_password", expected);
        let number = |key, allowed, default: u32| {
            let found = section.integer(key, allowed);
            found.map_or(default, |found| {
                u32::try_from(found.value).unwrap_or(default)
            })
        };
        let timeout_seconds = number("timeout_seconds", 1..=600, 30);
        let pull_seconds = number("pull_seconds", 5..=86_400, 60);
        let limit = number("limit", 1..=1000, 200);
        let memory_mb = number("memory_mb", 64..=65_536, 512);
        let pulls_per_process = number("pulls_per_process", 1..=1_000_000, 2000);
        let media = section.boolean("media").is_none_or(|found| found.value);
        section.finish();
        let (private_keys, key_files) = keys?;
        Some(Some(Self {
            sdk: sdk?,
            secret: secret?.value,
            private_keys,
            key_files,
            callback: callback?,
            proxy: proxy?,
            proxy_password: proxy_password.map(|found| found.value),
            timeout_seconds,
            pull_every: Duration::from_secs(u64::from(pull_seconds)),
            limit,
            media,
            memory_mb,
            pulls_per_process,
            program: None,
        }))
    }
}

/// A path that is relative to the file, as every path in it; a bare name is for the system's loader,
/// unless a file of that name lies beside the configuration.
fn library(section: &Section<'_>) -> Option<PathBuf> {
    let named = section.filled_text("sdk", "the vendor's library, libWeWorkFinanceSdk_C.so")?;
    let path = section.document().folder().join(&named.value);
    if path.is_file() {
        return Some(path);
    }
    if named.value.contains('/') {
        section.refuse(
            &named,
            format!("{:?}, where no file is", named.value),
            "the vendor's library, which has to be put there: it isn't ours to ship",
        );
        return None;
    }
    Some(PathBuf::from(named.value))
}

fn read_callback(section: &Section<'_>) -> Option<Option<ArchiveCallback>> {
    let of = "of 会话内容存档 → 接收事件服务器";
    let token = section.secret::<CallbackToken>(
        "token",
        &format!("the Token {of}: 1 to 32 letters and digits"),
    );
    let key = section.secret::<EncodingAesKey>(
        "encoding_aes_key",
        &format!("the EncodingAESKey {of}: exactly 43 letters and digits"),
    );
    match (section.holds("token"), section.holds("encoding_aes_key")) {
        (false, false) => Some(None),
        (true, true) => Some(Some(ArchiveCallback {
            token: token?.value,
            encoding_aes_key: key?.value,
        })),
        (has_token, _) => {
            let (alone, missing) = match has_token {
                true => ("token", "encoding_aes_key"),
                false => ("encoding_aes_key", "token"),
            };
            section.refuse_key(
                alone,
                format!("{alone} without {missing}"),
                format!("both {of}, or neither"),
            );
            None
        }
    }
}

type Keys = (BTreeMap<u32, PrivateKey>, Vec<PathBuf>);

/// All keys, of which there has to be one at least; each version once.
fn read_keys(section: &Section<'_>) -> Option<Keys> {
    let entries = section.sections("private_keys");
    if entries.is_empty() {
        section.refuse_key("private_keys", "no key", KEYS);
        return None;
    }
    let read: Vec<_> = entries.iter().map(read_key).collect();
    let mut keys = BTreeMap::new();
    let mut files = Vec::new();
    let mut is_fine = true;
    for (entry, key) in entries.iter().zip(read) {
        let Some((version, file, key)) = key else {
            is_fine = false;
            continue;
        };
        let number = u32::try_from(version.value).unwrap_or_default();
        if keys.insert(number, key).is_some() {
            entry.refuse(
                &version,
                format!("a second key of version {number}"),
                "each version once",
            );
            is_fine = false;
        }
        files.push(file);
    }
    is_fine.then_some((keys, files))
}

fn read_key(entry: &Section<'_>) -> Option<(Found<i64>, PathBuf, PrivateKey)> {
    let expected = "the number that the console shows beside the public key (公钥版本号)";
    let version = entry
        .required("version", expected)
        .then(|| entry.integer("version", 1..=i64::from(u32::MAX)))
        .flatten();
    let in_file = "a PEM file with the RSA private key that belongs to that version";
    let file = entry
        .required("file", in_file)
        .then(|| entry.path("file"))
        .flatten();
    entry.finish();
    let (version, file) = (version?, file?);
    let key = match std::fs::read_to_string(&file.value) {
        Ok(pem) => PrivateKey::from_pem(&pem),
        Err(error) => {
            entry.refuse(
                &file,
                format!("{}, which can't be read: {error}", file.value.display()),
                in_file,
            );
            return None;
        }
    };
    match key {
        Ok(key) => Some((version, file.value, key)),
        Err(NoKey(what)) => {
            entry.refuse(
                &file,
                format!("{}, which holds {what}", file.value.display()),
                in_file,
            );
            None
        }
    }
}

const PROXY: &str = "http://HOST:PORT or socks5://HOST:PORT, the password in proxy_password";

fn is_proxy(text: &str) -> bool {
    let address = text
        .strip_prefix("http://")
        .or_else(|| text.strip_prefix("socks5://"));
    address
        .and_then(|address| address.rsplit_once(':'))
        .is_some_and(|(host, port)| {
            !host.is_empty() && !host.contains(['@', '/', ' ']) && port.parse::<u16>().is_ok()
        })
}
