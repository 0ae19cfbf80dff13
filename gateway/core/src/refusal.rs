//! Whatever stops a citizen: one stable code, one HTTP status, one text in every language.

use std::fmt;

/// Why somebody was stopped.
///
/// It has two faces: the [`code`](Self::code), stable and shown to the citizen with a translated
/// text, and the [`cause`](Self::cause), which goes to the log and never to a page. The cause holds
/// no personal data: whoever builds a refusal names the check that failed, not the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    code: &'static str,
    status: Status,
    cause: Option<String>,
}

/// The HTTP status that a refusal is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// 400: the request makes no sense.
    BadRequest,
    /// 403: understood, and refused.
    Forbidden,
    /// 404: there is no such thing here.
    NotFound,
    /// 405: there is such a thing, and this cannot be done with it.
    MethodNotAllowed,
    /// 429: too many requests from this address.
    TooManyRequests,
    /// 500: the gateway is at fault.
    Internal,
    /// 502: the service behind the gateway could not be reached or broke off.
    BadGateway,
    /// 503: for the moment it cannot be done.
    Unavailable,
    /// 504: the service behind the gateway did not answer in time.
    GatewayTimeout,
}

// === impl Refusal ===

impl Refusal {
    /// A refusal from its code and status; meant for [`refusals!`], which keeps the list of codes.
    pub const fn new(code: &'static str, status: Status) -> Self {
        Self { code, status, cause: None }
    }

    /// Adds what the log should say. No personal data.
    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// The stable code, such as `spid.response.expired`.
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// The HTTP status.
    pub const fn status(&self) -> Status {
        self.status
    }

    /// What the log says besides the code.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Some(cause) => write!(formatter, "{}: {cause}", self.code),
            None => formatter.write_str(self.code),
        }
    }
}

impl std::error::Error for Refusal {}

impl Status {
    /// The number of the HTTP status.
    pub const fn number(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::TooManyRequests => 429,
            Self::Internal => 500,
            Self::BadGateway => 502,
            Self::Unavailable => 503,
            Self::GatewayTimeout => 504,
        }
    }
}

/// Declares an enum of reasons, each with its code and status, and the list of its codes
/// (`CODES`), which the locale test walks: a reason without a text in every language fails it.
///
/// ```
/// varco_core::refusal::refusals! {
///     /// What can be wrong with a greeting.
///     pub enum GreetingRefusal {
///         /// Nobody greeted.
///         Missing => ("greeting.missing", BadRequest),
///     }
/// }
/// let refusal: varco_core::refusal::Refusal = GreetingRefusal::Missing.into();
/// assert_eq!((refusal.code(), refusal.status().number()), ("greeting.missing", 400));
/// ```
#[macro_export]
macro_rules! refusals {
    ($(#[$doc:meta])* $visibility:vis enum $name:ident {
        $($(#[$variant_doc:meta])* $variant:ident => ($code:literal, $status:ident),)+
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $visibility enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every code of this list.
            pub const CODES: &'static [&'static str] = &[$($code,)+];

            /// The refusal for this reason.
            pub const fn refusal(self) -> $crate::refusal::Refusal {
                match self {
                    $(Self::$variant => {
                        $crate::refusal::Refusal::new($code, $crate::refusal::Status::$status)
                    })+
                }
            }

            /// The refusal for this reason, with what the log should say. No personal data.
            pub fn because(self, cause: impl std::fmt::Display) -> $crate::refusal::Refusal {
                self.refusal().because(cause)
            }
        }

        impl From<$name> for $crate::refusal::Refusal {
            fn from(reason: $name) -> Self {
                reason.refusal()
            }
        }
    };
}
pub use refusals;
