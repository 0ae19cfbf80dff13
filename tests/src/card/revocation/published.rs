//! What is published of each authority.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::conduct::{Conduct, Nuisance, Times};
use crate::card::authority::{CardAuthority, Delegate};

/// All of it.
pub(super) struct State {
    pub(super) authorities: BTreeMap<&'static str, Published>,
    /// An authority that vouches for nobody here.
    pub(super) stranger: CardAuthority,
    pub(super) trust_list: Option<String>,
    pub(super) trust_list_nuisance: Option<Nuisance>,
    pub(super) trust_list_asked: usize,
}

/// What is published of one authority.
#[derive(Clone)]
pub(super) struct Published {
    pub(super) authority: CardAuthority,
    /// Cards by their numbers.
    pub(super) revoked: BTreeMap<Vec<u8>, Revoked>,
    /// The number of the last list.
    pub(super) number: u64,
    pub(super) lists: Endpoint,
    pub(super) answers: Endpoint,
    /// Who answers, where it is not the authority itself.
    pub(super) delegate: Option<Arc<Delegate>>,
}

/// How one is treated who asks.
#[derive(Clone, Copy)]
pub(super) struct Endpoint {
    pub(super) conduct: Conduct,
    pub(super) times: Times,
    pub(super) asked: usize,
}

/// Since when a card counts no more, and why.
#[derive(Clone, Copy)]
pub(super) struct Revoked {
    pub(super) since: Timestamp,
    pub(super) reason: Reason,
}

#[derive(Clone, Copy)]
pub(super) enum Reason {
    Lost,
    OnHold,
}

/// How often somebody asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// For the list.
    pub lists: usize,
    /// About a card.
    pub answers: usize,
}

// === impl State ===

impl State {
    pub(super) fn new(stranger: CardAuthority) -> Self {
        Self {
            authorities: BTreeMap::new(),
            stranger,
            trust_list: None,
            trust_list_nuisance: None,
            trust_list_asked: 0,
        }
    }
}

// === impl Published ===

impl Published {
    pub(super) fn new(authority: CardAuthority) -> Self {
        let endpoint = |times| Endpoint { conduct: Conduct::Good, times, asked: 0 };
        Self {
            authority,
            revoked: BTreeMap::new(),
            number: 0,
            lists: endpoint(Times::OF_LISTS),
            answers: endpoint(Times::OF_ANSWERS),
            delegate: None,
        }
    }
}
