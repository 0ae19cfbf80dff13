//! The rules of the gateway, free of I/O: what an assurance level is, how a login attempt moves,
//! when a session may be opened, which service a path belongs to, and who may pass.
//!
//! Nothing here knows HTTP frameworks, stores, XML or JOSE. Time and randomness come in as
//! parameters ([`ports::Clock`], [`ports::Randomness`]), so every rule can be tested at any instant.
//!
//! Where to start: [`attempt`] is the state machine of a login, [`login`] drives it through the
//! ports, [`method`] is the contract of a login method, [`decision`] judges a proxied request.

pub mod age;
pub mod arrival;
pub mod attempt;
pub mod attribute;
pub mod body;
pub mod card;
pub mod catalogue;
pub mod company_number;
pub mod decision;
pub mod event;
pub mod evidence;
pub mod expiry;
pub mod federation;
pub mod fiscal_number;
pub mod handoff;
pub mod identity;
pub mod level;
pub mod login;
pub mod logout;
pub mod method;
pub mod name;
pub mod origin;
pub mod ports;
pub mod purpose;
pub mod refusal;
pub mod request_path;
pub mod return_path;
pub mod secret;
pub mod service;
pub mod session;
