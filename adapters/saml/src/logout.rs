//! Single logout (SAML core §3.7, profiles §4.4): the two messages, written, and read strictly.
//!
//! ```text
//!   query or form ──▶ claimed issuer ──▶ provider ──▶ signature, by its keys ──▶ what it says
//! ```
//!
//! A message says who sent it, and only then can its signature be verified: until that is done nothing
//! else of it is read. In a query the signature is over the octets that were received, in a form it stands
//! in the message. A message without a signature is no message.

mod message;
mod receive;
mod refusal;

pub use message::{LogoutRequest, LogoutResponse, NameId};
pub use receive::{Incoming, Received, ReceivedRequest, ReceivedResponse, receive};
pub use refusal::MessageRefusal;

/// The top-level code of an outcome that is as it was wished for.
const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
/// The top-level code of a partial logout, SPID technical rules, single logout, `<LogoutResponse>`.
const REQUESTER: &str = "urn:oasis:names:tc:SAML:2.0:status:Requester";
/// The second-level code of a logout that did not reach every session.
const PARTIAL_LOGOUT: &str = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout";

#[cfg(test)]
mod tests;
