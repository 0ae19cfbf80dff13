//! Single logout at the test identity provider: it ends a session when it is asked, asks for the end of
//! one itself, and can do both badly.

use std::io::Write as _;
use std::sync::PoisonError;

use anyhow::{Context, Result, anyhow};
use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, RawQuery, State};
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use http::{Method, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use varco_xmldsig::{Element, Placement, SigningKey, Xml};

use super::answer::{instant, new_id};
use super::message::Message;
use super::saml::{ASSERTION, ENTITY, HTTP_POST, HTTP_REDIRECT, PROTOCOL, TRANSIENT};
use super::service_providers::ServiceProvider;
use super::sessions::KeptSession;
use super::{TestIdp, pages, request};
use crate::authority::make_signer;
use crate::now::now;

/// How a message travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// In the query of a redirect.
    #[default]
    Redirect,
    /// In a form that posts itself.
    Post,
}

/// How the provider answers when it is asked to end a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manners {
    /// How its answer travels.
    pub way: Way,
    /// It says that it could not log the person out everywhere.
    pub partial: bool,
}

/// A message on its way to the gateway.
#[derive(Clone, Debug)]
pub enum Going {
    /// To this address.
    Redirect(String),
    /// In this form: where it is posted, and its fields.
    Post(String, Vec<(String, String)>),
}

/// What is wrong with a request to log out, or with the answer to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing.
    None,
    /// It is not signed.
    Unsigned,
    /// Somebody else signed it.
    ForeignKey,
    /// It was changed after it was signed.
    Changed,
    /// The octets of the query were written in another way after they were signed.
    OtherOctets,
    /// A parameter is there twice.
    Twice,
    /// There is a response beside the request.
    BothMessages,
    /// Another address is its destination.
    OtherDestination,
    /// Nobody that the gateway knows is its issuer.
    UnknownIssuer,
    /// It could be presented until a while ago.
    Expired,
    /// It was issued long ago, and has no end of its own.
    Old,
    /// A DOCTYPE with an entity.
    Doctype,
    /// It inflates to far more than it is.
    Bomb,
}

#[derive(Template)]
#[template(path = "logout-request.xml")]
struct LogoutRequest<'a> {
    id: &'a str,
    issuer: &'a str,
    issued_at: String,
    not_on_or_after: String,
    destination: &'a str,
    name_id: &'a str,
    index: &'a str,
}

#[derive(Template)]
#[template(path = "logout-response.xml")]
struct LogoutResponse<'a> {
    id: &'a str,
    issuer: &'a str,
    issued_at: String,
    destination: &'a str,
    in_response_to: &'a str,
    partial: bool,
}

/// A message that is about to leave.
struct Outgoing<'a> {
    parameter: &'static str,
    id: &'a str,
    destination: &'a str,
    relay_state: Option<&'static str>,
    flaw: Flaw,
}

/// What must come back with the answer to a request.
const RELAY_STATE: &str = "lo stato del gestore";

/// How long a request may be presented.
const LIFETIME: SignedDuration = SignedDuration::from_mins(5);

// === impl TestIdp ===

impl TestIdp {
    /// The sessions that it keeps.
    pub fn sessions(&self) -> Vec<KeptSession> {
        self.0.sessions.all()
    }

    /// How it answers from now on.
    pub fn answers_logouts(&self, manners: Manners) {
        *self.0.sessions.manners.lock().unwrap_or_else(PoisonError::into_inner) = manners;
    }

