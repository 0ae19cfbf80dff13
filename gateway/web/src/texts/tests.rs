use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use varco_core::age::AgeRefusal;
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
    for code in [LoginRefusal::CODES, AttemptRefusal::CODES, AgeRefusal::CODES, WebRefusal::CODES].concat() {
        assert!(refusal_text_id(code).is_some(), "{code}");
    }
    assert_eq!(refusal_text_id("no.such.code"), None);
}

#[test]
fn several_methods_say_the_same_by_one_text_unless_one_has_its_own() {
    let id = |code: &str| refusal_text_id(code).unwrap();
    for method in ["spid", "cie", "eidas"] {
        assert_eq!(id(&format!("{method}.response.expired")), "refusal-response-expired");
        for number in 8..=18 {
            assert_eq!(id(&format!("{method}.error.nr{number:02}")), "refusal-error-request", "{number}");
        }
    }
    assert_eq!(id("spid.error.nr23"), "refusal-error-nr23");
    assert_eq!(id("cie.error.nr23"), "refusal-cie-error-nr23");
    for unknown in ["spid.error.nr07", "spid.error.nr26", "spid.error.nrx", "login.expired"] {
        assert_eq!(refusal_text_id(unknown), None, "{unknown}");
    }
}

#[test]
fn a_shared_text_names_the_method_whose_code_it_is() {
    let title = |codes: &[&str]| refusal_texts(codes, "en").unwrap().title;
    assert_eq!(title(&["spid.service.not-served"]), "Service not yet open to SPID");
    assert_eq!(title(&["cie.service.not-served", "spid.service.not-served"]), "Service not yet open to CIE, SPID");
    assert_eq!(title(&["new.service.not-served"]), "Service not yet open to new");
    assert!(refusal_texts(&["spid.service.not-served"], "xx").is_none());
}

/// What SPID's table asks of the page: the reason, and what the person can do.
#[test]
fn each_error_of_the_table_has_words_of_its_own() {
    for language in Language::ALL {
        let texts = |number| Texts(language).refusal(&format!("spid.error.nr{number}"));
        let messages: BTreeSet<_> = [19, 20, 21, 22, 23, 24, 25, 30].map(|number| texts(number).message).into();
        assert_eq!(messages.len(), 8, "{}", language.tag());
        for level in ["1", "2", "3"] {
            assert!(texts(20).advice.contains(level), "{}: what the levels are", language.tag());
        }
        assert_ne!(texts(23).message, Texts(language).refusal("cie.error.nr23").message, "a card expires");
    }
}

#[test]
fn only_what_the_provider_can_mend_links_to_it() {
    for language in Language::ALL {
        let link = |code| Texts(language).link_to_provider(code, "Poste & C.");
        for code in ["spid.error.nr19", "spid.error.nr20", "spid.error.nr23", "cie.error.nr23", "eidas.error.nr23"] {
            assert!(link(code).is_some_and(|text| text.contains("Poste & C.")), "{code}");
        }
        for code in ["spid.error.nr14", "spid.error.nr22", "spid.error.nr25", "spid.response.signature", "no.such"] {
            assert_eq!(link(code), None, "{code}");
        }
    }
}

#[test]
fn every_text_of_a_refusal_is_whole() {
    let refusals =
        identifiers(Language::Italian).into_iter().filter(|id| id.starts_with("refusal-") && id.contains('.'));
    for id in refusals {
        let (message, _) = id.split_once('.').unwrap();
        let found = refusal_text_id(message.strip_prefix("refusal-").unwrap());
        assert_eq!(found.as_deref(), Some(message));
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
