//! What no single setting can see: contradictions between them.

use std::collections::{BTreeMap, BTreeSet};

use varco_core::catalogue::Conflict;
use varco_core::name::{BodyId, ServiceId};
use varco_core::request_path::lies_below;

use crate::problem::{Fault, Problem};
use crate::sections::{Activity, EntityAddress, MetadataLocation, Service};
use crate::settings::Settings;
use crate::tree::Node;

/// Every contradiction, at the place of the setting that could be changed.
pub(crate) fn contradictions(settings: &Settings, root: &Node) -> Vec<Problem> {
    let mut check = Check { settings, root, problems: Vec::new() };
    check.listeners();
    check.encryption();
    check.sessions();
    check.keys();
    check.spid();
    check.beside_spid();
    check.trust_anchors();
    check.health_card();
    check.aggregator();
    check.bodies();
    check.services();
    check.attribute_sets();
    check.catalogue();
    check.problems
}

struct Check<'a> {
    settings: &'a Settings,
    root: &'a Node,
    problems: Vec<Problem>,
}

// === impl Check ===

impl Check<'_> {
    fn refuse(&mut self, setting: &str, why: impl Into<String>) {
        let place = self.root.place_of(setting).clone();
        self.problems.push(Problem::new(place, setting, Fault::Contradiction(why.into())));
    }

    fn listeners(&mut self) {
        let gateway = &self.settings.gateway;
        if gateway.listeners().next().is_none() {
            self.refuse("gateway", "it listens nowhere: set gateway.listen or gateway.tls.listen");
        }
        if gateway.listen.is_some() && gateway.trusted_proxies.is_empty() && !gateway.insecure_http {
            let why = "it speaks plain HTTP, which needs gateway.trusted_proxies in front of it \
                       (or, on loopback only, gateway.insecure_http = true)";
            self.refuse("gateway.listen", why);
        }
    }

    fn encryption(&mut self) {
        let gateway = &self.settings.gateway;
        match (gateway.access_url.is_https(), gateway.insecure_http) {
            (false, false) => {
                self.refuse(
                    "gateway.access_url",
                    "http:// is allowed only with gateway.insecure_http = true, on loopback",
                );
            }
            (true, true) => {
                self.refuse("gateway.insecure_http", "gateway.access_url is https://, whose cookies must be secure");
            }
            (false, true) => self.loopback_only(),
            (true, false) => {}
        }
    }

    fn loopback_only(&mut self) {
        let gateway = &self.settings.gateway;
        let listeners = [
            ("gateway.listen", gateway.listen),
            ("gateway.tls.listen", gateway.tls.as_ref().map(|tls| tls.listen)),
            ("management.listen", Some(self.settings.management.listen)),
            ("methods.health_card.listen", self.settings.methods.health_card.as_ref().map(|card| card.listen)),
        ];
        for (setting, address) in listeners {
            if let Some(address) = address.filter(|address| !address.ip().is_loopback()) {
                let why = format!("{address} is not on loopback, where gateway.insecure_http has to stay");
                self.refuse(setting, why);
            }
        }
    }

    fn sessions(&mut self) {
        let sessions = &self.settings.sessions;
        if sessions.idle_minutes > sessions.lifetime_minutes {
            let why = format!("it is longer than sessions.lifetime_minutes, which is {}", sessions.lifetime_minutes);
            self.refuse("sessions.idle_minutes", why);
        }
    }

    fn spid(&mut self) {
        let Some(spid) = &self.settings.methods.spid else { return };
        match (&spid.key_file, &spid.certificate_file) {
            (Some(_), None) => self.refuse("methods.spid.key_file", "it needs methods.spid.certificate_file"),
            (None, Some(_)) => self.refuse("methods.spid.certificate_file", "it needs methods.spid.key_file"),
            (Some(_), Some(_)) | (None, None) => {}
        }
        if self.settings.aggregator.is_none() {
            self.refuse("methods.spid", "its metadata needs the section [aggregator]");
        }
    }

    fn keys(&mut self) {
        let keys = &self.settings.keys;
        match (&keys.encryption_key_file, &keys.encryption_certificate_file) {
            (Some(_), None) => self.refuse("keys.encryption_key_file", "it needs keys.encryption_certificate_file"),
            (None, Some(_)) => self.refuse("keys.encryption_certificate_file", "it needs keys.encryption_key_file"),
            (Some(_), Some(_)) | (None, None) => {}
        }
    }

    /// Methods that cannot be without what the metadata of SPID is made of.
    fn beside_spid(&mut self) {
        let methods = &self.settings.methods;
        let missing = [
            ("methods.cie", methods.cie.is_some() && self.settings.aggregator.is_none(), "the section [aggregator]"),
            ("methods.eidas", methods.eidas.is_some() && methods.spid.is_none(), "the section [methods.spid]"),
        ];
        for (setting, _, what) in missing.into_iter().filter(|(_, is_missing, _)| *is_missing) {
            self.refuse(setting, format!("its metadata needs {what}"));
        }
    }

    /// Whoever answers in the place of a trust anchor vouches for everybody.
    fn trust_anchors(&mut self) {
        let methods = &self.settings.methods;
        let spid = methods.spid.as_ref().map(|spid| ("spid", &spid.trust_anchors, &spid.openid_providers));
        let cie = methods.cie.as_ref().map(|cie| ("cie", &cie.trust_anchors, &cie.openid_providers));
        for (method, anchors, providers) in spid.into_iter().chain(cie) {
            self.entities(&format!("methods.{method}.trust_anchors"), anchors.iter().map(|anchor| &anchor.id));
            self.entities(&format!("methods.{method}.openid_providers"), providers);
        }
    }

    /// Whoever writes a trust list vouches for every card.
    fn health_card(&mut self) {
        let Some(card) = &self.settings.methods.health_card else { return };
        if card.trust_lists.is_empty() {
            self.refuse("methods.health_card.trust_lists", "without a trust list no card counts");
        }
        if card.tls_versions.is_empty() {
            self.refuse("methods.health_card.tls_versions", "at least one version is needed");
        }
        let is_address = |place: &MetadataLocation| matches!(place, MetadataLocation::Address(_));
        if card.trust_list_signers.is_empty() && card.trust_lists.iter().any(is_address) {
            let why =
                "a trust list at an address counts only with a signature: set methods.health_card.trust_list_signers";
            self.refuse("methods.health_card.trust_lists", why);
        }
        let gateway = &self.settings.gateway;
        let shared = gateway.tls.as_ref().is_some_and(|tls| tls.listen == card.listen);
        if card.url.is_same_as(&gateway.access_url) || shared && card.url.is_at(gateway.access_url.host()) {
            let why = "cards are read on a host of their own: on the access host browsers would ask everybody for one";
            self.refuse("methods.health_card.url", why);
        }
        if shared && !card.url.has_name() {
            let why =
                "it needs a name: on the port of gateway.tls.listen only the name in the handshake tells hosts apart";
            self.refuse("methods.health_card.url", why);
        }
        let mut hosts = self.settings.services.values().flat_map(|service| &service.hosts);
        if shared && hosts.any(|host| card.url.is_at(host.as_str())) {
            self.refuse("methods.health_card.url", "on the port of gateway.tls.listen it is the host of a service too");
        }
        if gateway.listen == Some(card.listen) {
            self.refuse("methods.health_card.listen", "gateway.listen is there, which speaks no TLS");
        }
    }

    fn entities<'a>(&mut self, setting: &str, entities: impl IntoIterator<Item = &'a EntityAddress>) {
        let insecure = self.settings.gateway.insecure_http;
        let is_safe = |entity: &EntityAddress| entity.is_protected() || insecure && entity.is_on_this_machine();
        if !entities.into_iter().all(is_safe) {
            self.refuse(setting, "http:// is allowed only with gateway.insecure_http = true, on loopback");
        }
    }

    /// CIE asks everybody where they have their seat, and, about a private organisation, as much of its technical
    /// partner as of itself.
    fn aggregator(&mut self) {
        let (Some(_), Some(aggregator)) = (&self.settings.methods.cie, &self.settings.aggregator) else { return };
        let of_private = self.settings.bodies.values().any(|body| body.activity.is_private());
        let needed = [
            ("municipality", aggregator.municipality.is_none(), true),
            ("vat_number", aggregator.vat_number.is_none(), of_private),
            ("nace2", aggregator.nace2.is_none(), of_private),
        ];
        self.refuse_missing("aggregator", &needed);
    }

    /// What the role of a body asks for (Avviso 19v4), and what CIE asks of everybody.
    fn bodies(&mut self) {
        let with_cie = self.settings.methods.cie.is_some();
        for (id, body) in &self.settings.bodies {
            let private = body.activity.is_private();
            let role = body.activity;
            let needed = [
                ("vat_number", body.vat_number.is_none(), private || role == Activity::OperatorFull),
                ("billing", body.billing.is_none(), private),
                ("municipality", body.municipality.is_none(), with_cie),
                ("nace2", body.nace2.is_none(), with_cie && private),
            ];
            self.refuse_missing(&format!("bodies.{id}"), &needed);
            match (&body.key_file, &body.certificate_file) {
                (Some(_), None) => self.refuse(&format!("bodies.{id}.key_file"), "it needs certificate_file"),
                (None, Some(_)) => self.refuse(&format!("bodies.{id}.certificate_file"), "it needs key_file"),
                (Some(_), Some(_)) | (None, None) => {}
            }
        }
    }

    /// Settings of a section with whether each is missing, and whether it is needed.
    fn refuse_missing(&mut self, section: &str, settings: &[(&str, bool, bool)]) {
        for (setting, _, _) in settings.iter().filter(|(_, missing, needed)| *missing && *needed) {
            self.refuse(&format!("{section}.{setting}"), "missing: its metadata needs it");
        }
    }

    fn services(&mut self) {
        for (id, service) in &self.settings.services {
            let mut named = BTreeSet::new();
            if let Some(twice) = service.attributes.iter().find(|attribute| !named.insert(**attribute)) {
                self.refuse(&format!("services.{id}.attributes"), format!("{twice:?} is there twice"));
            }
            for rule in service.rules.iter().filter(|rule| !lies_below(rule.path(), service.path.as_str())) {
                let why =
                    format!("{:?} is not below the path of the service, {:?}", rule.path(), service.path.as_str());
                self.refuse(&format!("services.{id}.rules"), why);
            }
            self.ages(id, service);
        }
    }

    fn ages(&mut self, id: &ServiceId, service: &Service) {
        if let (Some(minimum), Some(maximum)) = (service.minimum_age, service.maximum_age)
            && minimum > maximum
        {
            let why = format!("nobody is at least {minimum} and at most {maximum} years old");
            self.refuse(&format!("services.{id}.maximum_age"), why);
        }
        if let Some(purpose) = service.purpose.filter(|purpose| purpose.admits_legal_persons()) {
            let ages = [("minimum_age", service.minimum_age), ("maximum_age", service.maximum_age)];
            for (setting, _) in ages.into_iter().filter(|(_, age)| age.is_some()) {
                let why = format!("the purpose {purpose} also admits legal persons, who have no age");
                self.refuse(&format!("services.{id}.{setting}"), why);
            }
        }
    }

    /// Each service of a body has an attribute set of its own in the body's metadata.
    fn attribute_sets(&mut self) {
        let mut of_bodies: BTreeMap<&BodyId, Vec<_>> = BTreeMap::new();
        for (id, service) in &self.settings.services {
            of_bodies.entry(&service.body).or_default().push((id, service));
        }
        for services in of_bodies.into_values().filter(|services| services.len() > 1) {
            let mut taken = BTreeSet::new();
            for (id, service) in services {
                let setting = format!("services.{id}.attribute_set");
                match service.attribute_set {
                    None => self.refuse(&setting, format!("missing: the body {} has several services", service.body)),
                    Some(set) if !taken.insert(set) => {
                        self.refuse(&setting, format!("another service of the body {} has set {set}", service.body));
                    }
                    Some(_) => {}
                }
            }
        }
    }

    /// What the rules refuse; a service that they refuse is left out, to see whether there is another.
    fn catalogue(&mut self) {
        let mut rest = self.settings.clone();
        while let Err(conflict) = rest.catalogue() {
            let (service, setting) = match &conflict {
                Conflict::UnknownBody { service, .. } => (service, "body"),
                Conflict::SameRoute { second, .. } => (second, "path"),
                Conflict::Path { service, .. } | Conflict::Reserved { service, .. } => (service, "path"),
            };
            self.refuse(&format!("services.{service}.{setting}"), conflict.to_string());
            rest.services.remove(service);
        }
    }
}
