//! The network, as the federation engine asks for it.
//!
//! Addresses come from entities, some of which are strangers: an answer has an end in time and size, nothing leads
//! anywhere else, nothing is unpacked, and networks that are not public are nobody's business. What is connected to is
//! the address that was checked, whatever a name may mean a moment later.

use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use async_trait::async_trait;
use http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE};
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, RequestBuilder, Response};
use url::{Host, Url};
use varco_federation::entity_id::Addresses;
use varco_federation::http::{Answer, Ask, Http, HttpFault, Request};

/// The network.
pub(crate) struct Network {
    client: Client,
    addresses: Addresses,
    allowed: Arc<[IpNet]>,
}

/// Why the network cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The authorities cannot be read.
    #[error("cannot read {path}: {source}")]
    Authorities {
        /// The file.
        path: std::path::PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The client cannot be made of them.
    #[error("the client for the federation: {0}")]
    Client(#[from] reqwest::Error),
}

/// Names, as far as they lead to where one may go: to public networks, and to these.
pub(crate) struct Guarded(pub(crate) Arc<[IpNet]>);

// === impl Network ===

impl Network {
    /// A network of these addresses, and of these networks besides the public ones; where there is a file of
    /// authorities, theirs are the certificates that count.
    pub(crate) fn new(
        addresses: Addresses,
        allowed: Arc<[IpNet]>,
        authorities: Option<&Path>,
    ) -> Result<Self, NetworkError> {
        let mut client = Client::builder()
            .no_proxy()
            .referer(false)
            .redirect(Policy::none())
            .https_only(addresses == Addresses::Protected)
            .dns_resolver(Arc::new(Guarded(Arc::clone(&allowed))));
        if let Some(path) = authorities {
            let text = fs::read(path);
            let text = text.map_err(|source| NetworkError::Authorities { path: path.to_owned(), source })?;
            client = client.tls_certs_only(Certificate::from_pem_bundle(&text)?);
        }
        Ok(Self { client: client.build()?, addresses, allowed })
    }

    /// An address is looked at before it is asked; a name, when it is looked up.
    fn allows(&self, address: &Url) -> bool {
        self.addresses.hold(address) && host_may_be_asked(address, &self.allowed)
    }

    fn request(&self, request: &Request<'_>) -> RequestBuilder {
        let address = request.address.clone();
        match request.ask {
            Ask::Get => self.client.get(address),
            Ask::GetAs(token) => self.client.get(address).bearer_auth(token),
            Ask::Post(fields) => self.client.post(address).form(fields),
        }
    }
}

#[async_trait]
impl Http for Network {
    async fn send(&self, request: Request<'_>) -> Result<Answer, HttpFault> {
        if !self.allows(request.address) {
            return Err(HttpFault::Forbidden);
        }
        let sending = self.request(&request).header(ACCEPT, request.accept).timeout(request.patience);
        let response = send(sending).await?;
        let status = response.status().as_u16();
        let media_type = media_type(&response);
        Ok(Answer { status, media_type, content: collect(response, request.most).await? })
    }
}

/// Asks: the answer leads nowhere else, and is not packed.
pub(crate) async fn send(request: RequestBuilder) -> Result<Response, HttpFault> {
    let response = request.send().await.map_err(|error| fault(&error))?;
    if response.status().is_redirection() || !is_plain(&response) {
        return Err(HttpFault::Unexpected);
    }
    Ok(response)
}

/// The whole answer, if it is not longer than that.
pub(crate) async fn collect(mut response: Response, most: usize) -> Result<Vec<u8>, HttpFault> {
    let announced = response.content_length().and_then(|length| usize::try_from(length).ok());
    if announced.is_some_and(|length| length > most) {
        return Err(HttpFault::TooLarge);
    }
    let mut content = Vec::with_capacity(announced.unwrap_or_default());
    while let Some(chunk) = response.chunk().await.map_err(|error| fault(&error))? {
        if content.len() + chunk.len() > most {
            return Err(HttpFault::TooLarge);
        }
        content.extend_from_slice(&chunk);
    }
    Ok(content)
}

fn is_plain(response: &Response) -> bool {
    response.headers().get(CONTENT_ENCODING).is_none_or(|encoding| encoding == "identity")
}

fn media_type(response: &Response) -> String {
    let text = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn fault(error: &reqwest::Error) -> HttpFault {
    if error.is_timeout() {
        return HttpFault::Slow;
    }
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(inner) = cause {
        if inner.is::<NotPublic>() {
            return HttpFault::Forbidden;
        }
        cause = inner.source();
    }
    HttpFault::Unreachable
}

/// The name leads to no network that may be asked.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to no public network")]
struct NotPublic;

// === impl Guarded ===

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = Arc::clone(&self.0);
        Box::pin(async move {
            let found = tokio::net::lookup_host((host(name.as_str()), 0)).await?;
            let asked: Vec<SocketAddr> = found.filter(|found| may_be_asked(found.ip(), &allowed)).collect();
            if asked.is_empty() {
                return Err(NotPublic.into());
            }
            Ok(Box::new(asked.into_iter()) as Addrs)
        })
    }
}

/// RFC 6761, section 6.3: every name below `localhost` is this machine, whether or not its resolver knows.
fn host(name: &str) -> &str {
    if name.ends_with(".localhost") { "localhost" } else { name }
}

/// Whether the host of an address may be asked; a name may, until it is looked up.
pub(crate) fn host_may_be_asked(address: &Url, allowed: &[IpNet]) -> bool {
    match address.host() {
        Some(Host::Ipv4(host)) => may_be_asked(host.into(), allowed),
        Some(Host::Ipv6(host)) => may_be_asked(host.into(), allowed),
        Some(Host::Domain(_)) => true,
        None => false,
    }
}

fn may_be_asked(address: IpAddr, allowed: &[IpNet]) -> bool {
    let address = address.to_canonical();
    allowed.iter().any(|network| network.contains(&address)) || is_public(address)
}

/// Networks that are not for everybody: of IPv6, all but `2000::/3`, and of that what is not either. (IANA special-purpose
/// address registries, and of global unicast addresses; RFC 6890.)
const SPECIAL: [&str; 22] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/3",
    "4000::/2",
    "8000::/1",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
];

fn is_public(address: IpAddr) -> bool {
    !SPECIAL.iter().filter_map(|network| network.parse::<IpNet>().ok()).any(|network| network.contains(&address))
}

#[cfg(test)]
mod tests;
