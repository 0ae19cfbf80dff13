//! What is written and signed here verifies.

use varco_xmldsig::{SignatureRefusal, TrustedKey, Xml, verify_advanced};

use super::*;

fn list() -> TrustListText {
    let at = |text: &str| text.parse().unwrap();
    let mut authority =
        ListedAuthority::recognised("CA \"di prova\" & figli > <\r\n\u{e8}", b"none", at("2020-01-01T00:00:00.5Z"));
    authority.history = vec![(DEPRECATED.to_owned(), at("2019-01-01T00:00:00Z"))];
    authority.supply_points = vec!["http://crl.example/?a=1&b=2".to_owned()];
    let next_at = Some(at("2027-01-01T00:00:00Z"));
    TrustListText { sequence: 7, issued_at: at("2026-11-25T12:00:00Z"), next_at, authorities: vec![authority] }
}

fn verdict(text: &str, signer: &ListSigner) -> Result<(), SignatureRefusal> {
    let xml = Xml::parse(text).unwrap();
    verify_advanced(xml.root(), &[TrustedKey::from_certificate_pem(&signer.certificate).unwrap()]).map(drop)
}

#[test]
fn what_is_signed_verifies_and_nothing_else() {
    let (ours, stranger) = (ListSigner::new().unwrap(), ListSigner::new().unwrap());
    let signed = list().signed_by(&ours).unwrap();
    assert_eq!(verdict(&signed, &ours), Ok(()));
    assert_eq!(verdict(&signed, &stranger), Err(SignatureRefusal::Key));
    assert_eq!(verdict(&signed.replace("figli", "nipoti"), &ours), Err(SignatureRefusal::Digest));
    let again = ListSigner::from_pem(ours.private_key.clone(), ours.certificate.clone()).unwrap();
    assert_eq!(list().signed_by(&again).unwrap(), signed);
}

#[test]
fn what_a_list_says_is_in_it() {
    let text = list().write();
    let xml = Xml::parse(&text).unwrap();
    let said = |name: &str| -> Vec<String> {
        let named = xml.root().descendants().filter(|element| element.is(LIST, name));
        named.map(|element| element.text().unwrap().into_owned()).collect()
    };
    assert_eq!(said("TSLSequenceNumber"), ["7"]);
    assert_eq!(said("ListIssueDateTime"), ["2026-11-25T12:00:00Z"]);
    assert_eq!(said("dateTime"), ["2027-01-01T00:00:00Z"]);
    assert_eq!(said("ServiceStatus"), [RECOGNISED, DEPRECATED]);
    assert_eq!(said("StatusStartingTime"), ["2020-01-01T00:00:01Z", "2019-01-01T00:00:00Z"]);
    assert_eq!(said("ServiceSupplyPoint"), ["http://crl.example/?a=1&b=2"]);
    assert_eq!(said("X509SubjectName"), ["CA \"di prova\" & figli > <\r\n\u{e8}"]);
}
