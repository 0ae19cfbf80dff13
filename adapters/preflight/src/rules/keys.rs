//! The keys that the provider publishes.

use crate::document::Document;
use crate::profile::Federation;
use crate::report::Findings;
use crate::rule::Rule;
use crate::value::quoted_or_missing;

const SPID: &str = "SPID technical rules, metadata; CIE manual, federation";

const SIGNING: Rule = Rule::error(
    "saml.key.signing",
    SPID,
    "Publish the key that requests are signed with, in a KeyDescriptor for signing.",
);
const USE: Rule = Rule::error("saml.key.use", SPID, "Say use=\"signing\" or use=\"encryption\" on each KeyDescriptor.");
const CERTIFICATE: Rule = Rule::error(
    "saml.key.certificate",
    SPID,
    "Put one certificate, as base64 of its DER form, into each KeyDescriptor.",
);

pub(super) const RULES: &[&Rule] = &[&SIGNING, &USE, &CERTIFICATE];

pub(super) fn check(document: &Document<'_>, findings: &mut Findings) {
    // Where the use is not said the key is for both; SPID's own validator wants it said.
    let said = |used_for: &str| document.keys.iter().any(|key| key.node.attribute("use") == Some(used_for));
    if let ([descriptor], false) = (&document.descriptors[..], said("signing")) {
        findings.add(&SIGNING, descriptor, "No KeyDescriptor has use=\"signing\".");
    }
    for key in &document.keys {
        let used_for = key.node.attribute("use");
        let may_be_missing = document.profile.federation() != Federation::Cie;
        if !(matches!(used_for, Some("signing" | "encryption")) || used_for.is_none() && may_be_missing) {
            findings.add(&USE, &key.node, format!("The use is {}.", quoted_or_missing(used_for)));
        }
        if key.certificates.is_empty() {
            findings.add(&CERTIFICATE, &key.node, "There is no certificate.");
        }
        for (node, _) in key.certificates.iter().filter(|(_, read)| read.is_none()) {
            findings.add(&CERTIFICATE, node, "This is not a certificate.");
        }
    }
}
