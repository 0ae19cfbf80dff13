//! What the provider says of a login: the access token, the ID token, and who the person is.
//! (SPID/CIE OpenID guidelines, token endpoint and userinfo endpoint.)

use anyhow::{Context as _, Result, anyhow};
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use serde_json::{Value, json};
use varco_federation::jose::{ContentEncryption, Jwk, KeyManagement, encrypt};

use super::TestOpenIdProvider;
use super::flavour::{Flavour, claim_of};
use super::grants::{Grant, TOKEN_LIFETIME};
use super::variation::{Form, Variation};
use crate::federation::key::{Key, Use};
use crate::now::{now, random_uuid};

/// What is known of a person, on its way.
pub(super) enum UserInfo {
    /// A token.
    Token(String),
    /// JSON, which no honest provider sends.
    Json(String),
}

/// The names that are the provider's own for a person, so that no two clients can tell that they mean the same.
fn pairwise(issuer: &str, grant: &Grant) -> String {
    let seed = format!("{issuer} {} {}", grant.request.client.id, grant.person.username);
    HEXLOWER.encode(digest(&SHA256, seed.as_bytes()).as_ref())
}

impl TestOpenIdProvider {
    /// RFC 9068.
    pub(super) fn access_token(&self, grant: &Grant) -> Result<String> {
        let (issuer, issued_at) = (self.entity_id(), now().as_second());
        let claims = json!({
            "iss": issuer,
            "sub": pairwise(issuer, grant),
            "client_id": grant.request.client.id,
            "aud": [self.endpoint("userinfo")],
            "scope": grant.request.scope,
            "iat": issued_at,
            "exp": issued_at + TOKEN_LIFETIME.as_secs(),
            "jti": random_uuid(),
        });
        self.0.core.sign(Some("at+jwt"), &claims)
    }

    /// OpenID Connect Core, section 3.1.3.3.
    pub(super) fn id_token(&self, grant: &Grant, access_token: &str, variation: &Variation) -> Result<String> {
        let (issuer, issued_at) = (self.entity_id(), now().as_second());
        let mut claims = json!({
            "iss": issuer,
            "sub": pairwise(issuer, grant),
            "aud": [grant.request.client.id],
            "iat": issued_at,
            "exp": issued_at + 300,
            "jti": random_uuid(),
            "nonce": grant.request.nonce,
            "acr": grant.request.level.context_class(),
            "at_hash": left_half(access_token),
        });
        if self.0.flavour == Flavour::Spid {
            claims["nbf"] = issued_at.into();
        }
        variation.id_token(claims, self.hands())
    }

    /// OpenID Connect Core, section 5.3.2; signed, then encrypted for the client.
    pub(super) fn userinfo(&self, grant: &Grant, variation: &Variation) -> Result<UserInfo> {
        let (issuer, issued_at) = (self.entity_id(), now().as_second());
        let mut claims = json!({
            "iss": issuer,
            "sub": pairwise(issuer, grant),
            "aud": grant.request.client.id,
            "iat": issued_at,
            "exp": issued_at + 300,
        });
        for name in &grant.request.claims {
            if let Some(value) = claim_of(grant.person, name) {
                claims[name] = value;
            }
        }
        if *variation == Variation::UserInfoForm(Form::Json) {
            return Ok(UserInfo::Json(claims.to_string()));
        }
        let signed = variation.userinfo(claims, self.hands())?;
        if *variation == Variation::UserInfoForm(Form::Clear) {
            return Ok(UserInfo::Token(signed));
        }
        encrypt_for(grant, &signed, variation).map(UserInfo::Token)
    }
}

/// OpenID Connect Core, section 3.1.3.6: our tokens are signed with SHA-256.
fn left_half(text: &str) -> String {
    BASE64URL_NOPAD.encode(&digest(&SHA256, text.as_bytes()).as_ref()[..16])
}

/// By the algorithms that the client asked for, with its key for encryption.
fn encrypt_for(grant: &Grant, signed: &str, variation: &Variation) -> Result<String> {
    let metadata = &grant.request.client.metadata;
    let chosen = |name: &str| metadata.get(name).and_then(Value::as_str).with_context(|| format!("no {name}"));
    let management = KeyManagement::from_name(chosen("userinfo_encrypted_response_alg")?).context("its alg")?;
    let content = ContentEncryption::from_name(chosen("userinfo_encrypted_response_enc")?).context("its enc")?;
    let keys = metadata.get("jwks").and_then(|jwks| jwks["keys"].as_array()).context("no keys")?;
    let mut key = keys.iter().find(|key| key["use"] == "enc").context("no key for encryption")?.clone();
    let Variation::UserInfoForm(form) = variation else { return sealed(&key, signed, management, content) };
    match form {
        Form::ForSomebodyElse => {
            let id = key["kid"].clone();
            key = Key::rsa()?.public(Use::Encryption);
            key["kid"] = id;
        }
        Form::UnknownKey => key["kid"] = "nessuna".into(),
        Form::Changed | Form::Clear | Form::Json => {}
    }
    let mut sealed = sealed(&key, signed, management, content)?;
    if *form == Form::Changed {
        let last = sealed.pop();
        sealed.push(if last == Some('A') { 'Q' } else { 'A' });
    }
    Ok(sealed)
}

fn sealed(key: &Value, signed: &str, management: KeyManagement, content: ContentEncryption) -> Result<String> {
    let key = Jwk::from_value(key).map_err(|fault| anyhow!("the client's key: {fault}"))?;
    Ok(encrypt(signed, &key, management, content)?)
}
