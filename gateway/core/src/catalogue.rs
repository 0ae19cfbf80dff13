//! All bodies and services, and which service a host and path belong to.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::body::Body;
use crate::name::{BodyId, ServiceId};
use crate::origin::Origin;
use crate::request_path::{RequestPath, lies_below, lies_below_in_any_case};
use crate::return_path::ReturnPath;
use crate::service::Service;

/// Every body and service that the gateway serves, checked to be free of conflicts.
#[derive(Clone, Debug)]
pub struct Catalogue {
    access: Origin,
    bodies: BTreeMap<BodyId, Arc<Body>>,
    services: BTreeMap<ServiceId, Arc<Service>>,
    /// By host, the services of that host, longest path first.
    routes: BTreeMap<String, Vec<Arc<Service>>>,
}

/// The bodies and services contradict each other.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Conflict {
    /// A service names a body that is not there.
    #[error("service {service} belongs to body {body}, which is not configured")]
    UnknownBody {
        /// The service.
        service: ServiceId,
        /// The body that it names.
        body: BodyId,
    },
    /// Two services claim the same host and path.
    #[error("services {first} and {second} both answer at {host}{path}")]
    SameRoute {
        /// One of them.
        first: ServiceId,
        /// The other.
        second: ServiceId,
        /// The host they share.
        host: String,
        /// The path they share.
        path: String,
    },
    /// A path prefix is not a plain absolute path.
    #[error("service {service}: path {path:?} must begin with '/' and hold no escapes, dot segments or empty segments")]
    Path {
        /// The service.
        service: ServiceId,
        /// What was found.
        path: String,
    },
    /// A service on the access host claims a path of the gateway.
    #[error("service {service}: path {path:?} on the access host belongs to the gateway")]
    Reserved {
        /// The service.
        service: ServiceId,
        /// The path.
        path: String,
    },
}

/// First path segments on the access host that the gateway keeps to itself, besides the codes of the bodies: below
/// those stands what the bodies are in OpenID federations.
const RESERVED: [&str; 14] = [
    "login",
    "return",
    "logout",
    "metadata",
    "forward-auth",
    ".well-known",
    ".varco",
    "resolve",
    "fetch",
    "list",
    "trust_mark_status",
    "authorize",
    "token",
    "userinfo",
];

// === impl Catalogue ===

impl Catalogue {
    /// Puts bodies and services together, behind the gateway whose public address is `access_url`.
    pub fn new(
        access: Origin,
        bodies: impl IntoIterator<Item = Body>,
        services: impl IntoIterator<Item = Service>,
    ) -> Result<Self, Conflict> {
        let bodies: BTreeMap<_, _> = bodies.into_iter().map(|body| (body.id.clone(), Arc::new(body))).collect();
        let mut catalogue = Self { access, bodies, services: BTreeMap::new(), routes: BTreeMap::new() };
        for service in services {
            catalogue.add(service)?;
        }
        Ok(catalogue)
    }

    fn add(&mut self, service: Service) -> Result<(), Conflict> {
        if !self.bodies.contains_key(&service.body) {
            return Err(Conflict::UnknownBody { service: service.id, body: service.body });
        }
        let plain = service.path == "/"
            || crate::request_path::RequestPath::parse(&service.path).is_ok_and(|path| path.exact() == service.path)
                && !service.path.contains("//")
                && !service.path.contains(';');
        if !plain {
            return Err(Conflict::Path { service: service.id, path: service.path });
        }
        let service = Arc::new(service);
        let hosts = if service.hosts.is_empty() { vec![self.access.host().to_owned()] } else { service.hosts.clone() };
        for host in hosts {
            self.add_route(host.to_ascii_lowercase(), &service)?;
        }
        self.services.insert(service.id.clone(), service);
        Ok(())
    }

