//! Why a card does not log anybody in: a code, a status and a text for each.

use varco_core::refusal::refusals;

refusals! {
    /// Why a card does not log anybody in.
    pub enum CardRefusal {
        /// The browser showed no certificate.
        Missing => ("health-card.missing", Forbidden),
        /// What it showed is no certificate, or one that nobody could read in one way only.
        Malformed => ("health-card.malformed", Forbidden),
        /// It is the certificate that signs documents.
        SignatureCertificate => ("health-card.signature-certificate", Forbidden),
        /// It is of no card that is known here.
        WrongKind => ("health-card.wrong-kind", Forbidden),
        /// It is not for logging in.
        Usage => ("health-card.usage", Forbidden),
        /// It does not count any more.
        Expired => ("health-card.expired", Forbidden),
        /// It does not count yet.
        NotYetValid => ("health-card.not-yet-valid", Forbidden),
        /// Its key is too weak.
        WeakKey => ("health-card.weak-key", Forbidden),
        /// It does not say whose it is, or says it more than once.
        Subject => ("health-card.subject", Forbidden),
        /// The fiscal number in it is none.
        FiscalNumber => ("health-card.fiscal-number", Forbidden),
        /// No authority of the trust list vouches for it.
        Untrusted => ("health-card.untrusted", Forbidden),
        /// It was revoked.
        Revoked => ("health-card.revoked", Forbidden),
        /// Nobody can say whether it was revoked.
        RevocationUnknown => ("health-card.revocation-unknown", Forbidden),
        /// What came from the host where cards are read is not of this gateway, or too old.
        Handoff => ("health-card.hand-off", Forbidden),
    }
}

impl CardRefusal {
    /// Every reason that the card host sends back.
    const OF_CARDS: [Self; 13] = [
        Self::Missing,
        Self::Malformed,
        Self::SignatureCertificate,
        Self::WrongKind,
        Self::Usage,
        Self::Expired,
        Self::NotYetValid,
        Self::WeakKey,
        Self::Subject,
        Self::FiscalNumber,
        Self::Untrusted,
        Self::Revoked,
        Self::RevocationUnknown,
    ];

    /// The reason of a code that the card host sent back.
    pub(crate) fn of_code(code: &str) -> Self {
        Self::OF_CARDS.into_iter().find(|reason| reason.refusal().code() == code).unwrap_or(Self::Handoff)
    }
}
