//! The whole system, tried from outside: one module for each promise.

mod cie;
mod eidas;
mod encryption;
mod errors_of_the_provider;
mod evidence;
mod federation;
mod federation_keys;
mod health_card;
mod identities;
mod login;
mod logout;
mod openid;
mod openid_answers;
mod operations;
mod preflight;
mod privacy;
mod providers;
mod proxy;
mod published;
mod refused_answers;
mod requests;
mod sessions;
mod unknown;

use anyhow::{Result, anyhow};
use varco_tests::harness::{Citizen, Gateway};
use varco_tests::identity_provider::AuthnRequest;

/// What the gateway asks the provider when this citizen opens a page, read by the provider itself.
async fn asked(citizen: &mut Citizen, gateway: &Gateway, path: &str) -> Result<AuthnRequest> {
    let message = citizen.leave_for_provider("anagrafe", path).await?;
    let request = gateway.spid()?.receive(&message).await;
    request.map_err(|unserved| anyhow!("the provider does not serve the gateway's request: {unserved:?}"))
}
