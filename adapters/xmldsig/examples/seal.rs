//! Signs, verifies or decrypts a document from the standard input, so that other programs can be held
//! against this crate (`tests/peers/signxml.sh`):
//!
//! ```text
//! seal sign KEY.pem CERTIFICATE.pem ID      prints the document with a signature
//! seal verify CERTIFICATE.pem               prints the name of the root, once its signature is verified
//! seal decrypt KEY.pem CERTIFICATE.pem      prints what the root holds encrypted
//! ```

use std::error::Error;
use std::fs::read_to_string;
use std::io::{Write as _, read_to_string as read_all, stdin, stdout};

use varco_xmldsig::{DecryptionKey, Placement, SigningKey, TrustedKey, Xml, decrypt, verify};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let document = read_all(stdin())?;
    let answer = match arguments[..] {
        ["sign", key, certificate, id] => {
            let key = SigningKey::from_pem(&read_to_string(key)?, &read_to_string(certificate)?)?;
            key.sign(&document, id, Placement::First)?
        }
        ["verify", certificate] => {
            let key = TrustedKey::from_certificate_pem(&read_to_string(certificate)?)?;
            let xml = Xml::parse(&document)?;
            verify(xml.root(), &[key])?.element().name().to_owned()
        }
        ["decrypt", key, certificate] => {
            let key = DecryptionKey::from_pem(&read_to_string(key)?, &read_to_string(certificate)?)?;
            let xml = Xml::parse(&document)?;
            let decrypted = decrypt(xml.root(), &[key])?;
            decrypted.xml()?;
            decrypted.text().to_owned()
        }
        _ => return Err("sign KEY CERTIFICATE ID | verify CERTIFICATE | decrypt KEY CERTIFICATE".into()),
    };
    Ok(stdout().write_all(answer.as_bytes())?)
}
