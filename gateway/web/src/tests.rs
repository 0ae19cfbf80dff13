//! The routes, asked the way browsers ask, over stores that are plain maps.

mod documents;
mod errors;
mod hostile;
mod login;
mod logout;
mod looks;
mod world;
