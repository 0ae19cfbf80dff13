//! Assurance levels, as SPID and CIE number them.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How sure the identity provider is of who is there.
///
/// The order is the strength: `Level::One < Level::Two < Level::Three`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "u8", into = "u8")]
#[schemars(with = "u8", extend("minimum" = 1, "maximum" = 3))]
pub enum Level {
    /// One factor.
    One,
    /// Two factors.
    Two,
    /// Two factors, one of them a certificate on a device.
    Three,
}

/// The text or number is not 1, 2 or 3.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("an assurance level is 1, 2 or 3")]
pub struct NotALevel;

// === impl Level ===

impl Level {
    /// Every level, weakest first.
    pub const ALL: [Self; 3] = [Self::One, Self::Two, Self::Three];

    /// The authentication context class that SPID and CIE share for this level.
    pub const fn context_class(self) -> &'static str {
        match self {
            Self::One => "https://www.spid.gov.it/SpidL1",
            Self::Two => "https://www.spid.gov.it/SpidL2",
            Self::Three => "https://www.spid.gov.it/SpidL3",
        }
    }

    /// The level named by an authentication context class, if it is one of the three.
    pub fn from_context_class(class: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.context_class() == class)
    }

    /// 1, 2 or 3.
    pub const fn number(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Three => 3,
        }
    }

    /// `"1"`, `"2"` or `"3"`, as a metric label wants it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::One => "1",
            Self::Two => "2",
            Self::Three => "3",
        }
    }
}

impl TryFrom<u8> for Level {
    type Error = NotALevel;

    fn try_from(number: u8) -> Result<Self, NotALevel> {
        match number {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            3 => Ok(Self::Three),
            _ => Err(NotALevel),
        }
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> Self {
        level.number()
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.label())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_and_numbers_name_the_same_levels() {
        for level in Level::ALL {
            assert_eq!(Level::from_context_class(level.context_class()), Some(level));
            assert_eq!(Level::try_from(level.number()), Ok(level));
        }
        assert!(Level::One < Level::Two && Level::Two < Level::Three);
    }

    #[test]
    fn the_old_urn_form_of_a_class_is_not_a_level() {
        assert_eq!(Level::from_context_class("urn:oasis:names:tc:SAML:2.0:ac:classes:SpidL1"), None);
    }
}
