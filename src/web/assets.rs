//! Styles and scripts, inside the binary, under addresses that change with their content, and
//! compressed once and well: what is sent to every phone is worth more work than what is sent once.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::{LazyLock, OnceLock};

use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, ETAG, IF_NONE_MATCH, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;

use super::error::PageError;

#[derive(RustEmbed)]
#[folder = "src/web/assets"]
struct Assets;

/// An asset.
struct Asset {
    /// The beginning of its content's hash.
    version: String,
    content: Bytes,
    /// Its content compressed, from the first time on that somebody asks for it.
    gzip: OnceLock<Bytes>,
}

impl Asset {
    fn of(name: &str) -> Option<Self> {
        let file = Assets::get(name)?;
        Some(Self {
            version: URL_SAFE_NO_PAD.encode(&file.metadata.sha256_hash()[..9]),
            content: Bytes::from(file.data.into_owned()),
            gzip: OnceLock::new(),
        })
    }

    fn compressed(&self) -> Bytes {
        let compressed = self.gzip.get_or_init(|| {
            let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
            let written = gzip.write_all(&self.content).and_then(|()| gzip.finish());
            Bytes::from(written.expect("a vector takes all that is written"))
        });
        compressed.clone()
    }
}

static ASSETS: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(|| {
    Assets::iter()
        .filter_map(|name| Some((name.to_string(), Asset::of(&name)?)))
        .collect()
});

/// The address of an asset. Templates ask for it, so that a new release is never styled by an old file.
pub(super) fn address(name: &str) -> String {
    match ASSETS.get(name) {
        Some(asset) => format!("/assets/{name}?v={}", asset.version),
        None => format!("/assets/{name}"),
    }
}

/// `GET /assets/{name}`.
pub(super) async fn serve(
    request: HttpRequest,
    name: Path<String>,
) -> Result<HttpResponse, PageError> {
    let asset = ASSETS.get(name.as_str()).ok_or(PageError::NotFound)?;
    let version = &asset.version;
    let tag = format!("\"{version}\"");
    let is_known = request
        .headers()
        .get(IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let is_this_version = request.query_string().strip_prefix("v=") == Some(version.as_str());
    let kept_for = if is_this_version {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut response = if is_known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((ETAG, tag))
        .insert_header((CACHE_CONTROL, kept_for))
        .insert_header((VARY, "accept-encoding"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    if is_known {
        return Ok(response.finish());
    }
    response.content_type(content_type(&name));
    if takes_gzip(&request) {
        response.insert_header((CONTENT_ENCODING, "gzip"));
        return Ok(response.body(asset.compressed()));
    }
    Ok(response.body(asset.content.clone()))
}

fn takes_gzip(request: &HttpRequest) -> bool {
    let accepted = request.headers().get(ACCEPT_ENCODING);
    let accepted = accepted.and_then(|accepted| accepted.to_str().ok());
    let mut encodings = accepted.unwrap_or_default().split(',');
    encodings.any(|encoding| {
        let (name, weight) = encoding.split_once(';').unwrap_or((encoding, "q=1"));
        let weight = weight.trim().trim_start_matches("q=").parse::<f32>();
        name.trim() == "gzip" && weight.is_ok_and(|weight| weight > 0.0)
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn every_asset_has_an_address_of_its_own_content_and_a_type() {
        assert!(ASSETS.len() >= 5);
        for name in ASSETS.keys() {
            assert!(address(name).contains("?v="), "{name}");
            assert_ne!(content_type(name), "application/octet-stream", "{name}");
        }
    }

    #[test]
    fn what_is_compressed_is_so_for_those_who_take_it() {
        for (accepted, expected) in [
            ("gzip, deflate, br", true),
            ("br;q=1.0, gzip;q=0.8", true),
            ("gzip;q=0", false),
            ("br", false),
            ("", false),
        ] {
            let request = TestRequest::get().insert_header((ACCEPT_ENCODING, accepted));
            let taken = takes_gzip(&request.to_http_request());
            assert_eq!(taken, expected, "{accepted}");
        }
        assert!(!takes_gzip(&TestRequest::get().to_http_request()));
    }

    #[test]
    fn what_others_wrote_is_as_they_published_it() {
        let told = include_str!("assets/THIRD_PARTY.md");
        let echarts = include_str!("assets/echarts.js");
        for (part, owner) in [
            ("ZRender", "Copyright (c) 2017, Baidu Inc."),
            ("tslib", "Copyright (c) Microsoft Corporation."),
        ] {
            assert!(told.contains(part) && told.contains(owner), "{part}");
        }
        assert!(echarts.contains("ZRender") && echarts.contains("Microsoft Corporation"));
        assert!(
            ASSETS.contains_key("THIRD_PARTY.md"),
            "it goes with the binary"
        );
        for name in ["htmx.js", "echarts.js"] {
            let hash = Assets::get(name)
                .expect("it is there")
                .metadata
                .sha256_hash();
            let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            let row = told
                .lines()
                .find(|row| row.starts_with(&format!("| `{name}`")));
            assert!(
                row.expect("a row of its own").contains(&hash),
                "{name}: {hash}"
            );
        }
    }
}
