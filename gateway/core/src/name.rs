//! Identifiers of the configuration, each a type of its own: [`ServiceId`], [`BodyId`],
//! [`MethodId`], [`ProviderId`].

/// The text cannot be such an identifier.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{what} {found:?} must be {expected}")]
pub struct InvalidName {
    what: &'static str,
    found: String,
    expected: &'static str,
}

/// Declares a newtype over `String` that is built only by `parse`.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $what:literal, $expected:literal, $accepts:expr) => {
        $(#[$doc])*
        #[derive(
            Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
            schemars::JsonSchema,
        )]
        #[serde(try_from = "String", into = "String")]
        #[schemars(with = "String")]
        pub struct $name(String);

        impl $name {
            /// Builds the identifier, or says what it must look like.
            pub fn parse(text: &str) -> Result<Self, InvalidName> {
                let accepts: fn(&str) -> bool = $accepts;
                if accepts(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(InvalidName { what: $what, found: text.chars().take(80).collect(), expected: $expected })
                }
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidName;

            fn try_from(text: String) -> Result<Self, InvalidName> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }
    };
}

name!(
    /// A service behind the gateway, as its table in the configuration is called.
    ServiceId,
    "a service id",
    "1 to 64 lower-case letters, digits, '-' or '_'",
    is_slug
);
name!(
    /// A public body, by its code in the index of public administrations (IPA), such as `c_e715`.
    BodyId,
    "an IPA code",
    "1 to 64 lower-case letters, digits, '-' or '_'",
    is_slug
);
name!(
    /// A login method, such as `spid`: the word in `/login/{method}`.
    MethodId,
    "a login method",
    "1 to 64 lower-case letters, digits, '-' or '_'",
    is_slug
);
name!(
    /// An identity provider within a method: its entity identifier.
    ProviderId,
    "a provider's entity identifier",
    "1 to 1024 visible characters without spaces",
    |text| !text.is_empty() && text.len() <= 1024 && text.chars().all(|c| !c.is_whitespace() && !c.is_control())
);

fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_short_plain_words() {
        assert!(ServiceId::parse("anagrafe").is_ok());
        assert!(BodyId::parse("c_e715").is_ok());
        for bad in ["", "Anagrafe", "a/b", "a b", "è", &"x".repeat(65)] {
            assert!(ServiceId::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_error_says_what_was_found_and_what_was_expected() {
        let error = ServiceId::parse("A b").unwrap_err();
        assert_eq!(error.to_string(), r#"a service id "A b" must be 1 to 64 lower-case letters, digits, '-' or '_'"#);
    }
}
