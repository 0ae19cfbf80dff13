//! The headers that tell a browser what our pages may do.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, Entry, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue};
use varco_core::origin::Origin;

use crate::parts::WebParts;
use crate::routes::HANDOFF;

const POLICY: &str =
    "default-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'";

const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");

/// Adds the headers to every answer of the routes.
pub(crate) async fn protect(State(web): State<Arc<WebParts>>, request: Request, next: Next) -> Response {
    let of_handoff = request.uri().path() == HANDOFF;
    let mut response = next.run(request).await;
    if of_handoff {
        // The address holds a code: not even the service that is opened next learns it.
        response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    }
    protect_headers(response.headers_mut(), &web.site.access);
    response
}

/// Adds the headers, where a page has none of its own.
pub(crate) fn protect_headers(headers: &mut HeaderMap, access: &Origin) {
    let mut add = |name: HeaderName, value: &'static str| {
        if let Entry::Vacant(entry) = headers.entry(name) {
            entry.insert(HeaderValue::from_static(value));
        }
    };
    add(CONTENT_SECURITY_POLICY, POLICY);
    add(X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Other sites learn nothing of our addresses. Not `no-referrer`: with that, browsers send our own
    // forms with `Origin: null` (Fetch standard, "append a request Origin header"), and nobody could
    // tell them from those of another site.
    add(REFERRER_POLICY, "same-origin");
    add(PERMISSIONS, "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    add(CACHE_CONTROL, "no-store");
    if access.is_https() {
        add(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}

/// The policy of the page that asks before it ends a session: the answer to its form may lead to any
/// provider, and Chromium holds `form-action` against that as well. The form itself is our own.
pub(crate) fn policy_for_answer(access: &Origin) -> HeaderValue {
    // A gateway without TLS is one on loopback, and so are its providers.
    let targets = if access.is_https() { "https:" } else { "https: http:" };
    let policy = POLICY.replace("form-action 'self'", &format!("form-action 'self' {targets}"));
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(POLICY))
}

/// The policy of the page that posts a form to `action`, or `None` if that is no address to post to.
///
/// With TLS, any host with TLS: Chromium holds `form-action` against every redirect after the post as
/// well, and a provider may redirect to another host of its own. The page has one form, and nothing of
/// it comes from outside but the escaped name and address of a provider that is configured.
pub(crate) fn policy_for_form(action: &str) -> Option<HeaderValue> {
    let (scheme, rest) = action.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let target = Origin::parse(&format!("{scheme}://{authority}")).ok()?;
    let targets = if target.is_https() { "https:".to_owned() } else { target.to_string() };
    HeaderValue::try_from(POLICY.replace("form-action 'self'", &format!("form-action 'self' {targets}"))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_reaches_its_target_wherever_that_redirects_it() {
        let policy = |action| policy_for_form(action).unwrap().to_str().unwrap().to_owned();
        assert!(policy("https://idp.example:8443/sso?x=1").contains("form-action 'self' https:;"));
        assert!(policy("http://127.0.0.1:8088/sso").contains("form-action 'self' http://127.0.0.1:8088;"));
        for bad in ["javascript:alert(1)", "/sso", "https://a b/", "https://a;script-src *", "ftp://a/"] {
            assert_eq!(policy_for_form(bad), None, "{bad}");
        }
    }
}
