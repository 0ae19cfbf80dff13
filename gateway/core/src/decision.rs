//! Who may pass: the one question that every proxied request asks.

use crate::level::Level;
use crate::request_path::RequestPath;
use crate::service::{Access, Service};
use crate::session::Session;

/// The answer to a request for a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may pass.
    Allow,
    /// There is no session: a login at this level is needed.
    LoginNeeded(Level),
    /// There is a session, but its level is too low, or it was opened without asking for an attribute
    /// that the service is entitled to: another login at this level is needed.
    StepUp(Level),
}

/// Decides on a request for `path` of `service` by HTTP `method`. The session, if any, is alive.
pub fn decide(service: &Service, path: &RequestPath, method: &str, session: Option<&Session>) -> Decision {
    match (service.access(path, method), session) {
        (Access::Level(level), None) => Decision::LoginNeeded(level),
        (Access::Level(level), Some(session)) if !session.suffices(service, level) => {
            // A login for the sake of an attribute must not cost the level that was reached.
            Decision::StepUp(level.max(session.level))
        }
        (Access::Public, _) | (Access::Level(_), Some(_)) => Decision::Allow,
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::attempt::tests::completed_at;
    use crate::name::{BodyId, ServiceId};
    use crate::ports::tests::Sequence;
    use crate::service::Rule;
    use crate::session::Lifetimes;

    #[test]
    fn a_request_needs_the_level_of_its_path() {
        let rule = |path: &str, access| Rule { path: path.to_owned(), methods: vec![], access };
        let service = Service {
            id: ServiceId::parse("fascicolo").unwrap(),
            body: BodyId::parse("c_e715").unwrap(),
            name: "Fascicolo".to_owned(),
            hosts: vec![],
            path: "/".to_owned(),
            level: Level::Two,
            attributes: vec![],
            rules: vec![rule("/aiuto", Access::Public), rule("/referti", Access::Level(Level::Three))],
        };
        let now = "2026-11-25T12:00:00Z".parse().unwrap();
        let lifetimes = Lifetimes { absolute: SignedDuration::from_hours(8), idle: SignedDuration::from_mins(30) };
        let session = Session::open(&completed_at(now), &service, lifetimes, now, &Sequence::default());
        for (path, session, expected) in [
            ("/", None, Decision::LoginNeeded(Level::Two)),
            ("/", Some(&session), Decision::Allow),
            ("/aiuto", None, Decision::Allow),
            ("/referti/1", None, Decision::LoginNeeded(Level::Three)),
            ("/referti/1", Some(&session), Decision::StepUp(Level::Three)),
        ] {
            let parsed = RequestPath::parse(path).unwrap();
            assert_eq!(decide(&service, &parsed, "GET", session), expected, "{path}");
        }
    }
}
