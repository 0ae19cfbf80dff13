//! Signatures that name other algorithms, refer to something else, or hold more than they should.

use super::{inserted, spliced};
use crate::answer::{ASSERTION_ID, RESPONSE_ID};
use crate::dice::Dice;
use crate::markup::Markup;

const ALGORITHMS: [&str; 20] = [
    "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
    "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
    "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
    "http://www.w3.org/2000/09/xmldsig#sha1",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
    "http://www.w3.org/2001/04/xmldsig-more#md5",
    "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmlenc#sha512",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/2006/12/xml-c14n11",
    "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    "http://www.w3.org/TR/1999/REC-xpath-19991116",
];

const URIS: [&str; 9] = [
    "",
    "#",
    "#_assertion",
    "#_response",
    "#xpointer(/)",
    "#xpointer(id('_assertion'))",
    "file:///etc/hostname",
    "#_other",
    "http://127.0.0.1:1/",
];

const TRANSFORMS: [&str; 6] = [
    "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>",
    "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>",
    "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#base64\"/>",
    "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"><ds:XPath>self::text()</ds:XPath></ds:Transform>",
    "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"/>",
    "<ds:Transform Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments\"/>",
];

const PREFIX_LISTS: [&str; 8] = ["xs", "xs xsi", "#default", "", "saml samlp ds", "x:y", "xs&#10;xsi", "\u{e9}"];

const PARTS: [&str; 8] = [
    "<ds:Object/>",
    "<ds:Object><ds:Manifest/></ds:Object>",
    "<ds:SignedInfo/>",
    "<ds:SignatureValue>AA==</ds:SignatureValue>",
    "<ds:Reference URI=\"\"/>",
    "<ds:HMACOutputLength>8</ds:HMACOutputLength>",
    "<ds:DigestValue>AA==</ds:DigestValue>",
    "<x xmlns=\"urn:x\"/>",
];

/// What a signature may say of its key.
const KEY_INFOS: [&str; 12] = [
    "",
    "<ds:KeyInfo/>",
    "<ds:KeyInfo>x</ds:KeyInfo>",
    "<ds:KeyInfo><ds:KeyName>somebody else</ds:KeyName></ds:KeyInfo>",
    "<ds:KeyInfo><ds:X509Data/></ds:KeyInfo>",
    "<ds:KeyInfo><ds:X509Data><ds:X509Certificate/></ds:X509Data></ds:KeyInfo>",
    "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data></ds:KeyInfo>",
    "<ds:KeyInfo><ds:RetrievalMethod URI=\"http://127.0.0.1:1/\"/></ds:KeyInfo>",
    "<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>",
    "<ds:KeyInfo Id=\"_k\"><ds:MgmtData>x</ds:MgmtData></ds:KeyInfo>",
    "<ds:KeyInfo><ds:X509Data><ds:X509SubjectName>CN=x</ds:X509SubjectName></ds:X509Data></ds:KeyInfo>",
    "<ds:KeyInfo><x xmlns=\"urn:x\">y</x></ds:KeyInfo>",
];

/// The ranges of what stands between two marks, marks included.
fn all_between(text: &str, open: &str, close: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(open).map(|offset| at + offset) {
        let Some(end) = text[start..].find(close).map(|offset| start + offset + close.len()) else { break };
        found.push(start..end);
        at = end;
    }
    found
}

fn one_between(text: &str, open: &str, close: &str, dice: &mut Dice) -> Option<std::ops::Range<usize>> {
    dice.one_of(&all_between(text, open, close)).cloned()
}

/// One of them, or every one that is alike.
pub(super) fn algorithm(text: &str, dice: &mut Dice) -> Option<String> {
    let range = one_between(text, "Algorithm=\"", "\"", dice)?;
    let other = format!("Algorithm=\"{}\"", dice.word(&ALGORITHMS));
    if dice.one_in(3) {
        let old = &text[range];
        return Some(text.replace(old, &other));
    }
    Some(spliced(text, range, &other))
}

