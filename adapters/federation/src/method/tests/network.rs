//! A network on which the provider of the tests answers, and which remembers who was asked what.

use std::collections::HashMap;
use std::sync::Mutex;

use async_trait::async_trait;

use crate::http::{Answer, Ask, Http, HttpFault, Request};

/// What was asked.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) address: String,
    pub(super) bearer: Option<String>,
    pub(super) form: HashMap<String, String>,
}

/// The network.
#[derive(Default)]
pub(super) struct Network {
    answers: Mutex<HashMap<String, Result<Answer, HttpFault>>>,
    calls: Mutex<Vec<Call>>,
}

impl Network {
    /// From now on, this address answers so.
    pub(super) fn answers(&self, address: &str, answer: Result<Answer, HttpFault>) {
        self.answers.lock().unwrap().insert(address.to_owned(), answer);
    }

    pub(super) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// The addresses that were asked, in order.
    pub(super) fn asked(&self) -> Vec<String> {
        self.calls().into_iter().map(|call| call.address).collect()
    }
}

#[async_trait]
impl Http for Network {
    async fn send(&self, request: Request<'_>) -> Result<Answer, HttpFault> {
        let (bearer, form) = match request.ask {
            Ask::Get => (None, HashMap::new()),
            Ask::GetAs(token) => (Some(token.to_owned()), HashMap::new()),
            Ask::Post(fields) => (None, fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()),
        };
        let address = request.address.to_string();
        self.calls.lock().unwrap().push(Call { address: address.clone(), bearer, form });
        let answer = self.answers.lock().unwrap().get(&address).cloned().unwrap_or(Err(HttpFault::Unreachable))?;
        if answer.content.len() > request.most { Err(HttpFault::TooLarge) } else { Ok(answer) }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it stands beside what fails")]
pub(super) fn answer(status: u16, media_type: &str, content: impl Into<Vec<u8>>) -> Result<Answer, HttpFault> {
    Ok(Answer { status, media_type: media_type.to_owned(), content: content.into() })
}
