//! An authorization request, held against every rule for it. (SPID/CIE OpenID guidelines, authorization endpoint;
//! OpenID Federation 1.0, section 12.1.1.)

use std::fmt::Display;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use url::form_urlencoded;
use varco_core::level::Level;
use varco_core::purpose::{IdentityKind, kinds_for};

use super::flavour::Flavour;
use crate::federation::token::Token;
use crate::federation::trust::Entity;
use crate::identity_provider::transaction::Asks;

/// A request that obeys every rule.
#[derive(Clone, Debug)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client: Arc<Entity>,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// What must be given back.
    pub state: String,
    /// What the ID token must repeat.
    pub nonce: String,
    /// The name of the request object.
    pub id: String,
    /// The level that must be reached.
    pub level: Level,
    /// What is asked for as a whole.
    pub scope: String,
    /// The claims about the person that are asked for.
    pub claims: Vec<String>,
    /// What the code must be redeemed against.
    pub code_challenge: String,
}

/// A request that is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unserved {
    /// A page of the provider: there is no address that could be told.
    Page(Fault),
    /// The client is told at this address: its `redirect_uri`, with `error`, `state` and `iss`.
    Back(String),
}

/// What is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The word for it in answers.
    pub word: &'static str,
    /// What developers read.
    pub why: String,
}

/// The parameters of a request, each once.
#[derive(Clone, Debug)]
pub(super) struct Parameters(Vec<(String, String)>);

/// What the provider knows of itself when it reads a request.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) issuer: &'a str,
    pub(super) flavour: Flavour,
    pub(super) now: Timestamp,
}

/// A request object is made for one use at once, so that an old one is a found one. In seconds.
const OLDEST: i64 = 600;
/// Letters and digits that `state` and `nonce` have at least.
const LEAST_ENTROPY: usize = 32;

// === impl Fault ===

impl Fault {
    pub(super) fn new(word: &'static str, why: impl Display) -> Self {
        Self { word, why: why.to_string() }
    }
}

fn wrong(why: &str) -> Fault {
    Fault::new("invalid_request", why)
}

fn must(holds: bool, why: &str) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err(wrong(why)) }
}

// === impl Parameters ===

impl Parameters {
    pub(super) fn read(query: &str) -> Result<Self, Fault> {
        let all: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let twice =
            all.iter().enumerate().any(|(index, (name, _))| all[..index].iter().any(|(other, _)| other == name));
        must(!twice, "a parameter stands twice")?;
        Ok(Self(all))
    }

    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The request object, and whose it claims to be.
    pub(super) fn object(&self) -> Result<(Token, String), Fault> {
        if self.value("request_uri").is_some() {
            return Err(Fault::new("request_uri_not_supported", "there are no references to requests"));
        }
        let object = self.value("request").ok_or_else(|| wrong("request is missing"))?;
        let object = Token::parse(object).map_err(|unsound| Fault::new("invalid_request_object", unsound))?;
        let client_id = object.text_claim("client_id").map_err(wrong_claim)?.to_owned();
        let same = self.value("client_id").is_none_or(|shown| shown == client_id);
        must(same, "client_id differs between the query and the request object")?;
        Ok((object, client_id))
    }
}

fn wrong_claim(unsound: impl Display) -> Fault {
    Fault::new("invalid_request", unsound)
}

// === impl Reader ===

