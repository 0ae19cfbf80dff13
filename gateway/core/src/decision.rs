//! Who may pass: the one question that every proxied request asks.

use jiff::Timestamp;

use crate::age::AgeRefusal;
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
    /// There is a session, but its level is too low, it is of another kind of identity, or it was opened
    /// without asking for what the service must know: another login at this level is needed.
    StepUp(Level),
    /// There is a session, of somebody whom the service is not for. Another login would not change that.
    Refuse(AgeRefusal),
}

/// Decides on a request for `path` of `service` by HTTP `method`, at `now`. The session, if any, is alive.
pub fn decide(
    service: &Service,
    path: &RequestPath,
    method: &str,
    session: Option<&Session>,
    now: Timestamp,
) -> Decision {
    let Access::Level(level) = service.access(path, method) else { return Decision::Allow };
    let Some(session) = session else { return Decision::LoginNeeded(level) };
    if !session.suffices(service, level) {
        // A login for the sake of an attribute must not cost the level that was reached.
        let reached = if session.purpose == service.purpose { session.level } else { level };
        return Decision::StepUp(level.max(reached));
    }
    service.admit(&session.attributes, now).map_or_else(Decision::Refuse, |()| Decision::Allow)
}

/// Whether a session says to `service` who is calling, also where everybody may pass. One of another kind of
/// identity does not, nor that of somebody whom the service is not for: it would take them for who may enter.
pub fn names_the_caller(service: &Service, session: &Session, now: Timestamp) -> bool {
    session.purpose == service.purpose && service.admit(&session.attributes, now).is_ok()
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU8;

    use jiff::SignedDuration;

    use super::*;
    use crate::age::Ages;
    use crate::attempt::tests::completed_at;
    use crate::attribute::Attribute;
    use crate::name::{BodyId, ServiceId};
    use crate::ports::tests::Sequence;
    use crate::purpose::Purpose;
    use crate::service::Rule;
    use crate::session::Lifetimes;

    fn service() -> Service {
        let rule = |path: &str, access| Rule { path: path.to_owned(), methods: vec![], access };
        Service {
            id: ServiceId::parse("fascicolo").unwrap(),
            body: BodyId::parse("c_e715").unwrap(),
            name: "Fascicolo".to_owned(),
            hosts: vec![],
            path: "/".to_owned(),
            level: Level::Two,
            attributes: vec![],
            purpose: None,
            ages: None,
            rules: vec![rule("/aiuto", Access::Public), rule("/referti", Access::Level(Level::Three))],
        }
    }

    fn now() -> Timestamp {
        "2026-11-25T12:00:00Z".parse().unwrap()
    }

    /// A session of level 2, opened by a login for a service.
    fn session_for(service: &Service) -> Session {
        let lifetimes = Lifetimes { absolute: SignedDuration::from_hours(8), idle: SignedDuration::from_mins(30) };
        Session::open(&completed_at(now()), service, lifetimes, now(), &Sequence::default())
    }

    fn born(session: Session, birthdate: &str) -> Session {
        Session { attributes: [(Attribute::Birthdate, birthdate.to_owned())].into_iter().collect(), ..session }
    }

    fn decided(service: &Service, path: &str, session: Option<&Session>) -> Decision {
        decide(service, &RequestPath::parse(path).unwrap(), "GET", session, now())
    }

    #[test]
    fn a_request_needs_the_level_of_its_path() {
        let service = service();
        let session = session_for(&service);
        for (path, session, expected) in [
            ("/", None, Decision::LoginNeeded(Level::Two)),
            ("/", Some(&session), Decision::Allow),
            ("/aiuto", None, Decision::Allow),
            ("/referti/1", None, Decision::LoginNeeded(Level::Three)),
            ("/referti/1", Some(&session), Decision::StepUp(Level::Three)),
        ] {
            assert_eq!(decided(&service, path, session), expected, "{path}");
        }
    }

    #[test]
    fn a_session_of_another_kind_of_identity_needs_another_login() {
        let purposes = [None].into_iter().chain(Purpose::ALL.map(Some));
        for (asked, wanted) in purposes.clone().flat_map(|one| purposes.clone().map(move |other| (one, other))) {
            let service = Service { purpose: wanted, ..service() };
            let asks_for = service.asks_for().collect();
            let session = Session { purpose: asked, asked_for: asks_for, ..session_for(&service) };
            let same = asked == wanted;
            let expected = if same { Decision::Allow } else { Decision::StepUp(Level::Two) };
            assert_eq!(decided(&service, "/", Some(&session)), expected, "{asked:?} {wanted:?}");
            assert_eq!(names_the_caller(&service, &session, now()), same, "{asked:?} {wanted:?}");
        }
    }

    #[test]
    fn the_level_of_a_personal_identity_is_not_asked_of_a_professional_one() {
        let service = Service { purpose: Some(Purpose::PF), ..service() };
        let personal = Session { level: Level::Three, purpose: None, ..session_for(&service) };
        assert_eq!(decided(&service, "/", Some(&personal)), Decision::StepUp(Level::Two));
        let without_data = Session { purpose: service.purpose, ..personal };
        let more = Service { attributes: vec![Attribute::Email], ..service };
        assert_eq!(decided(&more, "/", Some(&without_data)), Decision::StepUp(Level::Three), "nor is it lost");
    }

    #[test]
    fn whom_a_service_is_not_for_is_refused_and_not_named() {
        let grown_up = Service { ages: Ages::between(NonZeroU8::new(18), NonZeroU8::new(70)), ..service() };
        for (birthdate, expected) in [
            ("2008-11-25", Decision::Allow),
            ("2008-11-26", Decision::Refuse(AgeRefusal::TooYoung)),
            ("1955-11-25", Decision::Refuse(AgeRefusal::TooOld)),
            ("2027-01-01", Decision::Refuse(AgeRefusal::Unknown)),
        ] {
            let session = born(session_for(&grown_up), birthdate);
            assert_eq!(decided(&grown_up, "/", Some(&session)), expected, "{birthdate}");
            assert_eq!(decided(&grown_up, "/aiuto", Some(&session)), Decision::Allow, "everybody may read this");
            assert_eq!(names_the_caller(&grown_up, &session, now()), expected == Decision::Allow, "{birthdate}");
        }
        assert_eq!(decided(&grown_up, "/", None), Decision::LoginNeeded(Level::Two));
    }

    #[test]
    fn a_session_whose_date_of_birth_is_not_known_needs_another_login() {
        let grown_up = Service { ages: Ages::between(NonZeroU8::new(18), None), ..service() };
        let not_asked = born(session_for(&service()), "1980-01-01");
        assert_eq!(decided(&grown_up, "/", Some(&not_asked)), Decision::StepUp(Level::Two));
        let not_given = session_for(&grown_up);
        assert_eq!(decided(&grown_up, "/", Some(&not_given)), Decision::StepUp(Level::Two));
        assert!(!names_the_caller(&grown_up, &not_given, now()));
    }
}
