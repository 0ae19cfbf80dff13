//! How a person is named where their identifier must not stand.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use varco_core::identity::PersonIdentifier;
use varco_core::name::BodyId;
use varco_core::session::SessionId;

use crate::mac::MacKey;
use crate::master::{MasterSecret, Purpose};

/// Names people and sessions without telling who they are.
pub struct Subjects {
    person: MacKey,
    pairwise: MacKey,
    session: MacKey,
}

/// One person, for registers and figures: the same for every service, and meaningless without the
/// region's secret. `Debug` does not print it, since it links everything that one person did.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonKey([u8; 32]);

// === impl Subjects ===

impl Subjects {
    /// Names under the region's secret.
    pub fn new(master: &MasterSecret) -> Self {
        let key = |purpose| MacKey::new(&master.derive(purpose));
        Self {
            person: key(Purpose::PersonKey),
            pairwise: key(Purpose::Pairwise),
            session: key(Purpose::SessionIdClaim),
        }
    }

    /// The key of a person.
    pub fn person_key(&self, person: &PersonIdentifier) -> PersonKey {
        PersonKey(self.person.over(&[person.scheme().as_str().as_bytes(), person.value().as_bytes()]))
    }

    /// The subject by which one body knows a person: two bodies cannot tell that theirs are the same.
    pub fn pairwise(&self, person: &PersonIdentifier, body: &BodyId) -> String {
        let parts = [person.scheme().as_str(), person.value(), body.as_str()].map(str::as_bytes);
        BASE64URL_NOPAD.encode(&self.pairwise.over(&parts))
    }

    /// The name by which one body knows a session. It opens nothing: the cookie holds another value.
    pub fn session_id_claim(&self, session: &SessionId, body: &BodyId) -> String {
        let code = self.session.over(&[session.0.as_bytes(), body.as_str().as_bytes()]);
        BASE64URL_NOPAD.encode(&code[..16])
    }
}

// === impl PersonKey ===

impl PersonKey {
    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for PersonKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PersonKey([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use varco_core::identity::Scheme;

    use super::*;
    use crate::fixture::{self, body, person, session_id};

    /// Made with another implementation of HMAC. A change here renames every citizen everywhere.
    #[test]
    fn names_do_not_change() {
        let subjects = Subjects::new(&fixture::master());
        assert_eq!(subjects.pairwise(&person(), &body("c_e715")), "M5yXhouDHsv9wUDNxtD2kMQBZBLTwhw3VjQeFlkYoas");
        assert_eq!(subjects.session_id_claim(&session_id(), &body("c_e715")), "GoXRwmdd1uHYYISbjdAwcg");
        assert_eq!(
            HEXLOWER.encode(subjects.person_key(&person()).as_bytes()),
            "a3125c4d1244bba51c780abc0e9c968bea1b92e040d610d5a5a04f2f6aafb03f"
        );
    }

    #[test]
    fn bodies_cannot_tell_that_their_citizens_are_the_same() {
        let subjects = Subjects::new(&fixture::master());
        let at = |id| (subjects.pairwise(&person(), &body(id)), subjects.session_id_claim(&session_id(), &body(id)));
        let ((subject, session), (other_subject, other_session)) = (at("c_e715"), at("r_toscan"));
        assert_ne!(subject, other_subject);
        assert_ne!(session, other_session);
    }

    #[test]
    fn the_same_value_in_another_scheme_is_another_person() {
        let subjects = Subjects::new(&fixture::master());
        let eidas = PersonIdentifier::new(Scheme::Eidas, person().value());
        assert_ne!(subjects.person_key(&person()), subjects.person_key(&eidas));
        assert_ne!(subjects.pairwise(&person(), &body("c_e715")), subjects.pairwise(&eidas, &body("c_e715")));
    }

    #[test]
    fn a_key_does_not_print_itself() {
        let key = Subjects::new(&fixture::master()).person_key(&person());
        assert_eq!(format!("{key:?}"), "PersonKey([redacted])");
    }
}