    fn add_route(&mut self, host: String, service: &Arc<Service>) -> Result<(), Conflict> {
        let first_segment = service.path.split('/').nth(1).unwrap_or_default().to_ascii_lowercase();
        let is_ours = |segment: &str| {
            segment.is_empty() || RESERVED.contains(&segment) || self.bodies.keys().any(|body| body.as_str() == segment)
        };
        if host == self.access.host() && is_ours(&first_segment) {
            return Err(Conflict::Reserved { service: service.id.clone(), path: service.path.clone() });
        }
        let routes = self.routes.entry(host.clone()).or_default();
        if let Some(other) = routes.iter().find(|other| same_path(&other.path, &service.path)) {
            return Err(Conflict::SameRoute {
                first: other.id.clone(),
                second: service.id.clone(),
                host,
                path: service.path.clone(),
            });
        }
        routes.push(Arc::clone(service));
        routes.sort_by_key(|service| std::cmp::Reverse(service.path.trim_end_matches('/').len()));
        Ok(())
    }

    /// The gateway's own public origin.
    pub const fn access(&self) -> &Origin {
        &self.access
    }

    /// A service by its identifier.
    pub fn service(&self, id: &ServiceId) -> Option<&Arc<Service>> {
        self.services.get(id)
    }

    /// Every service, in the order of their identifiers.
    pub fn services(&self) -> impl Iterator<Item = &Arc<Service>> {
        self.services.values()
    }

    /// A body by its IPA code.
    pub fn body(&self, id: &BodyId) -> Option<&Arc<Body>> {
        self.bodies.get(id)
    }

    /// Every body, in the order of their codes.
    pub fn bodies(&self) -> impl Iterator<Item = &Arc<Body>> {
        self.bodies.values()
    }

    /// Whether the host (lower case, without port) is one that the gateway answers for.
    pub fn knows_host(&self, host: &str) -> bool {
        host == self.access.host() || self.routes.contains_key(host)
    }

    /// The service that a host (lower case, without port) and a decoded path belong to.
    pub fn route(&self, host: &str, path: &str) -> Option<&Arc<Service>> {
        self.routes.get(host)?.iter().find(|service| lies_below(path, &service.path))
    }

    /// Whether a path leads to this service and to no other on the host, however it is read. Where it
    /// does not, the service could be sent what is meant for a stricter one.
    pub fn leads_only_to(&self, service: &Service, host: &str, path: &RequestPath) -> bool {
        let Some(routes) = self.routes.get(host) else { return false };
        path.readings().all(|reading| {
            let found = routes.iter().find(|other| lies_below_in_any_case(reading, &other.path));
            found.is_some_and(|found| found.id == service.id)
        })
    }

    /// The address of a page of the service, on its first host.
    pub fn address(&self, service: &Service, path: &ReturnPath) -> String {
        format!("{}{path}", self.origin(service))
    }

    /// The address of the service's first page.
    pub fn first_page(&self, service: &Service) -> String {
        format!("{}{}", self.origin(service), service.path)
    }

    /// The origin of the service's first host: scheme and port are the gateway's.
    pub fn origin(&self, service: &Service) -> Origin {
        service.hosts.first().map_or_else(|| self.access.clone(), |host| self.access.with_host(host))
    }

    /// Whether the first host of the service is the access host, so that no hand-off of the session is needed.
    pub fn is_on_access_host(&self, service: &Service) -> bool {
        self.origin(service) == self.access
    }
}

