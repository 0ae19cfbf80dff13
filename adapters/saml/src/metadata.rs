//! Service-provider metadata.
