//! Methods opened from settings, with real files and a real, small, web server.

mod openid;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use tempfile::TempDir;
use varco_core::event::Event;
use varco_core::evidence::Evidence;
use varco_core::method::LoginMethod;
use varco_core::name::MethodId;
use varco_core::ports::{Clock, Randomness, StoreUnavailable};

use super::*;

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
[bodies.c_e715]
name = "Comune di prova"
url = "https://www.comune.example"
fiscal_code = "12345678903"
email = "spid@comune.example"
[bodies.c_vuoto]
name = "Comune senza servizi"
url = "https://www.vuoto.example"
fiscal_code = "12345678903"
email = "spid@vuoto.example"
[services.anagrafe]
body = "c_e715"
hosts = ["anagrafe.example"]
upstream = "http://127.0.0.1:8081"
level = 2
attributes = ["email"]
"#;

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        "2026-11-22T10:00:00Z".parse().unwrap()
    }
}

impl Randomness for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0xab);
    }
}

impl EventSink for Fixed {
    fn record(&self, _: &Event) {}
}

#[async_trait]
impl EvidenceStore for Fixed {
    async fn keep(&self, _: &Evidence) -> Result<(), StoreUnavailable> {
        Ok(())
    }
}

/// A folder with settings in it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Opens the methods with what a test adds to the settings.
    async fn open(&self, more: &str) -> Result<Methods, OpenError> {
        self.open_with(SETTINGS, more).await.map(|opened| opened.methods)
    }

    async fn open_with(&self, text: &str, more: &str) -> Result<Opened, OpenError> {
        fs::write(self.0.path().join("varco.toml"), format!("{text}{more}")).unwrap();
        let nothing: [(&str, &str); 0] = [];
        let settings = varco_settings::load("varco.toml".as_ref(), nothing, self.0.path()).unwrap();
        let fixed = Arc::new(Fixed);
        let world = World {
            clock: fixed.clone(),
            randomness: fixed.clone(),
            events: fixed.clone(),
            evidence: fixed,
            card_key: zeroize::Zeroizing::new([7; 32]),
        };
        open(&settings, &world).await
    }

    async fn spid(&self, more: &str) -> Arc<dyn LoginMethod> {
        let methods = self.open(&format!("[methods.spid]\n{more}")).await.unwrap();
        Arc::clone(methods.by_id(&MethodId::parse("spid").unwrap()).unwrap())
    }

    async fn refusal(&self, more: &str) -> String {
        let refused = self.open(&format!("[methods.spid]\n{more}")).await;
        refused.err().unwrap().to_string().replace(&self.0.path().display().to_string(), "FOLDER")
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    /// The metadata of a fictional provider, with a certificate that is made here.
    fn provider(&self, entity_id: &str) -> String {
        let certificate = self.read("data/keys/spid.crt.pem");
        let certificate: String = certificate.lines().filter(|line| !line.starts_with('-')).collect();
        format!(
            "<EntityDescriptor xmlns='urn:oasis:names:tc:SAML:2.0:metadata' entityID='{entity_id}'>\
             <IDPSSODescriptor protocolSupportEnumeration='urn:oasis:names:tc:SAML:2.0:protocol'>\
             <KeyDescriptor><KeyInfo xmlns='http://www.w3.org/2000/09/xmldsig#'><X509Data>\
             <X509Certificate>{certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>\
             <SingleSignOnService Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST' \
             Location='{entity_id}/sso'/></IDPSSODescriptor></EntityDescriptor>"
        )
    }
}

fn metadata(spid: &dyn LoginMethod) -> String {
    String::from_utf8(spid.metadata(None, Fixed.now()).unwrap().unwrap().content).unwrap()
}

fn providers(spid: &dyn LoginMethod) -> Vec<String> {
    spid.providers().into_iter().map(|provider| provider.id.to_string()).collect()
}

#[tokio::test]
async fn a_method_without_a_section_is_not_open() {
    let methods = Folder::new().open("").await.unwrap();
    assert!(methods.by_id(&MethodId::parse("spid").unwrap()).is_none());
}

#[tokio::test]
async fn without_providers_spid_only_publishes_its_metadata() {
    let folder = Folder::new();
    let spid = folder.spid("").await;
    assert_eq!(providers(&*spid), [""; 0]);
    let metadata = metadata(&*spid);
    for part in ["https://accesso.example/pub-ag-full/c_e715", "Comune di prova", "Name=\"email\"", "index=\"0\""] {
        assert!(metadata.contains(part), "{part}");
    }
}

