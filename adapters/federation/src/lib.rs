//! OpenID Connect with OpenID Federation: the engine of a relying party and of its aggregator.
//!
//! Two federations run on it, SPID and CIE; where they differ, a [`profile`] says so. The sentence that
//! everything here serves: *a provider's word counts only if a chain of signed statements leads from it to a
//! trust anchor that an administrator pinned, and only as far as the policies along that chain allow.*
//!
//! ```text
//!   trust anchor ──statement──▶ provider          what the provider says of itself, cut by policy
//!        │                                          chain: resolved in the background, kept in `providers`
//!        └─────statement──▶ aggregator ──▶ body    what the bodies are to the providers: `own`
//!
//!   begin:     request object, signed by the body's core key ─▶ redirect
//!   complete:  code ─▶ token endpoint (private_key_jwt, PKCE) ─▶ ID token ─▶ userinfo ─▶ Identity
//! ```
//!
//! | module | what it holds |
//! |---|---|
//! | [`jose`] | the only place that signs, verifies and decrypts tokens, each use with its allow-list |
//! | [`http`] | what the engine asks of the network: bounded answers, no redirects |
//! | [`statement`], [`trust_mark`], [`policy`] | what entities say of themselves and of each other |
//! | [`chain`] | from a provider to an anchor, within a budget |
//! | [`providers`] | the providers that a valid chain vouches for now |
//! | [`own`] | the aggregator and the bodies as entities, with their keys |
//! | [`profile`], [`reason`] | where federations differ, and why a login is stopped |
//! | [`method`] | the login itself |

#[macro_use]
pub mod reason;

pub mod anchor;
pub mod chain;
pub mod constraints;
pub mod entity_id;
pub mod http;
pub mod jose;
pub mod method;
pub mod own;
pub mod policy;
pub mod profile;
pub mod providers;
pub mod statement;
pub mod trust_mark;
