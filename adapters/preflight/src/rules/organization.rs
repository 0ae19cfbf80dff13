//! The organisation, in every language that it speaks.

use std::collections::BTreeSet;

use crate::document::Document;
use crate::node::Node;
use crate::report::Findings;
use crate::rule::{Rule, Weight};
use crate::value::{quoted, web_address};

const SPID: &str = "SPID technical rules, metadata; CIE manual, federation";

const ONE: Rule = Rule::error("saml.organization", SPID, "Describe the provider in exactly one Organization.");
const PARTS: Rule = Rule::error(
    "saml.organization.parts",
    SPID,
    "Give an OrganizationName, an OrganizationDisplayName and an OrganizationURL, each with xml:lang and a value.",
);
const LANGUAGES: Rule = Rule::error(
    "saml.organization.languages",
    SPID,
    "Give name, display name and address in the same languages, once in each.",
);
const ITALIAN: Rule = Rule::error("saml.organization.italian", SPID, "Give name, display name and address in Italian.");
const URL: Rule = Rule::weighing(
    Weight::ErrorInProduction,
    "saml.organization.url",
    SPID,
    "Write the OrganizationURL as the address of a web site.",
);

pub(super) const RULES: &[&Rule] = &[&ONE, &PARTS, &LANGUAGES, &ITALIAN, &URL];

const NAMES: [&str; 3] = ["OrganizationName", "OrganizationDisplayName", "OrganizationURL"];

pub(super) fn check(document: &Document<'_>, findings: &mut Findings) {
    let [organization] = &document.organizations[..] else {
        let count = document.organizations.len();
        return findings.add(&ONE, &document.root, format!("There are {count} Organizations."));
    };
    let complete = NAMES.iter().all(|name| part(organization, name, findings));
    if complete {
        languages(organization, findings);
    }
    for url in organization.saml("OrganizationURL") {
        let text = url.text();
        // Sites are often written without the scheme.
        let is_host = || text.split('/').next().is_some_and(|host| host.contains('.'));
        let address = web_address(&text).or_else(|| web_address(&format!("https://{text}")).filter(|_| is_host()));
        if !text.is_empty() && address.is_none() {
            findings.add(&URL, &url, format!("The OrganizationURL is {}.", quoted(&text)));
        }
    }
}

/// Whether the part is there, in languages.
fn part(organization: &Node<'_>, name: &str, findings: &mut Findings) -> bool {
    let parts: Vec<_> = organization.saml(name).collect();
    if parts.is_empty() {
        findings.add(&PARTS, organization, format!("There is no {name}."));
    }
    for part in parts.iter().filter(|part| part.text().is_empty()) {
        findings.add(&PARTS, part, format!("The {name} is empty."));
    }
    for part in parts.iter().filter(|part| part.language().is_none()) {
        findings.add(&PARTS, part, format!("The {name} has no xml:lang."));
    }
    !parts.is_empty() && parts.iter().all(|part| part.language().is_some())
}

fn languages(organization: &Node<'_>, findings: &mut Findings) {
    let of = |name: &str| organization.saml(name).filter_map(|part| part.language()).collect::<Vec<_>>();
    let spoken = NAMES.map(of);
    let [first, ..] = spoken.each_ref().map(|languages| languages.iter().copied().collect::<BTreeSet<_>>());
    let same = |languages: &Vec<&str>| {
        languages.len() == first.len() && languages.iter().all(|language| first.contains(language))
    };
    if !spoken.iter().all(same) {
        let words = NAMES.iter().zip(&spoken).map(|(name, languages)| format!("{name} in {}", languages.join(", ")));
        let words = crate::value::shown(&words.collect::<Vec<_>>().join("; "));
        findings.add(&LANGUAGES, organization, format!("The languages differ: {words}."));
    } else if !first.contains("it") {
        findings.add(&ITALIAN, organization, "Nothing is in Italian.");
    }
}