impl Reader<'_> {
    /// Reads a request whose client is known, and whose signature is right.
    pub(super) fn read(
        &self,
        parameters: &Parameters,
        object: &Token,
        client: &Arc<Entity>,
    ) -> Result<AuthorizationRequest, Fault> {
        self.check_frame(object, client)?;
        self.check_query(parameters, object)?;
        let text = |name| object.text_claim(name).map_err(wrong_claim);
        if text("response_type")? != "code" {
            return Err(Fault::new("unsupported_response_type", "response_type is not code"));
        }
        self.check_scope(text("scope")?)?;
        for name in ["state", "nonce"] {
            let value = text(name)?;
            let strong = value.len() >= LEAST_ENTROPY && value.bytes().all(|byte| byte.is_ascii_alphanumeric());
            must(strong, &format!("{name} has less than {LEAST_ENTROPY} letters and digits, or others"))?;
        }
        must(text("code_challenge_method")? == "S256", "code_challenge_method is not S256")?;
        let challenge = text("code_challenge")?;
        let digest =
            challenge.len() == 43 && challenge.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it));
        must(digest, "code_challenge is no digest")?;
        must(["consent", "consent login"].contains(&text("prompt")?), "prompt is neither of the two")?;
        must(object.claim("ui_locales").is_none_or(Value::is_string), "ui_locales is no text")?;
        Ok(AuthorizationRequest {
            client: Arc::clone(client),
            redirect_uri: text("redirect_uri")?.to_owned(),
            state: text("state")?.to_owned(),
            nonce: text("nonce")?.to_owned(),
            id: text("jti")?.to_owned(),
            level: level(text("acr_values")?)?,
            scope: text("scope")?.to_owned(),
            claims: self.claims(object, text("scope")?)?,
            code_challenge: challenge.to_owned(),
        })
    }

    /// Whose it is, for whom, and until when.
    fn check_frame(&self, object: &Token, client: &Entity) -> Result<(), Fault> {
        must(object.text_claim("iss") == Ok(client.id.as_str()), "iss is not the client")?;
        must(object.is_for(self.issuer), "aud is not this provider")?;
        // So that nobody can use it as a client assertion.
        must(object.claim("sub").is_none(), "there is a sub")?;
        object.check_times(self.now).map_err(wrong_claim)?;
        let issued_at = object.claim("iat").and_then(Value::as_i64).unwrap_or_default();
        must(issued_at >= self.now.as_second() - OLDEST, "iat is too long ago")?;
        must(object.text_claim("jti").is_ok_and(|id| !id.is_empty()), "jti is missing")
    }

    /// What stands in both places says the same in both.
    fn check_query(&self, parameters: &Parameters, object: &Token) -> Result<(), Fault> {
        let required: &[&str] = match self.flavour {
            Flavour::Spid => &["scope", "code_challenge", "code_challenge_method", "client_id", "response_type"],
            Flavour::Cie => &["scope", "code_challenge", "code_challenge_method"],
        };
        for name in required {
            must(parameters.value(name).is_some(), &format!("the query has no {name}"))?;
        }
        for (name, value) in &parameters.0 {
            let same = object.claim(name).is_none_or(|claim| claim == value.as_str());
            must(same, &format!("{name} differs between the query and the request object"))?;
        }
        Ok(())
    }

    fn check_scope(&self, scope: &str) -> Result<(), Fault> {
        let words: Vec<_> = scope.split(' ').collect();
        if words.contains(&"openid") && words.iter().all(|word| self.flavour.scopes().contains(word)) {
            Ok(())
        } else {
            Err(Fault::new("invalid_scope", "scope is not one of those that are offered"))
        }
    }

    /// OpenID Connect Core, section 5.5, and what the scopes stand for.
    fn claims(&self, object: &Token, scope: &str) -> Result<Vec<String>, Fault> {
        let mut names: Vec<String> =
            scope.split(' ').flat_map(Flavour::in_scope).map(|&name| name.to_owned()).collect();
        let Some(claims) = object.claim("claims") else { return Ok(names) };
        let claims = claims.as_object().ok_or_else(|| wrong("claims is no object"))?;
        for (place, wishes) in claims {
            let known = place == "userinfo" || place == "id_token" && self.flavour == Flavour::Cie;
            must(known, "claims are asked for where there are none")?;
            for (name, wish) in wishes.as_object().ok_or_else(|| wrong("claims are no objects"))? {
                must(self.flavour.claims().any(|known| known == name), &format!("there is no claim {name}"))?;
                let form = wish.is_null() || wish.get("essential").is_some_and(Value::is_boolean);
                must(form, &format!("{name} is asked for in a way that there is not"))?;
                names.push(name.clone());
            }
        }
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }
}

/// The levels that would do, the one that is preferred first.
fn level(acr_values: &str) -> Result<Level, Fault> {
    let known = |word| Level::ALL.into_iter().find(|level| level.context_class() == word);
    let levels: Option<Vec<_>> = acr_values.split(' ').map(known).collect();
    levels
        .and_then(|levels| levels.first().copied())
        .ok_or_else(|| wrong("acr_values names no level, or one that is none"))
}

impl Asks for AuthorizationRequest {
    fn level(&self) -> Level {
        self.level
    }

    fn kinds(&self) -> &'static [IdentityKind] {
        // There is no way to ask for professional identities.
        kinds_for(None)
    }
}
