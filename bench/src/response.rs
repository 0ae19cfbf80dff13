//! A Response of 12 KB with two RSA signatures: read by our engine, and the operations that no engine can
//! do without.

use anyhow::{Context, Result};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use bergshamra_c14n::{C14nMode, canonicalize_doc};
use bergshamra_xml::NodeSet;
use data_encoding::BASE64;
use uppsala::{Document, NodeId};
use varco_forge::answer::Answer;
use varco_forge::provider::Provider;
use varco_forge::trial;
use x509_parser::pem::parse_x509_pem;

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// The message, as the browser posts it, and the provider that signed it.
pub struct Response {
    provider: Provider,
    xml: String,
    field: String,
}

/// The operations that remain when everything else costs nothing: the document is parsed, the key too, and
/// it is known which nodes are signed.
pub struct RawOperations<'x> {
    document: Document<'x>,
    key: ParsedPublicKey,
    signatures: Vec<Signature>,
}

struct Signature {
    signed: NodeSet,
    signed_info: NodeSet,
    digest: Vec<u8>,
    value: Vec<u8>,
}

// === impl Response ===

impl Response {
    /// Signs one.
    pub fn new() -> Result<Self> {
        let provider = Provider::new()?;
        let xml = provider.seal(&Answer::full().write(), true)?;
        let field = BASE64.encode(xml.as_bytes());
        Ok(Self { provider, xml, field })
    }

    /// Its length in bytes.
    pub fn length(&self) -> usize {
        self.xml.len()
    }

    /// What our engine does: from the form field to an assertion, every check on the way.
    pub fn read(&self) -> bool {
        trial::read_field(&self.field, &self.provider).is_ok()
    }

    /// Its raw operations.
    pub fn raw_operations(&self) -> Result<RawOperations<'_>> {
        let document = uppsala::parse(&self.xml).context("the message is XML")?;
        let (_, pem) = parse_x509_pem(self.provider.certificate.as_bytes())?;
        let certificate = pem.parse_x509()?;
        let key = &certificate.public_key().subject_public_key.data;
        let key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key).context("an RSA key")?;
        let is_signature = |id: &NodeId| named(&document, *id, "Signature");
        let all = document.descendants(document.root()).into_iter().filter(is_signature);
        let signatures = all.map(|id| Signature::of(&document, id)).collect::<Option<_>>();
        Ok(RawOperations { signatures: signatures.context("signatures of the expected form")?, key, document })
    }
}

// === impl RawOperations ===

impl RawOperations<'_> {
    /// Canonical forms, their digests, and the verification of the signatures.
    pub fn run(&self) -> bool {
        self.signatures.len() == 2 && self.signatures.iter().all(|signature| self.verifies(signature))
    }

    fn verifies(&self, signature: &Signature) -> bool {
        let digested = digest(&SHA256, &self.canonical(&signature.signed));
        let signed_info = self.canonical(&signature.signed_info);
        digested.as_ref() == signature.digest && self.key.verify_sig(&signed_info, &signature.value).is_ok()
    }

    fn canonical(&self, nodes: &NodeSet) -> Vec<u8> {
        canonicalize_doc(&self.document, C14nMode::Exclusive, Some(nodes), &[""; 0]).unwrap_or_default()
    }
}

// === impl Signature ===

impl Signature {
    fn of(document: &Document<'_>, id: NodeId) -> Option<Self> {
        let child = |of: NodeId, name: &str| document.children_iter(of).find(|child| named(document, *child, name));
        let bytes = |id: NodeId| BASE64.decode(document.text_content_deep(id).as_bytes()).ok();
        let signed_info = child(id, "SignedInfo")?;
        let reference = child(signed_info, "Reference")?;
        Some(Self {
            signed: nodes(document, document.parent(id)?, Some(id)),
            signed_info: nodes(document, signed_info, None),
            digest: bytes(child(reference, "DigestValue")?)?,
            value: bytes(child(id, "SignatureValue")?)?,
        })
    }
}

fn named(document: &Document<'_>, id: NodeId, name: &str) -> bool {
    let is_it = |element: &uppsala::Element<'_>| {
        element.name.local_name == name && element.name.namespace_uri.as_deref() == Some(DSIG)
    };
    document.element(id).is_some_and(is_it)
}

/// An element and all below it, but for one child.
fn nodes(document: &Document<'_>, element: NodeId, without: Option<NodeId>) -> NodeSet {
    let mut nodes = NodeSet::new();
    let mut waiting = vec![element];
    while let Some(id) = waiting.pop() {
        if Some(id) != without {
            nodes.insert_id(id);
            waiting.extend(document.children_iter(id));
        }
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_come_to_the_same_end() {
        let response = Response::new().unwrap();
        assert!(response.read());
        assert!(response.raw_operations().unwrap().run());
    }
}
