//! Writes the seeds of a target's corpus: `seeds TARGET FOLDER`.

use std::path::Path;

use varco_forge::answer::Answer;
use varco_forge::dice::Dice;
use varco_fuzz::tokens::{CLAIMS, sealed, statement};
use varco_fuzz::{ANSWERS, LOGOUTS, PROVIDER, QUERIES, SIGNED};
use varco_saml::redirect::{Message, signed_query};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [target, folder] = arguments.as_slice() else { return Err("usage: seeds TARGET FOLDER".into()) };
    std::fs::create_dir_all(folder)?;
    for (number, seed) in seeds(target)?.into_iter().enumerate() {
        std::fs::write(Path::new(folder).join(format!("seed-{number:03}")), seed)?;
    }
    Ok(())
}

fn seeds(target: &str) -> Result<Vec<Vec<u8>>, Box<dyn std::error::Error>> {
    let texts = match target {
        "response" => responses(),
        "metadata" => metadata(),
        "redirect" => queries()?,
        "logout" => logouts()?,
        "statement" => statements()?,
        "card" => return Ok(varco_fuzz::cards::SEEDS.clone()),
        other => return Err(format!("no target is called {other}").into()),
    };
    Ok(texts.into_iter().map(String::into_bytes).collect())
}

/// Through every door.
fn responses() -> Vec<String> {
    let plain = |seed| Answer::draw(&mut Dice::new(seed)).write();
    let signed = SIGNED.iter().map(|xml| format!("X{xml}"));
    let resigned = (0..ANSWERS).map(|seed| format!("{}{}", if seed % 2 == 0 { 'A' } else { 'R' }, plain(seed)));
    signed.chain(resigned).chain([format!("F{}", varco_forge::base64(SIGNED[0].as_bytes()))]).collect()
}

fn metadata() -> Vec<String> {
    let role = |more: &str| {
        format!(
            "<md:IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
             WantAuthnRequestsSigned=\"true\"><md:KeyDescriptor use=\"signing\"><ds:KeyInfo><ds:X509Data>\
             <ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>{more}\
             <md:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" \
             Location=\"https://idp.example/sso\"/></md:IDPSSODescriptor>",
            PROVIDER.key.certificate_base64()
        )
    };
    let logout = "<md:SingleLogoutService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" \
                  Location=\"https://idp.example/slo\" ResponseLocation=\"https://idp.example/slo/r\"/>";
    let namespaces =
        "xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"";
    let entity = |number: u32, declared: &str, more: &str| {
        format!(
            "<md:EntityDescriptor {declared} entityID=\"https://idp{number}.example\" validUntil=\"2036-01-01T00:00:00Z\">\
             {}<md:Organization><md:OrganizationDisplayName xml:lang=\"it\">Gestore</md:OrganizationDisplayName>\
             </md:Organization></md:EntityDescriptor>",
            role(more)
        )
    };
    let list: String = (0..3).map(|number| entity(number, "", logout)).collect();
    let list = format!("M<md:EntitiesDescriptor {namespaces} Name=\"urn:x\">{list}</md:EntitiesDescriptor>");
    vec![format!("M{}", entity(1, namespaces, "")), format!("M{}", entity(2, namespaces, logout)), list]
}

/// Through every door. What is signed within a query, too, does no harm.
fn logouts() -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut seeds = Vec::new();
    for (field, xml) in LOGOUTS.iter() {
        let (door, message) = if *field == "SAMLRequest" { ('X', Message::Request) } else { ('R', Message::Response) };
        seeds.push(format!("{door}{xml}"));
        seeds.push(format!("Q{}", signed_query(message, xml, Some("state"), &PROVIDER.key)?));
        let (head, rest) = xml.split_once("<ds:Signature").unwrap_or((xml, ""));
        let (_, tail) = rest.split_once("</ds:Signature>").unwrap_or_default();
        seeds.push(format!("A{head}{tail}"));
    }
    Ok(seeds)
}

/// Those of two superiors, and what an entity says of itself.
const POLICIES: [&str; 3] = [
    r#"{"above":{"t":{"p":{"add":["a"],"subset_of":["a","b","c"]}}},"below":{"t":{"p":{"subset_of":["a","b"],
        "superset_of":["a"]}}},"metadata":{"t":{"p":["b","d"]}}}"#,
    r#"{"above":{"t":{"p":{"one_of":["a","b"],"essential":true}}},"below":{"t":{"p":{"default":"b","one_of":["b"]}}},
        "metadata":{"t":{"q":1}}}"#,
    r#"{"above":{"t":{"p":{"value":null},"scope":{"add":["openid"]}}},"below":{"t":{"q":{"value":[1,{"a":2}]}}},
        "metadata":{"t":{"p":1,"q":2,"scope":"email"}}}"#,
];

/// Through every door.
fn statements() -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut seeds: Vec<String> = sealed().into_iter().map(|token| format!("E{token}")).collect();
    for claims in CLAIMS.iter() {
        seeds.push(format!("X{}", statement(claims)));
        seeds.push(format!("A{}", serde_json::to_string(claims)?));
    }
    seeds.extend(POLICIES.map(|policies| format!("P{policies}")));
    Ok(seeds)
}

fn queries() -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut seeds = vec!["S<a/>|state".to_owned()];
    for (xml, relay_state) in QUERIES.iter() {
        for message in [Message::Request, Message::Response] {
            seeds.push(format!("Q{}", signed_query(message, xml, relay_state.as_deref(), &PROVIDER.key)?));
        }
    }
    Ok(seeds)
}
