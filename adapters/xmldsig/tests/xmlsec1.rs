//! What the `xmlsec1` command signs and encrypts is accepted here; what is signed here, it accepts.
//!
//! It needs Debian's package `xmlsec1`.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256, RsaKeySize};
use tempfile::TempDir;
use varco_xmldsig::{
    DSIG, DecryptionKey, DecryptionRefusal, Limits, Placement, SignatureAlgorithm, SignatureRefusal, SigningKey,
    TrustedKey, Xml, decrypt, verify, verify_advanced,
};

const RSA_OAEP: &str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
const SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#sha384";
const SHA512: &str = "http://www.w3.org/2001/04/xmlenc#sha512";

const XADES: &str = "http://uri.etsi.org/01903/v1.3.2#";

const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

/// Namespaces around, in and below what is signed; attributes in no order; all kinds of text.
const CANONICALISED: [&str; 4] = [
    "<r xmlns='urn:d' xmlns:s='urn:saml' xmlns:xs='urn:xs' xmlns:unused='urn:u'><s:Assertion z='1' ID='_a' xml:lang='it' \
     s:z='2' xs:b='3' A='4'>SIGNATURE<n xs:k=''/><n xmlns=''><m xmlns='urn:d'/></n></s:Assertion></r>",
    "<Assertion xmlns='urn:saml' ID='_a'>a\r\nb\rc&#13;\t\"'&gt;&lt;&amp;]]&gt;<![CDATA[<&>]]>\u{e8}\u{1f600}&#x1f600;\u{85}&#x85;\
     <b k='&#9;&#10;&#13;&quot;&apos;&lt;&amp;>\u{2028}' l=\"  '  \"/>SIGNATURE tail\n</Assertion >",
    "<p:r xmlns:p='urn:1' xmlns:q='urn:2' xmlns:\u{e9}='urn:0'><q:Assertion xmlns:q='urn:saml' ID='_a'><p:b q:k='1' \u{e9}:k='2' \
     p:k='3'><p:b xmlns:p='urn:1'/><p:b xmlns:p='urn:3' p:k=''><p:b xmlns:p='urn:1'/></p:b></p:b>SIGNATURE</q:Assertion></p:r>",
    "<s:Assertion xmlns:s='urn:saml' xmlns='urn:d' ID='_a'\n\t><s:b xmlns=''><c/><s:c xmlns='urn:&#100;' k='1'><d/></s:c></s:b>\
     SIGNATURE<b xmlns:xs='urn:xs'><xs:c/><c xs:k='' xmlns:xs='urn:xt'/></b></s:Assertion>",
];

/// Everything but the signature: the namespace of the assertion is declared outside of it.
fn response(assertion: &str) -> String {
    format!(
        "<p:Response xmlns:p=\"urn:samlp\" xmlns:s=\"urn:saml\"><s:EncryptedAssertion>{assertion}\
         </s:EncryptedAssertion></p:Response>"
    )
}

fn assertion(signature: &str) -> String {
    format!(
        "<s:Assertion ID=\"_a\"><s:Issuer>idp</s:Issuer>{signature}<s:Subject>Niccolò &amp; Ada</s:Subject>\
         </s:Assertion>"
    )
}

/// A key with its certificate, as PEM.
struct Pair {
    key: String,
    certificate: String,
}

/// The command, with a folder to put files in.
struct Xmlsec1 {
    folder: TempDir,
}

// === signatures ===

#[test]
fn it_verifies_what_we_sign() {
    let (ours, foreign, peer) = (Pair::rsa(), Pair::rsa(), Xmlsec1::new());
    let key = SigningKey::from_pem(&ours.key, &ours.certificate).unwrap();
    for placement in [Placement::First, Placement::After("urn:saml", "Issuer")] {
        let signed = key.sign(&response(&assertion("")), "_a", placement).unwrap();
        assert!(peer.verifies(&signed, &ours), "{placement:?}");
        assert!(!peer.verifies(&signed, &foreign), "it looks at the key");
        assert!(!peer.verifies(&signed.replace("Ada", "Eve"), &ours), "it looks at the content");
    }
}

