//! Tokens, honest and not.