    /// What came of the requests that it sent: `Success`, `PartialLogout`.
    pub fn logouts(&self) -> Vec<String> {
        self.0.sessions.outcomes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks the service provider of a session to end it.
    pub async fn log_out(&self, session: &KeptSession, way: Way, flaw: Flaw) -> Result<Going> {
        let partner = self.0.partners.find(&session.service_provider).await.context("an unknown service provider")?;
        let (id, now) = (new_id(), now());
        let destination = logout_address(&partner, way)?;
        let issued_at = if flaw == Flaw::Old { now - SignedDuration::from_hours(2) } else { now };
        let ends_at = if flaw == Flaw::Expired { now - SignedDuration::from_secs(1) } else { now + LIFETIME };
        let xml = LogoutRequest {
            id: &id,
            issuer: if flaw == Flaw::UnknownIssuer { "https://altro-gestore.example" } else { self.entity_id() },
            issued_at: instant(issued_at),
            not_on_or_after: instant(ends_at),
            destination: if flaw == Flaw::OtherDestination {
                "https://altrove.example/logout/spid"
            } else {
                destination
            },
            name_id: &session.name_id,
            index: &session.index,
        }
        .render()?;
        self.0.sessions.ask(&id);
        let outgoing =
            Outgoing { parameter: "SAMLRequest", id: &id, destination, relay_state: Some(RELAY_STATE), flaw };
        self.carry(&outgoing, &xml, way)
    }

    /// Answers a request of a service provider, or what it takes for one.
    pub async fn answer_logout(
        &self,
        service_provider: &str,
        in_response_to: &str,
        way: Way,
        flaw: Flaw,
    ) -> Result<Going> {
        let partner = self.0.partners.find(service_provider).await.context("an unknown service provider")?;
        self.answered(&partner, in_response_to, Manners { way, partial: false }, flaw)
    }

    fn answered(&self, partner: &ServiceProvider, to: &str, manners: Manners, flaw: Flaw) -> Result<Going> {
        let (id, destination) = (new_id(), logout_address(partner, manners.way)?);
        let xml = LogoutResponse {
            id: &id,
            issuer: if flaw == Flaw::UnknownIssuer { "https://altro-gestore.example" } else { self.entity_id() },
            issued_at: instant(now()),
            destination: if flaw == Flaw::OtherDestination {
                "https://altrove.example/logout/spid"
            } else {
                destination
            },
            in_response_to: to,
            partial: manners.partial,
        }
        .render()?;
        let outgoing = Outgoing { parameter: "SAMLResponse", id: &id, destination, relay_state: None, flaw };
        self.carry(&outgoing, &xml, manners.way)
    }

    /// Signs a message and sends it, in good faith or not.
    fn carry(&self, outgoing: &Outgoing<'_>, xml: &str, way: Way) -> Result<Going> {
        let foreign = if outgoing.flaw == Flaw::ForeignKey { Some(foreign_key()?) } else { None };
        let key = foreign.as_ref().unwrap_or(&self.0.key);
        let xml = match outgoing.flaw {
            Flaw::Doctype => format!("<!DOCTYPE x [<!ENTITY e \"e\">]>{xml}"),
            Flaw::Old => xml.replacen("NotOnOrAfter", "Nessuno", 1),
            _ => xml.to_owned(),
        };
        let destination = outgoing.destination;
        match way {
            Way::Redirect => Ok(Going::Redirect(format!("{destination}?{}", outgoing.query(&xml, key)?))),
            Way::Post => Ok(Going::Post(destination.to_owned(), outgoing.fields(&xml, key)?)),
        }
    }

    /// Reads a request of a service provider strictly, and ends the session that it names.
    async fn end_session(&self, message: &Message) -> Result<Going> {
        let xml = Xml::parse(&message.xml)?;
        let root = xml.root();
        anyhow::ensure!(root.is(PROTOCOL, "LogoutRequest"), "not a LogoutRequest");
        let partner = self.partner(root, message).await?;
        check_envelope(root, &format!("{}/slo", self.entity_id()), now())?;
        let name_id = root.only_child(ASSERTION, "NameID").context("no NameID")?;
        anyhow::ensure!(name_id.attribute("Format") == Some(TRANSIENT), "the NameID is not transient");
        anyhow::ensure!(name_id.attribute("NameQualifier") == Some(self.entity_id()), "the NameQualifier is not ours");
        let text = |element: Element<'_>| element.text().map(|text| text.trim().to_owned());
        let name = text(name_id).context("an empty NameID")?;
        let index = root.only_child(PROTOCOL, "SessionIndex").and_then(text).context("no SessionIndex")?;
        anyhow::ensure!(self.0.sessions.end(&partner.entity_id, &name, &index), "no such session");
        let manners = *self.0.sessions.manners.lock().unwrap_or_else(PoisonError::into_inner);
        let id = root.attribute("ID").context("no ID")?;
        self.answered(&partner, id, manners, Flaw::None)
    }

    /// Reads the answer of a service provider strictly, and notes what came of the request.
    async fn take_note(&self, message: &Message) -> Result<String> {
        let xml = Xml::parse(&message.xml)?;
        let root = xml.root();
        anyhow::ensure!(root.is(PROTOCOL, "LogoutResponse"), "not a LogoutResponse");
        let partner = self.partner(root, message).await?;
        check_envelope(root, &format!("{}/slo/answers", self.entity_id()), now())?;
        anyhow::ensure!(message.relay_state.as_deref() == Some(RELAY_STATE), "another relay state");
        let answered = root.attribute("InResponseTo").is_some_and(|id| self.0.sessions.is_answered(id));
        anyhow::ensure!(answered, "an answer to nothing");
        let status = root.only_child(PROTOCOL, "Status").context("no Status")?;
        let codes = status.descendants().filter_map(|element| element.attribute("Value"));
        let code = codes.last().context("no StatusCode")?;
        let outcome = code.rsplit(':').next().unwrap_or_default().to_owned();
        let said = format!("{}: {outcome}", partner.entity_id);
        self.0.sessions.outcomes.lock().unwrap_or_else(PoisonError::into_inner).push(said.clone());
        Ok(said)
    }

    /// Who sent a message, if they signed it.
    async fn partner(&self, root: Element<'_>, message: &Message) -> Result<std::sync::Arc<ServiceProvider>> {
        let issuer = root.only_child(ASSERTION, "Issuer").context("no Issuer")?;
        let text = issuer.text().map(|text| text.trim().to_owned()).context("an empty Issuer")?;
        let as_asked = issuer.attribute("Format") == Some(ENTITY) && issuer.attribute("NameQualifier") == Some(&text);
        anyhow::ensure!(as_asked, "the issuer is not named as the rules ask");
        let partner = self.0.partners.find(&text).await.context("an unknown issuer")?;
        message.check_signature(&partner.keys).map_err(|_| anyhow!("a signature that does not verify"))?;
        Ok(partner)
    }
}

fn check_envelope(root: Element<'_>, destination: &str, now: Timestamp) -> Result<()> {
    anyhow::ensure!(root.attribute("Version") == Some("2.0"), "another version");
    anyhow::ensure!(root.attribute("Destination") == Some(destination), "another destination");
    let issued_at: Timestamp = root.attribute("IssueInstant").context("no IssueInstant")?.parse()?;
    anyhow::ensure!(now.duration_since(issued_at).abs() <= request::SKEW, "another time");
    Ok(())
}

fn logout_address(partner: &ServiceProvider, way: Way) -> Result<&str> {
    let binding = match way {
        Way::Redirect => HTTP_REDIRECT,
        Way::Post => HTTP_POST,
    };
    partner.single_logout.get(binding).map(String::as_str).context("no SingleLogoutService of this binding")
}

// === impl Outgoing ===

impl Outgoing<'_> {
    fn query(&self, xml: &str, key: &SigningKey) -> Result<String> {
        let escaped = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(xml.as_bytes())?;
        if self.flaw == Flaw::Bomb {
            // As large as an address can carry.
            encoder.write_all(&vec![b' '; 4 * 1024 * 1024])?;
        }
        let mut signed = format!("{}={}", self.parameter, escaped(&BASE64.encode(&encoder.finish()?)));
        if let Some(relay_state) = self.relay_state {
            signed = format!("{signed}&RelayState={}", escaped(relay_state));
        }
        let algorithm = format!("SigAlg={}", escaped(key.algorithm().uri()));
        signed = format!("{signed}&{algorithm}");
        let signature = format!("Signature={}", escaped(&BASE64.encode(&key.sign_bytes(signed.as_bytes())?)));
        Ok(match self.flaw {
            Flaw::Unsigned => signed,
            Flaw::Changed => format!("{}&{signature}", signed.replacen("stato", "altro", 1)),
            Flaw::OtherOctets => format!("{}&{signature}", signed.replacen("%3A", "%3a", 1)),
            Flaw::Twice => format!("{signed}&{signature}&{algorithm}"),
            Flaw::BothMessages => format!("{signed}&{signature}&SAMLResponse=x"),
            _ => format!("{signed}&{signature}"),
        })
    }

