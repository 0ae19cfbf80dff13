//! Cards that a test authority issues, good ones and all others.

mod cards;
mod lists;
mod made;
