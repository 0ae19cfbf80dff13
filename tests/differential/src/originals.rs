//! The responses that are mutated: signed by us, and by xmlsec1 in ways that ours never signs.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use varco_forge::answer::{ASSERTION_ID, Answer};
use varco_forge::dice::Dice;
use varco_forge::provider::Provider;
use varco_forge::trial;
use varco_saml::response::VerifiedAssertion;

/// A response that the provider signed, and what it says.
pub(crate) struct Original {
    pub(crate) xml: String,
    pub(crate) says: VerifiedAssertion,
}

/// All of them.
pub(crate) struct Originals(Vec<Original>);

const OURS: u64 = 96;

/// What xmlsec1 signs with: the signature, the digest, and the prefixes that are canonicalised inclusively.
const THEIRS: [(&str, &str, &str); 8] = [
    ("2001/04/xmldsig-more#rsa-sha256", "2001/04/xmlenc#sha256", ""),
    ("2001/04/xmldsig-more#rsa-sha256", "2001/04/xmlenc#sha256", "xs"),
    ("2001/04/xmldsig-more#rsa-sha256", "2001/04/xmlenc#sha256", "xs xsi saml samlp ds"),
    ("2001/04/xmldsig-more#rsa-sha256", "2001/04/xmlenc#sha256", "#default xs"),
    ("2001/04/xmldsig-more#rsa-sha384", "2001/04/xmldsig-more#sha384", "xs"),
    ("2001/04/xmldsig-more#rsa-sha384", "2001/04/xmldsig-more#sha384", ""),
    ("2001/04/xmldsig-more#rsa-sha512", "2001/04/xmlenc#sha512", "xs xsi"),
    ("2001/04/xmldsig-more#rsa-sha512", "2001/04/xmlenc#sha512", ""),
];

// === impl Originals ===

impl Originals {
    /// Makes them. Each is accepted by us, or nothing is compared.
    pub(crate) fn make(provider: &Provider, folder: &Path) -> Result<Self> {
        let ours = (0..OURS).map(|seed| {
            let answer = Answer::draw(&mut Dice::new(seed));
            Ok(provider.seal(&answer.write(), answer.response_signed)?)
        });
        let theirs = (0..THEIRS.len() as u64 * 4).map(|seed| {
            let answer = Answer::draw(&mut Dice::new(OURS + seed)).write();
            by_xmlsec1(&answer, THEIRS[usize::try_from(seed)? % THEIRS.len()], folder)
        });
        let original = |xml: Result<String>| {
            let xml = xml?;
            match trial::read(&xml, provider) {
                Ok(says) => Ok(Original { xml, says }),
                Err(why) => bail!("an honest response is not accepted: {why:?}\n{xml}"),
            }
        };
        ours.chain(theirs).map(original).collect::<Result<_>>().map(Self)
    }

    pub(crate) fn draw(&self, dice: &mut Dice) -> Option<&Original> {
        dice.one_of(&self.0)
    }
}

/// Only the assertion is signed.
fn by_xmlsec1(plain: &str, (signature, digest, prefixes): (&str, &str, &str), folder: &Path) -> Result<String> {
    let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
    let inclusive = match prefixes {
        "" => String::new(),
        list => format!("<ec:InclusiveNamespaces xmlns:ec=\"{exclusive}\" PrefixList=\"{list}\"/>"),
    };
    let template = format!(
        "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo><ds:CanonicalizationMethod \
         Algorithm=\"{exclusive}\"/><ds:SignatureMethod Algorithm=\"http://www.w3.org/{signature}\"/>\
         <ds:Reference URI=\"#{ASSERTION_ID}\"><ds:Transforms><ds:Transform \
         Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/><ds:Transform \
         Algorithm=\"{exclusive}\">{inclusive}</ds:Transform></ds:Transforms><ds:DigestMethod \
         Algorithm=\"http://www.w3.org/{digest}\"/><ds:DigestValue/></ds:Reference></ds:SignedInfo>\
         <ds:SignatureValue/><ds:KeyInfo><ds:X509Data/></ds:KeyInfo></ds:Signature>"
    );
    // The issuer of the assertion is the last one.
    let at = plain.rfind("Issuer>").context("an answer without an issuer")? + "Issuer>".len();
    let file = folder.join("template.xml");
    fs::write(&file, [&plain[..at], &template, &plain[at..]].concat())?;
    let keys = Provider::folder();
    let signed = Command::new("xmlsec1")
        .args(["--sign", "--privkey-pem"])
        .arg(format!("{},{}", keys.join("key.pem").display(), keys.join("certificate.pem").display()))
        .args(["--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion"])
        .arg(&file)
        .stderr(Stdio::null())
        .output()
        .context("cannot start xmlsec1 (Debian: apt-get install xmlsec1)")?;
    if !signed.status.success() {
        bail!("xmlsec1 does not sign {}", file.display());
    }
    Ok(String::from_utf8(signed.stdout)?)
}
