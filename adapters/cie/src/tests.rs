//! The method as its caller sees it.

mod answering;
mod asking;
mod fixture;
mod leaving;
mod publishing;
