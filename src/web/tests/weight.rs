//! What a page costs on a phone in a workshop, and that nothing in it runs but our own files.

use std::collections::BTreeSet;

use super::languages::readers;
use super::site::Site;
use crate::web::assets::address;

/// Of everything that a page loads, as it goes over the wire.
const MOST: usize = 60 * 1024;
const MOST_WITH_A_CHART: usize = 230 * 1024;

/// How many bytes of an answer are sent, compressed.
async fn sent(site: &Site, path: &str, cookies: &str) -> usize {
    let client = reqwest::Client::builder()
        .no_proxy()
        .no_gzip()
        .tls_certs_only([])
        .build()
        .unwrap();
    let request = client
        .get(format!("{}{path}", site.url))
        .header("accept-encoding", "gzip")
        .header("cookie", cookies);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.headers()["content-encoding"], "gzip", "{path}");
    answer.bytes().await.unwrap().len()
}

/// The files that a page loads.
fn assets_of(page: &str) -> BTreeSet<&str> {
    let named = page.split('"').filter(|part| part.starts_with("/assets/"));
    named.map(|part| part.split('#').next().unwrap()).collect()
}

#[actix_web::test]
async fn a_page_weighs_little_with_all_that_it_loads() {
    let site = Site::open().await;
    let mut heaviest = 0;
    for (mut browser, pages) in readers(&site, "en").await {
        for path in pages {
            let page = browser.get(&path).await.text;
            let cookies: Vec<String> = browser
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let mut weight = sent(&site, &path, &cookies.join("; ")).await;
            for asset in assets_of(&page) {
                weight += sent(&site, asset, "").await;
            }
            assert!(weight < MOST, "{path}: {weight}");
            heaviest = heaviest.max(weight);
        }
    }
    let chart = sent(&site, &address("echarts.js"), "").await;
    assert!(heaviest + chart < MOST_WITH_A_CHART, "{heaviest} + {chart}");
}

#[actix_web::test]
async fn nothing_in_a_page_needs_more_than_its_strict_policy() {
    let site = Site::open().await;
    for (mut browser, pages) in readers(&site, "zh").await {
        for path in pages {
            let page = browser.get(&path).await.text;
            for script in page.split("<script").skip(1) {
                let (tag, body) = script.split_once('>').unwrap();
                assert!(
                    tag.contains("src=\"") && body.starts_with("</script>"),
                    "{path}: {tag}"
                );
            }
            for inline in [
                "<style",
                " style=\"",
                " onclick=",
                " onload=",
                " hx-on",
                "javascript:",
            ] {
                assert!(!page.contains(inline), "{path}: {inline}");
            }
            let has_htmx = page.contains("/assets/htmx.js");
            assert_eq!(has_htmx, page.contains("\"allowEval\":false"), "{path}");
            assert_eq!(
                has_htmx,
                page.contains(" hx-get=\"") || page.contains(" hx-post=\""),
                "{path}"
            );
        }
    }
}

#[actix_web::test]
async fn whoever_is_logged_out_is_led_to_the_login_by_what_asks_for_a_part() {
    let site = Site::open().await;
    for path in ["/alerts?before=1.a", "/alerts/a/deliveries"] {
        let request = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([])
            .build()
            .unwrap();
        let request = request
            .get(format!("{}{path}", site.url))
            .header("hx-request", "true");
        let answer = request.send().await.unwrap();
        let refresh = &answer.headers()["hx-refresh"];
        assert_eq!(
            (answer.status().as_u16(), refresh.as_bytes()),
            (401, &b"true"[..]),
            "{path}"
        );
    }
}
