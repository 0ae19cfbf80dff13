//! The algorithms that federations use. What is not here does not exist: no `none`, no shared secrets, no
//! PKCS#1 encryption. (SPID/CIE OpenID guidelines, cryptographic algorithms.)

/// Declares an enum with the name that each value has in tokens.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $value:ident => $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$about])* $value,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$value,)+];

            /// Its name in tokens. (RFC 7518.)
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)+
                }
            }

            /// The one of this name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == name)
            }
        }
    };
}

named! {
    /// How a token is signed.
    Signature {
        /// RSA PKCS#1 v1.5 with SHA-256.
        Rs256 => "RS256",
        /// RSA PKCS#1 v1.5 with SHA-512.
        Rs512 => "RS512",
        /// RSA PSS with SHA-256.
        Ps256 => "PS256",
        /// RSA PSS with SHA-512.
        Ps512 => "PS512",
        /// ECDSA on P-256 with SHA-256.
        Es256 => "ES256",
        /// ECDSA on P-521 with SHA-512.
        Es512 => "ES512",
    }
}

named! {
    /// How the key of an encrypted token travels.
    KeyManagement {
        /// RSA OAEP with SHA-1.
        RsaOaep => "RSA-OAEP",
        /// RSA OAEP with SHA-256.
        RsaOaep256 => "RSA-OAEP-256",
        /// Agreed on by an ephemeral key.
        EcdhEs => "ECDH-ES",
        /// Wrapped with a key of 128 bits that is agreed on.
        EcdhEsA128Kw => "ECDH-ES+A128KW",
        /// Wrapped with a key of 256 bits that is agreed on.
        EcdhEsA256Kw => "ECDH-ES+A256KW",
    }
}

named! {
    /// How the content of a token is encrypted.
    ContentEncryption {
        /// AES-128-CBC with HMAC-SHA-256.
        A128CbcHs256 => "A128CBC-HS256",
        /// AES-256-CBC with HMAC-SHA-512.
        A256CbcHs512 => "A256CBC-HS512",
        /// AES-128-GCM.
        A128Gcm => "A128GCM",
        /// AES-256-GCM.
        A256Gcm => "A256GCM",
    }
}

/// The algorithms that a use accepts.
#[derive(Clone, Copy, Debug)]
pub struct Accepted(pub &'static [Signature]);

// === impl Accepted ===

impl Accepted {
    /// All that the guidelines name: the key says which of them it is for.
    pub const FEDERATION: Self = Self(Signature::ALL);

    /// Whether it is one of them.
    pub fn holds(self, algorithm: Signature) -> bool {
        self.0.contains(&algorithm)
    }
}

// === impl Signature ===

impl Signature {
    /// The kind of key that it takes.
    pub(super) const fn key_type(self) -> &'static str {
        match self {
            Self::Rs256 | Self::Rs512 | Self::Ps256 | Self::Ps512 => "RSA",
            Self::Es256 | Self::Es512 => "EC",
        }
    }
}

// === impl ContentEncryption ===

impl ContentEncryption {
    /// How long its key is, in bytes.
    pub(super) const fn key_length(self) -> usize {
        match self {
            Self::A128CbcHs256 | Self::A256Gcm => 32,
            Self::A256CbcHs512 => 64,
            Self::A128Gcm => 16,
        }
    }
}
