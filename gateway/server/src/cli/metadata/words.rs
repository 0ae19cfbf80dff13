//! What was found, as people read it: the worst first, and a verdict at the end.

use std::fmt::Write as _;

use varco_preflight::{Change, Comparison, Finding, Report, Severity};

use super::check::Findings;

/// The whole text.
pub(super) fn of(document: &str, findings: &Findings) -> String {
    let mut text = heading(document, &findings.report);
    for (severity, title) in
        [(Severity::Error, "ERRORS"), (Severity::Warning, "WARNINGS"), (Severity::Advice, "ADVICE")]
    {
        let of_severity = findings.report.findings.iter().filter(|finding| finding.severity == severity);
        section(&mut text, title, of_severity.map(finding));
    }
    if findings.report.left_out > 0 {
        let _ = writeln!(text, "\n{} more findings are left out.", findings.report.left_out);
    }
    if let Some(comparison) = &findings.comparison {
        section(&mut text, "CHANGES", comparison.changes.iter().map(change));
    }
    let _ = writeln!(text, "\n{}", verdict(findings));
    text
}

/// What is new against what was published before.
pub(super) fn news(comparison: &Comparison) -> String {
    let mut text = String::new();
    section(&mut text, "CHANGES", comparison.changes.iter().map(change));
    text.push('\n');
    text
}

fn heading(document: &str, report: &Report) -> String {
    match report.profile {
        Some(profile) => format!("{document}, checked as {profile}\n"),
        None => format!("{document}\n"),
    }
}

fn section(text: &mut String, title: &str, paragraphs: impl Iterator<Item = String>) {
    for (at, paragraph) in paragraphs.enumerate() {
        let _ = if at == 0 { writeln!(text, "\n{title}") } else { Ok(()) };
        let _ = write!(text, "\n{paragraph}");
    }
}

fn finding(finding: &Finding) -> String {
    let Finding { rule, place, what, remedy, source, .. } = finding;
    format!("  {place}\n    {what}\n    {remedy}\n    ({rule}; {source})\n")
}

fn change(change: &Change) -> String {
    let Change { place, what, .. } = change;
    let effect = if change.breaking {
        "This breaks logins until every provider has the new document."
    } else if change.tell_providers {
        "Providers must have the new document before this is used."
    } else if change.tell_federation {
        "Tell the federation (AgID, or the CIE office)."
    } else {
        "Nobody need be told."
    };
    format!("  {place}\n    {what}\n    {effect}\n")
}

fn verdict(findings: &Findings) -> String {
    let report = &findings.report;
    let [errors, warnings, advice] =
        [Severity::Error, Severity::Warning, Severity::Advice].map(|how| report.count(how));
    let counted = format!(
        "{}, {}, {}",
        count(errors, "error", "errors"),
        count(warnings, "warning", "warnings"),
        count(advice, "piece of advice", "pieces of advice"),
    );
    let of_document = if report.is_good() { format!("Good: {counted}.") } else { format!("Not good: {counted}.") };
    match &findings.comparison {
        Some(comparison) => format!("{of_document} {}", of_changes(comparison)),
        None => of_document,
    }
}

fn of_changes(comparison: &Comparison) -> &'static str {
    if comparison.is_breaking() {
        "A change breaks logins that work today."
    } else if comparison.tells_providers() {
        "Send it to the federation, and use what is new only once providers have it."
    } else if comparison.tells_federation() {
        "Tell the federation; logins do not depend on it."
    } else {
        "Nobody need be told."
    }
}

fn count(number: usize, one: &str, several: &str) -> String {
    match number {
        0 => format!("no {several}"),
        1 => format!("1 {one}"),
        _ => format!("{number} {several}"),
    }
}
