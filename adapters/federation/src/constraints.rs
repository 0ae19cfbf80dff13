//! What everybody below an entity must keep to. (OpenID Federation 1.0, section 6.2.)

use serde_json::{Map, Value};

use crate::entity_id::EntityId;
use crate::jose::{Claims, ClaimsFault};

/// What everybody below an entity must keep to. Each that is not there allows everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Constraints {
    /// How many may stand between the entity and the one that a chain is about.
    longest_path: Option<u64>,
    /// The hosts that names may have, and those that they may not have.
    permitted: Option<Vec<String>>,
    excluded: Vec<String>,
    /// What one below may be.
    types: Option<Vec<String>>,
    /// The same, as older documents and those of Italy call it.
    leaf_types: Option<Vec<String>>,
}

/// Why constraints cannot be read, or are broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConstraintsFault {
    /// They have another form.
    #[error(transparent)]
    Form(#[from] ClaimsFault),
    /// Too many stand in between.
    #[error("the path is longer than max_path_length")]
    PathLength,
    /// The name of an entity is not one that is allowed.
    #[error("a name is outside of naming_constraints")]
    Name,
}

// === impl Constraints ===

impl Constraints {
    /// Those in a statement.
    pub(crate) fn of(statement: &Claims) -> Result<Self, ConstraintsFault> {
        let Some(members) = statement.optional_object("constraints")?.cloned().map(Claims::new) else {
            return Ok(Self::default());
        };
        let longest_path = match members.value("max_path_length") {
            None => None,
            Some(length) => Some(length.as_u64().ok_or(ClaimsFault::Type("max_path_length"))?),
        };
        let naming = members.optional_object("naming_constraints")?.cloned().map(Claims::new).unwrap_or_default();
        let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
        Ok(Self {
            longest_path,
            permitted: naming.optional_texts("permitted")?.map(owned),
            excluded: naming.optional_texts("excluded")?.map(owned).unwrap_or_default(),
            types: members.optional_texts("allowed_entity_types")?.map(owned),
            leaf_types: members.optional_texts("allowed_leaf_entity_types")?.map(owned),
        })
    }

    /// Holds a path against them: how many stand between the entity and the last one, and all names below it.
    pub(crate) fn check(&self, between: usize, below: &[&EntityId]) -> Result<(), ConstraintsFault> {
        if self.longest_path.is_some_and(|longest| between as u64 > longest) {
            return Err(ConstraintsFault::PathLength);
        }
        if below.iter().all(|entity| self.allow_name(entity)) { Ok(()) } else { Err(ConstraintsFault::Name) }
    }

    /// Leaves of what an entity is only what it may be. (Section 6.2.3: a `federation_entity` always.)
    pub(crate) fn cut(&self, metadata: &mut Map<String, Value>) {
        for types in self.types.iter().chain(&self.leaf_types) {
            metadata.retain(|name, _| name == "federation_entity" || types.contains(name));
        }
    }

    fn allow_name(&self, entity: &EntityId) -> bool {
        let host = entity.host().unwrap_or_default();
        let among = |names: &Vec<String>| names.iter().any(|name| covers(name, &host));
        !among(&self.excluded) && self.permitted.as_ref().is_none_or(among)
    }
}

/// RFC 5280, section 4.2.1.10: with a dot before it, all hosts below that name; without, that host.
fn covers(name: &str, host: &str) -> bool {
    let (name, host) = (name.to_ascii_lowercase(), host.to_ascii_lowercase());
    if name.starts_with('.') { host.len() > name.len() && host.ends_with(&name) } else { host == name }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::entity_id::Addresses;

    fn constraints(value: &Value) -> Result<Constraints, ConstraintsFault> {
        Constraints::of(&Claims::new(json!({ "constraints": value }).as_object().unwrap().clone()))
    }

    fn entity(text: &str) -> EntityId {
        EntityId::parse(text, Addresses::Protected).unwrap()
    }

    #[test]
    fn a_path_may_be_as_long_as_it_says() {
        let one = constraints(&json!({ "max_path_length": 1 })).unwrap();
        assert_eq!(one.check(1, &[]), Ok(()));
        assert_eq!(one.check(2, &[]), Err(ConstraintsFault::PathLength));
        assert_eq!(Constraints::default().check(9, &[]), Ok(()));
        for wrong in [json!("1"), json!(-1), json!(1.5), json!(null)] {
            assert!(constraints(&json!({ "max_path_length": wrong })).is_err());
        }
    }

    #[test]
    fn names_lie_where_they_may() {
        let naming = json!({ "permitted": [".gov.example", "op.example"], "excluded": ["bad.gov.example"] });
        let naming = constraints(&json!({ "naming_constraints": naming })).unwrap();
        for good in ["https://a.gov.example/x", "https://a.b.gov.example", "https://op.example:8443"] {
            assert_eq!(naming.check(0, &[&entity(good)]), Ok(()), "{good}");
        }
        for bad in ["https://gov.example", "https://bad.gov.example", "https://x.op.example", "https://evilgov.example"]
        {
            assert_eq!(naming.check(0, &[&entity(bad)]), Err(ConstraintsFault::Name), "{bad}");
        }
    }

    #[test]
    fn of_what_an_entity_is_only_what_it_may_be_is_left() {
        let mut metadata = json!({ "openid_provider": {}, "openid_relying_party": {}, "federation_entity": {} });
        let metadata = metadata.as_object_mut().unwrap();
        constraints(&json!({ "allowed_entity_types": ["openid_provider"] })).unwrap().cut(metadata);
        assert_eq!(metadata.keys().collect::<Vec<_>>(), ["federation_entity", "openid_provider"]);
        constraints(&json!({ "allowed_leaf_entity_types": [] })).unwrap().cut(metadata);
        assert_eq!(metadata.keys().collect::<Vec<_>>(), ["federation_entity"]);
    }
}
