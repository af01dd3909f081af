//! `[server]`: where the service listens, and how others reach it.

use std::net::{IpAddr, SocketAddr};

use reqwest::Url;

use super::Section;

/// `[server]`.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// Where the service listens.
    pub bind: SocketAddr,
    /// How browsers and platforms reach it, without a slash at the end. Links in alerts begin with it.
    pub public_url: String,
    /// How many threads answer requests; as many as there are cores when left out.
    pub workers: Option<usize>,
    /// Addresses of reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Lines of JSON instead of lines for people.
    pub json_logs: bool,
}

impl ServerSettings {
    /// Whether pages are reached over TLS, so that cookies may insist on it.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    pub(super) fn read(root: &Section<'_>) -> Option<Self> {
        let section =
            root.required_section("server", "a [server] section with bind and public_url")?;
        let bind =
            section.parsed::<SocketAddr>("bind", "an address and port such as 127.0.0.1:8080");
        let expected = "the address by which browsers and WeCom reach the service, such as https://dingdan.example.com";
        let public_url = section.required_filled_text("public_url", expected);
        let workers = section.integer("workers", 1..=1024);
        let trusted_proxies = section.parsed_list("trusted_proxies", "an IP address");
        let json_logs = section.boolean("json_logs");
        section.finish();

        let public_url = public_url?;
        if !is_base(&public_url.value) {
            section.refuse(&public_url, format!("{:?}", public_url.value), expected);
            return None;
        }
        Some(Self {
            bind: bind.map_or(SocketAddr::from(([127, 0, 0, 1], 8080)), |found| {
                found.value
            }),
            public_url: public_url.value.trim_end_matches('/').to_owned(),
            workers: workers.and_then(|found| usize::try_from(found.value).ok()),
            trusted_proxies: trusted_proxies
                .into_iter()
                .map(|found| found.value)
                .collect(),
            json_logs: json_logs.is_some_and(|found| found.value),
        })
    }
}

/// Whether the text is `http(s)://host/path`, to which a path can be added: without a user, a
/// query and a fragment.
fn is_base(text: &str) -> bool {
    web_address(text).is_some_and(|url| {
        let has_user = !url.username().is_empty() || url.password().is_some();
        !has_user && url.query().is_none() && url.fragment().is_none()
    })
}

/// Whether the text is an address that can be called without telling the network what is said:
/// `https`, or `http` on this very machine.
pub(super) fn is_private_address(text: &str) -> bool {
    web_address(text).is_some_and(|url| url.scheme() == "https" || is_this_machine(&url))
}

fn web_address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

fn is_this_machine(url: &Url) -> bool {
    let Some(host) = url.host_str() else {
        return false;
    };
    let address: Result<IpAddr, _> = host.trim_matches(['[', ']']).parse();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
