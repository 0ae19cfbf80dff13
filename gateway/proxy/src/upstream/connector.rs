//! Opens connections to a service. Where one address cannot be reached, the next one is tried: the
//! request, of which nothing was sent yet, does not notice.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tower_service::Service;
use varco_core::name::ServiceId;

use super::UpstreamOptions;
use super::link::Link;
use super::targets::Targets;
use crate::setup::SetupError;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A TCP connection, with or without TLS.
pub(super) type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

/// Opens connections to one service.
#[derive(Clone)]
pub(crate) struct Connector {
    https: HttpsConnector<HttpConnector>,
    targets: Arc<Targets>,
    timeout: Duration,
}

// === impl Connector ===

impl Connector {
    /// A connector that trusts what the options of the service say.
    pub(super) fn new(
        targets: Arc<Targets>,
        options: &UpstreamOptions,
        service: &ServiceId,
    ) -> Result<Self, SetupError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = HttpsConnectorBuilder::new();
        let builder = match &options.authorities {
            None => builder.with_provider_and_webpki_roots(provider)?,
            Some(pem) => builder.with_tls_config(
                ClientConfig::builder_with_provider(provider)
                    .with_safe_default_protocol_versions()?
                    .with_root_certificates(pinned(pem, service)?)
                    .with_no_client_auth(),
            ),
        };
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        let https = builder.https_or_http().enable_http1().wrap_connector(http);
        Ok(Self { https, targets, timeout: options.connect_timeout })
    }

    async fn connect(mut self, address: Uri) -> Result<Link, BoxError> {
        let failure = match self.reach(address.clone()).await {
            Ok(stream) => return Ok(Link::new(stream)),
            Err(failure) => failure,
        };
        let Some(other) = self.targets.instead_of(&address) else { return Err(failure) };
        // The pool would keep the connection under the address that failed, and go on sending there
        // what belongs to that address when it is back: so it serves one request.
        self.reach(other).await.map(Link::for_one_request)
    }

    async fn reach(&mut self, address: Uri) -> Result<Stream, BoxError> {
        let connecting = async {
            poll_fn(|context| self.https.poll_ready(context)).await?;
            self.https.call(address).await
        };
        tokio::time::timeout(self.timeout, connecting)
            .await
            .unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::TimedOut, "no connection in time").into()))
    }
}

impl Service<Uri> for Connector {
    type Response = Link;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Link, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, address: Uri) -> Self::Future {
        Box::pin(self.clone().connect(address))
    }
}

fn pinned(pem: &[u8], service: &ServiceId) -> Result<RootCertStore, SetupError> {
    let refused = |cause: String| SetupError::Authorities { service: service.clone(), cause };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| refused(error.to_string()))?;
        roots.add(certificate).map_err(|error| refused(error.to_string()))?;
    }
    if roots.is_empty() { Err(refused("no certificate found".to_owned())) } else { Ok(roots) }
}
