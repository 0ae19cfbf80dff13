//! Trust lists, and whoever signs them.

use std::fs;
use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use varco_forge::provider::Provider;
use varco_forge::trust_list::{DEPRECATED, ListSigner, ListedAuthority, RECOGNISED, TrustListText};
use varco_xmldsig::{Element, Limits, TrustedKey, Xml};

use super::{CARDS, HONEST, RENAMED};
use crate::now;

const LIST: &str = "http://uri.etsi.org/02231/v2#";

/// Who signs them.
pub static LIST_SIGNER: LazyLock<ListSigner> = LazyLock::new(|| {
    let folder = Provider::folder();
    let paths = ["list-signer.pem", "list-signer-certificate.pem"].map(|name| folder.join(name));
    if let [Ok(key), Ok(certificate)] = paths.each_ref().map(fs::read_to_string) {
        return ListSigner::from_pem(key, certificate).expect("the key was made for it");
    }
    let made = ListSigner::new().expect("a key can be made");
    fs::create_dir_all(&folder).expect("the folder can be made");
    for (path, pem) in paths.iter().zip([&made.private_key, &made.certificate]) {
        fs::write(path, pem).expect("the key can be kept");
    }
    made
});

/// As those who read lists know them.
pub static SIGNERS: LazyLock<[TrustedKey; 1]> =
    LazyLock::new(|| [TrustedKey::from_certificate_pem(&LIST_SIGNER.certificate).expect("a certificate")]);

/// The lists that were signed, and no others: their text, and what was made of it.
pub static TRUST_LISTS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let signed = |list: TrustListText| (list.write(), list.signed_by(&LIST_SIGNER).expect("a list can be signed"));
    texts().into_iter().map(signed).collect()
});

fn texts() -> Vec<TrustListText> {
    let since = |days: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * days);
    let mut honest = ListedAuthority::recognised("CA di prova & figli", HONEST.der(), since(18_000));
    honest.history = vec![(DEPRECATED.to_owned(), since(17_000)), (RECOGNISED.to_owned(), since(16_000))];
    honest.supply_points = vec!["https://CA.cards.example/x?a=1&b=2".to_owned(), "ldap://ca.cards.example".to_owned()];
    let mut former = ListedAuthority::recognised("CA", RENAMED.der(), since(19_000));
    former.status = DEPRECATED.to_owned();
    let mut another = honest.clone();
    another.service_type = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC".to_owned();
    let none = ListedAuthority::recognised("x", b"none", since(1));
    let card = ListedAuthority::recognised("y", &CARDS[0][0], since(1));
    let list = |sequence: u64, authorities| TrustListText {
        sequence,
        issued_at: now() - SignedDuration::from_hours(24 * 8),
        next_at: (sequence > 1).then(|| now() + SignedDuration::from_hours(24 * 7)),
        authorities,
    };
    vec![list(1, vec![]), list(2, vec![honest.clone()]), list(3, vec![former, honest, another, none, card])]
}

/// The list that a text is, as canonical XML has it: what of it is read at all, without prefixes. So that whatever a
/// text says can be signed.
pub fn canonical(text: &str) -> Option<String> {
    let xml = Xml::parse_within(text, Limits::AGGREGATE).ok()?;
    let mut written = String::new();
    write(xml.root(), true, &mut written);
    Some(written)
}

fn write(element: Element<'_>, is_root: bool, written: &mut String) {
    let name = element.name();
    // Whatever is of others is read by nobody, and stays as something of others.
    let name = if element.namespace() == LIST && !name.contains(':') { name } else { "Other" };
    let space = if is_root { format!(" xmlns=\"{LIST}\"") } else { String::new() };
    let attributes = [("Id", element.attribute("Id")), ("TSLTag", element.attribute("TSLTag"))];
    let language = element.attribute_in("http://www.w3.org/XML/1998/namespace", "lang");
    *written += &format!("<{name}{space}");
    for (attribute, value) in attributes.into_iter().chain([("xml:lang", language)]) {
        if let Some(value) = value {
            *written += &format!(" {attribute}=\"{}\"", in_attribute(value));
        }
    }
    *written += ">";
    let mut children = element.children().peekable();
    if children.peek().is_none() {
        *written += &in_text(&element.text().unwrap_or_default());
    }
    for child in children {
        write(child, false, written);
    }
    *written += &format!("</{name}>");
}

fn in_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\r', "&#xD;")
}

fn in_attribute(value: &str) -> String {
    let value = value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    value.replace('\t', "&#x9;").replace('\n', "&#xA;").replace('\r', "&#xD;")
}
