//! Trust marks: those that the aggregator was given, and those that it gives to its bodies. (SPID/CIE OpenID
//! guidelines, trust marks.)

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use varco_core::method::Document;
use varco_core::name::BodyId;

use super::{Entities, Organization};
use crate::jose::{Accepted, Unverified};
use crate::statement::ShownMark;
use crate::trust_mark::MEDIA_TYPE;

// === impl Entities ===

impl Entities {
    /// Those of the aggregator: from its files, and from what the anchors say of it.
    pub(super) fn held_marks(&self) -> Vec<Value> {
        let above = self.above.load();
        let given = above.iter().filter_map(|superior| superior.statement.as_ref()).flat_map(|stated| &stated.marks);
        let mut marks: Vec<ShownMark> = Vec::new();
        for mark in self.options.held_marks.iter().chain(given) {
            if !marks.iter().any(|known| known.mark_type == mark.mark_type) {
                marks.push(mark.clone());
            }
        }
        marks.iter().map(|mark| shown(&mark.mark_type, &mark.token)).collect()
    }

    /// The types that the aggregator gives to its bodies: those of the settings, and those for which an anchor names
    /// it.
    pub(super) fn issued_types(&self) -> Vec<String> {
        let (above, ours) = (self.above.load(), self.aggregator());
        let names_us = |issuers: &Value| {
            issuers.as_array().is_some_and(|issuers| issuers.iter().any(|issuer| issuer.as_str() == Some(&ours)))
        };
        let named = above.iter().flat_map(|superior| &superior.anchor.mark_issuers);
        let named = named.filter(|(_, issuers)| names_us(issuers)).map(|(mark_type, _)| mark_type);
        let mut types: Vec<String> = self.options.issued_marks.iter().chain(named).cloned().collect();
        types.sort_unstable();
        types.dedup();
        types
    }

    /// Those of a body.
    pub(super) fn marks_of(&self, body: &BodyId, organization: &Organization, now: Timestamp) -> Vec<Value> {
        let mark = |mark_type: String| {
            let name = format!("mark {mark_type} {body}");
            let token = self
                .kept
                .or_sign(&name, now, self.options.lifetime, || self.sign_mark(&mark_type, body, organization, now))?;
            Some(shown(&mark_type, &token))
        };
        self.issued_types().into_iter().filter_map(mark).collect()
    }

    fn sign_mark(&self, mark_type: &str, body: &BodyId, organization: &Organization, now: Timestamp) -> Option<String> {
        let Organization { code, name, private, fiscal_code, homepage, logo, contacts, .. } = organization;
        let mut claims = Map::new();
        let id_code =
            if *private { json!({ "fiscal_number": fiscal_code }) } else { json!({ "ipa_code": code.as_str() }) };
        for (claim, value) in [
            ("iss", self.aggregator().into()),
            ("sub", self.body(body).into()),
            // The guidelines and newer documents call it by two names.
            ("id", mark_type.into()),
            ("trust_mark_type", mark_type.into()),
            ("iat", now.as_second().into()),
            ("exp", (now + self.options.lifetime).as_second().into()),
            ("organization_type", if *private { "private" } else { "public" }.into()),
            ("organization_name", name.clone().into()),
            ("id_code", id_code),
            ("ref", homepage.clone().into()),
        ] {
            claims.insert(claim.to_owned(), value);
        }
        for (claim, value) in [("email", contacts.first()), ("logo_uri", logo.as_ref())] {
            if let Some(value) = value {
                claims.insert(claim.to_owned(), value.clone().into());
            }
        }
        self.keys(None)?.federation_signer(now)?.sign(Some(MEDIA_TYPE), &claims).ok()
    }

    /// Whether a mark that the aggregator gave still stands. (Guidelines, endpoints of the federation.)
    pub(super) fn mark_status(&self, mark_type: &str, subject: &str) -> Document {
        status(self.stands(mark_type, subject))
    }

    /// The same of a mark that whoever asks has at hand: it must be one of the aggregator's.
    pub(super) fn status_of(&self, token: &str, now: Timestamp) -> Document {
        let Some(keys) = self.keys(None) else { return status(false) };
        let jwks = keys.federation_jwks(now);
        let verified = Unverified::parse(token).and_then(|mark| mark.verify(&jwks, Accepted::FEDERATION));
        let stands = verified.is_ok_and(|mark| {
            let claims = mark.claims();
            let text = |name| claims.text(name).unwrap_or_default();
            let holds = claims.instant("exp").is_ok_and(|end| now < end);
            mark.media_type() == Some(MEDIA_TYPE) && holds && self.stands(text("trust_mark_type"), text("sub"))
        });
        status(stands)
    }

    fn stands(&self, mark_type: &str, subject: &str) -> bool {
        self.body_named(subject).is_some() && self.issued_types().iter().any(|issued| issued == mark_type)
    }
}

fn status(active: bool) -> Document {
    Document { media_type: "application/json", content: json!({ "active": active }).to_string().into_bytes() }
}

/// A mark as it is shown; older readers call its type `id`.
fn shown(mark_type: &str, token: &str) -> Value {
    json!({ "id": mark_type, "trust_mark_type": mark_type, "trust_mark": token })
}
