//! The addresses and names of the gateway that SPID knows, each written down once.

use varco_core::name::BodyId;
use varco_core::origin::Origin;

/// The word of the method in `/login/{method}`, `/return/{method}` and `/metadata/{method}`.
pub const METHOD: &str = "spid";

/// The entity identifier of a body. Avviso 19v4: it contains the activity code of the aggregator,
/// and no query.
pub fn entity_id(access: &Origin, body: &BodyId) -> String {
    format!("{access}/pub-ag-full/{body}")
}

/// Where answers go.
pub fn assertion_consumer(access: &Origin) -> String {
    format!("{access}/return/{METHOD}")
}

/// Where logout messages go.
pub fn single_logout(access: &Origin) -> String {
    format!("{access}/logout/{METHOD}")
}
