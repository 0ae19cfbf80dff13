//! Who signs trust lists. (ETSI TS 119 612, annex B; ETSI EN 319 132-1.)

use std::fmt::Write as _;

use anyhow::{Context, Result};
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64;
use jiff::Timestamp;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use varco_xmldsig::{DSIG, SigningKey};

use super::written;

const XADES: &str = "http://uri.etsi.org/01903/v1.3.2#";
const SIGNED_PROPERTIES: &str = "http://uri.etsi.org/01903#SignedProperties";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const SHA_256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

/// Whoever publishes a list, with their key.
pub struct ListSigner {
    key: SigningKey,
    /// The certificate of that key, as PEM.
    pub certificate: String,
    /// The private key, as PEM.
    pub private_key: String,
}

// === impl ListSigner ===

impl ListSigner {
    /// A signer with a new RSA key of 2048 bits.
    pub fn new() -> Result<Self> {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "Gestore di prova");
        let certificate = params.self_signed(&pair)?.pem();
        Self::from_pem(pair.serialize_pem(), certificate)
    }

    /// A signer whose RSA key is there already.
    pub fn from_pem(private_key: String, certificate: String) -> Result<Self> {
        Ok(Self { key: SigningKey::from_pem(&private_key, &certificate)?, certificate, private_key })
    }

    /// Signs a list as if it were `at`. What it says is not looked at, but it must be in canonical form.
    pub fn sign(&self, text: &str, at: Timestamp) -> Result<String> {
        let end = text.rfind("</").context("a list that has no end")?;
        let properties = self.properties(at)?;
        let info = info(text, &properties);
        let value = BASE64.encode(&self.key.sign_bytes(info.as_bytes())?);
        let certificate = self.key.certificate_base64();
        Ok(format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}<ds:Signature xmlns:ds=\"{DSIG}\" Id=\"signature\">{info}\
             <ds:SignatureValue>{value}</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}\
             </ds:X509Certificate></ds:X509Data></ds:KeyInfo><ds:Object><xades:QualifyingProperties \
             xmlns:xades=\"{XADES}\" Target=\"#signature\">{properties}</xades:QualifyingProperties></ds:Object>\
             </ds:Signature>{}\n",
            &text[..end],
            &text[end..]
        ))
    }

    /// What is signed besides the list: when, with which certificate, and what the list is.
    fn properties(&self, at: Timestamp) -> Result<String> {
        let certificate = BASE64.decode(self.key.certificate_base64().as_bytes())?;
        Ok(format!(
            "<xades:SignedProperties xmlns:xades=\"{XADES}\" Id=\"properties\"><xades:SignedSignatureProperties>\
             <xades:SigningTime>{}</xades:SigningTime><xades:SigningCertificateV2><xades:Cert><xades:CertDigest>\
             <ds:DigestMethod xmlns:ds=\"{DSIG}\" Algorithm=\"{SHA_256}\"></ds:DigestMethod>\
             <ds:DigestValue xmlns:ds=\"{DSIG}\">{}</ds:DigestValue></xades:CertDigest></xades:Cert>\
             </xades:SigningCertificateV2></xades:SignedSignatureProperties><xades:SignedDataObjectProperties>\
             <xades:DataObjectFormat ObjectReference=\"#document\"><xades:MimeType>text/xml</xades:MimeType>\
             </xades:DataObjectFormat></xades:SignedDataObjectProperties></xades:SignedProperties>",
            written(at),
            digested(&certificate)
        ))
    }
}

/// What is signed, in its canonical form.
fn info(text: &str, properties: &str) -> String {
    let of_document = reference("Id=\"document\" URI=\"\"", &[ENVELOPED, EXCLUSIVE], text);
    let of_properties =
        reference(&format!("Type=\"{SIGNED_PROPERTIES}\" URI=\"#properties\""), &[EXCLUSIVE], properties);
    format!(
        "<ds:SignedInfo xmlns:ds=\"{DSIG}\"><ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\">\
         </ds:CanonicalizationMethod><ds:SignatureMethod \
         Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"></ds:SignatureMethod>{of_document}\
         {of_properties}</ds:SignedInfo>"
    )
}

fn reference(attributes: &str, transforms: &[&str], digested_text: &str) -> String {
    let transforms = transforms.iter().fold(String::new(), |mut text, algorithm| {
        let _ = write!(text, "<ds:Transform Algorithm=\"{algorithm}\"></ds:Transform>");
        text
    });
    format!(
        "<ds:Reference {attributes}><ds:Transforms>{transforms}</ds:Transforms><ds:DigestMethod \
         Algorithm=\"{SHA_256}\"></ds:DigestMethod><ds:DigestValue>{}</ds:DigestValue></ds:Reference>",
        digested(digested_text.as_bytes())
    )
}

fn digested(bytes: &[u8]) -> String {
    BASE64.encode(digest(&SHA256, bytes).as_ref())
}
