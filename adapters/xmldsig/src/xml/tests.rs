//! What is refused before anything is read.
