//! What the listener knows of a request before anybody reads it.

use std::fmt;
use std::net::IpAddr;

use crate::ports::Randomness;

/// How a request arrived. The listener attaches it to every request; nothing in it was said by the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The address of the client: of the connection, or the one that a trusted proxy names.
    pub client: IpAddr,
    /// Whether the client speaks TLS, to us or to a trusted proxy.
    pub secure: bool,
    /// The lower-case host that the request is for, without port.
    pub host: String,
    /// Names the request in the log and on error pages.
    pub request_id: RequestId,
}

/// Names a request: 16 hexadecimal digits, unpredictable, without meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(u64);

// === impl RequestId ===

impl RequestId {
    /// Draws a new one.
    pub fn draw(randomness: &dyn Randomness) -> Self {
        let mut bytes = [0; 8];
        randomness.fill(&mut bytes);
        Self(u64::from_be_bytes(bytes))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}
