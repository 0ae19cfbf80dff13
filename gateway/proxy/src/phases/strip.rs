//! Phase 2: what a client may not say is taken out of its request, before the gateway says it.
//!
//! Three kinds go: what is for one connection only, what services believe only a gateway says
//! (`strip/names.rs`), and the gateway's own cookies (`strip/cookies.rs`). From trailers goes besides
//! what belongs in a head (`strip/trailers.rs`).

mod cookies;
mod names;
mod trailers;

use http::header::{AUTHORIZATION, TE};
use http::{HeaderMap, HeaderName, Method, Version};
use hyper::upgrade::OnUpgrade;
use varco_core::secret::Secret;
use varco_core::session::SessionId;
use varco_tokens::cookies::Cookie;

use crate::phases::hop_by_hop;
use crate::request::Visit;
use crate::setup::Proxy;
use crate::upstream::Upstream;

/// What was taken out of a request and is still needed.
pub(crate) struct Taken {
    /// The session that the cookie names; whether it is alive is not known yet.
    pub(crate) session: Option<SessionId>,
    /// What a hand-off to this browser is bound to, from an earlier visit.
    pub(crate) handoff: Option<Secret>,
    /// The client's side of a WebSocket that it wants to open.
    pub(crate) websocket: Option<OnUpgrade>,
    /// Whether the client takes trailers.
    pub(crate) takes_trailers: bool,
}

impl Proxy {
    /// Cleans the head of a request.
    pub(crate) fn strip(&self, Visit { arrival, head, .. }: &mut Visit<'_>, upstream: &Upstream) -> Taken {
        let headers = &mut head.headers;
        let session = self.cookies.find(headers, Cookie::Session);
        let handoff = self.cookies.find(headers, Cookie::Handoff);
        let wants_websocket =
            head.method == Method::GET && head.version == Version::HTTP_11 && hop_by_hop::is_websocket(headers);
        let taken = Taken {
            session: session.and_then(|token| self.tokens.open(token, &arrival.host)),
            handoff: handoff.and_then(|text| Secret::parse(text).ok()),
            websocket: head.extensions.remove::<OnUpgrade>().filter(|_| wants_websocket),
            takes_trailers: hop_by_hop::lists(headers, &TE, "trailers"),
        };
        hop_by_hop::remove(headers);
        remove_claims(headers);
        if !upstream.pass_authorization {
            headers.remove(AUTHORIZATION);
        }
        cookies::remove_ours(headers);
        taken
    }
}

/// Cleans the trailers of a request.
pub(crate) fn clean_trailers(trailers: &mut HeaderMap) {
    trailers::remove_head_only(trailers);
    remove_claims(trailers);
}

/// Removes what only a gateway may say.
fn remove_claims(headers: &mut HeaderMap) {
    let claims: Vec<HeaderName> = headers.keys().filter(|name| names::is_claim(name.as_str())).cloned().collect();
    for name in &claims {
        headers.remove(name);
    }
}

/// Whether a service tries to set a cookie of the gateway.
pub(crate) fn sets_our_cookie(set_cookie: &[u8]) -> bool {
    cookies::is_ours(set_cookie)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_spelling_of_our_prefix_survives(
            prefix in "[xX][-_.!~][vV][aA][rR][cC][oO][-_.!~*'+|`^#$%&]",
            rest in "[a-zA-Z0-9_.-]{0,20}",
            others in proptest::collection::vec("[a-z][a-z_.-]{0,12}", 0..8),
        ) {
            let mut headers = HeaderMap::new();
            for name in others.iter().chain([&format!("{prefix}{rest}")]) {
                headers.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_static("1"));
            }
            remove_claims(&mut headers);
            for name in headers.keys() {
                let normal = name.as_str().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
                prop_assert!(!normal.starts_with("x-varco-"), "{name}");
            }
        }
    }
}