fn same_path(one: &str, other: &str) -> bool {
    one.trim_end_matches('/').eq_ignore_ascii_case(other.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level::Level;

    fn body(id: &str) -> Body {
        Body { id: BodyId::parse(id).unwrap(), name: id.to_owned() }
    }

    fn service(id: &str, hosts: &[&str], path: &str) -> Service {
        Service {
            id: ServiceId::parse(id).unwrap(),
            body: BodyId::parse("c_e715").unwrap(),
            name: id.to_owned(),
            hosts: hosts.iter().map(|&host| host.to_owned()).collect(),
            path: path.to_owned(),
            level: Level::Two,
            attributes: vec![],
            purpose: None,
            ages: None,
            rules: vec![],
        }
    }

    fn catalogue(services: Vec<Service>) -> Result<Catalogue, Conflict> {
        Catalogue::new(Origin::parse("https://accesso.example:8443").unwrap(), [body("c_e715")], services)
    }

    #[test]
    fn a_request_goes_to_the_longest_path_of_its_host() {
        let catalogue = catalogue(vec![
            service("anagrafe", &["servizi.example"], "/"),
            service("tributi", &["servizi.example"], "/tributi"),
            service("echo", &[], "/echo"),
        ])
        .unwrap();
        let found = |host, path| catalogue.route(host, path).map(|service| service.id.as_str());
        assert_eq!(found("servizi.example", "/"), Some("anagrafe"));
        assert_eq!(found("servizi.example", "/tributi/2026"), Some("tributi"));
        assert_eq!(found("servizi.example", "/tributini"), Some("anagrafe"));
        assert_eq!(found("accesso.example", "/echo/x"), Some("echo"));
        assert_eq!(found("accesso.example", "/"), None);
        assert_eq!(found("altro.example", "/"), None);
    }

    #[test]
    fn a_path_leads_to_one_service_however_it_is_read() {
        let catalogue = catalogue(vec![
            service("anagrafe", &["servizi.example"], "/"),
            service("tributi", &["servizi.example"], "/Tributi"),
        ])
        .unwrap();
        let sure = |raw: &str| {
            let path = RequestPath::parse(raw).unwrap();
            let service = catalogue.route("servizi.example", path.exact()).unwrap();
            catalogue.leads_only_to(service, "servizi.example", &path)
        };
        for raw in ["/", "/A//b;c", "/tributini", "/a/tributi", "/Tributi", "/%54ributi/X;a//b"] {
            assert!(sure(raw), "{raw}");
        }
        for raw in ["/tributi", "/TRIBUTI/x", "//Tributi/x", "/Tributi;a/x", "/;/tributi", "/%74ributi"] {
            assert!(!sure(raw), "{raw}");
        }
    }

    #[test]
    fn addresses_take_scheme_and_port_from_the_gateway() {
        let catalogue = catalogue(vec![service("anagrafe", &["Servizi.example"], "/")]).unwrap();
        let service = catalogue.services().next().unwrap();
        let path = ReturnPath::parse("/a?b=c").unwrap();
        assert_eq!(catalogue.address(service, &path), "https://servizi.example:8443/a?b=c");
    }

    #[test]
    fn a_service_is_where_its_first_host_is() {
        let catalogue = catalogue(vec![
            service("echo", &[], "/echo"),
            service("prima", &["Accesso.example"], "/prima"),
            service("dopo", &["altro.example", "accesso.example"], "/dopo"),
        ])
        .unwrap();
        let on_access_host: Vec<_> = catalogue
            .services()
            .filter(|service| catalogue.is_on_access_host(service))
            .map(|it| it.id.as_str())
            .collect();
        assert_eq!(on_access_host, ["echo", "prima"]);
    }

    #[test]
    fn contradictions_stop_the_start() {
        let same = catalogue(vec![service("a", &["x.example"], "/p"), service("b", &["X.example"], "/P/")]);
        assert!(matches!(same, Err(Conflict::SameRoute { .. })));
        for path in ["/login", "/return/x", "/.varco", "/", "/.well-known/x", "/Fetch", "/C_E715/x"] {
            let reserved = catalogue(vec![service("a", &[], path)]);
            assert!(matches!(reserved, Err(Conflict::Reserved { .. })), "{path}");
        }
        for path in ["x", "/a/../b", "/a//b", "/a%20b", "/a;b"] {
            let bad = catalogue(vec![service("a", &["x.example"], path)]);
            assert!(matches!(bad, Err(Conflict::Path { .. })), "{path}");
        }
        let mut orphan = service("a", &["x.example"], "/");
        orphan.body = BodyId::parse("r_none").unwrap();
        assert!(matches!(catalogue(vec![orphan]), Err(Conflict::UnknownBody { .. })));
    }
}
