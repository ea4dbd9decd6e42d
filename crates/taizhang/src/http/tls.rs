//! Room: the server's own certificate, for a book that is served without a gateway before it.

use crate::error::AppError;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// Reads a chain of certificates and its key, both as PEM text. Refused where a file cannot be read, holds
/// none, or the two do not belong together.
pub fn acceptor(certificate: &Path, key: &Path) -> Result<TlsAcceptor, AppError> {
    let read = |path: &Path| std::fs::read(path).map_err(|error| AppError::unreadable(path, &error));
    let refused = |word: &'static str, path: &Path, why: &dyn std::fmt::Display| {
        AppError::said(word, &[("file", &path.display()), ("why", why)])
    };
    let chain: Result<Vec<CertificateDer<'static>>, _> = CertificateDer::pem_slice_iter(&read(certificate)?).collect();
    let chain = chain.map_err(|error| refused("cli.serve.no_certificate", certificate, &error))?;
    if chain.is_empty() {
        return Err(refused("cli.serve.no_certificate", certificate, &"PEM"));
    }
    let secret = PrivateKeyDer::from_pem_slice(&read(key)?);
    let secret = secret.map_err(|error| refused("cli.serve.no_key", key, &error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| AppError::Fault(error.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .map_err(|error| refused("cli.serve.not_a_pair", key, &error))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
