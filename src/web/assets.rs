//! Styles and scripts, inside the binary, under addresses that change with their content.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH, X_CONTENT_TYPE_OPTIONS};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rust_embed::RustEmbed;

use super::error::PageError;

#[derive(RustEmbed)]
#[folder = "src/web/assets"]
struct Assets;

/// Name → the beginning of its content's hash.
static VERSIONS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let version = |name: &str| {
        let hash = Assets::get(name)?.metadata.sha256_hash();
        Some(URL_SAFE_NO_PAD.encode(&hash[..9]))
    };
    Assets::iter()
        .filter_map(|name| Some((name.to_string(), version(&name)?)))
        .collect()
});

/// The address of an asset. Templates ask for it, so that a new release is never styled by an old file.
pub(super) fn address(name: &str) -> String {
    match VERSIONS.get(name) {
        Some(version) => format!("/assets/{name}?v={version}"),
        None => format!("/assets/{name}"),
    }
}

/// `GET /assets/{name}`.
pub(super) async fn serve(
    request: HttpRequest,
    name: Path<String>,
) -> Result<HttpResponse, PageError> {
    let (Some(file), Some(version)) = (Assets::get(&name), VERSIONS.get(name.as_str())) else {
        return Err(PageError::NotFound);
    };
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
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    if is_known {
        return Ok(response.finish());
    }
    Ok(response
        .content_type(content_type(&name))
        .body(file.data.into_owned()))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_has_an_address_of_its_own_content_and_a_type() {
        assert!(VERSIONS.len() >= 5);
        for name in VERSIONS.keys() {
            assert!(address(name).contains("?v="), "{name}");
            assert_ne!(content_type(name), "application/octet-stream", "{name}");
        }
    }
}
