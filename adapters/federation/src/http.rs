//! What the engine asks of the network. The implementation bounds everything that comes from outside: it
//! follows no redirect, unpacks nothing, and gives up on whoever is slow or has too much to say.

use std::time::Duration;

use async_trait::async_trait;
use url::Url;

/// A request.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// Where to.
    pub address: &'a Url,
    /// What is asked.
    pub ask: Ask<'a>,
    /// The media type that the answer should have; anything may come all the same.
    pub accept: &'static str,
    /// How much may come back, in bytes.
    pub most: usize,
    /// How long all of it may take.
    pub patience: Duration,
}

/// What is asked. `Debug` prints neither tokens nor the values of forms.
#[derive(Clone)]
pub enum Ask<'a> {
    /// A document.
    Get,
    /// A document, for the bearer of this token.
    GetAs(&'a str),
    /// What comes of a form.
    Post(&'a [(&'a str, &'a str)]),
}

/// An answer, whatever its status. `Debug` does not print its content.
#[derive(Clone)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its media type, in small letters and without parameters; empty where it says none.
    pub media_type: String,
    /// Its content.
    pub content: Vec<u8>,
}

/// Why there is no answer. What it says is for the log: it holds no personal data, and no address that a
/// stranger chose.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpFault {
    /// The address is one that is not asked: not protected, or in a network that is nobody's business.
    #[error("the address may not be asked")]
    Forbidden,
    /// It cannot be reached, or breaks off.
    #[error("no connection")]
    Unreachable,
    /// It took too long.
    #[error("no answer in time")]
    Slow,
    /// It sends more than was allowed.
    #[error("the answer is too large")]
    TooLarge,
    /// It sends what was not asked for: compressed, or a redirect.
    #[error("the answer is of another kind")]
    Unexpected,
}

/// The network.
#[async_trait]
pub trait Http: Send + Sync {
    /// Sends a request.
    async fn send(&self, request: Request<'_>) -> Result<Answer, HttpFault>;
}

impl std::fmt::Debug for Ask<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Get => formatter.write_str("Get"),
            Self::GetAs(_) => formatter.write_str("GetAs([redacted])"),
            Self::Post(fields) => formatter.debug_set().entries(fields.iter().map(|(name, _)| name)).finish(),
        }
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Answer({}, {}, {} bytes)", self.status, self.media_type, self.content.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens, codes, and what proves who we are.
    #[test]
    fn what_is_asked_with_does_not_print() {
        let address = Url::parse("https://op.example/token").unwrap();
        for ask in [Ask::GetAs("secret"), Ask::Post(&[("code", "secret")])] {
            let request = Request { address: &address, ask, accept: "", most: 1, patience: Duration::ZERO };
            let printed = format!("{request:?}");
            assert!(!printed.contains("secret") && printed.contains("op.example"), "{printed}");
        }
    }
}
