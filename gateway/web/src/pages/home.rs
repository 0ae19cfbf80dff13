//! `GET /`: the services of the region, body by body, and the citizen's session.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use varco_core::attribute::Attribute;
use varco_core::body::Body;
use varco_core::catalogue::Catalogue;
use varco_core::level::Level;
use varco_core::session::Session;

use crate::pages::{Frame, assets, page, routes};
use crate::parts::WebParts;
use crate::refusal::Stop;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    frame: Frame<'a>,
    session: Option<LoggedIn<'a>>,
    bodies: Vec<BodyWithServices<'a>>,
}

/// Who is logged in, as far as they are shown it.
struct LoggedIn<'a> {
    name: Option<String>,
    method: &'a str,
    level: Level,
}

struct BodyWithServices<'a> {
    name: &'a str,
    services: Vec<ServiceLink<'a>>,
}

struct ServiceLink<'a> {
    name: &'a str,
    address: String,
}

/// `GET /`
pub(crate) async fn show(
    State(web): State<Arc<WebParts>>,
    Extension(visit): Extension<Arc<Visit>>,
) -> Result<Response, Stop> {
    let session = visit.session(&web).await?;
    page(&Home {
        frame: Frame::new(&web.site, &visit),
        session: session.as_deref().map(|session| logged_in(&web, session)),
        bodies: bodies(&web.login.catalogue),
    })
}

fn logged_in<'a>(web: &'a WebParts, session: &'a Session) -> LoggedIn<'a> {
    let names = [Attribute::GivenName, Attribute::FamilyName];
    let names: Vec<_> = names.into_iter().filter_map(|name| session.attributes.value(name)).collect();
    let method = web.login.methods.by_id(&session.method);
    LoggedIn {
        name: (!names.is_empty()).then(|| names.join(" ")),
        method: method.map_or(session.method.as_str(), |method| method.descriptor().name),
        level: session.level,
    }
}

fn bodies(catalogue: &Catalogue) -> Vec<BodyWithServices<'_>> {
    let with_services = |body: &'_ std::sync::Arc<Body>| {
        let services = catalogue.services().filter(|service| service.body == body.id);
        services.map(|service| ServiceLink { name: &service.name, address: catalogue.first_page(service) }).collect()
    };
    let bodies = catalogue.bodies().map(|body| BodyWithServices { name: &body.name, services: with_services(body) });
    bodies.filter(|body| !body.services.is_empty()).collect()
}
