//! The texts of `config/locales`, in one language.

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{Loader as _, static_loader};
use varco_core::attribute::Attribute;
use varco_core::level::Level;

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

/// The texts in one language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Texts(pub(crate) Language);

/// The three texts of a refusal.
#[derive(Debug)]
pub struct RefusalTexts {
    /// What it is called.
    pub title: String,
    /// What happened.
    pub message: String,
    /// What to do next.
    pub advice: String,
}

/// The texts of a refusal in the language of a tag (`it`, `en`); `None` if there is no such code or language.
pub fn refusal_texts(code: &str, language: &str) -> Option<RefusalTexts> {
    Texts(Language::parse(language)?).of_code(code)
}

/// Whether a refusal of this code has its title, message and advice in every language.
pub fn has_text(code: &str) -> bool {
    Language::ALL.into_iter().all(|language| Texts(language).of_code(code).is_some())
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
        let values = values.iter().map(|(name, value)| (Cow::Borrowed(*name), FluentValue::from(*value)));
        self.look_up(id, Some(&values.collect())).unwrap_or_else(|| id.to_owned())
    }

    /// A text that only some things have.
    pub(crate) fn find(self, id: &str) -> Option<String> {
        self.look_up(id, None)
    }

    /// The texts of a refusal; for a code without any, those of a refusal in general.
    pub(crate) fn refusal(self, code: &str) -> RefusalTexts {
        self.of_code(code).unwrap_or_else(|| RefusalTexts {
            title: self.say("refusal-unknown.title"),
            message: self.say("refusal-unknown"),
            advice: self.say("refusal-unknown.advice"),
        })
    }

    /// What citizens call an attribute.
    pub(crate) fn attribute(self, attribute: Attribute) -> String {
        let claim = attribute.claim();
        let word = claim.rsplit('/').next().unwrap_or(claim);
        self.say(&format!("attribute-{}", word.replace('_', "-")))
    }

    /// What an assurance level asks of citizens.
    pub(crate) fn level(self, level: Level) -> String {
        self.say(&format!("level-{level}"))
    }

    fn of_code(self, code: &str) -> Option<RefusalTexts> {
        let id = format!("refusal-{}", code.replace('.', "-"));
        Some(RefusalTexts {
            title: self.find(&format!("{id}.title"))?,
            message: self.find(&id)?,
            advice: self.find(&format!("{id}.advice"))?,
        })
    }

    fn look_up(self, id: &str, values: Option<&HashMap<Cow<'static, str>, FluentValue<'_>>>) -> Option<String> {
        let locale = LOCALES.locales().find(|locale| locale.language.as_str() == self.0.tag())?;
        LOCALES.lookup_single_language(locale, id, values).ok()
    }
}

#[cfg(test)]
mod tests;
