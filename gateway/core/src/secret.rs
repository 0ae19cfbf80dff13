//! Random identifiers that grant something to whoever knows them, and never print.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use crate::ports::Randomness;

/// 128 random bits, written as 22 characters of base64url. `Debug` does not print them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Secret([u8; 16]);

/// The text is not 22 characters of base64url.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not an identifier made by this gateway")]
pub struct NotASecret;

// === impl Secret ===

impl Secret {
    /// Draws a new one.
    pub fn draw(randomness: &dyn Randomness) -> Self {
        let mut bytes = [0; 16];
        randomness.fill(&mut bytes);
        Self(bytes)
    }

    /// Rebuilds one from its bytes, for instance out of a cookie whose authenticity was checked.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Reads the text form; anything but its exact 22 characters is refused.
    pub fn parse(text: &str) -> Result<Self, NotASecret> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| NotASecret)?;
        bytes.try_into().map(Self).map_err(|_| NotASecret)
    }

    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The text form, to hand it to the one who may know it.
    pub fn reveal(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

impl TryFrom<String> for Secret {
    type Error = NotASecret;

    fn try_from(text: String) -> Result<Self, NotASecret> {
        Self::parse(&text)
    }
}

impl From<Secret> for String {
    fn from(secret: Secret) -> Self {
        secret.reveal()
    }
}

/// Declares a [`Secret`] with a meaning of its own.
macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $crate::secret::Secret);

        impl $name {
            /// Draws a new one.
            pub fn draw(randomness: &dyn $crate::ports::Randomness) -> Self {
                Self($crate::secret::Secret::draw(randomness))
            }

            /// Reads the text form.
            pub fn parse(text: &str) -> Result<Self, $crate::secret::NotASecret> {
                $crate::secret::Secret::parse(text).map(Self)
            }

            /// The text form, to hand it to the one who may know it.
            pub fn reveal(&self) -> String {
                self.0.reveal()
            }
        }
    };
}
pub(crate) use secret;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_text_form_is_read_back() {
        let secret = Secret::from_bytes([7; 16]);
        assert_eq!(Secret::parse(&secret.reveal()), Ok(secret));
        for bad in ["", "short", "!!!!!!!!!!!!!!!!!!!!!!", "AAAAAAAAAAAAAAAAAAAAAB"] {
            assert_eq!(Secret::parse(bad), Err(NotASecret), "{bad}");
        }
    }

    #[test]
    fn it_does_not_print_itself() {
        assert_eq!(format!("{:?}", Secret::from_bytes([7; 16])), "[redacted]");
    }
}
