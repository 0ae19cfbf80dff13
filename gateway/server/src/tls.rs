//! TLS of the web listener: TLS 1.2 and 1.3, one certificate chain, no client certificates.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

/// A certificate chain and its key.
pub(crate) type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// The configuration for browsers, from a certificate chain and its key, both PEM.
pub(crate) fn config(certificate_file: &Path, key_file: &Path) -> Result<Arc<ServerConfig>> {
    let (chain, key) = identity(certificate_file, key_file, "gateway.tls")?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .context("gateway.tls: the certificate and the key do not belong together")?;
    config.ignore_client_order = true;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec(), b"http/1.0".to_vec()];
    Ok(Arc::new(config))
}

/// Reads a certificate chain and its key, both PEM, for a section of the settings.
pub(crate) fn identity(certificate_file: &Path, key_file: &Path, section: &str) -> Result<Identity> {
    let chain = CertificateDer::pem_file_iter(certificate_file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("{section}: cannot read the certificate {}", certificate_file.display()))?;
    let key = PrivateKeyDer::from_pem_file(key_file)
        .with_context(|| format!("{section}: cannot read the key {}", key_file.display()))?;
    Ok((chain, key))
}
