//! Metadata of service providers, checked before AgID, the CIE office or a provider of identities sees it.
//!
//! [`check`] applies every rule of SPID and of CIE to a document, in plain words: what is wrong, where, and
//! what to do about it. [`compare`] says what changed against the published document, what of that breaks
//! logins that work today, and whom to tell. [`rules_table`] lists the rules.
//!
//! ```
//! use varco_preflight::{Options, Severity, check};
//!
//! let report = check("<EntityDescriptor/>", "2026-11-25T12:00:00Z".parse()?, Options::default());
//! assert_eq!(report.count(Severity::Error), 1, "it is not in the namespace of SAML metadata");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The rules stand in `rules`, one file a subject, each rule with its source; who must be in the contacts
//! of which profile is data, in `profile`.

mod certificate;
mod compare;
mod document;
mod node;
mod profile;
mod report;
mod rule;
mod rules;
mod value;
mod words;

pub use compare::{Change, Comparison, Unreadable, compare};
pub use profile::{Profile, UnknownProfile};
pub use report::{Finding, Report, Severity};
pub use rule::rules_table;

use jiff::Timestamp;
use varco_xmldsig::{Limits, Xml};

use crate::document::Document;
use crate::node::Node;
use crate::report::Findings;

/// What a check should take for granted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// The profile; recognised from the document where nothing is said.
    pub profile: Option<Profile>,
    /// Whether the document is meant for production, where more is asked for than in tests.
    pub production: bool,
}

/// Checks a document against every rule of its profile.
pub fn check(text: &str, now: Timestamp, options: Options) -> Report {
    let mut findings = Findings::new(options.production);
    let profile = match Xml::parse_within(text, Limits::METADATA) {
        Ok(xml) => examine(Node::root(xml.root()), now, options, &mut findings),
        Err(refusal) => {
            findings.add_outside(&rules::envelope::READABLE, format!("The document cannot be read: {refusal}."));
            options.profile
        }
    };
    findings.into_report(profile)
}

fn examine(root: Node<'_>, now: Timestamp, options: Options, findings: &mut Findings) -> Option<Profile> {
    if !rules::envelope::is_entity(&root, findings) {
        return options.profile;
    }
    let document = Document::of(root, now, options);
    rules::check(&document, findings);
    Some(document.profile)
}

#[cfg(test)]
mod tests;
