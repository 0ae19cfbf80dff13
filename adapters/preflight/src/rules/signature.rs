//! The signature over the document: there, strong, valid, and made with a key that the document lists.

use varco_xmldsig::{DSIG, SignatureRefusal, TrustedKey, verify};

use crate::certificate::Certificate;
use crate::document::{Document, Key, certificates};
use crate::node::{Node, each};
use crate::report::Findings;
use crate::rule::Rule;
use crate::value::{quoted, quoted_or_missing};
use crate::words::{METADATA, SPID as SPID_NAMESPACE};

const SPID: &str = "SPID technical rules, metadata; CIE manual, federation";

const MISSING: Rule = Rule::error("saml.signature", SPID, "Sign the EntityDescriptor, with one enveloped signature.");
const ALGORITHM: Rule = Rule::error(
    "saml.signature.algorithm",
    SPID,
    "Sign with RSA or ECDSA, and SHA-256, SHA-384 or SHA-512, for the signature and for the digest.",
);
const KEY_INFO: Rule = Rule::error(
    "saml.signature.certificate",
    SPID,
    "Put the certificate of the key that signed into the KeyInfo of the signature.",
);
const INVALID: Rule = Rule::error(
    "saml.signature.invalid",
    SPID,
    "Sign the document again, as the last thing that is done to it, and change not even its white space afterwards.",
);
const FOREIGN: Rule = Rule::warning(
    "saml.signature.key",
    SPID,
    "Sign with a key whose certificate stands in a KeyDescriptor of the document.",
);

pub(super) const RULES: &[&Rule] = &[&MISSING, &ALGORITHM, &KEY_INFO, &INVALID, &FOREIGN];

/// What the algorithms of a signature end in; whoever wants another one wants a weak one.
const STRONG: [&str; 6] = ["rsa-sha256", "rsa-sha384", "rsa-sha512", "ecdsa-sha256", "ecdsa-sha384", "ecdsa-sha512"];
const MORE: &str = "http://www.w3.org/2001/04/xmldsig-more#";
const DIGESTS: [&str; 3] = [
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512",
];

pub(super) fn check(document: &Document<'_>, findings: &mut Findings) {
    let signatures: Vec<_> = document.root.named(DSIG, "Signature").collect();
    let [signature] = &signatures[..] else {
        let what = match signatures.len() {
            0 => "The document is not signed.".to_owned(),
            several => format!("There are {several} signatures."),
        };
        return findings.add(&MISSING, &document.root, what);
    };
    let strong = algorithms(signature, findings);
    let of_signature: Vec<_> = certificates(signature).into_iter().filter_map(|(_, read)| read).collect();
    if of_signature.is_empty() {
        findings.add(&KEY_INFO, signature, "The signature does not carry its certificate.");
    }
    if strong {
        validity(document, signature, &of_signature, findings);
    }
}

/// Whether both algorithms are strong.
fn algorithms(signature: &Node<'_>, findings: &mut Findings) -> bool {
    let methods = signature.along(&[(DSIG, "SignedInfo"), (DSIG, "SignatureMethod")]);
    let digests = signature.along(&[(DSIG, "SignedInfo"), (DSIG, "Reference"), (DSIG, "DigestMethod")]);
    let is_strong = |uri: &str| uri.strip_prefix(MORE).is_some_and(|name| STRONG.contains(&name));
    let mut strong = true;
    for (methods, accepted) in
        [(&methods, &is_strong as &dyn Fn(&str) -> bool), (&digests, &|uri| DIGESTS.contains(&uri))]
    {
        for method in methods {
            let algorithm = method.attribute("Algorithm");
            if !algorithm.is_some_and(accepted) {
                findings.add(&ALGORITHM, method, format!("The algorithm is {}.", quoted_or_missing(algorithm)));
                strong = false;
            }
        }
    }
    strong
}

fn validity(document: &Document<'_>, signature: &Node<'_>, carried: &[Certificate], findings: &mut Findings) {
    let root = document.root.element();
    let listed = keys(listed(document).iter());
    let usable = keys(carried.iter());
    // The key that signed cannot be used: the rules on certificates say so, and of the signature nothing can be said.
    if usable.is_empty() && (listed.is_empty() || !carried.is_empty()) {
        return;
    }
    match verify(root, &listed) {
        Ok(_) => {}
        Err(_) if verify(root, &usable).is_ok() => {
            findings.add(&FOREIGN, signature, "The key that signed stands in no KeyDescriptor of the document.");
        }
        Err(refusal) => findings.add(&INVALID, signature, words(refusal, root.attribute("ID"))),
    }
}

/// The certificates of the provider, and that of an aggregator that validates what its bodies sign.
fn listed(document: &Document<'_>) -> Vec<Certificate> {
    let validation = each(&each(&document.contacts, METADATA, "Extensions"), SPID_NAMESPACE, "KeyDescriptor");
    let validation: Vec<_> = validation.into_iter().map(Key::of).collect();
    let all = document.keys.iter().chain(&validation).flat_map(|key| &key.certificates);
    all.filter_map(|(_, read)| read.clone()).collect()
}

fn keys<'a>(certificates: impl Iterator<Item = &'a Certificate>) -> Vec<TrustedKey> {
    certificates.filter_map(|certificate| certificate.key.clone().ok()).collect()
}

fn words(refusal: SignatureRefusal, id: Option<&str>) -> String {
    match refusal {
        SignatureRefusal::Digest => "The document was changed after it was signed.".to_owned(),
        SignatureRefusal::Key => "No key of the document made this signature, or what it signs was changed.".to_owned(),
        SignatureRefusal::Reference => match id {
            Some(id) => format!("The signature does not refer to the EntityDescriptor, whose ID is {}.", quoted(id)),
            None => "The EntityDescriptor has no ID that the signature could refer to.".to_owned(),
        },
        other => format!("The signature cannot be accepted: {other}."),
    }
}
