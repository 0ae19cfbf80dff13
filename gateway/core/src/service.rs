//! A service of a public body: where it answers, what it asks of a caller, what it may know.

use jiff::Timestamp;

use crate::age::{AgeRefusal, Ages};
use crate::attribute::{Attribute, Attributes};
use crate::level::Level;
use crate::name::{BodyId, ServiceId};
use crate::purpose::Purpose;
use crate::request_path::{RequestPath, lies_below, lies_below_in_any_case};
use crate::return_path::ReturnPath;

/// Below this path every host belongs to the gateway.
pub const GATEWAY_PATH: &str = "/.varco";

/// A service behind the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its identifier, also the audience of its assertions.
    pub id: ServiceId,
    /// The body that answers for it.
    pub body: BodyId,
    /// Its name, as citizens know it.
    pub name: String,
    /// The hosts that it answers on; empty means the access host.
    pub hosts: Vec<String>,
    /// The path prefix below which it answers.
    pub path: String,
    /// The level that it asks for where no rule says otherwise.
    pub level: Level,
    /// The attributes that it is entitled to.
    pub attributes: Vec<Attribute>,
    /// What it asks for in place of the identities of natural persons.
    pub purpose: Option<Purpose>,
    /// The ages that it is for, if not for all.
    pub ages: Option<Ages>,
    /// What parts of it ask for instead; the longest prefix that matches holds.
    pub rules: Vec<Rule>,
}

/// What one part of a service asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The path prefix that it covers, whole segments.
    pub path: String,
    /// The HTTP methods that it covers, upper case; empty means all.
    pub methods: Vec<String>,
    /// What it asks for.
    pub access: Access,
}

/// What a path asks of the caller. The order is the strictness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Nothing: anybody may pass, and no identity is passed on unless there is one.
    Public,
    /// A session of at least this level.
    Level(Level),
}

// === impl Service ===

impl Service {
    /// What a request asks for: the strictest answer over all readings of its path.
    pub fn access(&self, path: &RequestPath, method: &str) -> Access {
        path.readings()
            .map(|reading| self.access_of_reading(reading, method))
            .max()
            .unwrap_or(Access::Level(self.level))
    }

    /// The lowest level that any part of it asks for.
    pub fn lowest_level(&self) -> Level {
        let of_rule = |rule: &Rule| match rule.access {
            Access::Public => None,
            Access::Level(level) => Some(level),
        };
        self.rules.iter().filter_map(of_rule).fold(self.level, Level::min)
    }

    /// What a provider is asked on its behalf: what it is entitled to, and what the gateway itself must know
    /// to let people in. The order is of no meaning, and one may come twice.
    pub fn asks_for(&self) -> impl Iterator<Item = Attribute> {
        let for_purpose = self.purpose.map_or(&[][..], Purpose::must_ask_for);
        let for_ages = self.ages.map(|_| Attribute::Birthdate);
        self.attributes.iter().chain(for_purpose).copied().chain(for_ages)
    }

    /// Whether it is for somebody of whom this is known, at `now`.
    pub fn admit(&self, known: &Attributes, now: Timestamp) -> Result<(), AgeRefusal> {
        self.ages.map_or(Ok(()), |ages| ages.admit(known.value(Attribute::Birthdate), now))
    }

    /// Whether a way back leads to one of its pages, and not to one of the gateway's.
    pub fn serves(&self, page: &ReturnPath) -> bool {
        let path = page.as_str().split('?').next().unwrap_or_default();
        RequestPath::parse(path).is_ok_and(|path| {
            path.readings().all(|reading| lies_below(reading, &self.path))
                && !path.readings().any(|reading| lies_below(reading, GATEWAY_PATH))
        })
    }

    /// Whether it answers on a host of its own of this name (lower case, without port).
    pub fn answers_on(&self, host: &str) -> bool {
        self.hosts.iter().any(|own| own.eq_ignore_ascii_case(host))
    }

    fn access_of_reading(&self, reading: &str, method: &str) -> Access {
        self.rules
            .iter()
            .filter(|rule| rule.covers(reading, method))
            .max_by_key(|rule| (rule.path.trim_end_matches('/').len(), !rule.methods.is_empty(), rule.access))
            .map_or(Access::Level(self.level), |rule| rule.access)
    }
}

impl Rule {
    /// A rule that opens a part to everybody matches exactly; one that asks for a level also
    /// matches in another case, since the service may not tell them apart.
    fn covers(&self, reading: &str, method: &str) -> bool {
        let path_matches = match self.access {
            Access::Public => lies_below(reading, &self.path),
            Access::Level(_) => lies_below_in_any_case(reading, &self.path),
        };
        path_matches
            && (self.methods.is_empty() || self.methods.iter().any(|covered| self.covers_method(covered, method)))
    }

