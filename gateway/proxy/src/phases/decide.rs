//! Phase 4: may this caller pass? If not, what must they do first?

use http::Method;
use varco_core::decision::{self, Decision};
use varco_core::ports::StoreUnavailable;

use crate::challenge::Missing;
use crate::error::{ProxyRefusal, Stop};
use crate::phases::caller::Caller;
use crate::phases::route::Routed;
use crate::phases::strip::Taken;
use crate::request::Visit;
use crate::setup::Proxy;

impl Routed<'_> {
    /// Asks the rules.
    pub(crate) fn decide(&self, method: &Method, caller: &Caller) -> Decision {
        decision::decide(&self.service, &self.path, method.as_str(), caller.session.as_deref())
    }
}

impl Proxy {
    /// Lets a request pass, or says what its caller must do first.
    pub(crate) fn admit(
        &self,
        decision: Decision,
        visit: &Visit<'_>,
        routed: &Routed<'_>,
        taken: &Taken,
        store_away: Option<StoreUnavailable>,
    ) -> Result<(), Stop> {
        let (missing, level) = match decision {
            // Where everybody may pass, a store that is away stops nobody.
            Decision::Allow => return Ok(()),
            Decision::LoginNeeded(level) => (Missing::Login, level),
            Decision::StepUp(level) => (Missing::Level, level),
        };
        match store_away {
            // They may well have a session: a login would be in vain.
            Some(away) => Err(ProxyRefusal::StoreUnavailable.caused_by(away).into()),
            None => Err(self.challenge(visit, routed, taken, missing, level)),
        }
    }
}
