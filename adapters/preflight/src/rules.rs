//! The rules, one file a subject. Each file has a table of its rules and a function that applies them.

mod addresses;
mod attributes;
mod avviso29;
mod billing;
mod certificates;
mod cie;
mod contacts;
mod descriptor;
mod eidas;
pub(crate) mod envelope;
mod extensions;
mod keys;
mod order;
mod organization;
mod signature;

use crate::document::Document;
use crate::profile::Federation;
use crate::report::Findings;
use crate::rule::Rule;

/// Every rule.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    [
        envelope::RULES,
        order::RULES,
        signature::RULES,
        descriptor::RULES,
        keys::RULES,
        certificates::RULES,
        avviso29::RULES,
        addresses::RULES,
        attributes::RULES,
        eidas::RULES,
        organization::RULES,
        contacts::RULES,
        extensions::RULES,
        billing::RULES,
        cie::RULES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// Applies every rule of the profile.
pub(crate) fn check(document: &Document<'_>, findings: &mut Findings) {
    envelope::check(document, findings);
    order::check(document, findings);
    signature::check(document, findings);
    descriptor::check(document, findings);
    keys::check(document, findings);
    certificates::check(document, findings);
    addresses::check(document, findings);
    attributes::check(document, findings);
    organization::check(document, findings);
    match document.profile.federation() {
        Federation::Spid | Federation::Eidas => {
            avviso29::check(document, findings);
            eidas::check(document, findings);
            contacts::check(document, findings);
            extensions::check(document, findings);
            billing::check(document, findings);
        }
        Federation::Cie => cie::check(document, findings),
    }
}