    fn fields(&self, xml: &str, key: &SigningKey) -> Result<Vec<(String, String)>> {
        let signed = match self.flaw {
            // The signing key reads no DOCTYPE either.
            Flaw::Unsigned | Flaw::Doctype => xml.to_owned(),
            _ => key.sign(xml, self.id, Placement::After(ASSERTION, "Issuer"))?,
        };
        let signed = match self.flaw {
            Flaw::Changed => signed.replace("Version=\"2.0\"", "Version=\"2.0\" Consent=\"x\""),
            Flaw::OtherOctets => signed.replacen("ID=\"", "ID=\"x", 1),
            Flaw::Bomb => format!("{signed}{}", " ".repeat(300 * 1024)),
            _ => signed,
        };
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut fields = vec![field(self.parameter, &BASE64.encode(signed.as_bytes()))];
        fields.extend(self.relay_state.map(|value| field("RelayState", value)));
        match self.flaw {
            Flaw::Twice => fields.push(fields[0].clone()),
            Flaw::BothMessages => fields.push(field("SAMLResponse", "x")),
            _ => {}
        }
        Ok(fields)
    }
}

fn foreign_key() -> Result<SigningKey> {
    let foreign = make_signer("Somebody else")?;
    Ok(SigningKey::from_pem(&foreign.key, &foreign.certificate)?)
}

