//! Good metadata is good; each rule has metadata that breaks it and no other; nothing panics.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use fixture::{Sample, now};

mod certificates;
mod certified;
mod cie;
mod comparison;
mod contacts;
mod documents;
mod fixture;
mod services;

/// Tests of one rule each: the metadata breaks that rule, and no other.
macro_rules! breaks {
    ($($name:ident: $rule:literal, $sample:expr;)*) => {
        $(#[test]
        fn $name() {
            crate::tests::expect_only($rule, &$sample.report());
        })*

        /// The rules that are broken here.
        pub(super) const RULES: &[&str] = &[$($rule),*];
    };
}
pub(super) use breaks;

/// Fails unless the findings are all of one rule.
#[track_caller]
fn expect_only(rule: &str, report: &Report) {
    let found: BTreeSet<_> = report.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(found, BTreeSet::from([rule]), "{:#?}", report.findings);
}

#[test]
fn good_metadata_of_every_profile_is_good_in_production() {
    for profile in Profile::ALL {
        let report = Sample::of(profile).report();
        assert_eq!((report.profile, &report.findings[..]), (Some(profile), &[][..]));
    }
}

#[test]
fn every_profile_is_recognised_from_its_metadata() {
    for profile in Profile::ALL.into_iter().filter(|profile| *profile != Profile::Eidas) {
        let report = check(&Sample::of(profile).signed(), now(), Options::default());
        assert_eq!((report.profile, &report.findings[..]), (Some(profile), &[][..]));
    }
    // What is good for the node is good for SPID too; only metadata that is nothing else is the node's.
    let without_marker = Sample::of(Profile::Eidas).without("<spid:Public/>").signed();
    assert_eq!(check(&without_marker, now(), Options::default()).profile, Some(Profile::Eidas));
}

#[test]
fn every_rule_is_broken_by_a_test() {
    let broken: BTreeSet<_> =
        [documents::RULES, certificates::RULES, services::RULES, contacts::RULES, cie::RULES, documents::APART]
            .concat()
            .into_iter()
            .collect();
    let rules: BTreeSet<_> = rules::all().map(|rule| rule.id).collect();
    assert_eq!(broken, rules);
    assert_eq!(rules::all().count(), rules.len(), "a name is of one rule");
}

#[test]
fn the_table_has_a_line_for_every_rule() {
    let table = rules_table();
    assert_eq!(table.lines().count(), rules::all().count() + 2);
    assert!(table.contains("| `spid.contact.ipa-code` | error | Give the code"), "{table}");
    assert!(table.lines().all(|line| line.matches('|').count() == 5), "a cell breaks the table");
}

#[test]
fn a_finding_says_where_it_is_what_is_wrong_and_what_to_do() {
    let report = Sample::of(Profile::PubAgFull).without("<spid:IPACode>c_e715</spid:IPACode>").report();
    let [finding] = &report.findings[..] else { panic!("{:?}", report.findings) };
    assert_eq!(finding.place, "EntityDescriptor > ContactPerson[aggregated] (line 21)");
    assert_eq!(finding.what, "There is no IPA code.");
    assert!(finding.remedy.starts_with("Give the code of a public body"));
    assert!(finding.source.contains("Avviso 29v3"));
    assert!(!report.is_good());
}

#[test]
fn what_a_document_says_cannot_act_on_a_terminal() {
    let report = Sample::of(Profile::SpidPublic).with("ufficio@prova.example", "\u{202e}\u{9b}31m").report();
    let text =
        format!("{:?}", report.findings.iter().map(|finding| finding.what.clone()).collect::<Vec<_>>().join(" "));
    assert!(report.findings.iter().all(|finding| !finding.what.contains(['\u{202e}', '\u{9b}'])), "{text}");
    assert!(!report.is_good());
}

#[test]
fn errors_stay_in_a_report_that_is_too_long() {
    let many = "<md:RequestedAttribute Name=\"name\" NameFormat=\"x\"/>".repeat(300);
    let report = Sample::of(Profile::SpidPublic)
        .with("</md:AttributeConsumingService>", &(many + "</md:AttributeConsumingService>"))
        .report();
    assert!(report.findings.len() <= 400 && report.left_out >= 100, "{}", report.findings.len());
    assert!(report.count(Severity::Error) >= 200);
}

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,200}") {
        let report = check(&text, now(), Options::default());
        prop_assert!(!report.is_good());
        prop_assert!(compare(&text, &text).is_err());
    }

    /// Metadata with its parts cut out, repeated and moved: elements in all the wrong places.
    #[test]
    fn no_metadata_panics(
        profile in 0..Profile::ALL.len(),
        cuts in prop::collection::vec((0..60usize, 0..60usize), 1..6),
    ) {
        let good = Sample::of(Profile::ALL[profile]).unsigned();
        let mut parts: Vec<_> = good.split_inclusive('>').collect();
        for (from, to) in cuts {
            let (from, to) = (from % parts.len(), to % parts.len());
            if from % 3 == 0 { parts.swap(from, to); } else { parts.insert(to, parts[from]); }
        }
        let spoilt = parts.concat();
        prop_assert!(!check(&spoilt, now(), Options::default()).is_good(), "it is not signed");
        let _ = compare(&good, &spoilt);
        let _ = compare(&spoilt, &good);
    }

    /// Values of every kind in every attribute and every text.
    #[test]
    fn no_value_panics(at in 0..120usize, value in "[^<>&\"]{0,40}") {
        let good = Sample::of(Profile::PriAgLite).unsigned();
        let mut pieces: Vec<_> = good.split('"').collect();
        let quoted = (at % (pieces.len() / 2)) * 2 + 1;
        pieces[quoted] = &value;
        let report = check(&pieces.join("\""), now(), Options::default());
        prop_assert!(!report.is_good(), "it is not signed");
    }
}
