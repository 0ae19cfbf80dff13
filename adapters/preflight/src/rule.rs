//! A rule: its name, its weight, what it asks for, and who says so.

use std::fmt::Write as _;

use crate::rules;

/// Something that is asked of metadata.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Its stable name.
    pub(crate) id: &'static str,
    /// How much it counts.
    pub(crate) weight: Weight,
    /// Who asks for it.
    pub(crate) source: &'static str,
    /// What it asks for; also what to do where it is broken.
    pub(crate) asks: &'static str,
}

/// How much a rule counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Error,
    /// A warning in tests.
    ErrorInProduction,
    /// Nothing in tests.
    OnlyInProduction,
    Warning,
    Advice,
}

// === impl Rule ===

impl Rule {
    pub(crate) const fn error(id: &'static str, source: &'static str, asks: &'static str) -> Self {
        Self { id, weight: Weight::Error, source, asks }
    }

    pub(crate) const fn warning(id: &'static str, source: &'static str, asks: &'static str) -> Self {
        Self { id, weight: Weight::Warning, source, asks }
    }

    pub(crate) const fn advice(id: &'static str, source: &'static str, asks: &'static str) -> Self {
        Self { id, weight: Weight::Advice, source, asks }
    }

    pub(crate) const fn weighing(weight: Weight, id: &'static str, source: &'static str, asks: &'static str) -> Self {
        Self { id, weight, source, asks }
    }
}

// === impl Weight ===

impl Weight {
    const fn words(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::ErrorInProduction => "warning; error in production",
            Self::OnlyInProduction => "error in production only",
            Self::Warning => "warning",
            Self::Advice => "advice",
        }
    }
}

/// Every rule as a Markdown table.
pub fn rules_table() -> String {
    let mut table = String::from("| rule | weight | what it asks for | source |\n|---|---|---|---|\n");
    for rule in rules::all() {
        let Rule { id, weight, source, asks } = rule;
        let _ = writeln!(table, "| `{id}` | {} | {asks} | {source} |", weight.words());
    }
    table
}
