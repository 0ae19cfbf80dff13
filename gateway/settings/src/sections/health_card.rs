//! `[methods.health_card]`: the health card, read on a host of its own.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use varco_core::card::CardAddress;

use crate::sections::metadata_source::MetadataLocation;
use crate::written::{self, Written, whole};

/// The health card (TS-CNS), other cards with a CNS, and the electronic identity card, in a reader.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HealthCard {
    /// Where cards are read. Nothing that ends TLS may stand in front. Where it is `gateway.tls.listen`, the name that a
    /// browser asks for in the handshake tells the two apart.
    #[serde(deserialize_with = "written::required")]
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// The public address of the host where cards are read: another one than the access host. With `*.` before the host
    /// each login gets a new name, to which no browser remembers that it shows no certificate: it takes a wildcard in
    /// the DNS and in the certificate.
    #[serde(deserialize_with = "written::required")]
    #[schemars(with = "String")]
    pub url: CardAddress,
    /// Its certificate, followed by the chain, in PEM.
    #[serde(deserialize_with = "written::required")]
    #[schemars(with = "String")]
    pub tls_certificate: PathBuf,
    /// Its private key, in PEM.
    #[serde(deserialize_with = "written::required")]
    #[schemars(with = "String")]
    pub tls_key: PathBuf,
    /// The versions of TLS that are spoken with cards. Many cards cannot sign what TLS 1.3 asks for.
    #[serde(default = "usual_versions")]
    pub tls_versions: Vec<CardTlsVersion>,
    /// The trust lists with the authorities that issue cards: files or addresses, in XML (ETSI TS 119 612). A file may
    /// also hold certificates of authorities in PEM, which whoever wrote it vouches for.
    #[serde(deserialize_with = "written::one_or_any")]
    #[schemars(with = "Vec<String>")]
    pub trust_lists: Vec<MetadataLocation>,
    /// Files of certificates in PEM: a trust list in XML counts only with a signature of one of them.
    #[serde(default, deserialize_with = "written::one_or_any")]
    #[schemars(with = "Vec<String>")]
    pub trust_list_signers: Vec<CertificateFile>,
    /// How often a trust list is read anew. Where nothing is set: a file every minute, an address once a day.
    #[serde(default)]
    pub trust_list_refresh_seconds: Option<NonZeroU32>,
    /// What becomes of a card of which nobody can say whether it was revoked.
    #[serde(default)]
    pub revocation: Revocation,
    /// Hosts, with or without port, that are asked what was revoked, besides those that the trust lists name. They may
    /// stand in networks that are not public.
    #[serde(default)]
    pub revocation_hosts: Vec<String>,
    /// How often a list of revoked certificates is read anew, at least.
    #[serde(default = "hourly")]
    pub crl_refresh_seconds: NonZeroU32,
    /// For how long such a list counts after the next one was due.
    #[serde(default)]
    pub crl_grace_seconds: u32,
}

/// A version of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CardTlsVersion {
    /// TLS 1.2.
    #[serde(rename = "1.2")]
    Tls12,
    /// TLS 1.3.
    #[serde(rename = "1.3")]
    Tls13,
}

/// What becomes of a card of which nobody can say whether it was revoked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Revocation {
    /// It is refused.
    #[default]
    Hard,
    /// It is accepted, and counted.
    Soft,
}

/// A file of certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFile(pub PathBuf);

impl<'de> Deserialize<'de> for CertificateFile {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        written::required(deserializer).map(Self)
    }
}

impl<'de> Deserialize<'de> for MetadataLocation {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        written::required(deserializer)
    }
}

impl Written for CardAddress {
    const EXPECTED: &'static str = "https://HOST or https://HOST:PORT, or the same with *. before the host";

    fn read(text: &str, _: &Path) -> Option<Self> {
        Self::parse(text).ok()
    }
}

fn usual_versions() -> Vec<CardTlsVersion> {
    vec![CardTlsVersion::Tls12]
}

const fn hourly() -> NonZeroU32 {
    whole(3600)
}
