//! The cards of the demo: an authority, three health cards as files that browsers take in, and what was revoked.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use varco_settings::Settings;

use super::{KEYS, say};
use crate::card::Card;
use crate::card_world::CardWorld;
use crate::identity_provider::{PEOPLE, Person};
use crate::now::now;

/// Where the authority says what it has revoked.
const PORT: u16 = 8456;

/// The PIN of every card of the demo, with which the files open.
pub(super) const PIN: &str = "12345";

/// Whose cards they are.
pub(super) const HOLDER: &Person = &PEOPLE[0];

/// The cards while the demo runs.
pub(super) struct Cards {
    pub(super) valid: Card,
    pub(super) expired: Card,
    pub(super) revoked: Card,
    _world: CardWorld,
}

// === impl Cards ===

impl Cards {
    /// Makes the cards, and writes what the gateway and browsers must know of them.
    pub(super) async fn start(settings: &Settings) -> Result<Self> {
        let folder = folder();
        let world = CardWorld::open_or_start(&folder, PORT).await?;
        world.write(Path::new(KEYS))?;
        // The authority may be another one than yesterday, and the administrator of the demo approves of it.
        let approved = settings.metadata_folder().join("card-authorities.txt");
        if approved.exists() {
            fs::remove_file(&approved).with_context(|| format!("removing {}", approved.display()))?;
        }
        let valid = world.card_of(HOLDER)?;
        let expired = world.authority().card(HOLDER)?.expired().issue(now())?;
        let revoked = world.card_of(HOLDER)?;
        world.revocations().revoke(&revoked)?;
        let cards = Self { valid, expired, revoked, _world: world };
        for (name, card) in cards.named() {
            let file = folder.join(format!("{name}.p12"));
            let content = card.pkcs12(&format!("{} ({name})", HOLDER.full_name()), PIN)?;
            fs::write(&file, content).with_context(|| format!("writing {}", file.display()))?;
        }
        say(&format!("Three health cards: {}/{{valid,expired,revoked}}.p12", folder.display()));
        Ok(cards)
    }

    /// Each with its name.
    pub(super) fn named(&self) -> [(&'static str, &Card); 3] {
        [("valid", &self.valid), ("expired", &self.expired), ("revoked", &self.revoked)]
    }
}

/// Where the files are.
pub(super) fn folder() -> PathBuf {
    Path::new(KEYS).join("cards")
}