#[test]
fn we_verify_what_it_signs() {
    let (rsa, p256, p384) = (Pair::rsa(), Pair::on(&PKCS_ECDSA_P256_SHA256), Pair::on(&PKCS_ECDSA_P384_SHA384));
    let (foreign, peer) = (Pair::rsa(), Xmlsec1::new());
    for (pair, algorithm, digest) in [
        (&rsa, SignatureAlgorithm::RsaSha256, SHA256),
        (&rsa, SignatureAlgorithm::RsaSha384, SHA384),
        (&rsa, SignatureAlgorithm::RsaSha512, SHA512),
        (&p256, SignatureAlgorithm::EcdsaSha256, SHA256),
        (&p384, SignatureAlgorithm::EcdsaSha384, SHA384),
    ] {
        let signed = peer.sign(&response(&assertion(&template(algorithm.uri(), digest))), pair);
        assert_eq!(subject(&signed, pair).as_deref(), Ok("Niccolò & Ada"), "{algorithm:?}");
        assert_eq!(subject(&signed.replace("Ada", "Eve"), pair), Err(SignatureRefusal::Digest), "{algorithm:?}");
        assert_eq!(subject(&signed, &foreign), Err(SignatureRefusal::Key), "{algorithm:?}");
    }
}

#[test]
fn we_refuse_what_it_signs_with_sha_1() {
    let (pair, peer) = (Pair::rsa(), Xmlsec1::new());
    let sha1 = template("http://www.w3.org/2000/09/xmldsig#rsa-sha1", "http://www.w3.org/2000/09/xmldsig#sha1");
    let signed = peer.sign(&response(&assertion(&sha1)), &pair);
    assert_eq!(subject(&signed, &pair), Err(SignatureRefusal::Algorithm));
}

/// What libxml2 reads and writes differently from us does not verify. Each document tries many rules of exclusive
/// canonicalisation, and each list of prefixes another of its cases.
#[test]
fn it_reads_and_canonicalises_as_we_do() {
    let (pair, peer) = (Pair::rsa(), Xmlsec1::new());
    let lists = ["", "s", "#default", "unused xs #default unknown", "s p \u{e9} xs"];
    for (document, list) in CANONICALISED.iter().flat_map(|document| lists.map(|list| (document, list))) {
        let inclusive =
            format!("<c:InclusiveNamespaces xmlns:c=\"{EXCLUSIVE}\" PrefixList=\"{list}\"/></ds:Transform>");
        let exclusive = format!("<ds:Transform Algorithm=\"{EXCLUSIVE}\"/>");
        let template = template(SignatureAlgorithm::RsaSha256.uri(), SHA256);
        let template = template.replace(&exclusive, &format!("{}{inclusive}", exclusive.replace("/>", ">")));
        let signed = peer.sign(&document.replace("SIGNATURE", &template), &pair);
        // It writes what it read; the signature is over what was there.
        for text in [signed.as_str(), &document.replace("SIGNATURE", signature(&signed))] {
            let xml = Xml::parse_within(text, Limits::METADATA).unwrap();
            let assertion = xml.root().descendants().find(|element| element.is("urn:saml", "Assertion")).unwrap();
            assert_eq!(verify(assertion, &[pair.trusted()]).map(drop), Ok(()), "{list}: {text}");
        }
    }
}

/// It signs the whole document and the properties of the signature, as trust lists are signed.
#[test]
fn we_verify_what_it_signs_with_properties() {
    let (pair, foreign, peer) = (Pair::rsa(), Pair::rsa(), Xmlsec1::new());
    for name in ["URI=\"\"", "URI=\"#list\""] {
        let signed = peer.sign(&list(name), &pair);
        assert!(peer.verifies(&signed, &pair));
        let read = |text: &str, pair: &Pair| {
            let xml = Xml::parse_within(text, Limits::METADATA).unwrap();
            verify_advanced(xml.root(), &[pair.trusted()]).map(drop)
        };
        assert_eq!(read(&signed, &pair), Ok(()));
        assert_eq!(read(&signed, &foreign), Err(SignatureRefusal::Key));
        assert_eq!(read(&signed.replace("Ada", "Eve"), &pair), Err(SignatureRefusal::Digest));
        assert_eq!(read(&signed.replace("12:00", "13:00"), &pair), Err(SignatureRefusal::Digest));
    }
}

// === encryption ===

#[test]
fn we_decrypt_what_it_encrypts() {
    let (ours, peer) = (Pair::rsa(), Xmlsec1::new());
    for bits in ["128", "192", "256"] {
        let cipher = format!("http://www.w3.org/2009/xmlenc11#aes{bits}-gcm");
        let encrypted = peer.encrypt(&response(&assertion("")), &cipher, bits, RSA_OAEP, &ours);
        assert!(!encrypted.contains("Subject"));
        assert_eq!(decrypted(&encrypted, &ours), Ok(assertion("")), "{cipher}");
        assert_eq!(decrypted(&encrypted, &Pair::rsa()), Err(DecryptionRefusal::Undecipherable), "{cipher}");
    }
}

