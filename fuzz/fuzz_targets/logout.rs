//! A logout message as a browser brings it, by query or by form: nobody but the provider ends a session.

#![no_main]

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use jiff::SignedDuration;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use varco_core::logout::LogoutNotice;
use varco_fuzz::{LOGOUT, LOGOUTS, PROVIDER, door, mutate, now};
use varco_saml::logout::{Incoming, Received, receive};
use varco_saml::providers::Providers;

static PROVIDERS: LazyLock<Providers> = LazyLock::new(|| Providers::new(vec![PROVIDER.identity.clone()]));

/// What the messages say that the provider signed.
static SAID: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let read = |(field, xml): &(&str, String)| by_form(field, xml).expect("an honest message is accepted");
    LOGOUTS.iter().map(read).map(|received| said(&received)).collect()
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| { mutate(data, size, max_size, seed) });

fuzz_target!(|input: &[u8]| {
    let Some((door, text)) = door(input) else { return };
    match door {
        b'Q' => only_what_was_signed(received(LogoutNotice::Query(text))),
        b'R' => only_what_was_signed(by_form("SAMLResponse", text)),
        // Whatever it says, the provider signs it: all checks after the signature.
        b'A' => {
            if let Ok(signed) = PROVIDER.sign(text, "_logout0") {
                let _ = by_form("SAMLRequest", &signed);
                let _ = by_form("SAMLResponse", &signed);
            }
        }
        _ => only_what_was_signed(by_form("SAMLRequest", text)),
    }
});

fn by_form(field: &str, xml: &str) -> Option<Received> {
    received(LogoutNotice::Form(&BTreeMap::from([(field.to_owned(), varco_forge::base64(xml.as_bytes()))])))
}

fn received(notice: LogoutNotice<'_>) -> Option<Received> {
    let clock_skew = SignedDuration::from_secs(60);
    receive(notice, &Incoming { destination: LOGOUT, providers: &PROVIDERS, clock_skew, now: now() }).ok()
}

fn said(received: &Received) -> String {
    match received {
        Received::Request(request) => {
            format!(
                "{} {} {} {:?} {:?}",
                request.provider, request.id, request.name, request.addressee, request.indexes
            )
        }
        Received::Response(response) => {
            format!("{} {} {:?}", response.provider, response.in_response_to, response.reach)
        }
    }
}

fn only_what_was_signed(received: Option<Received>) {
    if let Some(received) = received {
        let said = said(&received);
        assert!(SAID.contains(&said), "nobody signed {said}");
    }
}
