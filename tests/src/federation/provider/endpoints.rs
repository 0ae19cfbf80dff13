//! What clients ask without a browser: tokens, who somebody is, whether a token stands, and its end.
//! (SPID/CIE OpenID guidelines, token, userinfo, introspection and revocation endpoint.)

use std::collections::HashSet;
use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};

use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::{Value, json};

use super::TestOpenIdProvider;
use super::flavour::Flavour;
use super::grants::{Grant, TOKEN_LIFETIME};
use super::request::Parameters;
use super::tokens::UserInfo;
use super::variation::Variation;
use crate::federation::entity::json_answer;
use crate::federation::token::Token;
use crate::federation::trust::Entity;
use crate::now::now;

/// Names that were used, each of which counts once.
#[derive(Default)]
pub(super) struct Used(Mutex<HashSet<String>>);

/// An answer that is an error. (RFC 6749, section 5.2.)
type Refused = (StatusCode, &'static str, String);

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const JSON: &str = "application/json";
const TOKEN: &str = "application/jwt";
/// A client assertion is made for one use at once. In seconds.
const LONGEST_ASSERTION: i64 = 600;

fn invalid(word: &'static str, why: impl Display) -> Refused {
    (StatusCode::BAD_REQUEST, word, why.to_string())
}

fn stranger(why: impl Display) -> Refused {
    (StatusCode::UNAUTHORIZED, "invalid_client", why.to_string())
}

fn answer(outcome: Result<Response, Refused>) -> Response {
    outcome.unwrap_or_else(|(status, error, why)| {
        json_answer(status, &json!({ "error": error, "error_description": why }))
    })
}

// === impl Used ===

impl Used {
    /// Whether it is used for the first time.
    pub(super) fn first(&self, name: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned())
    }
}

impl TestOpenIdProvider {
    /// The token endpoint.
    pub(super) async fn give_tokens(&self, form: &str) -> Response {
        let variation = self.variation();
        let outcome = self.redeem(form).await;
        match (&variation, outcome) {
            (Variation::TokenEndpoint(nuisance), Ok(_)) => nuisance.answer(JSON, self.entity_id()).await,
            (_, outcome) => answer(outcome.and_then(|grant| self.tokens(&grant, &variation))),
        }
    }

    async fn redeem(&self, form: &str) -> Result<Grant, Refused> {
        let form = Parameters::read(form).map_err(|fault| invalid(fault.word, fault.why))?;
        let client = self.authenticate(&form, "token").await?;
        let field = |name| form.value(name).ok_or_else(|| invalid("invalid_request", format!("{name} is missing")));
        if field("grant_type")? != "authorization_code" {
            return Err(invalid("unsupported_grant_type", "only codes are redeemed"));
        }
        let grant = self.0.grants.find(field("code")?, &client.id, now());
        let grant = grant.map_err(|fault| invalid("invalid_grant", format!("the code: {fault:?}")))?;
        if field("redirect_uri")? != grant.request.redirect_uri {
            return Err(invalid("invalid_grant", "redirect_uri is another"));
        }
        // RFC 7636, section 4.6.
        let verifier = field("code_verifier")?;
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
        let long_enough = (43..=128).contains(&verifier.len());
        if !long_enough || BASE64URL_NOPAD.encode(digest.as_ref()) != grant.request.code_challenge {
            return Err(invalid("invalid_grant", "code_verifier does not answer to the challenge"));
        }
        Ok(grant)
    }

    fn tokens(&self, grant: &Grant, variation: &Variation) -> Result<Response, Refused> {
        let broken = |error: anyhow::Error| (StatusCode::INTERNAL_SERVER_ERROR, "server_error", error.to_string());
        let access_token = self.access_token(grant).map_err(broken)?;
        let id_token = self.id_token(grant, &access_token, variation).map_err(broken)?;
        self.0.grants.redeem(&grant.code, &access_token);
        let mut tokens = json!({
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": TOKEN_LIFETIME.as_secs(),
            "id_token": id_token,
        });
        variation.token_answer(&mut tokens);
        Ok(([(header::CACHE_CONTROL, "no-store")], json_answer(StatusCode::OK, &tokens)).into_response())
    }

