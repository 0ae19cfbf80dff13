//! What the fuzz targets share: the one provider that signs, what it signed, and a mutator that knows XML.
//!
//! The first byte of an input says what is done with the rest, so that one target has several doors.

pub mod cards;
pub mod der;
pub mod tokens;

use std::collections::HashSet;
use std::sync::LazyLock;

use varco_core::logout::Reach;
use varco_forge::answer::Answer;
use varco_forge::dice::Dice;
use varco_forge::mutation;
use varco_forge::provider::{ENTITY_ID, Provider};
use varco_saml::element::Element;
use varco_saml::logout::{LogoutRequest, LogoutResponse, NameId};

/// How many honest answers the provider signs; every seed of the corpus is one of them.
pub const ANSWERS: u64 = 48;

/// The provider. Its key is kept, since the corpus of one day is fuzzed again on the next.
pub static PROVIDER: LazyLock<Provider> = LazyLock::new(|| {
    Provider::kept_in(&Provider::folder()).expect("the key of the provider is made, or was made before")
});

/// The answers that the provider signed, and no others.
pub static SIGNED: LazyLock<Vec<String>> = LazyLock::new(|| {
    let sign = |seed| {
        let answer = Answer::draw(&mut Dice::new(seed));
        PROVIDER.seal(&answer.write(), answer.response_signed).expect("an honest answer can be signed")
    };
    (0..ANSWERS).map(sign).collect()
});

/// What those answers say of a person.
pub static ASSERTED: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let read = |xml: &String| varco_forge::trial::read(xml, &PROVIDER).expect("an honest answer is accepted");
    SIGNED.iter().map(read).map(|assertion| said(&assertion)).collect()
});

/// All that an assertion says, in one text.
pub fn said(assertion: &varco_saml::response::VerifiedAssertion) -> String {
    let varco_saml::response::VerifiedAssertion { id, name_id, level, attributes, session_index, .. } = assertion;
    format!("{id} {name_id} {level:?} {session_index:?} {attributes:?}")
}

/// The first byte, and the rest as text.
pub fn door(input: &[u8]) -> Option<(u8, &str)> {
    let (door, rest) = input.split_first()?;
    Some((*door, std::str::from_utf8(rest).ok()?))
}

/// Changes an input: half of the time as a document whose elements, attributes and signatures can be
/// moved about, half of the time as the fuzzer's own engine does it.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut dice = Dice::new(seed.into());
    let changed = match door(&data[..size]) {
        Some((door, text)) if dice.one_in(2) => {
            let mutant = mutation::mutate(text, &mut dice).xml;
            [&[door], mutant.as_bytes()].concat()
        }
        _ => return libfuzzer_sys::fuzzer_mutate(data, size, max_size),
    };
    let length = changed.len().min(max_size);
    data[..length].copy_from_slice(&changed[..length]);
    length
}

/// The messages, with their relay states, that the provider signed as queries.
pub static QUERIES: LazyLock<Vec<(String, Option<String>)>> = LazyLock::new(|| {
    let message = |seed: u64| {
        format!("<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_{seed}\"/>")
    };
    (0..8).map(|seed| (message(seed), (seed % 2 == 0).then(|| format!("state {seed} &=+%")))).collect()
});

/// Where logout messages go.
pub const LOGOUT: &str = "https://access.example/logout/spid";

/// The logout messages that the provider signed, each in a form, with what it is a message of.
pub static LOGOUTS: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(|| {
    let sign = |xml: &Element, id: &str| PROVIDER.sign(&xml.to_xml(), id).expect("a message can be signed");
    let mut messages = Vec::new();
    for number in 0..6 {
        let id = format!("_logout{number}");
        let session_index = (number % 2 == 0).then_some("_s");
        let (issued_at, name_id) = (now(), NameId { name: "_name", qualifier: ENTITY_ID });
        let request =
            LogoutRequest { id: &id, issued_at, destination: LOGOUT, issuer: ENTITY_ID, name_id, session_index };
        messages.push(("SAMLRequest", sign(&request.element(), &id)));
        let reach = if number % 2 == 0 { Reach::Everywhere } else { Reach::Partial };
        let response = LogoutResponse {
            id: &id,
            issued_at,
            destination: LOGOUT,
            issuer: ENTITY_ID,
            in_response_to: "_ours",
            reach,
        };
        messages.push(("SAMLResponse", sign(&response.element(), &id)));
    }
    messages
});

/// The instant at which everything happens.
pub fn now() -> jiff::Timestamp {
    varco_forge::trial::REQUESTED_AT.parse().expect("an instant")
}
