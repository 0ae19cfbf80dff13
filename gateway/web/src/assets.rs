//! The style sheet, icons, fonts and script of the pages, inside the binary.
//!
//! They stand below `/.varco/`, which belongs to the gateway on every host. The address holds the
//! version of the whole, so a browser may keep what it got for ever.

use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use http::{HeaderMap, StatusCode};
use rust_embed::RustEmbed;

use crate::refusal::{Stop, WebRefusal};
use crate::segments::Segments;

/// Where they are mounted.
pub(crate) const PATH: &str = "/.varco/static/{version}/{file}";

macro_rules! version {
    () => {
        include_str!("../assets/dist/version")
    };
}

macro_rules! address {
    ($file:literal) => {
        concat!("/.varco/static/", version!(), "/", $file)
    };
}

/// The style sheet.
pub(crate) const STYLE: &str = address!("varco.css");
/// The icons, each a symbol.
pub(crate) const ICONS: &str = address!("icons.svg");
/// The icon of the browser's tab.
pub(crate) const FAVICON: &str = address!("favicon.svg");
/// The script that posts the form of a departure.
pub(crate) const DEPART: &str = address!("depart.js");
/// The font of the text.
pub(crate) const FONT: &str = address!("titillium-400.woff2");
/// The font of the titles.
pub(crate) const FONT_BOLD: &str = address!("titillium-700.woff2");

#[derive(RustEmbed)]
#[folder = "assets/dist"]
struct Dist;

/// `GET /.varco/static/{version}/{file}`
pub(crate) async fn serve(
    Segments((version, file)): Segments<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Stop> {
    let media_type = media_type(&file).ok_or(WebRefusal::UnknownPage)?;
    let compressed = accepts_brotli(&headers).then(|| Dist::get(&format!("{file}.br"))).flatten();
    let encoding = compressed.is_some().then_some([(CONTENT_ENCODING, "br")]);
    let tag = if compressed.is_some() { concat!("\"", version!(), "-br\"") } else { concat!("\"", version!(), "\"") };
    // While two versions of the gateway run side by side, a page of one may ask the other: it gets
    // what is there, and keeps it for no longer than that.
    let keep = if version == version!() { "public, max-age=31536000, immutable" } else { "no-cache" };
    let about = [(CACHE_CONTROL, keep), (VARY, "accept-encoding"), (ETAG, tag)];
    if headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    let content = compressed.or_else(|| Dist::get(&file)).ok_or(WebRefusal::UnknownPage)?.data;
    Ok((about, [(CONTENT_TYPE, media_type)], encoding, content).into_response())
}

/// The media type of what we serve; anything else (the version, the compressed copies) is no asset.
fn media_type(file: &str) -> Option<&'static str> {
    let (_, extension) = file.rsplit_once('.')?;
    match extension {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "woff2" => Some("font/woff2"),
        _ => None,
    }
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    let codings = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    codings.flat_map(|header| header.split(',')).any(|coding| coding.trim() == "br")
}