#[tokio::test]
async fn cie_stands_without_spid_and_signs_with_its_key_beside_it() {
    let folder = Folder::new();
    // What CIE asks of whom is the settings' to know.
    let text = SETTINGS
        .replace("[aggregator]", "[aggregator]\nmunicipality = \"D612\"")
        .replace("[bodies.c_e715]", "[bodies.c_e715]\nmunicipality = \"E715\"")
        .replace("[bodies.c_vuoto]", "[bodies.c_vuoto]\nmunicipality = \"D612\"");
    let alone = folder.open_with(&text, "[methods.cie]").await.unwrap().methods;
    let both = folder.open_with(&text, "[methods.spid]\n[methods.cie]").await.unwrap().methods;
    let cie = |methods: &Methods| metadata(&**methods.by_id(&MethodId::parse("cie").unwrap()).unwrap());
    assert_eq!(cie(&alone), cie(&both));
    for part in ["entityID=\"https://accesso.example/cie/c_e715\"", "Comune di prova", ">E715<", ">r_prova<"] {
        assert!(cie(&alone).contains(part), "{part}");
    }
    assert!(!cie(&alone).contains("Name=\"email\""), "CIE has no e-mail addresses");
}

#[tokio::test]
async fn the_key_is_made_once_and_is_nobody_elses_to_read() {
    let folder = Folder::new();
    let first = metadata(&*folder.spid("").await);
    let key = folder.0.path().join("data/keys/spid.key.pem");
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(key.parent().unwrap()).unwrap().count(), 2, "no draft is left");
    assert_eq!(metadata(&*folder.spid("").await), first);
}

#[tokio::test]
async fn a_certificate_that_is_missing_is_made_for_the_key_that_is_there() {
    let folder = Folder::new();
    folder.spid("").await;
    let key = folder.read("data/keys/spid.key.pem");
    fs::remove_file(folder.0.path().join("data/keys/spid.crt.pem")).unwrap();
    folder.spid("").await;
    assert_eq!(folder.read("data/keys/spid.key.pem"), key);
}

#[tokio::test]
async fn a_key_that_is_named_must_be_there_and_fit() {
    let folder = Folder::new();
    let named = "key_file = \"mine.key\"\ncertificate_file = \"mine.crt\"";
    assert!(folder.refusal(named).await.starts_with("methods.spid: cannot read FOLDER/mine.key: "));
    folder.spid("").await;
    folder.write("mine.key", &folder.read("data/keys/spid.key.pem"));
    folder.write("mine.crt", "nothing");
    let refusal = folder.refusal(named).await;
    assert_eq!(refusal, "methods.spid: FOLDER/mine.key and FOLDER/mine.crt: the certificate: not a certificate");
    folder.write("mine.crt", &folder.read("data/keys/spid.crt.pem"));
    folder.spid(named).await;
}

#[tokio::test]
async fn providers_come_from_files_in_their_order() {
    let folder = Folder::new();
    folder.spid("").await;
    folder.write("one.xml", &folder.provider("https://one.example"));
    folder.write("two.xml", &folder.provider("https://two.example"));
    let spid = folder.spid("idp_metadata = [\"one.xml\", { location = \"two.xml\" }]").await;
    assert_eq!(providers(&*spid), ["https://one.example", "https://two.example"]);
}

#[tokio::test]
async fn metadata_that_is_missing_or_wrong_stops_the_start() {
    let folder = Folder::new();
    folder.spid("").await;
    folder.write("wrong.xml", "<html/>");
    let missing = folder.refusal("idp_metadata = [\"no.xml\"]").await;
    assert!(missing.starts_with("methods.spid: cannot read FOLDER/no.xml: "), "{missing}");
    assert_eq!(
        folder.refusal("idp_metadata = [\"wrong.xml\"]").await,
        "methods.spid: the metadata FOLDER/wrong.xml: its root is neither md:EntityDescriptor nor md:EntitiesDescriptor"
    );
}

#[tokio::test]
async fn of_a_provider_that_two_sources_name_the_first_counts() {
    let folder = Folder::new();
    folder.spid("").await;
    folder.write("one.xml", &folder.provider("https://one.example"));
    let spid = folder.spid("idp_metadata = [\"one.xml\", \"one.xml\"]").await;
    assert_eq!(spid.providers().len(), 1);
}

#[tokio::test]
async fn every_method_is_kept_up_to_date_and_nobody_outside_is_asked_to_open_it() {
    let folder = Folder::new();
    // Nobody listens there; who asked would be told so.
    let address = "idp_metadata = [\"http://127.0.0.1:1/metadata.xml\"]";
    let opened = folder.open_with(SETTINGS, &format!("[methods.spid]\n{address}\n[methods.eidas]\n{address}\n")).await;
    let Opened { methods, background, .. } = opened.unwrap();
    assert_eq!((methods.all().count(), background.len()), (2, 2));
    assert!(!folder.0.path().join("data/metadata").exists());
}

#[tokio::test]
async fn metadata_does_not_come_over_an_unprotected_network() {
    let refusal = Folder::new().refusal("idp_metadata = [\"http://192.0.2.1/metadata.xml\"]").await;
    assert!(refusal.contains("must come from https://"), "{refusal}");
}
