//! The authorities that vouch for cards, and the way from a card to one of them. (RFC 5280, section 6.)

use std::sync::Arc;

use jiff::Timestamp;
use x509_parser::certificate::X509Certificate;

use crate::certificate::{CardCertificate, check_key, check_validity, parse};
use crate::refusal::CardRefusal;
use crate::signature::verifies;

/// How many may stand between a card and the authority that the trust list names: real ones have none.
const DEEPEST: usize = 2;

/// An authority of the trust list.
#[derive(Clone, Debug)]
pub struct Authority {
    /// Its name, as the list has it.
    pub name: String,
    certificate: Arc<[u8]>,
    standing: Vec<Standing>,
}

/// What an authority was from an instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// From when.
    pub since: Timestamp,
    /// Whether it was recognised.
    pub recognised: bool,
}

/// All authorities.
#[derive(Clone, Debug, Default)]
pub struct Authorities(Vec<Authority>);

// === impl Authority ===

impl Authority {
    /// An authority with its certificate in DER, and what it was since when.
    pub fn new(name: String, certificate: &[u8], mut standing: Vec<Standing>) -> Result<Self, CardRefusal> {
        let read = parse(certificate)?;
        check_key(&read)?;
        let issues = read.basic_constraints().ok().flatten().is_some_and(|basic| basic.value.ca);
        if !issues {
            return Err(CardRefusal::Usage);
        }
        standing.sort_by_key(|one| one.since);
        Ok(Self { name, certificate: certificate.into(), standing })
    }

    /// Its certificate, in DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// Whether it was recognised then: what it issued while it was keeps its worth.
    pub fn was_recognised_at(&self, at: Timestamp) -> bool {
        self.standing.iter().rfind(|one| one.since <= at).is_some_and(|one| one.recognised)
    }
}

// === impl Authorities ===

impl Authorities {
    /// These authorities.
    pub const fn new(authorities: Vec<Authority>) -> Self {
        Self(authorities)
    }

    /// All of them.
    pub fn all(&self) -> &[Authority] {
        &self.0
    }

    /// The authority that vouches for a card, by way of the certificates that the browser showed with it.
    pub fn vouching(
        &self,
        card: &CardCertificate<'_>,
        shown: &[&[u8]],
        now: Timestamp,
    ) -> Result<&Authority, CardRefusal> {
        let between: Vec<_> = shown.iter().take(DEEPEST).filter_map(|der| parse(der).ok()).collect();
        let issued_at = card.issued_at();
        self.above(card.certificate(), &between, issued_at, now).ok_or(CardRefusal::Untrusted)
    }

    fn above<'c>(
        &self,
        certificate: &X509Certificate<'c>,
        between: &[X509Certificate<'c>],
        issued_at: Timestamp,
        now: Timestamp,
    ) -> Option<&Authority> {
        let direct = self.0.iter().find(|authority| {
            let issuer = parse(&authority.certificate);
            issuer.is_ok_and(|issuer| issued(&issuer, certificate, now)) && authority.was_recognised_at(issued_at)
        });
        if direct.is_some() {
            return direct;
        }
        // Whoever stands in between stands there once.
        between.iter().enumerate().find_map(|(place, issuer)| {
            if !issued(issuer, certificate, now) {
                return None;
            }
            let others: Vec<_> =
                between.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, it)| it.clone()).collect();
            self.above(issuer, &others, issued_at, now)
        })
    }
}

/// Whether one is an authority, and has issued the other.
fn issued(issuer: &X509Certificate<'_>, certificate: &X509Certificate<'_>, now: Timestamp) -> bool {
    let basic = issuer.basic_constraints().ok().flatten().is_some_and(|basic| basic.value.ca);
    // RFC 5280, section 4.2.1.3: where it says what its key is for, signing certificates is among it.
    let signs = match issuer.key_usage() {
        Ok(usage) => usage.is_none_or(|usage| usage.value.key_cert_sign()),
        Err(_) => false,
    };
    let agreed = certificate.signature_algorithm == certificate.tbs_certificate.signature;
    basic
        && signs
        && agreed
        && issuer.subject().as_raw() == certificate.issuer().as_raw()
        && check_validity(issuer, now).is_ok()
        && check_key(issuer).is_ok()
        && verifies(
            issuer.public_key(),
            &certificate.signature_algorithm,
            certificate.tbs_certificate.as_ref(),
            &certificate.signature_value.data,
        )
}
