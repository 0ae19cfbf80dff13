//! Cards for tests and the demo: authorities named as the real ones are, cards of people who do not exist, and the
//! server where one learns which of them were revoked.
//!
//! A card is by default what the profile of the CNS demands. Tests change what they want to see refused, and have
//! the server do what a gateway must bear.

mod authority;
mod extensions;
mod holder;
mod issued;
mod names;
mod parts;
mod profile;
pub mod reader;
mod revocation;

#[cfg(test)]
mod tests;

pub use authority::CardAuthority;
pub use holder::{common_name, omocodic, with_wrong_check_letter};
pub use issued::Card;
pub use names::{CITIZENS, IDENTITY_CARDS, Names, STRANGERS};
pub use profile::{CardProfile, HEALTH_CARD, IDENTITY_CARD, LOMBARDY, LOMBARDY_SISS};
pub use revocation::{Asked, Conduct, Nuisance, RevocationServer, Times};
