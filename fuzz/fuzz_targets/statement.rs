//! Tokens of a federation as others send them: statements, policies in them, and what is encrypted.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};
use varco_federation::entity_id::Addresses;
use varco_federation::jose::{Accepted, Unverified, decrypt, json};
use varco_federation::policy::MetadataPolicy;
use varco_federation::statement::{EntityConfiguration, SubordinateStatement};
use varco_fuzz::tokens::{BELOW, DECRYPTION, ENTITY, KEYS, SECRET, SIGNED_CLAIMS, statement, unsigned};
use varco_fuzz::{door, now};

fuzz_target!(|input: &[u8]| {
    let Some((door, text)) = door(input) else { return };
    match door {
        b'E' => only_what_was_encrypted(text),
        b'P' => policies_hold(text),
        // Whatever it says, the entity signs it: all checks after the signature.
        b'A' => {
            if let Ok(claims) = json::object(text.as_bytes()) {
                let token = statement(&claims);
                configuration(&token);
                subordinate(&token);
            }
        }
        _ => only_what_was_signed(text),
    }
});

fn only_what_was_signed(text: &str) {
    let signed = &*SIGNED_CLAIMS;
    let was_signed = || signed.contains(unsigned(text));
    let verified = Unverified::parse(text).and_then(|token| token.verify(&KEYS, Accepted::FEDERATION));
    assert!(verified.is_err() || was_signed(), "nobody signed {text}");
    assert!(!configuration(text) || was_signed(), "nobody says {text}");
    assert!(!subordinate(text) || was_signed(), "nobody states {text}");
}

/// Whether it is what the entity says of itself; then it is sound.
fn configuration(token: &str) -> bool {
    let Ok(said) = EntityConfiguration::self_signed(token, &ENTITY, Addresses::Protected, now()) else { return false };
    assert!(said.expires_at > now() && !said.keys.keys().is_empty());
    assert!(said.superiors.len() <= 10 && said.marks.len() <= 20);
    assert!(said.superiors.iter().all(|superior| superior.as_str().starts_with("https://")));
    assert!(said.metadata.values().all(Value::is_object));
    let endpoint = said.endpoint("federation_fetch_endpoint", Addresses::Protected);
    assert!(endpoint.is_none_or(|address| address.scheme() == "https" && address.username().is_empty()));
    true
}

/// Whether it is what the entity says of the one below it; then its policy can be applied to what it says itself.
fn subordinate(token: &str) -> bool {
    let Ok(said) = SubordinateStatement::verify(token, &ENTITY, &BELOW, &KEYS, now()) else { return false };
    assert!(said.expires_at > now() && !said.keys.keys().is_empty());
    applied(&said.policy, &said.metadata);
    true
}

/// An object with the policies of two superiors, and what an entity says of itself.
fn policies_hold(text: &str) {
    let Ok(members) = json::object(text.as_bytes()) else { return };
    let object = |name: &str| members.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
    let [above, below] = ["above", "below"].map(|name| MetadataPolicy::parse(&object(name), &[]));
    let (Ok(above), Ok(below)) = (above, below) else { return };
    assert_eq!(above.clone().merge(&above).as_ref(), Ok(&above), "a policy agrees with itself");
    let Ok(merged) = above.clone().merge(&below) else { return };
    let Some(result) = applied(&merged, &object("metadata")) else { return };
    // A scope is a list for policies and one text for everybody else: what had spaces in it is another list later.
    if !members.values().any(names_a_scope) {
        for superior in [&above, &below, &merged] {
            assert_eq!(applied(superior, &result).as_ref(), Some(&result), "each superior is content with the result");
        }
    }
}

fn names_a_scope(types: &Value) -> bool {
    let of_type = |parameters: &Value| parameters.get("scope").is_some();
    types.as_object().is_some_and(|types| types.values().any(of_type))
}

fn applied(policy: &MetadataPolicy, metadata: &Map<String, Value>) -> Option<Map<String, Value>> {
    let mut metadata = metadata.clone();
    policy.apply(&mut metadata).is_ok().then_some(metadata)
}

fn only_what_was_encrypted(text: &str) {
    if let Ok(plain) = decrypt(text, &*DECRYPTION) {
        assert_eq!(plain, SECRET.as_bytes(), "nobody encrypted {text}");
    }
}
