//! varco-web
