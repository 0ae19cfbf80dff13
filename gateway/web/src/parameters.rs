//! The parameters of a query or a form: each name at most once.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Uri};
use http_body_util::BodyExt as _;
use tokio::time::timeout;
use url::form_urlencoded;
use varco_core::handoff::Binding;
use varco_core::level::{Level, NotALevel};
use varco_core::login::{LoginRefusal, Wish};
use varco_core::name::ServiceId;
use varco_core::refusal::Refusal;
use varco_core::return_path::ReturnPath;

use crate::refusal::WebRefusal;

/// The largest form that is read. A response of 256 KiB, the largest that a method looks at, takes 395 KiB:
/// base64 makes 341 of it, its line breaks, each six characters in a form, up to 32 more, and `+` and `/`,
/// two of 64 characters and written as three, 21. What is too large by no more than the rest still reaches
/// its method, so that its attempt is spent.
const LARGEST_FORM: usize = 512 * 1024;

/// The largest question to the entities of a federation: a trust mark, and a few names.
const LARGEST_QUESTION: usize = 32 * 1024;

/// What is still taken in of a form that nobody needs, so that its sender gets to see the answer:
/// browsers do not read one before they have sent theirs.
const LARGEST_WASTE: usize = 1024 * 1024;

/// For a whole form. Without it, whoever stops in the middle of one has its memory for ever.
const DEADLINE: Duration = Duration::from_secs(15);

/// Parameters of a query or a form; no address of ours has more than six, no provider sends as many.
const MOST_PARAMETERS: usize = 32;

/// Parameters by their names.
#[derive(Debug, Default)]
pub(crate) struct Parameters(BTreeMap<String, String>);

// === impl Parameters ===

impl Parameters {
    /// Those of a query.
    pub(crate) fn of_query(uri: &Uri) -> Result<Self, Refusal> {
        Self::parse(uri.query().unwrap_or_default().as_bytes())
    }

    /// Those of a form.
    pub(crate) async fn of_form(headers: &HeaderMap, body: Body) -> Result<Self, Refusal> {
        Self::of_form_within(LARGEST_FORM, headers, body).await
    }

    /// Those of a form that anybody may post, whoever they are.
    pub(crate) async fn of_question(headers: &HeaderMap, body: Body) -> Result<Self, Refusal> {
        Self::of_form_within(LARGEST_QUESTION, headers, body).await
    }

    async fn of_form_within(largest: usize, headers: &HeaderMap, body: Body) -> Result<Self, Refusal> {
        if !is_form(headers) {
            return Err(LoginRefusal::MalformedRequest.because("the body is not a form"));
        }
        let form = timeout(DEADLINE, read(body, largest)).await;
        Self::parse(&form.map_err(|_| WebRefusal::TooSlow)??)
    }

    /// Takes in a form that nobody needs, without keeping it.
    pub(crate) async fn waste(body: Body) {
        // However it ends, the answer is on its way.
        let _ = timeout(DEADLINE, take_in(body, |_| {})).await;
    }

    /// The value of a parameter.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// All of them.
    pub(crate) fn into_inner(self) -> BTreeMap<String, String> {
        self.0
    }

    /// The wish to log in, as `/login` and `/login/{method}` are told it.
    pub(crate) fn wish(&self) -> Result<Wish, Refusal> {
        let malformed = |what: &'static str| move || LoginRefusal::MalformedRequest.because(what);
        let service = self.value("service").ok_or_else(malformed("no service"))?;
        let return_to = self.value("return_to").map(ReturnPath::parse).transpose();
        let level = self.value("level").map(level_of).transpose();
        let binding = self.value("binding").map(Binding::parse).transpose();
        Ok(Wish {
            service: ServiceId::parse(service).map_err(|_| LoginRefusal::UnknownService)?,
            return_to: return_to.map_err(|_| malformed("return_to")())?,
            level: level.map_err(|_| malformed("level")())?,
            binding: binding.map_err(|_| malformed("binding")())?,
        })
    }

    /// A name that comes twice is refused: whoever reads after us might take the other value.
    fn parse(encoded: &[u8]) -> Result<Self, Refusal> {
        if encoded.split(|byte| *byte == b'&').count() > MOST_PARAMETERS {
            return Err(LoginRefusal::MalformedRequest.because("too many parameters"));
        }
        let mut parameters = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(encoded) {
            if parameters.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(LoginRefusal::MalformedRequest.because("a parameter came twice"));
            }
        }
        Ok(Self(parameters))
    }
}

fn level_of(text: &str) -> Result<Level, NotALevel> {
    text.parse::<u8>().map_err(|_| NotALevel).and_then(Level::try_from)
}

fn is_form(headers: &HeaderMap) -> bool {
    let essence =
        headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).and_then(|text| text.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

async fn read(body: Body, largest: usize) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Some(Vec::new());
    take_in(body, |data| {
        // What is too large is not kept.
        bytes = bytes.take().filter(|bytes| bytes.len() + data.len() <= largest);
        if let Some(bytes) = &mut bytes {
            bytes.extend_from_slice(data);
        }
    })
    .await
    .map_err(|_| LoginRefusal::MalformedRequest.because("the body broke off"))?;
    bytes.ok_or_else(|| WebRefusal::TooLarge.into())
}

async fn take_in(mut body: Body, mut keep: impl FnMut(&[u8])) -> Result<(), axum::Error> {
    let mut length = 0;
    while length <= LARGEST_WASTE
        && let Some(frame) = body.frame().await
    {
        let Ok(data) = frame?.into_data() else { continue };
        length += data.len();
        keep(&data);
    }
    Ok(())
}
