//! An authority that issues cards, named as the real ones are.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use jiff::{SignedDuration, Timestamp};
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use tempfile::NamedTempFile;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::names::Names;
use super::profile::{CardProfile, YEAR};
use super::{extensions, parts};
use crate::authority::KeyAndCertificate;
use crate::identity_provider::Person;

/// An authority that issues cards. Copies are the same authority.
#[derive(Clone)]
pub struct CardAuthority(Arc<Inner>);

struct Inner {
    names: Names,
    published_at: String,
    pem: KeyAndCertificate,
    der: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

/// Who answers for an authority about its cards.
pub(super) struct Delegate {
    pub(super) key: KeyPair,
    pub(super) certificate: CertificateDer<'static>,
}

/// How long ago an authority began: cards that have expired are of its time too.
const AGE: SignedDuration = YEAR.saturating_mul(10);
/// How long it lasts from now.
const REST: SignedDuration = YEAR.saturating_mul(10);
/// What would expire before cards issued today is made anew.
const SPARE: SignedDuration = YEAR.saturating_mul(6);

// === impl CardAuthority ===

impl CardAuthority {
    /// A new authority, which vouches for itself. What it has revoked is published at this origin.
    pub fn make(names: Names, published_at: &str, now: Timestamp) -> Result<Self> {
        let key = parts::rsa()?;
        let params = params(names, BasicConstraints::Unconstrained, now)?;
        let certificate = params.self_signed(&key)?.pem();
        Self::of(names, published_at, KeyAndCertificate { key: key.serialize_pem(), certificate })
    }

    /// A new one, for which this one vouches.
    pub fn below(&self, names: Names, now: Timestamp) -> Result<Self> {
        let key = parts::rsa()?;
        let mut params = params(names, BasicConstraints::Constrained(0), now)?;
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&key, &self.0.issuer)?.pem();
        Self::of(names, &self.0.published_at, KeyAndCertificate { key: key.serialize_pem(), certificate })
    }

    /// The authority of these names that is kept in a folder, or a new one where there is none or it is about to
    /// expire.
    pub fn open_or_make(folder: &Path, names: Names, published_at: &str, now: Timestamp) -> Result<Self> {
        if let Ok(kept) = Self::open(folder, names, published_at)
            && kept.lasts_until(now + SPARE)
        {
            return Ok(kept);
        }
        let made = Self::make(names, published_at, now)?;
        made.write(folder)?;
        Ok(made)
    }

    /// The authority of these names that is kept in a folder.
    pub fn open(folder: &Path, names: Names, published_at: &str) -> Result<Self> {
        let read = |path: PathBuf| fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()));
        let [key, certificate] = names.files(folder).map(read);
        Self::of(names, published_at, KeyAndCertificate { key: key?, certificate: certificate? })
    }

    /// Keeps it in a folder, its key for the owner only.
    pub fn write(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
        let [key, certificate] = self.0.names.files(folder);
        // Others may not read files that are made like this.
        let mut secret = NamedTempFile::new_in(folder)?;
        secret.write_all(self.0.pem.key.as_bytes())?;
        secret.persist(&key).with_context(|| format!("writing {}", key.display()))?;
        let writing = || format!("writing {}", certificate.display());
        fs::write(&certificate, &self.0.pem.certificate).with_context(writing)
    }

    fn of(names: Names, published_at: &str, pem: KeyAndCertificate) -> Result<Self> {
        let der = CertificateDer::from_pem_slice(pem.certificate.as_bytes())?;
        let key = KeyPair::from_pem(&pem.key)?;
        let (_, read) = X509Certificate::from_der(&der)?;
        ensure!(names.are_in(read.subject()), "a certificate of somebody else than {}", names.common_name);
        ensure!(*read.public_key().subject_public_key.data == *key.public_key_raw(), "the certificate of another key");
        let issuer = Issuer::new(names.own(), key);
        Ok(Self(Arc::new(Inner { names, published_at: published_at.to_owned(), pem, der, issuer })))
    }

    /// A health card of a person, to be changed and issued.
    pub fn card(&self, person: &Person) -> Result<CardProfile> {
        CardProfile::of(self, person)
    }

    /// What it is called.
    pub fn names(&self) -> Names {
        self.0.names
    }

    /// Its certificate in DER.
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// Its certificate in PEM.
    pub fn certificate(&self) -> &str {
        &self.0.pem.certificate
    }

    /// Where its list of revoked cards is published.
    pub fn list_address(&self) -> String {
        format!("{}/{}.crl", self.0.published_at, self.0.names.short)
    }

    /// Where somebody answers about one card.
    pub fn responder_address(&self) -> String {
        format!("{}/{}/ocsp", self.0.published_at, self.0.names.short)
    }

    /// Where it says how it works.
    pub(super) fn statement_address(&self) -> String {
        format!("{}/{}/cps", self.0.published_at, self.0.names.short)
    }

    pub(super) fn issuer(&self) -> &Issuer<'static, KeyPair> {
        &self.0.issuer
    }

    /// Somebody who may answer for it.
    pub(super) fn delegate(&self, now: Timestamp) -> Result<Delegate> {
        let key = parts::rsa()?;
        let mut params = CertificateParams::default();
        params.distinguished_name = Names { common_name: "Risponditore di prova", ..self.0.names }.distinguished();
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::OcspSigning];
        params.use_authority_key_identifier_extension = true;
        params.serial_number = Some(parts::serial()?);
        params.custom_extensions.push(extensions::never_revoked()?);
        parts::set_validity(&mut params, now - SignedDuration::from_hours(24), now + YEAR)?;
        let certificate = params.signed_by(&key, &self.0.issuer)?.der().clone();
        Ok(Delegate { key, certificate })
    }

    fn lasts_until(&self, at: Timestamp) -> bool {
        X509Certificate::from_der(&self.0.der).is_ok_and(|(_, it)| it.validity().not_after.timestamp() > at.as_second())
    }
}

/// What the certificate of an authority says.
fn params(names: Names, constraints: BasicConstraints, now: Timestamp) -> Result<CertificateParams> {
    let mut params = names.own();
    params.is_ca = IsCa::Ca(constraints);
    params.serial_number = Some(parts::serial()?);
    parts::set_validity(&mut params, now - AGE, now + REST)?;
    Ok(params)
}