    /// Who calls: a client that proves it with the key of its chain, for this endpoint, once. (RFC 7523, section 3.)
    async fn authenticate(&self, form: &Parameters, endpoint: &str) -> Result<Arc<Entity>, Refused> {
        if form.value("client_assertion_type") != Some(ASSERTION_TYPE) {
            return Err(stranger("client_assertion_type"));
        }
        let assertion = Token::parse(form.value("client_assertion").unwrap_or_default()).map_err(stranger)?;
        let client_id = form.value("client_id").ok_or_else(|| stranger("client_id is missing"))?;
        for name in ["iss", "sub"] {
            if assertion.text_claim(name) != Ok(client_id) {
                return Err(stranger(format!("{name} is not the client")));
            }
        }
        let client = self.client(client_id).await.map_err(stranger)?;
        assertion.verify(client.metadata.get("jwks").unwrap_or(&Value::Null)).map_err(stranger)?;
        if !assertion.is_for(&self.endpoint(endpoint)) {
            return Err(stranger("aud is another endpoint"));
        }
        let now = now();
        if assertion.check_times(now).map_err(stranger)? > now.as_second() + LONGEST_ASSERTION {
            return Err(stranger("exp is too far away"));
        }
        let id = assertion.text_claim("jti").map_err(stranger)?;
        if id.is_empty() || !self.0.assertions.first(&format!("{client_id} {id}")) {
            return Err(stranger("jti is empty, or was used before"));
        }
        Ok(client)
    }

    /// The userinfo endpoint.
    pub(super) async fn tell(&self, method: &Method, headers: &HeaderMap) -> Response {
        // Guidelines, userinfo endpoint: SPID has GET alone.
        if *method != Method::GET && !(*method == Method::POST && self.0.flavour == Flavour::Cie) {
            return StatusCode::METHOD_NOT_ALLOWED.into_response();
        }
        let shown = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok()?.strip_prefix("Bearer "));
        let Some(grant) = shown.and_then(|token| self.0.grants.of_token(token, now())) else {
            let challenge = [(header::WWW_AUTHENTICATE, r#"Bearer error="invalid_token""#)];
            return (StatusCode::UNAUTHORIZED, challenge).into_response();
        };
        let variation = self.variation();
        if let Variation::UserInfoEndpoint(nuisance) = &variation {
            return nuisance.answer(TOKEN, self.entity_id()).await;
        }
        match self.userinfo(&grant, &variation) {
            Ok(UserInfo::Token(token)) => ([(header::CONTENT_TYPE, TOKEN)], token).into_response(),
            Ok(UserInfo::Json(text)) => ([(header::CONTENT_TYPE, JSON)], text).into_response(),
            Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")).into_response(),
        }
    }

    /// The introspection endpoint.
    pub(super) async fn introspect(&self, form: &str) -> Response {
        answer(self.about_token(form, "introspection").await.map(|(client, token)| {
            let stands = self.0.grants.of_token(&token, now()).is_some_and(|it| it.request.client.id == client.id);
            json_answer(StatusCode::OK, &json!({ "active": stands }))
        }))
    }

    /// The revocation endpoint: well done also where there was nothing to do. (RFC 7009, section 2.2.)
    pub(super) async fn revoke(&self, form: &str) -> Response {
        answer(self.about_token(form, "revocation").await.map(|(client, token)| {
            self.0.grants.revoke(&token, &client.id);
            StatusCode::OK.into_response()
        }))
    }

    async fn about_token(&self, form: &str, endpoint: &str) -> Result<(Arc<Entity>, String), Refused> {
        let form = Parameters::read(form).map_err(|fault| invalid(fault.word, fault.why))?;
        let client = self.authenticate(&form, endpoint).await?;
        let token = form.value("token").ok_or_else(|| invalid("invalid_request", "token is missing"))?;
        Ok((client, token.to_owned()))
    }
}
