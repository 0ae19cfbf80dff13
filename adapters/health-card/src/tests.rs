//! Cards that a test authority issues, good ones and all others.

mod cards;
mod lists;
mod logins;
pub(crate) mod made;
mod ocsp;
mod trust_lists;
mod verdicts;
