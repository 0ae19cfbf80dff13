//! The cards and their authorities: they are what they are said to be.

mod authorities;
mod cards;
mod holders;
mod reading;
mod revocation;

use std::sync::LazyLock;

use super::{CITIZENS, Card, CardAuthority, CardProfile, RevocationServer};
use crate::identity_provider::Person;
use crate::now::now;

/// Where nothing is published.
const NOWHERE: &str = "http://127.0.0.1:9";

/// An authority that many tests share: making a key takes time.
static AUTHORITY: LazyLock<CardAuthority> = LazyLock::new(|| CardAuthority::make(CITIZENS, NOWHERE, now()).unwrap());

fn bianca() -> &'static Person {
    Person::named("bianca").unwrap()
}

/// Bianca's card after a change.
fn card(change: impl FnOnce(CardProfile) -> CardProfile) -> Card {
    change(AUTHORITY.card(bianca()).unwrap()).issue(now()).unwrap()
}

/// A server where an authority publishes what it revokes.
async fn published() -> (RevocationServer, CardAuthority) {
    let server = RevocationServer::start(0).await.unwrap();
    let authority = CardAuthority::make(CITIZENS, &server.origin(), now()).unwrap();
    server.add(&authority);
    (server, authority)
}
