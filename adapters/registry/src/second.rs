//! The second verifier of SAML responses, where it is built in.

use std::sync::Arc;

use varco_saml::second::SecondVerifier;

/// samael, with the feature of its name.
#[cfg(feature = "samael")]
#[expect(clippy::unnecessary_wraps, reason = "without the feature there is none")]
pub(crate) fn verifier() -> Option<Arc<dyn SecondVerifier>> {
    Some(Arc::new(varco_samael::Samael))
}

/// None: it needs C libraries that not everybody has.
#[cfg(not(feature = "samael"))]
pub(crate) fn verifier() -> Option<Arc<dyn SecondVerifier>> {
    None
}
