//! Which kinds of digital identity a service asks for: personal and professional ones.
//!
//! One person may have several identities with one provider: their own, one for their profession, one
//! to act for a company. They are the same person to whoever reads the fiscal number, and not at all the
//! same to a service, so a session never does for both.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::attribute::Attribute;

/// A kind of digital identity. (Avviso 18, types 1 to 4.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityKind {
    /// Of a natural person.
    NaturalPerson,
    /// Of a legal person.
    LegalPerson,
    /// Of a natural person, for professional use.
    NaturalProfessional,
    /// Of somebody who acts for a legal person.
    LegalProfessional,
}

/// What a service asks for in place of the identities of natural persons. (Avviso 18, `spid:Purpose`.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Purpose {
    /// Professional identities: of natural persons, and of who acts for a legal person.
    P,
    /// Identities of legal persons, and of who acts for one.
    LP,
    /// Professional identities of who acts for a legal person.
    PG,
    /// Professional identities of natural persons.
    PF,
    /// All but those of natural persons for personal use.
    PX,
}

// === impl Purpose ===

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 5] = [Self::P, Self::LP, Self::PG, Self::PF, Self::PX];

    /// The word in requests and in configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::P => "P",
            Self::LP => "LP",
            Self::PG => "PG",
            Self::PF => "PF",
            Self::PX => "PX",
        }
    }

    /// The purpose of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == word)
    }

    /// The kinds of identity that will do.
    pub const fn kinds(self) -> &'static [IdentityKind] {
        use IdentityKind::{LegalPerson, LegalProfessional, NaturalProfessional};
        match self {
            Self::P => &[NaturalProfessional, LegalProfessional],
            Self::LP => &[LegalPerson, LegalProfessional],
            Self::PG => &[LegalProfessional],
            Self::PF => &[NaturalProfessional],
            Self::PX => &[LegalPerson, NaturalProfessional, LegalProfessional],
        }
    }

    /// Whether a legal person may answer, who has neither a name like people nor an age.
    pub fn admits_legal_persons(self) -> bool {
        self.kinds().contains(&IdentityKind::LegalPerson)
    }

    /// What must be asked for, whether or not the service may know it: by these a legal person is known, and
    /// the identity of who acts for one from any other.
    pub const fn must_ask_for(self) -> &'static [Attribute] {
        match self {
            Self::LP | Self::PG | Self::PX => &[Attribute::CompanyFiscalNumber, Attribute::VatNumber],
            Self::P | Self::PF => &[],
        }
    }

    /// Whether there is a legal person behind each identity that will do.
    pub fn is_of_legal_persons_only(self) -> bool {
        let behind = |kind: &IdentityKind| matches!(kind, IdentityKind::LegalPerson | IdentityKind::LegalProfessional);
        self.kinds().iter().all(behind)
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The kinds of identity that will do for a service: where it has no purpose, those of natural persons.
pub const fn kinds_for(purpose: Option<Purpose>) -> &'static [IdentityKind] {
    match purpose {
        Some(purpose) => purpose.kinds(),
        None => &[IdentityKind::NaturalPerson, IdentityKind::NaturalProfessional],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_of_the_rules() {
        for purpose in Purpose::ALL {
            let written = serde_json::to_value(purpose).unwrap();
            assert_eq!(written, purpose.as_str());
            assert_eq!(Purpose::from_word(purpose.as_str()), Some(purpose));
        }
        assert_eq!(Purpose::from_word("p"), None);
    }

    #[test]
    fn a_personal_identity_does_only_where_nothing_else_is_asked_for() {
        assert!(kinds_for(None).contains(&IdentityKind::NaturalPerson));
        assert!(Purpose::ALL.into_iter().all(|purpose| !purpose.kinds().contains(&IdentityKind::NaturalPerson)));
    }

    #[test]
    fn legal_persons_stand_behind_these() {
        let those = |test: fn(Purpose) -> bool| Purpose::ALL.into_iter().filter(|&it| test(it)).collect::<Vec<_>>();
        assert_eq!(those(Purpose::admits_legal_persons), [Purpose::LP, Purpose::PX]);
        assert_eq!(those(Purpose::is_of_legal_persons_only), [Purpose::LP, Purpose::PG]);
        assert_eq!(those(|it| !it.must_ask_for().is_empty()), [Purpose::LP, Purpose::PG, Purpose::PX]);
    }
}
