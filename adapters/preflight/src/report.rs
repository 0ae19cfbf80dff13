//! What was found.

use serde::Serialize;

use crate::node::Node;
use crate::profile::Profile;
use crate::rule::{Rule, Weight};

/// More findings than these help nobody, and each costs the count of a line.
const MOST_FINDINGS: usize = 200;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The document will be refused, or logins will fail.
    Error,
    /// It may pass, and should still be put right.
    Warning,
    /// It would be better otherwise.
    Advice,
}

/// Something that a rule has to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The stable name of the rule.
    pub rule: &'static str,
    /// Where in the document.
    pub place: String,
    /// What is wrong there.
    pub what: String,
    /// What to do.
    pub remedy: &'static str,
    /// Who asks for it.
    pub source: &'static str,
}

/// Everything that was found in a document, the worst first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The profile that it was checked against; none if it could not be recognised.
    pub profile: Option<Profile>,
    /// What was found.
    pub findings: Vec<Finding>,
    /// How many findings more there were than are listed.
    pub left_out: usize,
}

/// Findings as they come in.
#[derive(Debug)]
pub(crate) struct Findings {
    production: bool,
    list: Vec<Finding>,
    left_out: usize,
}

// === impl Report ===

impl Report {
    /// How many of the listed findings are as bad as that.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// Whether nothing is wrong: no error was found.
    pub fn is_good(&self) -> bool {
        self.count(Severity::Error) == 0
    }
}

// === impl Findings ===

impl Findings {
    pub(crate) const fn new(production: bool) -> Self {
        Self { production, list: Vec::new(), left_out: 0 }
    }

    /// Something is wrong at a node.
    pub(crate) fn add(&mut self, rule: &'static Rule, at: &Node<'_>, what: impl Into<String>) {
        self.push(rule, || at.place(), what.into());
    }

    /// Something is wrong with the document as a whole.
    pub(crate) fn add_outside(&mut self, rule: &'static Rule, what: impl Into<String>) {
        self.push(rule, || "the document".to_owned(), what.into());
    }

    pub(crate) fn into_report(mut self, profile: Option<Profile>) -> Report {
        self.list.sort_by_key(|finding| finding.severity);
        Report { profile, findings: self.list, left_out: self.left_out }
    }

    fn push(&mut self, rule: &'static Rule, place: impl FnOnce() -> String, what: String) {
        let Some(severity) = self.severity(rule.weight) else { return };
        // An error is never left out for the sake of warnings: the verdict rests on the errors.
        if self.list.len() >= MOST_FINDINGS && severity != Severity::Error || self.list.len() >= 2 * MOST_FINDINGS {
            self.left_out += 1;
            return;
        }
        let (rule, remedy, source) = (rule.id, rule.asks, rule.source);
        self.list.push(Finding { severity, rule, place: place(), what, remedy, source });
    }

    const fn severity(&self, weight: Weight) -> Option<Severity> {
        match weight {
            Weight::Error => Some(Severity::Error),
            Weight::ErrorInProduction | Weight::OnlyInProduction if self.production => Some(Severity::Error),
            Weight::ErrorInProduction | Weight::Warning => Some(Severity::Warning),
            Weight::Advice => Some(Severity::Advice),
            Weight::OnlyInProduction => None,
        }
    }
}
