//! The keys that a provider signs tokens with, where it publishes them apart, signed with its keys of the
//! federation. (OpenID Federation 1.0, section 5.2.1; SPID/CIE OpenID guidelines, metadata of providers.)

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use url::Url;

use super::fetching::Fetching;
use crate::chain::ChainFault;
use crate::jose::{Accepted, Unverified};
use crate::statement::EntityConfiguration;

const MEDIA_TYPE: &str = "jwk-set+jwt";

/// Puts the keys into the metadata of a provider that has none in it; returns until when they count.
pub(super) async fn bring(
    fetching: &mut Fetching<'_>,
    provider: &mut Map<String, Value>,
    said: &EntityConfiguration,
    now: Timestamp,
) -> Result<Option<Timestamp>, ChainFault> {
    let Some(address) = provider.get("signed_jwks_uri").filter(|_| !provider.contains_key("jwks")) else {
        return Ok(None);
    };
    let address = address.as_str().and_then(|text| Url::parse(text).ok());
    let address = address.filter(|url| fetching.addresses().hold(url)).ok_or(ChainFault::SignedKeys("no address"))?;
    let token = fetching.token("signed_jwks_uri", &address, "application/jwk-set+jwt").await?;
    let verified = Unverified::parse(&token).and_then(|set| set.verify(&said.keys, Accepted::FEDERATION));
    let verified = verified.map_err(|_| ChainFault::SignedKeys("not signed by the entity"))?;
    // Other tokens that the same key signs must not pass for keys. (RFC 8725, section 3.11.)
    if verified.media_type() != Some(MEDIA_TYPE) {
        return Err(ChainFault::SignedKeys("another kind of token"));
    }
    let claims = verified.claims();
    let of_the_entity = |name| claims.optional_text(name).is_ok_and(|it| it == Some(said.entity.as_str()));
    if !(of_the_entity("iss") && of_the_entity("sub")) {
        return Err(ChainFault::SignedKeys("of somebody else"));
    }
    let end = claims.optional_instant("exp").map_err(|_| ChainFault::SignedKeys("exp is no instant"))?;
    if end.is_some_and(|end| end <= now) {
        return Err(ChainFault::SignedKeys("expired"));
    }
    let keys = claims.value("keys").cloned().ok_or(ChainFault::SignedKeys("no keys"))?;
    provider.insert("jwks".to_owned(), json!({ "keys": keys }));
    Ok(end)
}
