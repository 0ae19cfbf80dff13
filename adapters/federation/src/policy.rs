//! What superiors allow their subordinates to say of themselves. (OpenID Federation 1.0, section 6.1.)
//!
//! A policy is read ([`MetadataPolicy::parse`]), merged with those of the superiors above
//! ([`MetadataPolicy::merge`]), and applied to what an entity says of itself ([`MetadataPolicy::apply`]). Each step
//! can fail, and with it the trust chain.

mod apply;
mod operators;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use operators::Operators;

/// What entities of some types may say: for each type and parameter, the operators.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MetadataPolicy(BTreeMap<String, BTreeMap<String, Operators>>);

/// Why a policy cannot be read, merged or applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// It is no policy.
    #[error("the policy has another form")]
    Form,
    /// An operator has a value that it does not take.
    #[error("the operator {0} has a value that it does not take")]
    Operand(&'static str),
    /// It must be understood, and is not.
    #[error("an operator that must be understood is not")]
    Critical,
    /// Operators of one parameter contradict each other.
    #[error("the operators of {0} contradict each other")]
    Contradiction(String),
    /// A superior and one below it want different things.
    #[error("superiors disagree on {0}")]
    Disagreement(String),
    /// What the entity says is not allowed.
    #[error("{0} is not as the policy wants it")]
    Violation(String),
}

/// Real policies have less than 50 parameters.
const MOST_PARAMETERS: usize = 500;

// === impl MetadataPolicy ===

impl MetadataPolicy {
    /// Reads a policy; `critical` are the operators besides the standard ones that must be understood.
    pub fn parse(policy: &Map<String, Value>, critical: &[&str]) -> Result<Self, PolicyFault> {
        if critical.iter().any(|name| !operators::NAMES.contains(name)) {
            return Err(PolicyFault::Critical);
        }
        let mut read = BTreeMap::new();
        let mut parameters_in_all = 0;
        for (entity_type, parameters) in policy {
            let parameters = parameters.as_object().ok_or(PolicyFault::Form)?;
            parameters_in_all += parameters.len();
            if parameters_in_all > MOST_PARAMETERS {
                return Err(PolicyFault::Form);
            }
            let operators = |(name, wanted): (&String, &Value)| {
                let wanted = wanted.as_object().ok_or(PolicyFault::Form)?;
                Ok((name.clone(), Operators::parse(name, wanted)?))
            };
            read.insert(entity_type.clone(), parameters.iter().map(operators).collect::<Result<_, _>>()?);
        }
        Ok(Self(read))
    }

    /// This policy of a superior, with that of one below it. (Section 6.1.3.1.)
    pub fn merge(mut self, below: &Self) -> Result<Self, PolicyFault> {
        for (entity_type, parameters) in &below.0 {
            let merged = self.0.entry(entity_type.clone()).or_default();
            for (name, operators) in parameters {
                match merged.remove(name) {
                    None => merged.insert(name.clone(), operators.clone()),
                    Some(above) => merged.insert(name.clone(), above.merge(name, operators)?),
                };
            }
        }
        Ok(self)
    }

    /// What an entity says of itself, by type, as far as the policy allows. (Section 6.1.4.)
    pub fn apply(&self, metadata: &mut Map<String, Value>) -> Result<(), PolicyFault> {
        for (entity_type, parameters) in &self.0 {
            let Some(said) = metadata.get_mut(entity_type) else { continue };
            let said = said.as_object_mut().ok_or(PolicyFault::Form)?;
            for (name, operators) in parameters {
                apply::apply(name, operators, said)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
