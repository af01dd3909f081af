//! Addresses: taking them apart and putting answers into them.

use std::collections::BTreeMap;

use actix_web::web::Query;
use reqwest::Url;

/// A query string's parameters, decoded once.
pub(super) fn parameters(query: &str) -> BTreeMap<String, String> {
    Query::from_query(query)
        .map(Query::into_inner)
        .unwrap_or_default()
}

/// The address with more parameters; `None` when it is no http address.
pub(super) fn with_parameters(address: &str, more: &[(&str, &str)]) -> Option<String> {
    let mut url = web_address(address)?;
    url.query_pairs_mut().extend_pairs(more);
    Some(url.into())
}

/// Host and port of an http address.
pub(in crate::sandbox) fn host_of(address: &str) -> Option<String> {
    let url = web_address(address)?;
    let host = url.host_str()?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

/// The page behind `dingtalk://dingtalkclient/page/link?url=…`; any other link as it is.
pub(in crate::sandbox) fn unwrapped(link: &str) -> String {
    let inner = link
        .strip_prefix("dingtalk://dingtalkclient/page/link?")
        .and_then(|query| parameters(query).remove("url"));
    inner.unwrap_or_else(|| link.to_owned())
}

fn web_address(address: &str) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_for_the_side_panel_is_unwrapped_once() {
        let link = "dingtalk://dingtalkclient/page/link?url=http%3A%2F%2Fa.example%2Fc%3Fm%3D1%2526&pc_slide=true";

        assert_eq!(unwrapped(link), "http://a.example/c?m=1%26");
        assert_eq!(unwrapped("http://a.example/"), "http://a.example/");
    }

    #[test]
    fn only_http_addresses_get_parameters() {
        assert_eq!(
            with_parameters("http://a.example/in?x=1", &[("code", "a b")]),
            Some("http://a.example/in?x=1&code=a+b".into())
        );
        assert_eq!(with_parameters("javascript:alert(1)", &[]), None);
        assert_eq!(
            host_of("http://a.example:81/x"),
            Some("a.example:81".into())
        );
    }
}