pub(super) fn base64(text: &str, dice: &mut Dice) -> Option<String> {
    let name = dice.word(&["DigestValue", "SignatureValue", "X509Certificate"]);
    let whole = one_between(text, &format!("<ds:{name}>"), &format!("</ds:{name}>"), dice)?;
    let value = whole.start + name.len() + 5..whole.end - name.len() - 6;
    let written = &text[value.clone()];
    let at = dice.below(written.len() + 1);
    let changed = match dice.below(9) {
        0 => written
            .as_bytes()
            .chunks(64)
            .filter_map(|line| std::str::from_utf8(line).ok())
            .collect::<Vec<_>>()
            .join("\n"),
        1 => format!("\n  {written}\n  "),
        2 => written.trim_end_matches('=').to_owned(),
        3 => format!("{written}="),
        4 => written.replace('+', "-").replace('/', "_"),
        // The last bits before the padding stand for nothing.
        5 => written
            .strip_suffix('=')
            .and_then(|rest| rest.strip_suffix(|it: char| it != '='))
            .map(|rest| format!("{rest}B="))?,
        6 => inserted(
            written,
            written.floor_char_boundary(at),
            dice.word(&["!", "=", "&#10;", "\u{a0}", "\u{b}", "<!---->", "<![CDATA[]]>"]),
        ),
        7 => format!("{written}{written}"),
        _ => format!("<![CDATA[{written}]]>"),
    };
    Some(spliced(text, value, &changed))
}

pub(super) fn reference(text: &str, dice: &mut Dice) -> Option<String> {
    let range = one_between(text, "URI=\"", "\"", dice)?;
    let other = match dice.below(3) {
        0 => format!("URI=\"{}\"", dice.word(&URIS)),
        1 => dice
            .word(&[
                "",
                "URI=\"#&#95;assertion\"",
                "URI=\"#_assertion\" Type=\"http://www.w3.org/2000/09/xmldsig#Manifest\"",
                "URI=\"#_assertion\" Id=\"_r\"",
            ])
            .to_owned(),
        _ => format!("URI=\"#{}\"", dice.word(&[ASSERTION_ID, RESPONSE_ID])),
    };
    Some(spliced(text, range, &other))
}

pub(super) fn transforms(text: &str, dice: &mut Dice) -> Option<String> {
    let whole = one_between(text, "<ds:Transforms>", "</ds:Transforms>", dice)?;
    let written = &text[whole.clone()];
    let end = "</ds:Transforms>";
    let changed = match dice.below(5) {
        0 => written.replacen(end, &format!("{}{end}", dice.word(&TRANSFORMS)), 1),
        1 => written.replacen("<ds:Transforms>", &format!("<ds:Transforms>{}", dice.word(&TRANSFORMS)), 1),
        2 => written.replacen("<ds:Transform ", "<ds:Transform x=\"y\" ", 1),
        3 => format!("<ds:Transforms>{}{}{end}", dice.word(&TRANSFORMS), dice.word(&TRANSFORMS)),
        _ => {
            let list = dice.word(&PREFIX_LISTS);
            let inclusive = format!(
                "<ec:InclusiveNamespaces xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"{list}\"/></ds:Transform>{end}"
            );
            written.replacen(&format!("</ds:Transform>{end}"), &inclusive, 1)
        }
    };
    Some(spliced(text, whole, &changed))
}

pub(super) fn part(text: &str, dice: &mut Dice) -> Option<String> {
    let signature = one_between(text, "<ds:Signature ", "</ds:Signature>", dice)?;
    let inside: Vec<usize> =
        Markup::of(text).elements.iter().map(|element| element.end).filter(|end| signature.contains(end)).collect();
    Some(inserted(text, *dice.one_of(&inside)?, dice.word(&PARTS)))
}

pub(super) fn key_info(text: &str, dice: &mut Dice) -> Option<String> {
    let range = one_between(text, "<ds:KeyInfo>", "</ds:KeyInfo>", dice)?;
    if dice.one_in(3) {
        // A bit of the certificate.
        let mut bytes = text.as_bytes().to_vec();
        let at = range.start + dice.below(range.len());
        *bytes.get_mut(at)? ^= 1 << dice.below(6);
        return String::from_utf8(bytes).ok();
    }
    Some(spliced(text, range, dice.word(&KEY_INFOS)))
}

/// The same signature again, beside itself or in the other place; or the two exchanged.
pub(super) fn second(text: &str, dice: &mut Dice) -> Option<String> {
    let all = all_between(text, "<ds:Signature ", "</ds:Signature>");
    let one = dice.one_of(&all)?.clone();
    let places: Vec<usize> = text.match_indices("Issuer>").map(|(at, found)| at + found.len()).collect();
    let at = if dice.one_in(2) { one.end } else { *dice.one_of(&places)? };
    Some(inserted(text, at, &text[one]))
}
