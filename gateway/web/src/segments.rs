//! The parts of an address that a route names.

use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path};
use http::request::Parts;

use crate::refusal::{Stop, WebRefusal};

/// The parts of an address that a route names, decoded. What cannot be decoded is no address of ours:
/// it is refused with a page, where axum's own extractor answers with a line of text.
#[derive(Debug)]
pub(crate) struct Segments<T>(pub(crate) T);

impl<S, T> FromRequestParts<S> for Segments<T>
where
    S: Send + Sync,
    Path<T>: FromRequestParts<S, Rejection = PathRejection>,
{
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Stop> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        let Path(segments) = path.map_err(|_| WebRefusal::UnknownPage.because("the path is not UTF-8"))?;
        Ok(Self(segments))
    }
}
