//! What systems and browsers fetch besides pages.

use std::path::Path;

use axum::body::Body;
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG};

use super::world::World;
use crate::assets;

#[tokio::test]
async fn metadata_and_keys_are_published() {
    let world = World::new();
    for address in ["/metadata/spid", "/metadata/spid/c_e625"] {
        let answer = world.browser().get(address).await;
        assert_eq!((answer.header(CONTENT_TYPE), answer.body.as_str()), ("application/samlmetadata+xml", "<md/>"));
    }
    let keys = world.browser().get("/.well-known/jwks.json").await;
    assert_eq!((keys.header(CONTENT_TYPE), keys.body.as_str()), ("application/jwk-set+json", r#"{"keys":[]}"#));
    assert_eq!(keys.header(CACHE_CONTROL), "public, max-age=300");
}

#[tokio::test]
async fn assets_are_kept_for_ever_under_their_version() {
    let world = World::new();
    let mut browser = world.browser();
    for (address, media_type) in [
        (assets::STYLE, "text/css; charset=utf-8"),
        (assets::ICONS, "image/svg+xml"),
        (assets::FAVICON, "image/svg+xml"),
        (assets::DEPART, "text/javascript; charset=utf-8"),
        (assets::FONT, "font/woff2"),
        (assets::FONT_BOLD, "font/woff2"),
    ] {
        let answer = browser.get(address).await;
        assert_eq!((answer.status.as_u16(), answer.header(CONTENT_TYPE)), (200, media_type), "{address}");
        assert_eq!(answer.header(CACHE_CONTROL), "public, max-age=31536000, immutable");
        let known = [("if-none-match", answer.header(ETAG))];
        assert_eq!(browser.ask("GET", address, &known, Body::empty()).await.status, 304);
    }
    let other = browser.get("/.varco/static/000000000000/varco.css").await;
    assert_eq!((other.status.as_u16(), other.header(CACHE_CONTROL)), (200, "no-cache"));
}

#[tokio::test]
async fn assets_are_compressed_for_who_can_read_it() {
    let world = World::new();
    let plain = world.browser().get(assets::STYLE).await;
    let brotli = [("accept-encoding", "gzip, br")];
    let compressed = world.browser().ask("GET", assets::STYLE, &brotli, Body::empty()).await;
    assert_eq!((plain.header(CONTENT_ENCODING), compressed.header(CONTENT_ENCODING)), ("", "br"));
    assert_ne!(plain.header(ETAG), compressed.header(ETAG));
    assert!(compressed.length * 4 < plain.length);
}

#[tokio::test]
async fn every_icon_that_a_template_shows_is_there() {
    let world = World::new();
    let icons = world.browser().get(assets::ICONS).await.body;
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut shown: Vec<String> = ["spid", "it-key"].map(str::to_owned).to_vec();
    for entry in std::fs::read_dir(templates).unwrap() {
        let template = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let calls = template.split("call icon(\"").skip(1);
        shown.extend(calls.map(|rest| rest.split('"').next().unwrap().to_owned()));
    }
    assert!(shown.len() > 8, "the templates were found");
    for name in shown {
        assert!(icons.contains(&format!("id=\"{name}\"")), "{name}");
    }
}
