//! The method as its caller sees it: a provider of the tests signs real tokens, and lies where it is told to.

mod asking;
mod callback;
mod evidence;
mod id_token;
mod keys;
mod leaving;
mod network;
mod scene;
mod token;
mod userinfo;
