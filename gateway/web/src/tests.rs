//! The routes, asked the way browsers ask, over stores that are plain maps.

mod documents;
mod errors;
mod federation;
mod hostile;
mod login;
mod logout;
mod looks;
mod world;