/// It leaves the prefix of the assertion undeclared in what it encrypts.
#[test]
fn we_verify_what_it_signed_and_then_encrypted() {
    let (provider, ours, peer) = (Pair::rsa(), Pair::rsa(), Xmlsec1::new());
    let signed = peer.sign(&response(&assertion(&template(SignatureAlgorithm::RsaSha256.uri(), SHA256))), &provider);
    let encrypted = peer.encrypt(&signed, "http://www.w3.org/2009/xmlenc11#aes256-gcm", "256", RSA_OAEP, &ours);
    let content = decrypted(&encrypted, &ours).unwrap();
    assert!(content.starts_with("<s:Assertion ID="), "{content}");

    let xml = Xml::parse(&encrypted).unwrap();
    let envelope = xml.root().only_child("urn:saml", "EncryptedAssertion").unwrap();
    let decrypted = decrypt(envelope, &[ours.decryption_key()]).unwrap();
    let xml = decrypted.xml().unwrap();
    let verified = verify(xml.root(), &[provider.trusted()]).unwrap().element();
    let subject = verified.only_child("urn:saml", "Subject").unwrap();
    assert_eq!(subject.text().as_deref(), Some("Niccolò & Ada"));
}

#[test]
fn we_refuse_what_it_encrypts_with_cbc_or_rsa_1_5() {
    let (ours, peer) = (Pair::rsa(), Xmlsec1::new());
    let cbc = "http://www.w3.org/2001/04/xmlenc#aes128-cbc";
    let gcm = "http://www.w3.org/2009/xmlenc11#aes128-gcm";
    let rsa_1_5 = "http://www.w3.org/2001/04/xmlenc#rsa-1_5";
    for (cipher, transport, refusal) in
        [(cbc, RSA_OAEP, DecryptionRefusal::Cbc), (gcm, rsa_1_5, DecryptionRefusal::RsaPkcs1)]
    {
        let encrypted = peer.encrypt(&response(&assertion("")), cipher, "128", transport, &ours);
        assert_eq!(decrypted(&encrypted, &ours), Err(refusal));
    }
}

// === what we make of it ===

/// The subject of the assertion, once its signature is verified.
fn subject(signed: &str, pair: &Pair) -> Result<String, SignatureRefusal> {
    let xml = Xml::parse(signed).unwrap();
    let assertion = xml.root().descendants().find(|element| element.is("urn:saml", "Assertion")).unwrap();
    let verified = verify(assertion, &[pair.trusted()])?;
    let subject = verified.element().only_child("urn:saml", "Subject").unwrap();
    Ok(subject.text().unwrap().into_owned())
}

fn decrypted(encrypted: &str, pair: &Pair) -> Result<String, DecryptionRefusal> {
    let xml = Xml::parse(encrypted).unwrap();
    let envelope = xml.root().only_child("urn:saml", "EncryptedAssertion").unwrap();
    decrypt(envelope, &[pair.decryption_key()]).map(|decrypted| decrypted.text().to_owned())
}

// === impl Pair ===

impl Pair {
    fn rsa() -> Self {
        Self::of(&KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap())
    }

    fn on(curve: &'static rcgen::SignatureAlgorithm) -> Self {
        Self::of(&KeyPair::generate_for(curve).unwrap())
    }

    fn of(pair: &KeyPair) -> Self {
        let certificate = CertificateParams::new(vec!["idp.example".to_owned()]).unwrap().self_signed(pair).unwrap();
        Self { key: pair.serialize_pem(), certificate: certificate.pem() }
    }

    fn trusted(&self) -> TrustedKey {
        TrustedKey::from_certificate_pem(&self.certificate).unwrap()
    }

    fn decryption_key(&self) -> DecryptionKey {
        DecryptionKey::from_pem(&self.key, &self.certificate).unwrap()
    }
}

// === impl Xmlsec1 ===

impl Xmlsec1 {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    fn verifies(&self, signed: &str, pair: &Pair) -> bool {
        let trusted = self.file("trusted.pem", &pair.certificate);
        let document = self.file("document.xml", signed);
        let mut command = Self::command("--verify");
        command.arg("--trusted-pem").arg(trusted).arg(document);
        command.output().expect("xmlsec1 is installed").status.success()
    }

    fn sign(&self, template: &str, pair: &Pair) -> String {
        let (key, certificate) = (self.file("key.pem", &pair.key), self.file("certificate.pem", &pair.certificate));
        let document = self.file("document.xml", template);
        let mut command = Self::command("--sign");
        command.arg("--privkey-pem").arg(format!("{},{}", key.display(), certificate.display())).arg(document);
        printed(&command.output().expect("xmlsec1 is installed"))
    }

