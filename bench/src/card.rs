//! A login with a card, as far as it is ours: the handshake in which the card is shown, and everything that comes after
//! it on both hosts. What the browser and the card do is between the measurements, and nothing is kept.

use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use async_trait::async_trait;
use jiff::Timestamp;
use rcgen::{CertificateParams, KeyPair};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::{
    ClientConfig, ClientConnection, ConnectionCommon, DigitallySignedStruct, ServerConfig, ServerConnection,
    SignatureScheme,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use varco_core::attempt::{AttemptId, Sent};
use varco_core::card::{CardAddress, CardReader as _, ShownCertificates};
use varco_core::level::Level;
use varco_core::method::{Channel, Departure, LoginMethod as _, Opening, Return};
use varco_core::name::MethodId;
use varco_core::origin::Origin;
use varco_core::ports::Randomness as _;
use varco_core::secret::Secret;
use varco_core::service::Service;
use varco_forge::card::{CardAuthority, CardText, KeyKind, ListText};
use varco_health_card::authority::{Authorities, Authority, Standing};
use varco_health_card::certificate::CardCertificate;
use varco_health_card::handoff::Seal;
use varco_health_card::method::{HealthCard, HealthCardOptions, METHOD};
use varco_health_card::revocation::RevokedList;
use varco_health_card::trust::Trust;
use varco_health_card::verdict::{Evidence, Policy, Verdict};

use crate::cpu;
use crate::world::{Random, service};

/// What a real authority has revoked.
const REVOKED: u64 = 200_000;

const SOME_DAY: Timestamp = Timestamp::constant(1_795_600_000, 0);

/// A gateway that reads cards, an authority, and a card of it.
pub struct CardLogins {
    method: HealthCard,
    service: Service,
    server: Arc<ServerConfig>,
    client: Arc<ClientConfig>,
    card: ShownCertificates,
}

/// What logins took, in microseconds of the processor each.
pub struct Took {
    /// Our side of the handshake.
    pub handshake: f64,
    /// Everything after it.
    pub login: f64,
}

/// One authority, and its list.
struct Known {
    authorities: Arc<Authorities>,
    list: RevokedList,
}

// === impl CardLogins ===

impl CardLogins {
    /// Makes everybody's keys: RSA with 2048 bits for the authority and the card, and for the host what is asked for.
    pub fn new(host: KeyKind) -> Result<Self> {
        let authority = authority()?;
        let standing = Standing { since: Timestamp::UNIX_EPOCH, recognised: true };
        let listed = Authority::new("an authority".to_owned(), authority.der(), vec![standing]);
        let listed = listed.map_err(|reason| anyhow!(reason.refusal()))?;
        let list = RevokedList::read(&revoked_list(&authority, REVOKED)?, authority.der(), SOME_DAY)?;
        let known = Known { authorities: Arc::new(Authorities::new(vec![listed])), list };
        let card_key = KeyKind::Rsa2048.generate()?;
        let text = CardText::of("PRVDAA85E57D612J", 0x7fff_ffff_ffff);
        let card = CertificateDer::from(authority.card(&text, &card_key)?);
        let method = HealthCard::new(HealthCardOptions {
            access: Origin::parse("https://access.example")?,
            address: CardAddress::parse("https://card.example")?,
            seal: Seal::new(&[7; 32]).context("a key of 32 bytes")?,
            policy: Policy::Hard,
            randomness: Arc::new(Random),
            trust: Arc::new(known),
        })?;
        let host_key = host.generate()?;
        let host = CertificateParams::new(vec!["card.example".to_owned()])?.self_signed(&host_key)?.der().clone();
        let names = method.authorities();
        let server =
            varco_health_card::handshake::config(vec![host], key(&host_key), &[&rustls::version::TLS12], &names)?;
        let client = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anybody))
            .with_client_auth_cert(vec![card.clone()], key(&card_key))?;
        let shown = ShownCertificates::new([Box::from(card.as_ref())]);
        Ok(Self { method, service: service()?, server: Arc::new(server), client: Arc::new(client), card: shown })
    }

    /// Logs somebody in with the card, so many times.
    pub async fn measure(&self, times: usize) -> Result<Took> {
        let handshake = self.handshakes(times)?;
        let before = cpu::of_this_process();
        for _ in 0..times {
            self.log_in().await?;
        }
        #[expect(clippy::cast_precision_loss, reason = "nobody logs in that often")]
        let login = cpu::since(before) / times as f64;
        Ok(Took { handshake, login })
    }

    /// All connections move on together, so that only our side of each step is measured.
    fn handshakes(&self, times: usize) -> Result<f64> {
        let name = ServerName::try_from("card.example")?;
        let mut clients = Vec::new();
        for _ in 0..times {
            clients.push(ClientConnection::new(Arc::clone(&self.client), name.clone())?);
        }
        let mut took = Duration::ZERO;
        let began = cpu::of_this_process();
        let mut servers = Vec::new();
        for _ in 0..times {
            servers.push(ServerConnection::new(Arc::clone(&self.server))?);
        }
        took += cpu::of_this_process().saturating_sub(began);
        while servers.iter().any(|server| server.is_handshaking()) {
            let said = clients.iter_mut().map(|client| said_by(client)).collect::<Result<Vec<_>>>()?;
            let began = cpu::of_this_process();
            let mut answers = Vec::with_capacity(times);
            for (server, said) in servers.iter_mut().zip(said) {
                hear(server, &said)?;
                answers.push(said_by(server)?);
            }
            took += cpu::of_this_process().saturating_sub(began);
            for (client, answer) in clients.iter_mut().zip(answers) {
                hear(client, &answer)?;
            }
        }
        if servers.iter().any(|server| server.peer_certificates().is_none_or(<[_]>::is_empty)) {
            bail!("no card was shown");
        }
        #[expect(clippy::cast_precision_loss, reason = "nobody logs in that often")]
        Ok(took.as_secs_f64() * 1e6 / times as f64)
    }

    async fn log_in(&self) -> Result<()> {
        let mut bytes = [0; 16];
        Random.fill(&mut bytes);
        let attempt = AttemptId(Secret::from_bytes(bytes));
        let opening = Opening { attempt, service: &self.service, level: Level::Three, provider: None, now: SOME_DAY };
        let sending = self.method.begin(opening).await?;
        let Departure::Redirect(address) = sending.departure else { bail!("no redirect") };
        let (_, ticket) = address.split_once("ticket=").context("a ticket")?;
        let back = self.method.read(Some(ticket), &self.card, SOME_DAY).await;
        let back = url::Url::parse(&back)?;
        let returned = Return { channel: Channel::Query, parameters: back.query_pairs().into_owned().collect() };
        let sent = Sent {
            method: MethodId::parse(METHOD)?,
            provider: None,
            level: Level::Three,
            purpose: None,
            memo: sending.memo,
        };
        self.method.complete(&sent, &returned, SOME_DAY).await?;
        Ok(())
    }
}

