//! The whole of Varco, tried from outside: the real `varco` binary as a child process, a SPID test
//! identity provider with real SAML, small services of public bodies, and citizens who click through it.
//!
//! - [`identity_provider`]: the provider, its people, its pages, and the evil answers it can give;
//! - [`federation`]: a trust anchor and OpenID providers of SPID and CIE, as strict as the rules;
//! - [`card`], [`card_world`]: health cards, and everybody who vouches for them;
//! - [`service`]: the services that stand behind the gateway;
//! - [`harness`]: `Gateway::test().with_fake_spid().with_service("anagrafe").start()`, and the actors;
//! - [`demo`]: what `cargo demo` starts.
//!
//! This crate is a tool for developers. Nothing of it is part of the gateway.

pub mod authority;
pub mod binary;
pub mod card;
pub mod card_world;
pub mod demo;
pub mod federation;
pub mod harness;
pub mod identity_provider;
pub mod loopback;
pub mod now;
pub mod service;
