//! One file for each page, and the frame around all of them.

pub(crate) mod chooser;
pub(crate) mod departure;
pub(crate) mod documents;
pub(crate) mod federation;
pub(crate) mod handoff;
pub(crate) mod home;
pub(crate) mod language;
pub(crate) mod logout;
pub(crate) mod refusal;
pub(crate) mod single_logout;
pub(crate) mod the_return;

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use http::header::LOCATION;

use crate::language::Language;
use crate::parts::Site;
use crate::refusal::{Stop, WebRefusal};
use crate::texts::Texts;
use crate::visit::Visit;
use crate::{assets, routes};

/// What every page shows around its content.
pub(crate) struct Frame<'a> {
    site: &'a Site,
    texts: Texts,
    languages: Vec<LanguageLink>,
}

/// A language in the switch.
struct LanguageLink {
    language: Language,
    /// Where to get this page in it; nowhere, where it is the page's own.
    address: Option<String>,
}

// === impl Frame ===

impl<'a> Frame<'a> {
    /// The frame of a page for this visit.
    pub(crate) fn new(site: &'a Site, visit: &Visit) -> Self {
        let link = |here| {
            move |language| LanguageLink {
                language,
                address: (language != visit.language).then(|| routes::language(language, here)),
            }
        };
        let languages = visit.here.as_ref().map(|here| Language::ALL.into_iter().map(link(here)).collect());
        Self { site, texts: Texts(visit.language), languages: languages.unwrap_or_default() }
    }

    /// The frame of a page that cannot be asked for again, so not in another language either.
    pub(crate) const fn without_address(site: &'a Site, language: Language) -> Self {
        Self { site, texts: Texts(language), languages: Vec::new() }
    }

    fn home(&self) -> String {
        format!("{}{}", self.site.access, routes::HOME)
    }
}

/// A page as an answer.
pub(crate) fn page(template: &impl Template) -> Result<Response, Stop> {
    let html = template.render().map_err(|error| Stop::from(WebRefusal::Internal.because(error)))?;
    Ok(Html(html).into_response())
}

/// The answer to a HEAD where a GET would begin something: HEAD is safe (RFC 9110 section 9.2.1).
pub(crate) fn headers_only() -> Response {
    Html("").into_response()
}

/// A redirect. Always 302: it turns a POST into a GET, and every client of SPID knows it.
pub(crate) fn found(address: &str) -> Result<Response, Stop> {
    let location = http::HeaderValue::try_from(address);
    let location =
        location.map_err(|_| Stop::from(WebRefusal::Internal.because("an address that no header can hold")))?;
    Ok((StatusCode::FOUND, [(LOCATION, location)]).into_response())
}
