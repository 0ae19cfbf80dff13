//! The phases of a proxied request, one file each. `request.rs` calls them in their order.

pub(crate) mod after;
pub(crate) mod caller;
pub(crate) mod decide;
pub(crate) mod forward;
pub(crate) mod hop_by_hop;
pub(crate) mod route;
pub(crate) mod sign;
pub(crate) mod strip;
