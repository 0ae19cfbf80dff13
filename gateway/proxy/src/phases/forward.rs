//! Phase 6: the request goes to the service, both bodies streaming; the head of the answer comes back.

use std::time::Duration;

use axum::body::Body;
use http::header::{CONNECTION, TE, UPGRADE};
use http::request::Parts;
use http::{Extensions, HeaderMap, HeaderValue, Request, Version};
use hyper::body::Body as _;
use hyper_util::client::legacy::ResponseFuture;
use tokio::time::{Instant, timeout_at};

use crate::body::{Progress, Upload};
use crate::error::{Failure, ProxyRefusal};
use crate::observer::Watch;
use crate::phases::after::Exchange;
use crate::phases::strip::Taken;
use crate::upstream::Upstream;

impl Upstream {
    /// Sends a request, and waits for the head of the answer.
    pub(crate) async fn forward(
        &self,
        mut head: Parts,
        body: Body,
        taken: &Taken,
        watch: &mut Watch,
    ) -> Result<Exchange, Failure> {
        head.uri = self.target(&head.uri)?;
        head.version = Version::HTTP_11;
        head.extensions = Extensions::new();
        connection_fields(&mut head.headers, taken);
        let (body, progress) = if body.is_end_stream() {
            (body, None)
        } else {
            let (upload, progress) = Upload::new(body, self.idle_timeout);
            (Body::new(upload), Some(progress))
        };
        let began = Instant::now();
        let pending = self.client.request(Request::from_parts(head, body));
        let response = self.answer(pending, progress.as_deref(), began).await?;
        watch.forwarded(response.status(), began.elapsed());
        Ok(Exchange { response })
    }

    /// Waits for the head of the answer. The time in which the client is still sending does not count.
    async fn answer(
        &self,
        pending: ResponseFuture,
        upload: Option<&Progress>,
        began: Instant,
    ) -> Result<http::Response<hyper::body::Incoming>, Failure> {
        let mut pending = std::pin::pin!(pending);
        let mut deadline = began + self.response_timeout;
        loop {
            if let Ok(answered) = timeout_at(deadline, &mut pending).await {
                let upload_failed = || upload.is_some_and(Progress::failed);
                return answered.map_err(|error| Failure::of_exchange(&error, upload_failed()));
            }
            match upload.and_then(|upload| upload.moved_after(deadline - self.response_timeout)) {
                Some(moved) => deadline = moved + self.response_timeout,
                None => return Err(ProxyRefusal::UpstreamTimeout.caused_by(NoAnswer(self.response_timeout))),
            }
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("no answer within {0:?}")]
struct NoAnswer(Duration);

/// The fields of our connection to the service.
fn connection_fields(headers: &mut HeaderMap, taken: &Taken) {
    if taken.websocket.is_some() {
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    } else if taken.takes_trailers {
        // RFC 9110 section 10.1.4: TE is for one connection, and is named as such.
        headers.insert(CONNECTION, HeaderValue::from_static("te"));
        headers.insert(TE, HeaderValue::from_static("trailers"));
    }
}
