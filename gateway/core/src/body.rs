//! Public bodies whose services stand behind the gateway.

use serde::{Deserialize, Serialize};

use crate::name::BodyId;

/// A public body, as far as logins and assertions need to know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// Its IPA code.
    pub id: BodyId,
    /// Its full name, as citizens know it.
    pub name: String,
}
