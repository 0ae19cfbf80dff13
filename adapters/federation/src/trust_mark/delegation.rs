//! Marks that belong to somebody who has others issue them. (OpenID Federation 1.0, section 7.2.)

use jiff::Timestamp;
use serde_json::Value;

use super::{MarkFault, check_times};
use crate::jose::{Accepted, Claims, ClaimsFault, Jwks, Unverified};
use crate::statement::EntityConfiguration;

const MEDIA_TYPE: &str = "trust-mark-delegation+jwt";

/// Whether the owner of a type of marks, where the anchor names one, lets their issuer issue them; returns until
/// when. The anchor also states the owner's keys, so that nobody is asked.
pub(super) fn check(
    mark: &Claims,
    issuer: &str,
    mark_type: &str,
    anchor: &EntityConfiguration,
    now: Timestamp,
) -> Result<Option<Timestamp>, MarkFault> {
    let (token, owner) = match (mark.optional_text("delegation")?, anchor.mark_owners.get(mark_type)) {
        (None, None) => return Ok(None),
        (Some(token), Some(owner)) => (token, owner.as_object().cloned().map(Claims::new).unwrap_or_default()),
        _ => return Err(MarkFault::Owner),
    };
    let keys = Jwks::from_value(owner.value("jwks").unwrap_or(&Value::Null))?;
    let delegation = Unverified::parse(token)?.verify(&keys, Accepted::FEDERATION)?;
    if delegation.media_type() != Some(MEDIA_TYPE) {
        return Err(MarkFault::MediaType);
    }
    let claims = delegation.claims();
    let about = claims.optional_text("trust_mark_type")?.or(claims.optional_text("id")?);
    if about.ok_or(ClaimsFault::Missing("trust_mark_type"))? != mark_type {
        return Err(MarkFault::Type);
    }
    if claims.text("iss")? != owner.text("sub")? || claims.text("sub")? != issuer {
        return Err(MarkFault::Owner);
    }
    check_times(claims, now)
}
