//! What the tests of this module stand on: a folder, a clock that is set by hand, a small web server, and
//! providers that do not exist.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use async_trait::async_trait;
use data_encoding::BASE64;
use jiff::{SignedDuration, Timestamp};
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize, date_time_ymd};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use varco_core::event::{Event, Expiring};
use varco_core::evidence::Evidence;
use varco_core::expiry::Notice;
use varco_core::name::ProviderId;
use varco_core::ports::{Clock, EventSink, EvidenceStore, Randomness, StoreUnavailable};
use varco_xmldsig::{Placement, SigningKey, TrustedKey};

use super::super::ProviderSources;
use crate::{Fault, World};

/// Where every test begins.
pub(super) const NOON: &str = "2026-11-22T12:00:00Z";

const SETTINGS: &str = r#"
store.durable = "sqlite:data/varco.sqlite"
[gateway]
access_url = "https://accesso.example"
tls = { listen = "127.0.0.1:8443", certificate_file = "tls.pem", key_file = "tls.key" }
[aggregator]
name = "Regione di prova"
ipa = "r_prova"
fiscal_code = "01234567897"
email = "spid@regione.example"
phone = "+39055000000"
locality = "Firenze"
[methods.spid]
idp_metadata = "#;

/// A folder, a clock and a listener.
pub(super) struct Scene {
    folder: TempDir,
    clock: Arc<Hand>,
    heard: Arc<Heard>,
}

/// A clock that moves when it is told to.
struct Hand(Mutex<Timestamp>);

/// Remembers what happened.
#[derive(Default)]
struct Heard(Mutex<Vec<Event>>);

struct Zero;

#[async_trait]
impl EvidenceStore for Zero {
    async fn keep(&self, _: &Evidence) -> Result<(), StoreUnavailable> {
        Ok(())
    }
}

// === impl Scene ===

impl Scene {
    pub(super) fn new() -> Self {
        let clock = Arc::new(Hand(Mutex::new(NOON.parse().unwrap())));
        Self { folder: tempfile::tempdir().unwrap(), clock, heard: Arc::default() }
    }

    /// Opens what stands in the settings after `idp_metadata =`.
    pub(super) async fn open(&self, idp_metadata: &str) -> Result<ProviderSources, Fault> {
        fs::write(self.path("varco.toml"), format!("{SETTINGS}{idp_metadata}")).unwrap();
        let nothing: [(&str, &str); 0] = [];
        let settings = varco_settings::load("varco.toml".as_ref(), nothing, self.folder.path()).unwrap();
        let sections = settings.methods.spid.clone().unwrap().idp_metadata;
        ProviderSources::open("spid", &sections, &settings, &self.world()).await
    }

    /// The same, where it must be possible.
    pub(super) async fn opened(&self, idp_metadata: &str) -> ProviderSources {
        self.open(idp_metadata).await.unwrap()
    }

    /// Opens them and has each read once.
    pub(super) async fn running(&self, idp_metadata: &str) -> ProviderSources {
        let mut providers = self.opened(idp_metadata).await;
        providers.refresh(|_, _| true).await;
        providers
    }

