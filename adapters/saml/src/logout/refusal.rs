//! Why a logout message does not hold. The codes are the same for every federation: a message that does
//! not hold may say of itself that it is anybody's.

use varco_core::refusal::refusals;

refusals! {
    /// Why a logout message does not hold: a request, or the answer to one.
    pub enum MessageRefusal {
        /// Not one SAML message: not what a query or a form should hold, too large, or XML that is not read here.
        Malformed => ("logout.request.malformed", BadRequest),
        /// Not issued by a provider that we know.
        Issuer => ("logout.request.issuer", Forbidden),
        /// A signature that is missing, or not the provider's over what was received.
        Signature => ("logout.request.signature", Forbidden),
        /// No name, or none that could be one.
        Id => ("logout.request.id", Forbidden),
        /// Another version than 2.0.
        Version => ("logout.request.version", Forbidden),
        /// An instant that is missing or not written in UTC.
        Instant => ("logout.request.instant", Forbidden),
        /// Issued in the future.
        IssuedTooLate => ("logout.request.issued-too-late", Forbidden),
        /// Not valid any more.
        Expired => ("logout.request.expired", Forbidden),
        /// Addressed to somebody else.
        Destination => ("logout.request.destination", Forbidden),
        /// Nobody in particular is meant.
        Subject => ("logout.request.subject", Forbidden),
        /// An answer that does not say how far the logout went, or what it answers.
        Status => ("logout.response.status", Forbidden),
    }
}
