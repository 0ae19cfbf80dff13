//! The role as service provider: one, with the protocol of SAML 2.0, signing and wanting signatures.

use crate::document::Document;
use crate::node::Node;
use crate::profile::Federation;
use crate::report::Findings;
use crate::rule::Rule;
use crate::value::{quoted, quoted_or_missing};
use crate::words::{PROTOCOL, TRANSIENT};

const SPID: &str = "SPID technical rules, metadata; CIE manual, federation";

const ONE: Rule = Rule::error("saml.sp-descriptor", SPID, "Describe the provider in exactly one SPSSODescriptor.");
const SPEAKS: Rule = Rule::error(
    "saml.sp-descriptor.protocol",
    SPID,
    "Set protocolSupportEnumeration to urn:oasis:names:tc:SAML:2.0:protocol.",
);
const SIGNS: Rule = Rule::error("saml.sp-descriptor.signs-requests", SPID, "Set AuthnRequestsSigned to true.");
const WANTS: Rule = Rule::error("saml.sp-descriptor.wants-signatures", SPID, "Set WantAssertionsSigned to true.");
const NAME_ID: Rule = Rule::error(
    "saml.name-id-format",
    SPID,
    "Ask for the NameIDFormat urn:oasis:names:tc:SAML:2.0:nameid-format:transient.",
);
const NAME_ID_MISSING: Rule =
    Rule::advice("saml.name-id-format.missing", "SPID technical rules, metadata", "Say the NameIDFormat: transient.");
const NAME_ID_ONCE: Rule = Rule::error("cie.name-id-format.one", "Schema of CIE", "Give at most one NameIDFormat.");

pub(super) const RULES: &[&Rule] = &[&ONE, &SPEAKS, &SIGNS, &WANTS, &NAME_ID, &NAME_ID_MISSING, &NAME_ID_ONCE];

pub(super) fn check(document: &Document<'_>, findings: &mut Findings) {
    let count = document.descriptors.len();
    if count != 1 {
        findings.add(&ONE, &document.root, format!("There are {count} SPSSODescriptors."));
    }
    for descriptor in &document.descriptors {
        flags(descriptor, findings);
        name_id_format(descriptor, document.profile.federation(), findings);
    }
}

fn flags(descriptor: &Node<'_>, findings: &mut Findings) {
    let speaks = descriptor.attribute("protocolSupportEnumeration");
    if speaks != Some(PROTOCOL) {
        let what = format!("protocolSupportEnumeration is {}.", quoted_or_missing(speaks));
        findings.add(&SPEAKS, descriptor, what);
    }
    for (rule, name) in [(&SIGNS, "AuthnRequestsSigned"), (&WANTS, "WantAssertionsSigned")] {
        let value = descriptor.attribute(name);
        if value != Some("true") {
            findings.add(rule, descriptor, format!("{name} is {}.", quoted_or_missing(value)));
        }
    }
}

fn name_id_format(descriptor: &Node<'_>, federation: Federation, findings: &mut Findings) {
    let formats: Vec<_> = descriptor.saml("NameIDFormat").collect();
    if formats.is_empty() {
        findings.add(&NAME_ID_MISSING, descriptor, "There is no NameIDFormat.");
    }
    for format in &formats {
        let text = format.text();
        if text != TRANSIENT {
            findings.add(&NAME_ID, format, format!("The NameIDFormat is {}.", quoted(&text)));
        }
    }
    if let ([_, second, ..], Federation::Cie) = (&formats[..], federation) {
        findings.add(&NAME_ID_ONCE, second, "There is more than one NameIDFormat.");
    }
}
