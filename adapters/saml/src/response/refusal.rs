//! Why a response does not hold: one reason for each kind of check. Whether it was the response or the
//! assertion in it that failed goes into the cause, for the log.

use varco_core::refusal::refusals;

refusals! {
    /// Why a response does not hold.
    pub enum ResponseRefusal {
        /// Not a SAML Response: not base64, not text, too large, or XML that is not read here.
        Malformed => ("saml.response.malformed", BadRequest),
        /// Not an answer to the request of this attempt.
        InResponseTo => ("saml.response.in-response-to", Forbidden),
        /// No name, or none that could be one.
        Id => ("saml.response.id", Forbidden),
        /// Another version than 2.0.
        Version => ("saml.response.version", Forbidden),
        /// An instant that is missing or not written in UTC.
        Instant => ("saml.response.instant", Forbidden),
        /// Issued before the request was.
        IssuedTooEarly => ("saml.response.issued-too-early", Forbidden),
        /// Issued in the future.
        IssuedTooLate => ("saml.response.issued-too-late", Forbidden),
        /// Addressed to somebody else.
        Destination => ("saml.response.destination", Forbidden),
        /// Not issued by the provider that was asked.
        Issuer => ("saml.response.issuer", Forbidden),
        /// A status that says nothing.
        Status => ("saml.response.status", Forbidden),
        /// Not exactly one assertion, where it belongs.
        Assertion => ("saml.response.assertion", Forbidden),
        /// A signature that is missing, out of place, or does not verify.
        Signature => ("saml.response.signature", Forbidden),
        /// Nobody in particular is meant.
        Subject => ("saml.response.subject", Forbidden),
        /// The bearer of the assertion is not confirmed.
        Confirmation => ("saml.response.confirmation", Forbidden),
        /// The assertion was to be brought somewhere else.
        Recipient => ("saml.response.recipient", Forbidden),
        /// Conditions that are missing or unknown.
        Conditions => ("saml.response.conditions", Forbidden),
        /// Not valid any more.
        Expired => ("saml.response.expired", Forbidden),
        /// Not valid yet.
        NotYetValid => ("saml.response.not-yet-valid", Forbidden),
        /// Meant for another service provider.
        Audience => ("saml.response.audience", Forbidden),
        /// It is not said how the person was authenticated, or in a way that is unknown.
        Authentication => ("saml.response.authentication", Forbidden),
        /// A lower level than was asked for.
        LevelTooLow => ("saml.response.level-too-low", Forbidden),
        /// Attributes that are missing, empty or ambiguous.
        Attributes => ("saml.response.attributes", Forbidden),
    }
}
