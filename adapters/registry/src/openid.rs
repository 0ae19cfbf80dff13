//! The methods over OpenID, from their settings.

mod chains;
mod rhythm;

pub(crate) use chains::Chains;
