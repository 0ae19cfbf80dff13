//! `[gateway]`: the public address, the listeners, what stands in front.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;
use varco_core::origin::Origin;

use crate::written::{self, Written};

/// The gateway itself.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    /// The name of the region's platform, as pages show it.
    #[serde(default = "default_name")]
    pub name: String,
    /// The public address of the access host, where citizens log in.
    #[serde(deserialize_with = "written::required")]
    #[schemars(with = "String")]
    pub access_url: Origin,
    /// Where plain HTTP is listened to: for proxies that are trusted to have spoken TLS, or on loopback.
    #[serde(default, deserialize_with = "written::optional")]
    #[schemars(with = "Option<String>")]
    pub listen: Option<SocketAddr>,
    /// Serves plain HTTP to clients, with cookies that are not `Secure`. For tests: every listener must be on loopback.
    #[serde(default)]
    pub insecure_http: bool,
    /// Addresses or networks of the proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    #[serde(default, deserialize_with = "written::list")]
    #[schemars(with = "Vec<String>")]
    pub trusted_proxies: Vec<IpNet>,
    /// The TLS listener.
    #[serde(default)]
    pub tls: Option<Tls>,
    /// What the foot of every page links to.
    #[serde(default)]
    pub links: Links,
}

/// What the foot of every page links to; what is not set is not shown.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Links {
    /// The declaration of accessibility, on the form of `AgID`.
    #[serde(deserialize_with = "written::optional")]
    #[schemars(with = "Option<String>")]
    pub accessibility: Option<Url>,
    /// The privacy notice.
    #[serde(deserialize_with = "written::optional")]
    #[schemars(with = "Option<String>")]
    pub privacy: Option<Url>,
    /// Where citizens find help.
    #[serde(deserialize_with = "written::optional")]
    #[schemars(with = "Option<String>")]
    pub support: Option<Url>,
}

/// The TLS listener.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Where it listens.
    #[serde(deserialize_with = "written::required")]
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// The certificate for the access host and the service hosts, followed by its chain, in PEM.
    #[serde(deserialize_with = "written::required")]
    #[schemars(with = "String")]
    pub certificate_file: PathBuf,
    /// Its private key, in PEM.
    #[serde(deserialize_with = "written::required")]
    #[schemars(with = "String")]
    pub key_file: PathBuf,
}

// === impl Gateway ===

impl Gateway {
    /// Every public listener: plain, then TLS.
    pub fn listeners(&self) -> impl Iterator<Item = SocketAddr> {
        self.listen.into_iter().chain(self.tls.as_ref().map(|tls| tls.listen))
    }
}

fn default_name() -> String {
    "Varco".to_owned()
}

impl Written for SocketAddr {
    const EXPECTED: &'static str = "an address such as 127.0.0.1:8080";

    fn read(text: &str, _: &Path) -> Option<Self> {
        text.parse().ok()
    }
}

impl Written for Origin {
    const EXPECTED: &'static str = "https://HOST or https://HOST:PORT (http:// only on loopback), without a path";

    fn read(text: &str, _: &Path) -> Option<Self> {
        Self::parse(text).ok()
    }
}

impl Written for IpNet {
    const EXPECTED: &'static str = "an address or network such as 10.0.0.7 or 10.0.0.0/8";

    fn read(text: &str, _: &Path) -> Option<Self> {
        text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(Self::from))
    }
}
