//! `GET /login`: the choice of a login method, or, for who is logged in well enough, the way on.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse as _, Response};
use http::header::SET_COOKIE;
use http::{Method, Uri};
use varco_core::attempt::{Attempt, BrowserId, Errand};
use varco_core::level::Level;
use varco_core::login::LoginRefusal;
use varco_core::method::{LoginMethod, Provider};
use varco_core::name::ProviderId;
use varco_core::ports::Randomness;
use varco_core::session::Session;

use crate::pages::{Frame, assets, found, headers_only, page, routes, the_return};
use crate::parameters::Parameters;
use crate::parts::WebParts;
use crate::refusal::Stop;
use crate::texts::Texts;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "chooser.html")]
struct Chooser<'a> {
    frame: Frame<'a>,
    service: &'a str,
    body: &'a str,
    level: Level,
    again: Option<Again>,
    methods: Vec<MethodCard>,
    /// Which identity to log in with, where it is not any of theirs.
    purpose: Option<String>,
    /// What the service will know.
    attributes: Vec<String>,
    /// What is asked for besides.
    checked: Vec<String>,
}

/// Why somebody who is logged in is asked once more.
enum Again {
    /// Their session only reaches this level.
    Level(Level),
    /// Their session is of another kind of identity.
    OtherIdentity,
    /// The service is entitled to attributes that their login did not ask for.
    Attributes,
}

/// One login method.
struct MethodCard {
    id: String,
    name: &'static str,
    /// The symbol of its mark.
    mark: &'static str,
    about: Option<String>,
    entrance: Entrance,
    /// Where to read more of it, and where to get it.
    links: Vec<Link>,
}

/// How a method is entered.
enum Entrance {
    /// At once.
    Button(String),
    /// By choosing a provider.
    Providers(Vec<Link>),
}

struct Link {
    text: String,
    address: String,
}

/// `GET /login`
pub(crate) async fn show(
    State(web): State<Arc<WebParts>>,
    Extension(visit): Extension<Arc<Visit>>,
    request_method: Method,
    uri: Uri,
) -> Result<Response, Stop> {
    let parameters = Parameters::of_query(&uri)?;
    if parameters.value("service").is_none() {
        return found(routes::HOME);
    }
    let errand = web.login.errand(parameters.wish()?)?;
    if request_method == Method::HEAD {
        return Ok(headers_only());
    }
    let session = visit.session(&web).await?;
    if let Some(session) = &session
        && let Some(landing) = web.login.pass(&session.id, &errand).await?
    {
        return found(&the_return::address(&web, landing)?);
    }
    let browser = visit.browser(&web).unwrap_or_else(|| BrowserId::draw(&*web.login.randomness));
    let again = session.as_deref().map(|session| Again::why(session, &errand, &web)).transpose()?;
    let attempt = web.login.start(browser, errand, session.map(|session| session.id)).await?;
    // Set again each time: the cookie must live as long as the youngest attempt.
    let cookie = AppendHeaders([(SET_COOKIE, web.cookies.set_browser(&browser))]);
    Ok((cookie, page(&choice(&web, &visit, &attempt, again)?)?).into_response())
}

fn choice<'a>(web: &'a WebParts, visit: &Visit, attempt: &Attempt, again: Option<Again>) -> Result<Chooser<'a>, Stop> {
    let errand = attempt.errand();
    let catalogue = &web.login.catalogue;
    let service = catalogue.service(&errand.service).ok_or(LoginRefusal::UnknownService)?;
    let frame = Frame::new(&web.site, visit);
    let mut methods: Vec<_> = web.login.methods.serving(service, errand.level).collect();
    // What most people have comes first; few have a reader.
    methods.sort_by_key(|method| method.uses_card());
    let mut checked: Vec<_> = service.asks_for().filter(|asked| !service.attributes.contains(asked)).collect();
    checked.sort_unstable();
    Ok(Chooser {
        service: &service.name,
        body: catalogue.body(&service.body).map_or("", |body| &body.name),
        level: errand.level,
        again,
        methods: methods
            .into_iter()
            .map(|method| card(&**method, frame.texts, attempt, &*web.login.randomness))
            .collect(),
        purpose: service.purpose.map(|purpose| frame.texts.purpose(purpose)),
        attributes: service.attributes.iter().map(|attribute| frame.texts.attribute(*attribute)).collect(),
        checked: checked.into_iter().map(|attribute| frame.texts.attribute(attribute)).collect(),
        frame,
    })
}

impl Again {
    /// A session that does not do, held against the level that is needed.
    fn why(session: &Session, errand: &Errand, web: &WebParts) -> Result<Self, LoginRefusal> {
        let service = web.login.catalogue.service(&errand.service).ok_or(LoginRefusal::UnknownService)?;
        Ok(if session.purpose != service.purpose {
            Self::OtherIdentity
        } else if session.level < errand.level {
            Self::Level(session.level)
        } else {
            Self::Attributes
        })
    }
}

fn card(method: &dyn LoginMethod, texts: Texts, attempt: &Attempt, randomness: &dyn Randomness) -> MethodCard {
    let descriptor = method.descriptor();
    let address =
        |provider: Option<&ProviderId>| routes::begin(&descriptor.id, provider, &attempt.key().id, attempt.errand());
    let mut providers = method.providers();
    shuffle(&mut providers, randomness);
    let link = |provider: Provider| Link { address: address(Some(&provider.id)), text: provider.name };
    let entrance = match &providers[..] {
        [] => Entrance::Button(address(None)),
        [only] => Entrance::Button(address(Some(&only.id))),
        _ => Entrance::Providers(providers.into_iter().map(link).collect()),
    };
    let id = descriptor.id.to_string();
    MethodCard {
        name: descriptor.name,
        mark: match &id {
            _ if method.uses_card() => "it-card",
            id if id == "spid" => "spid",
            _ => "it-key",
        },
        about: texts.find(&format!("method-{id}")),
        entrance,
        links: ["more", "join"].iter().filter_map(|link| link_of(texts, &id, link)).collect(),
        id,
    }
}

/// A link that belongs to a method: its text and its address both stand among the texts, where there is one.
fn link_of(texts: Texts, method: &str, link: &str) -> Option<Link> {
    let text = texts.find(&format!("method-{method}.{link}"))?;
    Some(Link { text, address: texts.find(&format!("method-{method}.{link}-address"))? })
}

/// SPID's rules for the button: no provider stands before another, so each visit sees another order.
fn shuffle<T>(items: &mut [T], randomness: &dyn Randomness) {
    for last in (1..items.len()).rev() {
        let mut bytes = [0; size_of::<usize>()];
        randomness.fill(&mut bytes);
        items.swap(last, usize::from_be_bytes(bytes) % (last + 1));
    }
}
