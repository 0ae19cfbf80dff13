//! Strict XML, XML signatures and XML encryption behind one small safe interface.
//!
//! [`Xml`] reads text and refuses whatever a signed message has no use for; [`Element`] reads what is in
//! it; [`verify`] turns an element into a [`Verified`] one, or says why not, and [`verify_advanced`] does so for
//! trust lists; [`SigningKey`] signs. What is read after either is the very node whose canonical bytes were
//! digested. [`decrypt`] opens what was encrypted for a [`DecryptionKey`]; it says nothing of who encrypted it.
//!
//! ```
//! use varco_xmldsig::Xml;
//!
//! let xml = Xml::parse("<a xmlns='urn:x'><b>1</b></a>")?;
//! let b = xml.root().only_child("urn:x", "b").ok_or("no b")?;
//! assert_eq!(b.text().as_deref(), Some("1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod algorithm;
mod base64;
mod canonical;
mod decrypt;
mod element;
mod key;
mod key_info;
mod pair;
mod sign;
mod verify;
mod xml;

pub use algorithm::SignatureAlgorithm;
pub use decrypt::{Decrypted, DecryptionKey, DecryptionRefusal, decrypt};
pub use element::Element;
pub use key::{KeyRefusal, TrustedKey};
pub use pair::PairRefusal;
pub use sign::{Placement, SigningKey, SigningRefusal};
pub use verify::{DSIG, SignatureRefusal, Verified, verify, verify_advanced};
pub use xml::{Limits, Xml, XmlRefusal};
