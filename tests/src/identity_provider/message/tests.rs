use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use varco_xmldsig::{Placement, SigningKey};

use super::*;
use crate::authority::make_signer;

const XML: &str = r#"<a xmlns="urn:a" ID="_a1"><b>1</b></a>"#;

fn signer() -> (SigningKey, TrustedKey) {
    let pair = make_signer("somebody").unwrap();
    let trusted = TrustedKey::from_certificate_pem(&pair.certificate).unwrap();
    (SigningKey::from_pem(&pair.key, &pair.certificate).unwrap(), trusted)
}

fn query(key: &SigningKey) -> String {
    let mut deflated = DeflateEncoder::new(Vec::new(), Compression::default());
    deflated.write_all(XML.as_bytes()).unwrap();
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let request = encode(&BASE64.encode(&deflated.finish().unwrap()));
    let signed = format!("SAMLRequest={request}&RelayState=opaco&SigAlg={}", encode(key.algorithm().uri()));
    let signature = encode(&BASE64.encode(&key.sign_bytes(signed.as_bytes()).unwrap()));
    format!("{signed}&Signature={signature}")
}

#[test]
fn the_signature_of_a_redirect_covers_the_octets_that_came() {
    let (key, trusted) = signer();
    let (_, stranger) = signer();
    let query = query(&key);
    let message = Message::from_query(&query).unwrap();
    assert_eq!((message.xml.as_str(), message.relay_state.as_deref()), (XML, Some("opaco")));
    assert_eq!(message.check_signature(std::slice::from_ref(&trusted)), Ok(()));
    assert_eq!(message.check_signature(&[stranger]), Err(Anomaly::RedirectSignature));
    let changed = Message::from_query(&query.replace("opaco", "altro")).unwrap();
    assert_eq!(changed.check_signature(&[trusted]), Err(Anomaly::RedirectSignature));
}

#[test]
fn a_redirect_without_signature_or_request_is_told_apart() {
    let (key, _) = signer();
    let query = query(&key);
    let (unsigned, _) = query.split_once("&Signature=").unwrap();
    assert_eq!(Message::from_query(unsigned).map(|_| ()), Err(Anomaly::RedirectSignature));
    assert_eq!(Message::from_query("RelayState=opaco").map(|_| ()), Err(Anomaly::Binding));
}

#[test]
fn the_signature_of_a_form_is_inside_the_request() {
    let (key, trusted) = signer();
    let (_, stranger) = signer();
    let posted = |xml: &str| Message::from_form(&[("SAMLRequest".to_owned(), BASE64.encode(xml.as_bytes()))]).unwrap();
    let signed = key.sign(XML, "_a1", Placement::First).unwrap();
    assert_eq!(posted(&signed).check_signature(std::slice::from_ref(&trusted)), Ok(()));
    assert_eq!(posted(&signed).check_signature(&[stranger]), Err(Anomaly::PostSignature));
    assert_eq!(posted(XML).check_signature(&[trusted]), Err(Anomaly::PostSignature));
}
