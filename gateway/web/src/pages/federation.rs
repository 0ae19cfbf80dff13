//! What other entities of OpenID federations ask: JSON and signed statements, and errors in JSON too. (OpenID
//! Federation 1.0, section 8.)

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{Method, StatusCode};
use varco_core::federation::{FederationEntities, FederationError, Question};
use varco_core::method::Document;
use varco_core::name::BodyId;

use crate::parameters::Parameters;
use crate::parts::WebParts;
use crate::refusal::{Stop, WebRefusal};
use crate::segments::Segments;

/// Names of entities and types of marks are addresses; no real one is longer.
const LONGEST_NAME: usize = 2048;

/// A trust mark is a token of about a kilobyte.
const LONGEST_MARK: usize = 16 * 1024;

/// What others may keep for a while. A new key stands in statements for longer than this before it signs.
const FOR_A_MINUTE: &str = "public, max-age=60";

/// Whether a mark stands is asked to know it now.
const NOT_AT_ALL: &str = "no-store";

/// The parameters of a question: of the address or, where it is posted, of the form.
pub(crate) struct Asked(Parameters);

/// Why a question has no answer.
pub(crate) enum Unanswered {
    /// The gateway is in no federation.
    Nowhere,
    /// The question.
    Because(FederationError),
}

/// `GET /.well-known/openid-federation`
pub(crate) async fn configuration(State(web): State<Arc<WebParts>>) -> Result<Response, Stop> {
    configuration_of(&web, None)
}

/// `GET /{ipa}/.well-known/openid-federation`
pub(crate) async fn configuration_of_body(
    State(web): State<Arc<WebParts>>,
    Segments(body): Segments<String>,
) -> Result<Response, Stop> {
    let body = BodyId::parse(&body).map_err(|_| WebRefusal::UnknownPage)?;
    configuration_of(&web, Some(&body))
}

/// `GET|POST /fetch`
pub(crate) async fn fetch(State(web): State<Arc<WebParts>>, asked: Asked) -> Result<Response, Unanswered> {
    let question = Question::Fetch { subject: asked.required("sub")? };
    answer(&web, question, FOR_A_MINUTE).await
}

/// `GET|POST /list`
pub(crate) async fn list(State(web): State<Arc<WebParts>>, asked: Asked) -> Result<Response, Unanswered> {
    // Section 8.2.1: whoever does not know how to narrow a list down must not answer with all of it.
    if ["trust_marked", "intermediate"].into_iter().any(|name| asked.0.value(name).is_some()) {
        return Err(FederationError::UnsupportedParameter.into());
    }
    let question = Question::List {
        entity_type: asked.optional("entity_type")?,
        trust_mark_type: asked.either("trust_mark_type", "trust_mark_id")?,
    };
    answer(&web, question, FOR_A_MINUTE).await
}

/// `GET|POST /resolve`
pub(crate) async fn resolve(State(web): State<Arc<WebParts>>, asked: Asked) -> Result<Response, Unanswered> {
    let question = Question::Resolve {
        subject: asked.required("sub")?,
        // Where there are two names, the second is that of the guidelines.
        anchor: asked.either("trust_anchor", "anchor")?,
        entity_type: asked.either("entity_type", "type")?,
    };
    answer(&web, question, FOR_A_MINUTE).await
}

/// `GET|POST /trust_mark_status`: by the mark itself as in OpenID Federation 1.0, or by its type and whose it is as in
/// the guidelines; each has its own answer.
pub(crate) async fn mark_status(State(web): State<Arc<WebParts>>, asked: Asked) -> Result<Response, Unanswered> {
    let question = match asked.bounded("trust_mark", LONGEST_MARK)? {
        Some(token) => Question::TrustMark { token },
        None => Question::TrustMarkStatus {
            trust_mark_type: asked.either("trust_mark_type", "id")?.ok_or(FederationError::InvalidRequest)?,
            subject: asked.required("sub")?,
        },
    };
    answer(&web, question, NOT_AT_ALL).await
}

fn configuration_of(web: &WebParts, body: Option<&BodyId>) -> Result<Response, Stop> {
    let entities = entities(web).ok_or(WebRefusal::UnknownPage)?;
    let document = entities.configuration(body, web.login.clock.now()).ok_or(WebRefusal::UnknownPage)?;
    Ok(show(document, FOR_A_MINUTE))
}

async fn answer(web: &WebParts, question: Question<'_>, keep: &'static str) -> Result<Response, Unanswered> {
    let entities = entities(web).ok_or(Unanswered::Nowhere)?;
    Ok(show(entities.answer(question, web.login.clock.now()).await?, keep))
}

fn entities(web: &WebParts) -> Option<&dyn FederationEntities> {
    web.entities.as_deref()
}

fn show(document: Document, keep: &'static str) -> Response {
    ([(CONTENT_TYPE, document.media_type), (CACHE_CONTROL, keep)], document.content).into_response()
}

// === impl Asked ===

impl FromRequest<Arc<WebParts>> for Asked {
    type Rejection = Unanswered;

    async fn from_request(request: Request<Body>, _: &Arc<WebParts>) -> Result<Self, Unanswered> {
        let parameters = if request.method() == Method::POST {
            let (parts, body) = request.into_parts();
            Parameters::of_question(&parts.headers, body).await
        } else {
            Parameters::of_query(request.uri())
        };
        parameters.map(Self).map_err(|_| FederationError::InvalidRequest.into())
    }
}

impl Asked {
    fn required(&self, name: &str) -> Result<&str, FederationError> {
        self.optional(name)?.ok_or(FederationError::InvalidRequest)
    }

    fn optional(&self, name: &str) -> Result<Option<&str>, FederationError> {
        self.bounded(name, LONGEST_NAME)
    }

    /// What has two names is asked for by one of them, or by both alike.
    fn either(&self, name: &str, other: &str) -> Result<Option<&str>, FederationError> {
        match (self.optional(name)?, self.optional(other)?) {
            (Some(one), Some(another)) if one != another => Err(FederationError::InvalidRequest),
            (one, another) => Ok(one.or(another)),
        }
    }

    fn bounded(&self, name: &str, longest: usize) -> Result<Option<&str>, FederationError> {
        let value = self.0.value(name);
        if value.is_some_and(|value| value.is_empty() || value.len() > longest) {
            return Err(FederationError::InvalidRequest);
        }
        Ok(value)
    }
}

// === impl Unanswered ===

impl From<FederationError> for Unanswered {
    fn from(error: FederationError) -> Self {
        Self::Because(error)
    }
}

impl IntoResponse for Unanswered {
    fn into_response(self) -> Response {
        let error = match self {
            Self::Nowhere => return Stop::from(WebRefusal::UnknownPage).into_response(),
            Self::Because(error) => error,
        };
        // The words of an error need no escapes.
        let content = format!(r#"{{"error":"{}","error_description":"{error}"}}"#, error.as_str());
        (status_of(error), [(CONTENT_TYPE, "application/json")], content).into_response()
    }
}

/// OpenID Federation 1.0, section 8.9.
const fn status_of(error: FederationError) -> StatusCode {
    match error {
        FederationError::InvalidRequest | FederationError::UnsupportedParameter => StatusCode::BAD_REQUEST,
        FederationError::NotFound | FederationError::InvalidTrustAnchor => StatusCode::NOT_FOUND,
        FederationError::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}