    pub(super) fn world(&self) -> World {
        World {
            clock: self.clock.clone(),
            randomness: Arc::new(Zero),
            events: self.heard.clone(),
            evidence: Arc::new(Zero),
            card_key: zeroize::Zeroizing::new([7; 32]),
        }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// The one copy that is kept.
    pub(super) fn copy(&self) -> PathBuf {
        let files: Vec<_> = fs::read_dir(self.path("data/metadata")).unwrap().collect();
        let [file] = <[_; 1]>::try_from(files).unwrap();
        file.unwrap().path()
    }

    pub(super) fn later(&self, duration: SignedDuration) {
        *self.clock.0.lock().unwrap() += duration;
    }

    /// What was told of metadata since the last call: its outcome, how many providers are in use, how many are
    /// faulty.
    pub(super) fn told(&self) -> Vec<(&'static str, usize, usize)> {
        let mut heard = self.heard.0.lock().unwrap();
        let told = heard.drain(..).filter_map(|event| match event {
            Event::Metadata(event) => Some((event.outcome.label(), event.providers, event.refused)),
            _ => None,
        });
        told.collect()
    }

    /// Why the last reading is not used.
    pub(super) fn cause(&self) -> String {
        let heard = self.heard.0.lock().unwrap();
        let cause = heard.iter().rev().find_map(|event| match event {
            Event::Metadata(event) => event.cause.clone(),
            _ => None,
        });
        cause.unwrap().replace(&self.folder.path().display().to_string(), "FOLDER")
    }

    /// What was told of ends since the last call: what ends, whether its end is known, and the days at which it
    /// is a notice.
    pub(super) fn ends(&self) -> Vec<(Expiring, bool, Option<i64>)> {
        let mut heard = self.heard.0.lock().unwrap();
        let told = heard.drain(..).filter_map(|event| match event {
            Event::Expiry(event) => Some((event.what, event.end.is_some(), event.notice.map(Notice::days))),
            _ => None,
        });
        told.collect()
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

impl EventSink for Heard {
    fn record(&self, event: &Event) {
        self.0.lock().unwrap().push(event.clone());
    }
}

impl Randomness for Zero {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

/// The names of the providers in use.
pub(super) fn names(providers: &ProviderSources) -> Vec<String> {
    providers.in_use().list().iter().map(|one| one.entity_id.to_string()).collect()
}

/// The keys of a provider in use.
pub(super) fn keys(providers: &ProviderSources, name: &str) -> Vec<TrustedKey> {
    let id = ProviderId::parse(&format!("https://{name}.example")).unwrap();
    providers.in_use().by_id(&id).map(|one| one.keys().to_vec()).unwrap_or_default()
}

/// A certificate in base64, one for each number; each ends in another year.
pub(super) fn certificate(number: usize) -> &'static str {
    static CERTIFICATES: OnceLock<Vec<String>> = OnceLock::new();
    let make = |year| {
        let mut params = CertificateParams::default();
        params.not_after = date_time_ymd(year, 1, 1);
        BASE64.encode(params.self_signed(&KeyPair::generate().unwrap()).unwrap().der())
    };
    &CERTIFICATES.get_or_init(|| (2030..2034).map(make).collect())[number]
}

/// The key in it.
pub(super) fn key(number: usize) -> TrustedKey {
    TrustedKey::from_certificate_der(&BASE64.decode(certificate(number).as_bytes()).unwrap()).unwrap()
}

/// The metadata of a provider, which signs with these keys.
pub(super) fn provider(name: &str, certificates: &[&str]) -> String {
    let key = |certificate: &&str| {
        format!(
            "<KeyDescriptor use='signing'><KeyInfo xmlns='http://www.w3.org/2000/09/xmldsig#'><X509Data>\
             <X509Certificate>{certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>"
        )
    };
    let keys: String = certificates.iter().map(key).collect();
    format!(
        "<EntityDescriptor xmlns='urn:oasis:names:tc:SAML:2.0:metadata' entityID='https://{name}.example'>\
         <IDPSSODescriptor protocolSupportEnumeration='urn:oasis:names:tc:SAML:2.0:protocol'>{keys}\
         <SingleSignOnService Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST' \
         Location='https://{name}.example/sso'/></IDPSSODescriptor></EntityDescriptor>"
    )
}

/// A list of providers with one key each.
pub(super) fn list(names: &[&str]) -> String {
    list_of(&names.iter().map(|name| provider(name, &[certificate(0)])).collect::<String>())
}

pub(super) fn list_of(content: &str) -> String {
    format!(
        "<EntitiesDescriptor xmlns='urn:oasis:names:tc:SAML:2.0:metadata' ID='_list'>{content}</EntitiesDescriptor>"
    )
}

/// Somebody who signs lists, and the certificate in PEM.
pub(super) fn signer() -> (SigningKey, String) {
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "registry");
    let certificate = params.self_signed(&key).unwrap().pem();
    (SigningKey::from_pem(&key.serialize_pem(), &certificate).unwrap(), certificate)
}

pub(super) fn signed(signer: &SigningKey, list: &str) -> String {
    signer.sign(list, "_list", Placement::First).unwrap()
}

/// A web server that gives the same answer until it is given another.
pub(super) struct Web {
    pub(super) address: String,
    answer: Arc<Mutex<Vec<u8>>>,
    requests: Arc<Mutex<Vec<String>>>,
}

// === impl Web ===

impl Web {
    pub(super) async fn answering(answer: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/metadata.xml", listener.local_addr().unwrap());
        let (answer, requests) = (Arc::new(Mutex::new(answer)), Arc::new(Mutex::new(Vec::new())));
        let (answers, notes) = (Arc::clone(&answer), Arc::clone(&requests));
        tokio::spawn(async move {
            loop {
                let (mut connection, _) = listener.accept().await.unwrap();
                let mut request = vec![0; 4096];
                let length = connection.read(&mut request).await.unwrap_or_default();
                notes.lock().unwrap().push(String::from_utf8_lossy(&request[..length]).into_owned());
                let answer = answers.lock().unwrap().clone();
                let _ = connection.write_all(&answer).await;
            }
        });
        Self { address, answer, requests }
    }

    pub(super) fn answer(&self, answer: Vec<u8>) {
        *self.answer.lock().unwrap() = answer;
    }

    /// The requests since the last call.
    pub(super) fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }

    /// The address as a setting.
    pub(super) fn setting(&self) -> String {
        format!("{:?}", self.address)
    }
}

pub(super) fn ok(body: &str) -> Vec<u8> {
    ok_with("", body)
}

pub(super) fn ok_with(headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n{headers}connection: close\r\n\r\n{body}").into_bytes()
}

pub(super) fn status(line: &str) -> Vec<u8> {
    format!("HTTP/1.1 {line}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").into_bytes()
}
