//! The story of a login, with a provider of the test's own and stores that are plain maps.
