//! Where a service runs, and the connections to it: one pool for each service, so that a service
//! that hangs takes nothing from the others.

mod connector;
mod link;
mod targets;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{HeaderValue, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use varco_core::catalogue::Catalogue;
use varco_core::name::ServiceId;
use varco_core::service::Service;

use self::connector::Connector;
use self::targets::Targets;
use crate::error::{Failure, ProxyRefusal};
use crate::setup::SetupError;

/// How a service is reached.
#[derive(Clone, Debug)]
pub struct UpstreamOptions {
    /// Where it runs: `http://HOST[:PORT]` or `https://HOST[:PORT]`, asked in turn.
    pub addresses: Vec<Uri>,
    /// How long a connection may take, TLS included.
    pub connect_timeout: Duration,
    /// How long the service may take until it begins to answer.
    pub response_timeout: Duration,
    /// How long a body or a WebSocket may be silent.
    pub idle_timeout: Duration,
    /// The certificate authorities (PEM) that the service's certificate must come from, instead of
    /// the public ones.
    pub authorities: Option<Vec<u8>>,
    /// Whether the service receives the client's `Authorization` header.
    pub pass_authorization: bool,
}

/// Every service's connections.
pub(crate) struct Upstreams(HashMap<ServiceId, Upstream>);

/// The connections to one service.
pub(crate) struct Upstream {
    pub(crate) client: Client<Connector, Body>,
    pub(crate) response_timeout: Duration,
    pub(crate) idle_timeout: Duration,
    pub(crate) pass_authorization: bool,
    targets: Arc<Targets>,
    /// What `Host` says to the service, for each host that citizens know it by.
    hosts: Vec<(String, HeaderValue)>,
}

/// Shorter than what common servers give an idle connection, so that it is seldom they who close it
/// while a request is under way.
const POOL_IDLE: Duration = Duration::from_secs(30);

/// Connections kept beyond this are closed when they are idle.
const POOL_SIZE: usize = 512;

/// The longest head of an answer, and the most that is read ahead of a client.
const BUFFER: usize = 64 << 10;

// === impl UpstreamOptions ===

impl UpstreamOptions {
    /// A service at these addresses, with times that suit most.
    pub const fn new(addresses: Vec<Uri>) -> Self {
        Self {
            addresses,
            connect_timeout: Duration::from_secs(5),
            response_timeout: Duration::from_mins(1),
            idle_timeout: Duration::from_mins(2),
            authorities: None,
            pass_authorization: false,
        }
    }
}

// === impl Upstreams ===

impl Upstreams {
    /// The connections to every service of the catalogue.
    pub(crate) fn new(
        catalogue: &Catalogue,
        mut options: BTreeMap<ServiceId, UpstreamOptions>,
    ) -> Result<Self, SetupError> {
        let upstream = |service: &Arc<Service>| {
            let options = options.remove(&service.id).filter(|options| !options.addresses.is_empty());
            let options = options.ok_or_else(|| SetupError::NoUpstream(service.id.clone()))?;
            Ok((service.id.clone(), Upstream::new(catalogue, service, &options)?))
        };
        catalogue.services().map(upstream).collect::<Result<_, _>>().map(Self)
    }

    /// The connections to a service.
    pub(crate) fn of(&self, service: &Service) -> Option<&Upstream> {
        self.0.get(&service.id)
    }
}

// === impl Upstream ===

impl Upstream {
    fn new(catalogue: &Catalogue, service: &Service, options: &UpstreamOptions) -> Result<Self, SetupError> {
        let targets = Targets::new(&options.addresses)
            .map_err(|address| SetupError::Address { service: service.id.clone(), address })?;
        let targets = Arc::new(targets);
        let connector = Connector::new(Arc::clone(&targets), options, &service.id)?;
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(POOL_IDLE)
            .pool_max_idle_per_host(POOL_SIZE)
            .http1_max_buf_size(BUFFER)
            .set_host(false)
            .build(connector);
        Ok(Self {
            client,
            response_timeout: options.response_timeout,
            idle_timeout: options.idle_timeout,
            pass_authorization: options.pass_authorization,
            targets,
            hosts: hosts(catalogue, service)?,
        })
    }

    /// What `Host` says to the service, when citizens ask for this host (without port). It is made
    /// of the configuration: the client's own spelling and port do not reach the service.
    pub(crate) fn host(&self, host: &str) -> Option<&HeaderValue> {
        self.hosts.iter().find(|(known, _)| known == host).map(|(_, value)| value)
    }

    /// The address of a request at the service: path and query are the client's, byte for byte.
    pub(crate) fn target(&self, asked: &Uri) -> Result<Uri, Failure> {
        self.targets.next().address(asked).map_err(|error| ProxyRefusal::Internal.caused_by(error))
    }
}

fn hosts(catalogue: &Catalogue, service: &Service) -> Result<Vec<(String, HeaderValue)>, SetupError> {
    let access = catalogue.access();
    let names = if service.hosts.is_empty() { vec![access.host().to_owned()] } else { service.hosts.clone() };
    let entry = |name: String| {
        let origin = access.with_host(&name);
        let authority = match origin.port() {
            Some(port) => format!("{}:{port}", origin.host()),
            None => origin.host().to_owned(),
        };
        let value = HeaderValue::try_from(authority);
        let value = value.map_err(|_| SetupError::Host { service: service.id.clone(), host: name })?;
        Ok((origin.host().to_owned(), value))
    };
    names.into_iter().map(entry).collect()
}
