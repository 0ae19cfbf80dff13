//! Phase 4: may this caller pass? If not, what must they do first?

use http::Method;
use jiff::Timestamp;
use varco_core::decision::{self, Decision};
use varco_core::ports::StoreUnavailable;
use varco_core::session::Session;

use crate::challenge::Missing;
use crate::error::{ProxyRefusal, Stop};
use crate::phases::route::Routed;
use crate::phases::strip::Taken;
use crate::request::Visit;
use crate::setup::Proxy;

impl Routed<'_> {
    /// Asks the rules.
    pub(crate) fn decide(&self, method: &Method, session: Option<&Session>, now: Timestamp) -> Decision {
        decision::decide(&self.service, &self.path, method.as_str(), session, now)
    }

    /// The session, if it tells the service who is calling.
    pub(crate) fn named<'s>(&self, session: Option<&'s Session>, now: Timestamp) -> Option<&'s Session> {
        session.filter(|session| decision::names_the_caller(&self.service, session, now))
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
            Decision::StepUp(level) => (Missing::More, level),
            Decision::Refuse(reason) => return Err(Stop::Refused(reason.into())),
        };
        match store_away {
            // They may well have a session: a login would be in vain.
            Some(away) => Err(ProxyRefusal::StoreUnavailable.caused_by(away).into()),
            None => Err(self.challenge(visit, routed, taken, missing, level)),
        }
    }
}
