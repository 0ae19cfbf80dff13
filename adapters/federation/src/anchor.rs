//! Trust anchors: where every chain ends, because an administrator says so.

use crate::entity_id::EntityId;
use crate::jose::Jwks;

/// A trust anchor.
#[derive(Clone, Debug)]
pub struct TrustAnchor {
    /// Its name.
    pub entity: EntityId,
    /// Its keys, where they are pinned. Otherwise they are those that stand at its address, and the protection of
    /// that address is all that vouches for them.
    pub keys: Option<Jwks>,
}
