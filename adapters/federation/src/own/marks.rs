//! Trust marks: those that the aggregator was given, and those that it gives to its bodies. (SPID/CIE OpenID
//! guidelines, trust marks.)

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use varco_core::federation::FederationError;
use varco_core::method::Document;
use varco_core::name::BodyId;

use super::issuing::about;
use super::kept::Content;
use super::{Entities, Organization};
use crate::chain::Chain;
use crate::entity_id::Addresses;
use crate::jose::{Accepted, Jwks, Unverified};
use crate::statement::{EntityConfiguration, ShownMark};
use crate::trust_mark::{MEDIA_TYPE, TrustMark};

// === impl Entities ===

impl Entities {
    /// Those of the aggregator that have not ended: from its files, and from what the anchors say of it.
    pub(super) fn held_marks(&self, now: Timestamp) -> Vec<Value> {
        let above = self.above.load();
        let given = above.iter().filter_map(|superior| superior.statement.as_ref()).flat_map(|stated| &stated.marks);
        let mut marks: Vec<ShownMark> = Vec::new();
        for mark in self.options.held_marks.iter().chain(given).filter(|mark| !is_over(mark, now)) {
            if !marks.iter().any(|known| known.mark_type == mark.mark_type) {
                marks.push(mark.clone());
            }
        }
        marks.iter().map(shown).collect()
    }

    /// The types that the aggregator gives to a body: those of the settings, and those for which an anchor names it and
    /// that are for such a body.
    fn types_for(&self, organization: &Organization) -> Vec<String> {
        let (above, ours) = (self.above.load(), self.aggregator());
        let names_us = |issuers: &Value| {
            issuers.as_array().is_some_and(|issuers| issuers.iter().any(|issuer| issuer.as_str() == Some(&ours)))
        };
        let named = above.iter().flat_map(|superior| &superior.anchor.mark_issuers);
        let named = named.filter(|(mark_type, issuers)| names_us(issuers) && is_for(mark_type, organization));
        let named = named.map(|(mark_type, _)| mark_type);
        let mut types: Vec<String> = self.options.issued_marks.iter().chain(named).cloned().collect();
        types.sort_unstable();
        types.dedup();
        types
    }

    /// Whether the aggregator gives marks of this type to a body.
    pub(super) fn gives(&self, mark_type: &str, organization: &Organization) -> bool {
        self.types_for(organization).iter().any(|given| given == mark_type)
    }

    /// Those of a body.
    pub(super) fn marks_of(&self, body: &BodyId, organization: &Organization, now: Timestamp) -> Vec<Value> {
        let mark = |mark_type: String| {
            let token = self.mark(&mark_type, body, organization, now)?;
            Some(shown(&ShownMark { mark_type, token }))
        };
        self.types_for(organization).into_iter().filter_map(mark).collect()
    }

    fn mark(&self, mark_type: &str, body: &BodyId, organization: &Organization, now: Timestamp) -> Option<String> {
        let Organization { code, name, private, fiscal_code, homepage, logo, contacts, .. } = organization;
        let id_code =
            if *private { json!({ "fiscal_number": fiscal_code }) } else { json!({ "ipa_code": code.as_str() }) };
        let mut claims = about(&self.aggregator(), &self.body(body));
        for (claim, value) in [
            // The guidelines and newer documents call it by two names.
            ("id", mark_type.into()),
            ("trust_mark_type", mark_type.into()),
            ("organization_type", if *private { "private" } else { "public" }.into()),
            ("organization_name", name.clone().into()),
            ("id_code", id_code),
            ("sa_profile", "full".into()),
            ("ref", homepage.clone().into()),
        ] {
            claims.insert(claim.to_owned(), value);
        }
        for (claim, value) in [("email", contacts.first()), ("logo_uri", logo.as_ref())] {
            if let Some(value) = value {
                claims.insert(claim.to_owned(), value.clone().into());
            }
        }
        // Signed again at half its life, it still counts for as long as any statement that it stands in.
        let lifetime = self.options.lifetime * 2;
        let content = Content { name: format!("mark {mark_type} {body}"), media_type: MEDIA_TYPE, claims, lifetime };
        self.kept.signed(content, &*self.keys(None)?.federation_signer(now)?, now)
    }

    /// Whether a mark that the aggregator gave still stands. (Guidelines, endpoints of the federation.)
    pub(super) fn mark_status(&self, mark_type: &str, subject: &str) -> Document {
        let content = json!({ "active": self.stands(mark_type, subject) }).to_string().into_bytes();
        Document { media_type: "application/json", content }
    }

