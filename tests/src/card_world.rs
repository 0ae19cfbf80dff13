//! Cards and everybody who vouches for them: an authority, the signed trust list that names it, and the server that
//! tells what it has revoked.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use jiff::SignedDuration;
use varco_forge::trust_list::{ListSigner, ListedAuthority, TrustListText};

use crate::card::{CITIZENS, Card, CardAuthority, RevocationServer};
use crate::identity_provider::Person;
use crate::now::now;

/// The trust list.
pub const TRUST_LIST: &str = "trust-list.xml";
/// The certificate of its signer.
pub const LIST_SIGNER: &str = "trust-list-signer.pem";

/// For how long a list counts.
const LIFE_OF_LIST: SignedDuration = SignedDuration::from_hours(24 * 180);
/// Since when the authorities are recognised.
const RECOGNISED_FOR: SignedDuration = SignedDuration::from_hours(24 * 365 * 9);

/// Cards and everybody who vouches for them.
pub struct CardWorld {
    authority: CardAuthority,
    revocations: RevocationServer,
    signer: ListSigner,
}

// === impl CardWorld ===

impl CardWorld {
    /// A new one, on a free port of loopback.
    pub async fn start() -> Result<Self> {
        let revocations = RevocationServer::start(0).await?;
        let authority = CardAuthority::make(CITIZENS, &revocations.origin(), now())?;
        Self::of(authority, revocations)
    }

    /// One whose authority is kept in a folder, on this port.
    pub async fn open_or_start(folder: &Path, port: u16) -> Result<Self> {
        let revocations = RevocationServer::start(port).await?;
        let authority = CardAuthority::open_or_make(folder, CITIZENS, &revocations.origin(), now())?;
        Self::of(authority, revocations)
    }

    fn of(authority: CardAuthority, revocations: RevocationServer) -> Result<Self> {
        revocations.add(&authority);
        Ok(Self { authority, revocations, signer: ListSigner::new()? })
    }

    /// The authority that the trust list names.
    pub const fn authority(&self) -> &CardAuthority {
        &self.authority
    }

    /// What it publishes of what it has revoked.
    pub const fn revocations(&self) -> &RevocationServer {
        &self.revocations
    }

    /// A health card of somebody.
    pub fn card_of(&self, person: &Person) -> Result<Card> {
        self.authority.card(person)?.issue(now())
    }

    /// As the trust list names an authority that is recognised.
    pub fn recognised(authority: &CardAuthority) -> ListedAuthority {
        let since = now() - RECOGNISED_FOR;
        ListedAuthority::recognised(authority.names().common_name, authority.der(), since)
    }

    /// A list of these authorities, newer than any before.
    pub fn list_of(&self, authorities: Vec<ListedAuthority>) -> Result<String> {
        // Whole seconds are written, and none of them may be yet to come.
        let issued_at = now() - SignedDuration::from_secs(1);
        let sequence = u64::try_from(issued_at.as_millisecond())?;
        let next_at = Some(issued_at + LIFE_OF_LIST);
        TrustListText { sequence, issued_at, next_at, authorities }.signed_by(&self.signer)
    }

    /// Writes the list and its signer's certificate into a folder, where the settings name them.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let list = self.list_of(vec![Self::recognised(&self.authority)])?;
        for (name, text) in [(TRUST_LIST, &list), (LIST_SIGNER, &self.signer.certificate)] {
            let path = folder.join(name);
            fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
        }
        Ok(())
    }

    /// Publishes the list at an address.
    pub fn publish(&self) -> Result<String> {
        self.revocations.publish_trust_list(self.list_of(vec![Self::recognised(&self.authority)])?);
        Ok(self.revocations.trust_list_address())
    }

    /// Writes another list there.
    pub fn write_list(&self, folder: &Path, authorities: Vec<ListedAuthority>) -> Result<()> {
        Ok(fs::write(folder.join(TRUST_LIST), self.list_of(authorities)?)?)
    }
}
