//! What a login costs, beside the least that it could cost and beside other libraries.
//!
//! Only ratios within one run hold: the same program is twice as slow a quarter of an hour later.

pub mod card;
pub mod cpu;
pub mod login;
pub mod openid;
pub mod response;

mod world;
