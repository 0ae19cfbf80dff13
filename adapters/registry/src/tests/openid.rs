//! Methods over OpenID, opened from settings. Nobody is asked for anything before `prepare`.

use varco_core::method::{Channel, Return};
use varco_federation::jose::{Jwks, Signature, SigningKey};

use super::*;

const ANCHOR: &str = "trust_anchors = [\"https://registry.example\"]\n";

async fn cie(folder: &Folder, more: &str) -> (Arc<dyn LoginMethod>, usize) {
    let opened = folder.open_with(CIE_SETTINGS, &format!("[methods.cie]\n{more}")).await.unwrap();
    let method = opened.methods.by_id(&MethodId::parse("cie").unwrap()).map(Arc::clone);
    (method.unwrap(), opened.background.len())
}

/// CIE asks more of everybody than SPID.
const CIE_SETTINGS: &str = r#"
store.durable = "sqlite:data/varco.sqlite"
[gateway]
access_url = "https://accesso.example"
tls = { listen = "127.0.0.1:8443", certificate_file = "tls.pem", key_file = "tls.key" }
[aggregator]
name = "Regione di prova"
ipa = "r_prova"
fiscal_code = "01234567897"
email = "cie@regione.example"
phone = "+39055000000"
locality = "Firenze"
municipality = "D612"
province = "FI"
[bodies.c_e715]
name = "Comune di prova"
url = "https://www.comune.example"
fiscal_code = "12345678903"
email = "cie@comune.example"
municipality = "E715"
province = "LU"
[services.anagrafe]
body = "c_e715"
hosts = ["anagrafe.example"]
upstream = "http://127.0.0.1:8081"
level = 2
attributes = ["email"]
"#;

/// Whether an answer in this channel is one that the method reads.
fn reads(method: &dyn LoginMethod, channel: Channel, parameter: &str, value: &str) -> bool {
    let parameters = [(parameter.to_owned(), value.to_owned())].into();
    method.attempt_of(&Return { channel, parameters }).is_some()
}

fn over_saml(method: &dyn LoginMethod) -> bool {
    reads(method, Channel::Form, "RelayState", "AAAAAAAAAAAAAAAAAAAAAA")
}

fn over_openid(method: &dyn LoginMethod) -> bool {
    reads(method, Channel::Query, "state", &"00".repeat(16))
}

#[tokio::test]
async fn a_method_with_trust_anchors_alone_is_over_openid_alone() {
    let (method, _) = cie(&Folder::new(), ANCHOR).await;
    assert!(over_openid(&*method) && !over_saml(&*method));
    assert!(!method.is_open() && method.providers().is_empty(), "there is no chain yet");
    assert!(method.metadata(None, Fixed.now()).unwrap().is_none(), "its metadata is in its entity configuration");
    assert!(!method.descriptor().purposes);
}

#[tokio::test]
async fn a_method_without_trust_anchors_is_over_saml_alone() {
    let (method, upkeep) = cie(&Folder::new(), "").await;
    assert!(over_saml(&*method) && !over_openid(&*method));
    assert_eq!(upkeep, 1);
}

#[tokio::test]
async fn a_method_with_both_is_one_method_over_both() {
    let folder = Folder::new();
    cie(&folder, "").await;
    folder.write("idp.xml", &folder.provider("https://idserver.example"));
    let (method, upkeep) = cie(&folder, &format!("{ANCHOR}idp_metadata = \"idp.xml\"\n")).await;
    assert!(over_saml(&*method) && over_openid(&*method));
    let ids: Vec<_> = method.providers().into_iter().map(|one| one.id.to_string()).collect();
    assert_eq!(ids, ["https://idserver.example"]);
    assert!(method.is_open());
    assert!(method.metadata(None, Fixed.now()).unwrap().is_some());
    assert_eq!(upkeep, 3, "metadata, chains, and what the gateway is itself");
}

#[tokio::test]
async fn keys_of_an_anchor_that_cannot_be_used_stop_the_start() {
    let key = SigningKey::generate(Signature::Es256).unwrap().public();
    let anchor = "trust_anchors = [{ id = \"https://registry.example\", keys_file = \"anchor.json\" }]\n";
    for (text, told) in [
        (None, "cannot read the keys"),
        (Some("{".to_owned()), "not a JSON object"),
        (Some(r#"{"keys":[]}"#.to_owned()), "there is no key that is used"),
        (Some(r#"{"keys":[{"kty":"RSA","kid":"a","n":"AQAB","e":"AQAB"}]}"#.to_owned()), "cannot be used"),
    ] {
        let folder = Folder::new();
        if let Some(text) = &text {
            folder.write("anchor.json", text);
        }
        let refused = folder.open_with(CIE_SETTINGS, &format!("[methods.cie]\n{anchor}")).await;
        let refused = refused.err().unwrap().to_string();
        assert!(refused.contains(told) && refused.contains("anchor.json"), "{refused}");
    }
    let folder = Folder::new();
    folder.write("anchor.json", &Jwks::from_iter([key]).to_json().to_string());
    cie(&folder, anchor).await;
}
