//! Why a login cannot begin or go on.

use crate::ports::StoreUnavailable;
use crate::refusal::{Refusal, refusals};

refusals! {
    /// Why a login cannot begin or go on.
    pub enum LoginRefusal {
        /// There is no such service.
        UnknownService => ("login.service.unknown", NotFound),
        /// There is no such method, or it is not open.
        UnknownMethod => ("login.method.unknown", NotFound),
        /// The method has no such provider.
        UnknownProvider => ("login.provider.unknown", NotFound),
        /// The method cannot reach the level that is needed.
        MethodTooWeak => ("login.method.too-weak", Forbidden),
        /// The method cannot be asked for the kind of identity that the service asks for.
        NoPurpose => ("login.method.no-purpose", Forbidden),
        /// The method does not tell how old people are, and the service is not for all ages.
        NoBirthdate => ("login.method.no-birthdate", Forbidden),
        /// The proof was presented before.
        Replayed => ("login.proof.replayed", Forbidden),
        /// A hand-off code that is unknown, used, expired, or of another browser or service.
        HandoffRefused => ("login.handoff.refused", Forbidden),
        /// The way back does not lead to a page of the service.
        ForeignReturn => ("login.return.foreign", BadRequest),
        /// What the browser sent makes no sense.
        MalformedRequest => ("login.request.malformed", BadRequest),
        /// The store is away.
        StoreAway => ("login.store.unavailable", Unavailable),
    }
}

impl From<StoreUnavailable> for Refusal {
    fn from(away: StoreUnavailable) -> Self {
        LoginRefusal::StoreAway.because(away)
    }
}
