//! The texts of `config/locales`, in one language.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::RangeInclusive;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{Loader as _, static_loader};
use varco_core::attribute::Attribute;
use varco_core::level::Level;
use varco_core::purpose::Purpose;

use crate::language::Language;

static_loader! {
    static LOCALES = {
        locales: "../../config/locales",
        fallback_language: "it",
        // The marks that isolate a value's direction of writing would show up in page titles; every
        // language here is written from left to right.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// SPID technical rules, error messages: faults of our own request. Citizens need not tell them apart, so
/// they share the texts of `error.request`.
const COURTESY: RangeInclusive<u8> = 8..=18;

/// The texts in one language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Texts(pub(crate) Language);

/// The three texts of a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalTexts {
    /// What it is called.
    pub title: String,
    /// What happened.
    pub message: String,
    /// What to do next.
    pub advice: String,
}

/// The texts of refusals that share them (see [`refusal_text_id`]), in the language of a tag (`it`, `en`);
/// `None` if there is no such code or language.
pub fn refusal_texts(codes: &[&str], language: &str) -> Option<RefusalTexts> {
    let texts = Texts(Language::parse(language)?);
    let mut methods: Vec<_> = codes.iter().map(|code| texts.method_of(code)).collect();
    methods.dedup();
    texts.of_id(&texts.refusal_id(codes.first()?)?, &methods.join(", "))
}

/// What the texts of a refusal stand under, in every language; `None` where one of them lacks a title, a
/// message or an advice. Several methods say the same by one text.
pub fn refusal_text_id(code: &str) -> Option<String> {
    let [first, rest @ ..] = Language::ALL.map(|language| Texts(language).refusal_id(code));
    first.filter(|first| rest.iter().all(|other| other.as_ref() == Some(first)))
}

// === impl Texts ===

impl Texts {
    /// A text without values. A text that is not there shows its identifier: a test walks the templates
    /// and makes sure that this does not happen.
    pub(crate) fn say(self, id: &str) -> String {
        self.find(id).unwrap_or_else(|| id.to_owned())
    }

    /// A text with values.
    pub(crate) fn say_with(self, id: &str, values: &[(&'static str, &str)]) -> String {
        self.find_with(id, values).unwrap_or_else(|| id.to_owned())
    }

    /// A text that only some things have.
    pub(crate) fn find(self, id: &str) -> Option<String> {
        self.look_up(id, None)
    }

    fn find_with(self, id: &str, values: &[(&'static str, &str)]) -> Option<String> {
        let values = values.iter().map(|(name, value)| (Cow::Borrowed(*name), FluentValue::from(*value)));
        self.look_up(id, Some(&values.collect()))
    }

    /// The texts of a refusal; for a code without any, those of a refusal in general.
    pub(crate) fn refusal(self, code: &str) -> RefusalTexts {
        let found = self.refusal_id(code).and_then(|id| self.of_id(&id, &self.method_of(code)));
        found.unwrap_or_else(|| RefusalTexts {
            title: self.say("refusal-unknown.title"),
            message: self.say("refusal-unknown"),
            advice: self.say("refusal-unknown.advice"),
        })
    }

    /// What the link to the provider says, for a refusal that only the provider can mend.
    pub(crate) fn link_to_provider(self, code: &str, provider: &str) -> Option<String> {
        self.find_with(&format!("{}.provider", self.refusal_id(code)?), &[("provider", provider)])
    }

    /// What citizens call an attribute.
    pub(crate) fn attribute(self, attribute: Attribute) -> String {
        let claim = attribute.claim();
        let word = claim.rsplit('/').next().unwrap_or(claim);
        self.say(&format!("attribute-{}", word.replace('_', "-")))
    }

    /// Which identity a purpose asks citizens to use.
    pub(crate) fn purpose(self, purpose: Purpose) -> String {
        self.say(&format!("purpose-{}", purpose.as_str().to_ascii_lowercase()))
    }

    /// What an assurance level asks of citizens.
    pub(crate) fn level(self, level: Level) -> String {
        self.say(&format!("level-{level}"))
    }

    /// Where the texts of a code stand: those of its own, else those that it shares with the same code of
    /// other methods.
    fn refusal_id(self, code: &str) -> Option<String> {
        let shared = code.split_once('.').map(|(_, shared)| shared);
        let number = shared.and_then(|shared| shared.strip_prefix("error.nr")?.parse().ok());
        let courtesy = number.filter(|number| COURTESY.contains(number)).map(|_| "error.request");
        let ids = [Some(code), shared, courtesy].into_iter().flatten();
        ids.map(|code| format!("refusal-{}", code.replace('.', "-"))).find(|id| self.of_id(id, "").is_some())
    }

    fn of_id(self, id: &str, method: &str) -> Option<RefusalTexts> {
        let find = |id: &str| self.find_with(id, &[("method", method)]);
        Some(RefusalTexts {
            title: find(&format!("{id}.title"))?,
            message: find(id)?,
            advice: find(&format!("{id}.advice"))?,
        })
    }

    /// The name of the method whose code this is, as citizens know it.
    fn method_of(self, code: &str) -> String {
        let word = code.split('.').next().unwrap_or(code);
        self.find(&format!("method-{word}.name")).unwrap_or_else(|| word.to_owned())
    }

    fn look_up(self, id: &str, values: Option<&HashMap<Cow<'static, str>, FluentValue<'_>>>) -> Option<String> {
        let locale = LOCALES.locales().find(|locale| locale.language.as_str() == self.0.tag())?;
        LOCALES.lookup_single_language(locale, id, values).ok()
    }
}

#[cfg(test)]
mod tests;