#[async_trait]
impl Trust for Known {
    fn authorities(&self) -> Arc<Authorities> {
        Arc::clone(&self.authorities)
    }

    async fn standing(&self, card: &CardCertificate<'_>, authority: &Authority, now: Timestamp) -> Verdict {
        let evidence = Evidence { issuer: authority.certificate(), lists: &[&self.list], answer: None };
        Verdict::of(card, &evidence, jiff::SignedDuration::ZERO, now)
    }
}

fn said_by<D>(connection: &mut ConnectionCommon<D>) -> Result<Vec<u8>> {
    let mut said = Vec::new();
    while connection.wants_write() {
        connection.write_tls(&mut said)?;
    }
    Ok(said)
}

fn hear<D>(connection: &mut ConnectionCommon<D>, said: &[u8]) -> Result<()> {
    let mut said = Cursor::new(said);
    while connection.read_tls(&mut said)? > 0 {
        connection.process_new_packets()?;
    }
    Ok(())
}

// === what everybody has ===

fn key(pair: &KeyPair) -> PrivateKeyDer<'static> {
    PrivatePkcs8KeyDer::from(pair.serialize_der()).into()
}

/// An authority that issues cards.
pub fn authority() -> Result<CardAuthority> {
    CardAuthority::new("Regione Demo - CA Cittadini", KeyKind::Rsa2048.generate()?, &[])
}

/// What reading a list took.
pub struct ListTook {
    /// How many certificates it revokes.
    pub revoked: usize,
    /// How much memory it keeps.
    pub kept_bytes: usize,
    /// How long it takes to look a number up, in microseconds.
    pub lookup: f64,
}

/// Reads a list, as the gateway does.
pub fn read_list(list: &[u8], issuer: &[u8]) -> Result<ListTook> {
    let list = RevokedList::read(list, issuer, SOME_DAY)?;
    let mut number = 0_u64;
    let lookup = cpu::of_each(100_000, || {
        number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
        std::hint::black_box(list.holds(&number.to_be_bytes()));
    });
    Ok(ListTook { revoked: list.length(), kept_bytes: list.bytes(), lookup })
}

/// A list of so many numbers of eight bytes.
pub fn revoked_list(authority: &CardAuthority, length: u64) -> Result<Vec<u8>> {
    ListText::of((1..=length).map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 1)).signed_by(authority)
}

/// A browser that trusts whatever host it meets: it is not what is measured.
#[derive(Debug)]
struct Anybody;

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ECDSA_NISTP256_SHA256, SignatureScheme::RSA_PSS_SHA256, SignatureScheme::RSA_PKCS1_SHA256]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_card_logs_in() {
        for host in [KeyKind::Rsa2048, KeyKind::P256] {
            CardLogins::new(host).unwrap().measure(2).await.unwrap();
        }
    }
}
