//! What an administrator sees of the authorities, and what they approve.

use std::io;

use varco_core::name::MethodId;
use varco_health_card::authority::Authorities;
use varco_health_card::method::METHOD;
use varco_settings::Settings;

use super::CardError;
use super::approval::Approvals;
use super::lists::ListSource;
use crate::{Fault, OpenError, World};

/// An authority of a trust list.
#[derive(Clone, Debug)]
pub struct ListedAuthority {
    /// The SHA-256 of its certificate, in lower-case hexadecimal digits.
    pub fingerprint: String,
    /// Its name.
    pub name: String,
    /// Whether its cards are accepted.
    pub state: AuthorityState,
}

/// Whether the cards of an authority are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorityState {
    /// They are.
    Accepted,
    /// It waits to be approved.
    Waits,
    /// Only those that it issued while it was recognised.
    Withdrawn,
}

/// Every authority, as the lists say now that were read last. Nobody outside is asked.
pub async fn listed(settings: &Settings, world: &World) -> Result<Vec<ListedAuthority>, OpenError> {
    let listed = list(settings, world).await;
    listed.map_err(|fault| OpenError { section: "methods.health_card".to_owned(), fault })
}

async fn list(settings: &Settings, world: &World) -> Result<Vec<ListedAuthority>, Fault> {
    let Some(section) = &settings.methods.health_card else { return Ok(Vec::new()) };
    let (folder, now) = (settings.metadata_folder(), world.clock.now());
    let sources = ListSource::open_all(section, &MethodId::parse(METHOD)?, &folder, now).await?;
    let lists: Vec<_> = sources.iter().filter_map(|source| source.list.as_deref()).collect();
    let all = Authorities::merged(lists.iter().map(|list| &list.authorities));
    let approved = Approvals::new(&folder).read().map_err(CardError::from)?;
    let state = |authority: &_| match &approved {
        Some(approved) if !approved.holds(authority) => AuthorityState::Waits,
        _ if !authority.was_recognised_at(now) => AuthorityState::Withdrawn,
        _ => AuthorityState::Accepted,
    };
    let listed = all.all().iter().map(|authority| ListedAuthority {
        fingerprint: authority.fingerprint(),
        name: authority.name.clone(),
        state: state(authority),
    });
    Ok(listed.collect())
}

/// Approves authorities. A gateway that is running takes notice when it looks at its lists next.
pub fn approve(settings: &Settings, authorities: &[ListedAuthority]) -> io::Result<()> {
    let approvals = Approvals::new(&settings.metadata_folder());
    let mut approved = approvals.read()?.unwrap_or_default();
    for authority in authorities {
        approved.add_named(authority.fingerprint.clone(), authority.name.clone());
    }
    if authorities.is_empty() { Ok(()) } else { approvals.write(&approved) }
}

// === impl AuthorityState ===

impl AuthorityState {
    /// The word in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Waits => "waits",
            Self::Withdrawn => "withdrawn",
        }
    }
}
