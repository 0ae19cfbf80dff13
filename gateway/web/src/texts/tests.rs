use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use varco_core::attempt::AttemptRefusal;
use varco_core::login::LoginRefusal;

use super::*;
use crate::WebRefusal;

/// Every identifier in a locale, attributes as `message.attribute`.
fn identifiers(language: Language) -> BTreeSet<String> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/locales").join(format!("{}.ftl", language.tag()));
    let source = fs::read_to_string(path).unwrap();
    let mut message = "";
    let mut found = BTreeSet::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        let Some((id, _)) = line.split_once(" = ") else { continue };
        let id = if let Some(attribute) = id.strip_prefix("    .") {
            format!("{message}.{attribute}")
        } else {
            message = id;
            id.to_owned()
        };
        assert!(found.insert(id.clone()), "{id} stands twice in {}", language.tag());
    }
    found
}

#[test]
fn every_language_has_the_same_texts() {
    let [first, rest @ ..] = Language::ALL;
    let expected = identifiers(first);
    for language in rest {
        let found = identifiers(language);
        let differences: Vec<_> = expected.symmetric_difference(&found).collect();
        assert!(differences.is_empty(), "{} and {} differ: {differences:?}", first.tag(), language.tag());
    }
}

#[test]
fn every_language_has_a_file_and_every_file_a_language() {
    assert_eq!(LOCALES.locales().count(), Language::ALL.len());
}

#[test]
fn every_refusal_that_is_known_here_has_its_texts() {
    for code in [LoginRefusal::CODES, AttemptRefusal::CODES, WebRefusal::CODES].concat() {
        assert!(has_text(code), "{code}");
    }
    assert!(!has_text("no.such.code"));
}

#[test]
fn every_text_of_a_refusal_is_whole() {
    let refusals =
        identifiers(Language::Italian).into_iter().filter(|id| id.starts_with("refusal-") && id.contains('.'));
    for id in refusals {
        let (message, _) = id.split_once('.').unwrap();
        assert!(has_text(message.strip_prefix("refusal-").unwrap()), "{message}");
    }
}

#[test]
fn every_text_that_a_template_asks_for_is_there() {
    let known = identifiers(Language::Italian);
    let mut asked = 0;
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates")).unwrap() {
        let template = fs::read_to_string(entry.unwrap().path()).unwrap();
        for call in ["say(\"", "say_with(\""] {
            for rest in template.split(call).skip(1) {
                let id = rest.split('"').next().unwrap();
                assert!(known.contains(id), "{id}");
                asked += 1;
            }
        }
    }
    assert!(asked > 20, "the templates were found");
}

#[test]
fn every_attribute_and_level_has_a_name() {
    for language in Language::ALL {
        let texts = Texts(language);
        for attribute in Attribute::ALL {
            assert!(!texts.attribute(*attribute).starts_with("attribute-"), "{attribute}");
        }
        for level in Level::ALL {
            assert!(!texts.level(level).starts_with("level-"), "{level}");
        }
    }
}

#[test]
fn values_are_put_in_as_they_are() {
    let text = Texts(Language::English).say_with("chooser-title", &[("service", "A & <b>")]);
    assert_eq!(text, "Log in to A & <b>");
}

#[test]
fn a_code_without_texts_still_says_something() {
    assert_eq!(Texts(Language::English).refusal("no.such.code").title, "Something went wrong");
}