    /// HTTP methods are written in upper case, but services raise others to it. HEAD is a GET that keeps
    /// the answer to itself (RFC 9110 section 9.3.2).
    fn covers_method(&self, covered: &str, method: &str) -> bool {
        let same = |one: &str, other: &str| match self.access {
            Access::Public => one == other,
            Access::Level(_) => one.eq_ignore_ascii_case(other),
        };
        same(covered, method) || (covered == "GET" && same("HEAD", method))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::num::NonZeroU8;

    use super::*;

    #[test]
    fn no_spelling_of_a_method_asks_for_less() {
        let service = service(vec![
            ("/", &[], Access::Public),
            ("/modulo", &["POST"], Access::Level(Level::Three)),
            ("/referti", &["GET"], Access::Level(Level::Three)),
        ]);
        let access = |method, path| service.access(&RequestPath::parse(path).unwrap(), method);
        for method in ["POST", "post", "Post"] {
            assert_eq!(access(method, "/modulo"), Access::Level(Level::Three), "{method}");
        }
        for method in ["GET", "HEAD", "head"] {
            assert_eq!(access(method, "/referti"), Access::Level(Level::Three), "{method}");
        }
        assert_eq!(access("GET", "/modulo"), Access::Public);
    }

    #[test]
    fn what_opens_a_part_for_a_method_opens_it_for_that_method_only() {
        let service = service(vec![("/orari", &["GET"], Access::Public)]);
        let access = |method| service.access(&RequestPath::parse("/orari").unwrap(), method);
        assert_eq!((access("GET"), access("HEAD")), (Access::Public, Access::Public));
        for method in ["get", "POST", "OPTIONS"] {
            assert_eq!(access(method), Access::Level(Level::Two), "{method}");
        }
    }

    #[test]
    fn a_way_back_stays_on_the_service() {
        let at = |path: &str, page: &str| {
            let service = Service { path: path.to_owned(), ..service(vec![]) };
            service.serves(&ReturnPath::parse(page).unwrap())
        };
        assert!(at("/", "/a?b=/.varco/logout") && at("/echo", "/echo") && at("/echo", "/echo/x?y"));
        for page in ["/.varco/logout", "/.VARCO/session?code=x", "//.varco/x", "/%2evarco/x"] {
            assert!(!ReturnPath::parse(page).is_ok_and(|page| service(vec![]).serves(&page)), "{page}");
        }
        assert!(!at("/echo", "/logout") && !at("/echo", "/echoes") && !at("/echo", "/echo/../logout"));
    }

    #[test]
    fn what_the_gateway_must_know_is_asked_for_with_what_the_service_may_know() {
        let asked = |purpose, ages| -> BTreeSet<_> {
            Service { attributes: vec![Attribute::Email], purpose, ages, ..service(vec![]) }.asks_for().collect()
        };
        assert_eq!(asked(None, None), [Attribute::Email].into());
        assert_eq!(asked(Some(Purpose::PF), None), [Attribute::Email].into());
        let ages = Ages::between(NonZeroU8::new(18), None);
        assert_eq!(asked(None, ages), [Attribute::Email, Attribute::Birthdate].into());
        let company = [Attribute::Email, Attribute::CompanyFiscalNumber, Attribute::VatNumber];
        assert_eq!(asked(Some(Purpose::PG), None), company.into());
    }

    fn service(rules: Vec<(&str, &[&str], Access)>) -> Service {
        Service {
            id: ServiceId::parse("anagrafe").unwrap(),
            body: BodyId::parse("c_e715").unwrap(),
            name: "Anagrafe".to_owned(),
            hosts: vec![],
            path: "/".to_owned(),
            level: Level::Two,
            attributes: vec![],
            purpose: None,
            ages: None,
            rules: rules
                .into_iter()
                .map(|(path, methods, access)| Rule {
                    path: path.to_owned(),
                    methods: methods.iter().map(|&method| method.to_owned()).collect(),
                    access,
                })
                .collect(),
        }
    }

    fn access(service: &Service, raw: &str) -> Access {
        service.access(&RequestPath::parse(raw).unwrap(), "GET")
    }

    #[test]
    fn the_longest_prefix_holds() {
        let service =
            service(vec![("/pubblico", &[], Access::Public), ("/pubblico/referti", &[], Access::Level(Level::Three))]);
        assert_eq!(access(&service, "/"), Access::Level(Level::Two));
        assert_eq!(access(&service, "/pubblico/orari"), Access::Public);
        assert_eq!(access(&service, "/pubblico/referti/1"), Access::Level(Level::Three));
        assert_eq!(access(&service, "/pubblicone"), Access::Level(Level::Two));
    }

    #[test]
    fn no_spelling_of_a_path_asks_for_less_than_the_path() {
        let service =
            service(vec![("/pubblico", &[], Access::Public), ("/pubblico/Referti", &[], Access::Level(Level::Three))]);
        for raw in [
            "/pubblico/referti",
            "/pubblico/REFERTI",
            "/pubblico//Referti",
            "//pubblico/referti",
            "/pubblico/Referti;x=1/2",
            "/pubblico/%52eferti",
            "/PUBBLICO/referti",
        ] {
            assert_eq!(access(&service, raw), Access::Level(Level::Three), "{raw}");
        }
        assert_eq!(access(&service, "/PUBBLICO/orari"), Access::Level(Level::Two));
    }

    #[test]
    fn a_rule_may_cover_some_methods_only() {
        let service = service(vec![("/modulo", &["POST"], Access::Level(Level::Three))]);
        let path = RequestPath::parse("/modulo").unwrap();
        assert_eq!(service.access(&path, "GET"), Access::Level(Level::Two));
        assert_eq!(service.access(&path, "POST"), Access::Level(Level::Three));
    }
}