    /// Encrypts the assertion of a response.
    fn encrypt(&self, response: &str, cipher: &str, bits: &str, transport: &str, pair: &Pair) -> String {
        let certificate = self.file("certificate.pem", &pair.certificate);
        let document = self.file("document.xml", response);
        let template = self.file("template.xml", &encryption_template(cipher, transport));
        let mut command = Self::command("--encrypt");
        command.arg("--pubkey-cert-pem").arg(certificate).arg("--session-key").arg(format!("aes-{bits}"));
        command.arg("--xml-data").arg(document).args(["--node-name", "urn:saml:Assertion"]).arg(template);
        printed(&command.output().expect("xmlsec1 is installed"))
    }

    fn command(act: &str) -> Command {
        let mut command = Command::new("xmlsec1");
        command.arg(act).args(["--id-attr:ID", "urn:saml:Assertion", "--id-attr:Id", "urn:list:List"]);
        command.arg("--id-attr:Id").arg(format!("{XADES}:SignedProperties"));
        command
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }
}

fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn signature(signed: &str) -> &str {
    let close = "</ds:Signature>";
    &signed[signed.find("<ds:Signature ").unwrap()..signed.find(close).unwrap() + close.len()]
}

/// A signature for it to fill in.
fn template(algorithm: &str, digest: &str) -> String {
    format!(
        "<ds:Signature xmlns:ds=\"{DSIG}\"><ds:SignedInfo>\
         <ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>\
         <ds:SignatureMethod Algorithm=\"{algorithm}\"/><ds:Reference URI=\"#_a\"><ds:Transforms>\
         <ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>\
         <ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/></ds:Transforms>\
         <ds:DigestMethod Algorithm=\"{digest}\"/><ds:DigestValue/></ds:Reference></ds:SignedInfo>\
         <ds:SignatureValue/><ds:KeyInfo><ds:X509Data/></ds:KeyInfo></ds:Signature>"
    )
}

/// A document with a signature for it to fill in, that names the document so.
fn list(name: &str) -> String {
    let transform = |algorithm: &str| format!("<ds:Transform Algorithm=\"{algorithm}\"/>");
    let enveloped = transform("http://www.w3.org/2000/09/xmldsig#enveloped-signature");
    let reference = |attributes: &str, before: &str| {
        format!(
            "<ds:Reference {attributes}><ds:Transforms>{before}{}</ds:Transforms>\
             <ds:DigestMethod Algorithm=\"{SHA256}\"/><ds:DigestValue/></ds:Reference>",
            transform(EXCLUSIVE)
        )
    };
    let (whole, properties) = (
        reference(name, &enveloped),
        reference("Type=\"http://uri.etsi.org/01903#SignedProperties\" URI=\"#properties\"", ""),
    );
    format!(
        "<!-- a list --><List xmlns=\"urn:list\" xmlns:unused=\"urn:u\" Id=\"list\">\n<Name xml:lang=\"it\">Niccolò &amp; \
         <!-- and -->Ada</Name>\n<ds:Signature xmlns:ds=\"{DSIG}\" Id=\"signature\"><ds:SignedInfo>\
         <ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\"/><ds:SignatureMethod Algorithm=\"{}\"/>{whole}{properties}\
         </ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:X509Data/></ds:KeyInfo><ds:Object><x:QualifyingProperties \
         xmlns:x=\"{XADES}\" Target=\"#signature\"><x:SignedProperties Id=\"properties\"><x:SignedSignatureProperties>\
         <x:SigningTime>2026-11-25T12:00:00Z</x:SigningTime></x:SignedSignatureProperties></x:SignedProperties>\
         </x:QualifyingProperties></ds:Object></ds:Signature></List>",
        SignatureAlgorithm::RsaSha256.uri()
    )
}

/// Encrypted data for it to fill in.
fn encryption_template(cipher: &str, transport: &str) -> String {
    let value = "<xenc:CipherData><xenc:CipherValue/></xenc:CipherData>";
    format!(
        "<xenc:EncryptedData xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" \
         Type=\"http://www.w3.org/2001/04/xmlenc#Element\"><xenc:EncryptionMethod Algorithm=\"{cipher}\"/>\
         <ds:KeyInfo xmlns:ds=\"{DSIG}\"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm=\"{transport}\"/>{value}\
         </xenc:EncryptedKey></ds:KeyInfo>{value}</xenc:EncryptedData>"
    )
}
