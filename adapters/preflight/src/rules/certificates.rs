//! What every certificate must be: in force, with a strong key, signed with a strong hash.

use std::collections::HashSet;

use jiff::Timestamp;
use varco_xmldsig::DSIG;

use crate::certificate::{Certificate, KeyKind, day};
use crate::document::{Document, certificates};
use crate::node::Node;
use crate::profile::Federation;
use crate::report::Findings;
use crate::rule::Rule;
use crate::value::shown;

const SPID: &str = "SPID technical rules, metadata; CIE manual, keys";

const EXPIRED: Rule = Rule::error("saml.certificate.expired", SPID, "Publish a certificate that is in force.");
const EARLY: Rule = Rule::error("saml.certificate.early", SPID, "Publish a certificate that is in force already.");
const EXPIRES: Rule = Rule::warning(
    "saml.certificate.expires",
    "Varco: 60, 30, 15 and 7 days before",
    "Make a new certificate, publish it beside this one, and tell the federation in time.",
);
const DIGEST: Rule =
    Rule::error("saml.certificate.digest", SPID, "Have the certificate signed with SHA-256, SHA-384 or SHA-512.");
const KEY: Rule = Rule::error(
    "saml.certificate.key",
    SPID,
    "Use an RSA key of 2048 bits or more, or an elliptic curve of 256 bits or more.",
);
const PERSONAL: Rule = Rule::error(
    "saml.certificate.personal",
    "Avviso 29v3; CIE manual, keys",
    "Name an organisation in the subject of the certificate, and no person.",
);

pub(super) const RULES: &[&Rule] = &[&EXPIRED, &EARLY, &EXPIRES, &DIGEST, &KEY, &PERSONAL];

/// Parts of a name that are of persons, as both federations forbid them.
const OF_PERSONS: [(&str, &str); 5] = [
    ("2.5.4.4", "surname"),
    ("2.5.4.41", "name"),
    ("2.5.4.42", "givenName"),
    ("2.5.4.43", "initials"),
    ("2.5.4.65", "pseudonym"),
];

/// And what CIE forbids beyond.
const OF_PERSONS_FOR_CIE: [(&str, &str); 2] = [("2.5.4.44", "generationQualifier"), ("2.5.4.64", "familyInformation")];

pub(super) fn check(document: &Document<'_>, findings: &mut Findings) {
    let mut seen = HashSet::new();
    let signatures: Vec<_> = document.root.named(DSIG, "Signature").collect();
    let of_signatures: Vec<_> = signatures.iter().flat_map(certificates).collect();
    let all = document.keys.iter().flat_map(|key| &key.certificates).chain(&of_signatures);
    for (node, certificate) in all.filter_map(|(node, read)| Some((node, read.as_ref()?))) {
        // The same certificate, for signing, for encryption and in the signature, is spoken of once.
        if seen.insert(certificate.der()) {
            in_force(node, certificate, document.now, findings);
            strength(node, certificate, findings);
            no_person(node, certificate, document.profile.federation(), findings);
        }
    }
}

fn in_force(node: &Node<'_>, certificate: &Certificate, now: Timestamp, findings: &mut Findings) {
    let (from, until) = (certificate.not_before, certificate.not_after);
    if until <= now {
        return findings.add(&EXPIRED, node, format!("The certificate expired on {}.", day(until)));
    }
    if from > now {
        findings.add(&EARLY, node, format!("The certificate is in force only from {}.", day(from)));
    }
    let days = (until.as_second() - now.as_second()) / 86_400;
    if let Some(threshold) = [7, 15, 30, 60].into_iter().find(|threshold| days < *threshold) {
        let what = format!("The certificate expires in {days} days, on {}: less than {threshold}.", day(until));
        findings.add(&EXPIRES, node, what);
    }
}

fn strength(node: &Node<'_>, certificate: &Certificate, findings: &mut Findings) {
    if certificate.digest().is_none() {
        findings.add(&DIGEST, node, "The certificate is signed with a weak or unknown hash.");
    }
    if !matches!(certificate.kind, KeyKind::Rsa(2048..) | KeyKind::Elliptic(256..)) {
        findings.add(&KEY, node, format!("The key is {}.", certificate.kind.words()));
    }
}

fn no_person(node: &Node<'_>, certificate: &Certificate, federation: Federation, findings: &mut Findings) {
    let further = if federation == Federation::Cie { &OF_PERSONS_FOR_CIE[..] } else { &[] };
    for (part, name) in OF_PERSONS.iter().chain(further) {
        if let Some(value) = certificate.subject(part) {
            findings.add(&PERSONAL, node, format!("The subject has {name} ({part}): “{}”.", shown(value)));
        }
    }
}