// === routes ===

type FormFields = std::result::Result<Form<Vec<(String, String)>>, FormRejection>;

/// `/slo`: a service provider asks.
pub(super) async fn end(
    State(provider): State<TestIdp>,
    method: Method,
    RawQuery(query): RawQuery,
    form: FormFields,
) -> Response {
    let going = match message("SAMLRequest", &method, query.as_deref(), form) {
        Ok(message) => provider.end_session(&message).await,
        Err(error) => Err(error),
    };
    match going {
        Ok(Going::Redirect(address)) => (StatusCode::FOUND, [(header::LOCATION, address)]).into_response(),
        Ok(Going::Post(action, fields)) => pages::leave(&action, &fields),
        Err(error) => pages::logout(StatusCode::BAD_REQUEST, &format!("Richiesta rifiutata: {error:#}")),
    }
}

/// `/slo/answers`: a service provider answers.
pub(super) async fn hear(
    State(provider): State<TestIdp>,
    method: Method,
    RawQuery(query): RawQuery,
    form: FormFields,
) -> Response {
    let heard = match message("SAMLResponse", &method, query.as_deref(), form) {
        Ok(message) => provider.take_note(&message).await,
        Err(error) => Err(error),
    };
    match heard {
        Ok(said) => pages::logout(StatusCode::OK, &format!("Uscita conclusa. {said}")),
        Err(error) => pages::logout(StatusCode::BAD_REQUEST, &format!("Risposta rifiutata: {error:#}")),
    }
}

fn message(parameter: &str, method: &Method, query: Option<&str>, form: FormFields) -> Result<Message> {
    let read = match (method, form) {
        (&Method::POST, Ok(Form(fields))) => Message::named_in_form(parameter, &fields),
        _ => Message::named_in_query(parameter, query.unwrap_or_default()),
    };
    read.map_err(|anomaly| anyhow!("a malformed message: nr{}", anomaly.number()))
}
