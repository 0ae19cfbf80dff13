//! How a provider answers: in good faith, or in any way that a gateway must not fall for.

use std::time::Duration;

use anyhow::Result;
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use http::{StatusCode, header};
use serde_json::{Value, json};

use crate::federation::anchor::endless;
use crate::federation::key::{Key, unsigned};

/// What is wrong with the answers of a provider. What a change sets to nothing is left out.
#[derive(Clone, Debug, PartialEq)]
pub enum Variation {
    /// Nothing.
    Good,
    /// A parameter of the address that the browser is sent back to.
    Callback(&'static str, Option<String>),
    /// The token endpoint itself.
    TokenEndpoint(Nuisance),
    /// A member of its answer.
    TokenAnswer(&'static str, Option<Value>),
    /// How the ID token is signed.
    IdToken(Flaw),
    /// A claim of the ID token.
    IdTokenClaim(&'static str, Option<Value>),
    /// The userinfo endpoint itself.
    UserInfoEndpoint(Nuisance),
    /// How the answer about the person is signed.
    UserInfo(Flaw),
    /// How it is wrapped.
    UserInfoForm(Form),
    /// A claim of it.
    UserInfoClaim(&'static str, Option<Value>),
}

/// What an endpoint may do instead of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nuisance {
    /// Sends on to somebody else, who wants to see the request.
    Redirect,
    /// Ten megabytes.
    Huge,
    /// No end.
    Endless,
    /// Nothing, for a minute.
    Silent,
    /// A page.
    Page,
    /// Says that it is compressed.
    Compressed,
    /// Refuses what it granted.
    Refused,
    /// Breaks down.
    Broken,
}

/// What may be wrong with a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// There is none, and the token says so.
    None,
    /// Made with the public key as if it were a shared secret.
    SharedSecret,
    /// By a key under a name that nobody knows.
    UnknownKey,
    /// By another key under the name of the provider's.
    OtherKey,
    /// By another key that comes along in the header.
    KeyInside,
    /// Of other claims.
    Changed,
    /// Right, but over a text with a member that stands twice.
    TwiceAMember,
    /// Right, but the header demands what nobody knows.
    Critical,
}

/// How the answer about a person may be wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Signed, and not encrypted.
    Clear,
    /// Plain JSON.
    Json,
    /// Encrypted for somebody else.
    ForSomebodyElse,
    /// Encrypted for us under the name of a key that we do not have.
    UnknownKey,
    /// Encrypted for us, and then changed.
    Changed,
}

/// The keys that a provider has at hand.
#[derive(Clone, Copy)]
pub(super) struct Hands<'a> {
    pub(super) own: &'a Key,
    pub(super) foreign: &'a Key,
}

/// Where a redirect leads that no endpoint should answer with.
pub(super) const ELSEWHERE: &str = "/altrove";

// === impl Variation ===

impl Variation {
    /// Changes the address that the browser is sent back to.
    pub(super) fn callback(&self, parameters: &mut Vec<(String, String)>) {
        if let Self::Callback(name, value) = self {
            parameters.retain(|(known, _)| known != name);
            parameters.extend(value.clone().map(|value| ((*name).to_owned(), value)));
        }
    }

    /// Changes the answer of the token endpoint.
    pub(super) fn token_answer(&self, answer: &mut Value) {
        if let Self::TokenAnswer(name, value) = self {
            set(answer, name, value.as_ref());
        }
    }

    /// Changes and signs an ID token.
    pub(super) fn id_token(&self, mut claims: Value, hands: Hands<'_>) -> Result<String> {
        match self {
            Self::IdTokenClaim(name, value) => set(&mut claims, name, value.as_ref()),
            Self::IdToken(flaw) => return flaw.sign(&claims, hands),
            _ => {}
        }
        hands.own.sign(None, &claims)
    }

    /// Changes and signs what is said of a person.
    pub(super) fn userinfo(&self, mut claims: Value, hands: Hands<'_>) -> Result<String> {
        match self {
            Self::UserInfoClaim(name, value) => set(&mut claims, name, value.as_ref()),
            Self::UserInfo(flaw) => return flaw.sign(&claims, hands),
            _ => {}
        }
        hands.own.sign(None, &claims)
    }
}

fn set(members: &mut Value, name: &str, value: Option<&Value>) {
    match (members.as_object_mut(), value) {
        (Some(members), Some(value)) => drop(members.insert(name.to_owned(), value.clone())),
        (Some(members), None) => drop(members.remove(name)),
        (None, _) => {}
    }
}

// === impl Flaw ===

impl Flaw {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::None,
        Self::SharedSecret,
        Self::UnknownKey,
        Self::OtherKey,
        Self::KeyInside,
        Self::Changed,
        Self::TwiceAMember,
        Self::Critical,
    ];

    fn sign(self, claims: &Value, Hands { own, foreign }: Hands<'_>) -> Result<String> {
        let text = claims.to_string();
        let honest = json!({ "alg": own.algorithm(), "kid": own.id() });
        Ok(match self {
            Self::None => format!("{}.", unsigned(&json!({ "alg": "none", "kid": own.id() }), &text)),
            Self::SharedSecret => {
                let signed = unsigned(&json!({ "alg": "HS256", "kid": own.id() }), &text);
                let secret = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, own.public_bytes());
                let tag = aws_lc_rs::hmac::sign(&secret, signed.as_bytes());
                format!("{signed}.{}", BASE64URL_NOPAD.encode(tag.as_ref()))
            }
            Self::UnknownKey => foreign.sign(None, claims)?,
            Self::OtherKey => foreign.sign_text(&honest, &text)?,
            Self::KeyInside => {
                let mut header = honest;
                header["jwk"] = foreign.public(crate::federation::Use::Signature);
                foreign.sign_text(&header, &text)?
            }
            Self::Changed => {
                let signed = own.sign_text(&honest, &text)?;
                let (_, signature) = signed.rsplit_once('.').unwrap_or_default();
                format!("{}.{signature}", unsigned(&honest, &text.replacen("\"aud\"", "\"altro\":1,\"aud\"", 1)))
            }
            Self::TwiceAMember => own.sign_text(&honest, &text.replacen('{', "{\"sub\":\"altra-persona\",", 1))?,
            Self::Critical => {
                let mut header = honest;
                header["crit"] = json!(["riserva"]);
                header["riserva"] = true.into();
                own.sign_text(&header, &text)?
            }
        })
    }
}

// === impl Nuisance ===

impl Nuisance {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::Redirect,
        Self::Huge,
        Self::Endless,
        Self::Silent,
        Self::Page,
        Self::Compressed,
        Self::Refused,
        Self::Broken,
    ];

    /// What comes instead of an answer of this type.
    pub(super) async fn answer(self, kind: &'static str, origin: &str) -> Response {
        let typed = [(header::CONTENT_TYPE, kind)];
        match self {
            // 307, so that whoever follows sends all of it again.
            Self::Redirect => {
                (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, format!("{origin}{ELSEWHERE}"))]).into_response()
            }
            Self::Huge => (typed, vec![b' '; 10 << 20]).into_response(),
            Self::Endless => endless(kind),
            Self::Silent => {
                tokio::time::sleep(Duration::from_mins(1)).await;
                StatusCode::NO_CONTENT.into_response()
            }
            Self::Page => ([(header::CONTENT_TYPE, "text/html")], "<h1>In manutenzione</h1>").into_response(),
            Self::Compressed => (typed, [(header::CONTENT_ENCODING, "gzip")], "non lo è").into_response(),
            Self::Refused => (StatusCode::BAD_REQUEST, typed, r#"{"error":"invalid_grant"}"#).into_response(),
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}
