//! The proxy as a whole: real clients and real services on loopback, the gateway in between.

#[cfg(test)]
mod access;
#[cfg(test)]
mod failures;
#[cfg(test)]
mod framing;
#[cfg(test)]
mod headers;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod streaming;
#[cfg(test)]
mod upstreams;
#[cfg(test)]
mod websocket;
