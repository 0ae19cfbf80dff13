//! What the browser brought back: a code or an error, from the provider that was asked.

use varco_core::method::Return;

use crate::profile::Profile;
use crate::providers::OpenIdProvider;
use crate::reason::{Fault, Reason};

/// The longest code; real ones have less than 200 characters.
const LONGEST_CODE: usize = 2048;

/// What an answer with a code is made of. Anybody may write more into its address, and as much as they like.
pub(super) const PARAMETERS: [&str; 3] = ["code", "iss", "state"];

/// Reads the code, once it is clear whose it is: one of another provider must not be brought to this one.
pub(super) fn code<'r>(profile: &Profile, provider: &OpenIdProvider, returned: &'r Return) -> Result<&'r str, Fault> {
    let (code, error) = (returned.parameter("code"), returned.parameter("error"));
    let promised = profile.issuer_in_callback || provider.metadata.issuer_in_callback;
    // RFC 9207, section 2.4: exactly the identifier of the provider that was asked. The guidelines promise it beside a
    // code; an error without it leads nowhere.
    match returned.parameter("iss") {
        Some(issuer) if issuer == provider.id.as_str() => {}
        Some(_) => return Err(Reason::CallbackIssuer.because("another one than was asked")),
        None if promised && code.is_some() => return Err(Reason::CallbackIssuer.because("missing")),
        None => {}
    }
    match (code, error) {
        (Some(code), None) if is_code(code) => Ok(code),
        (None, Some(error)) => Err(failed(error)),
        _ => Err(Reason::Callback.into()),
    }
}

/// RFC 6749, appendix A.11.
fn is_code(code: &str) -> bool {
    !code.is_empty() && code.len() <= LONGEST_CODE && code.bytes().all(|byte| (0x20..=0x7e).contains(&byte))
}

/// RFC 6749, section 4.1.2.1; OpenID Connect Core, section 3.1.2.6; guidelines, codes of errors, also those of the
/// federation. What a provider says besides is for its own developers.
fn failed(error: &str) -> Fault {
    let known: &[(&str, Reason)] = &[
        ("access_denied", Reason::Denied),
        ("login_required", Reason::LoginRequired),
        ("interaction_required", Reason::LoginRequired),
        ("account_selection_required", Reason::LoginRequired),
        ("consent_required", Reason::ConsentRequired),
        ("temporarily_unavailable", Reason::ProviderBusy),
        ("server_error", Reason::ProviderError),
        ("invalid_request", Reason::OurRequest),
        ("invalid_request_object", Reason::OurRequest),
        ("invalid_request_uri", Reason::OurRequest),
        ("invalid_scope", Reason::OurRequest),
        ("invalid_client", Reason::OurRequest),
        ("unauthorized_client", Reason::OurRequest),
        ("unsupported_response_type", Reason::OurRequest),
        ("request_not_supported", Reason::OurRequest),
        ("request_uri_not_supported", Reason::OurRequest),
        ("registration_not_supported", Reason::OurRequest),
        ("invalid_trust_chain", Reason::OurRequest),
        ("invalid_trust_anchor", Reason::OurRequest),
        ("invalid_metadata", Reason::OurRequest),
    ];
    let found = known.iter().find(|(word, _)| *word == error);
    found.map_or_else(|| Reason::OtherError.into(), |(word, reason)| reason.because(word))
}