    /// The same of a mark that whoever asks has at hand, signed. (OpenID Federation 1.0, section 8.4.) What the
    /// aggregator did not sign it does not know: of that there is any amount, and an answer to each would have to be
    /// signed.
    pub(super) fn status_of(&self, token: &str, now: Timestamp) -> Result<Document, FederationError> {
        let keys = self.keys(None).ok_or(FederationError::TemporarilyUnavailable)?;
        let status = self.read_mark(token, &keys.federation_jwks(now), now).ok_or(FederationError::NotFound)?;
        let mut claims = Map::new();
        for (claim, value) in [("iss", self.aggregator().as_str()), ("trust_mark", token), ("status", status)] {
            claims.insert(claim.to_owned(), value.into());
        }
        let content = Content {
            name: format!("status {token}"),
            media_type: "trust-mark-status-response+jwt",
            claims,
            lifetime: self.options.lifetime,
        };
        let answer = keys.federation_signer(now).and_then(|signer| self.kept.signed(content, &signer, now));
        let content = answer.ok_or(FederationError::TemporarilyUnavailable)?.into_bytes();
        Ok(Document { media_type: "application/trust-mark-status-response+jwt", content })
    }

    /// What has become of a mark that the aggregator signed.
    fn read_mark(&self, token: &str, keys: &Jwks, now: Timestamp) -> Option<&'static str> {
        let mark = Unverified::parse(token).ok()?.verify(keys, Accepted::FEDERATION).ok()?;
        let claims = mark.claims();
        if mark.media_type() != Some(MEDIA_TYPE) {
            return None;
        }
        let stands = self.stands(claims.text("trust_mark_type").ok()?, claims.text("sub").ok()?);
        let is_over = claims.instant("exp").ok()? <= now;
        Some(match (is_over, stands) {
            (true, _) => "expired",
            (false, true) => "active",
            (false, false) => "revoked",
        })
    }

    fn stands(&self, mark_type: &str, subject: &str) -> bool {
        let organization = self.body_named(subject).and_then(|body| self.options.bodies.get(body));
        organization.is_some_and(|organization| self.gives(mark_type, organization))
    }

    /// Those that an entity shows and that hold: issued by the anchor of its chain, or by the aggregator.
    pub(super) fn marks_that_hold(&self, chain: &Chain, now: Timestamp) -> Vec<Value> {
        let said = chain.statements.first();
        let said =
            said.map(|said| EntityConfiguration::self_signed(said, &chain.entity, Addresses::ThisMachineToo, now));
        let Some(Ok(said)) = said else { return Vec::new() };
        let (above, keys) = (self.above.load(), self.keys(None));
        let anchor = above.iter().map(|superior| &superior.anchor).find(|anchor| anchor.entity == chain.anchor);
        let is_ours = |mark: &ShownMark| {
            let jwks = keys.as_ref().map(|keys| keys.federation_jwks(now));
            jwks.is_some_and(|jwks| self.read_mark(&mark.token, &jwks, now) == Some("active"))
        };
        let is_of_anchor = |mark: &ShownMark| {
            anchor.is_some_and(|anchor| TrustMark::of_anchor(mark, &chain.entity, anchor, now).is_ok())
        };
        said.marks.iter().filter(|mark| is_ours(mark) || is_of_anchor(mark)).map(shown).collect()
    }
}

/// A mark as it is shown; older readers call its type `id`.
fn shown(mark: &ShownMark) -> Value {
    let ShownMark { mark_type, token } = mark;
    json!({ "id": mark_type, "trust_mark_type": mark_type, "trust_mark": token })
}

/// One that says nothing of an end has none.
fn is_over(mark: &ShownMark, now: Timestamp) -> bool {
    let unverified = Unverified::parse(&mark.token);
    unverified
        .is_ok_and(|mark| mark.claims().optional_instant("exp").is_ok_and(|end| end.is_some_and(|end| end <= now)))
}

/// Types are addresses that end in the role of who may have one, and whether those are public or private:
/// `…/openid_relying_party/public`. In what is in use the end is `…/sp-public`. (SPID/CIE OpenID guidelines, trust marks.)
fn is_for(mark_type: &str, organization: &Organization) -> bool {
    let others = ["openid_provider", "intermediate", "oauth_resource"];
    let other_ownership = if organization.private { "public" } else { "private" };
    let mut segments = mark_type.split('/');
    segments.all(|segment| {
        let (role, ownership) = segment.rsplit_once('-').unwrap_or(("", segment));
        !others.contains(&segment) && ownership != other_ownership && role != "op"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_for_relying_parties_that_are_public_or_private() {
        let organization = |private| Organization { private, ..super::super::tests::organization("c_e715", "Comune") };
        for (mark_type, public, private) in [
            ("https://anchor.example/openid_relying_party/public", true, false),
            ("https://anchor.example/openid_relying_party/private/", false, true),
            ("https://anchor.example/openid_provider/public", false, false),
            ("https://anchor.example/intermediate/public", false, false),
            ("https://anchor.example/agreement/sp-public", true, false),
            ("https://anchor.example/agreement/sp-private", false, true),
            ("https://anchor.example/agreement/op-public", false, false),
            ("https://anchor.example/anything", true, true),
        ] {
            let fits = [false, true].map(|private| is_for(mark_type, &organization(private)));
            assert_eq!(fits, [public, private], "{mark_type}");
        }
    }
}
