//! Answers that an honest provider gives, and every kind that the gateway must refuse.

use anyhow::Context as _;
use data_encoding::BASE64;
use jiff::{SignedDuration, Timestamp};
use varco_core::level::Level;
use varco_xmldsig::{Placement, SigningKey};

use super::answer::{Answer, instant, new_id};
use super::encryption;
use super::saml::ASSERTION;
use super::wrapping::Wrapping;
use crate::authority::make_signer;

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Variation {
    /// Nothing: response and assertion are signed.
    Good,
    /// Nothing: only the assertion is signed, which the rules allow.
    OnlyAssertionSigned,
    /// Nothing: response and assertion are signed, and the assertion is encrypted between the two.
    Encrypted,
    /// The level is higher than the one asked for, which the rules allow.
    HigherLevel,
    /// The assertion has this identifier, used before.
    AssertionId(String),
    /// Neither response nor assertion is signed.
    Unsigned,
    /// The same, and the assertion is encrypted: whoever knows the metadata can do so.
    EncryptedUnsigned,
    /// Only the response is signed.
    AssertionUnsigned,
    /// Signed with a key that no metadata names, whose certificate comes along.
    ForeignKey,
    /// The fiscal number was changed after the signature.
    TamperedAttribute,
    /// The signature says that it was made with SHA-1.
    Sha1,
    /// A transform is added to the signature.
    ExtraTransform,
    /// The signed assertion is wrapped, and another one shown.
    Wrapped(Wrapping),
    /// It could be presented until a while ago.
    Expired,
    /// It can be presented in a while.
    NotYetValid,
    /// It was issued before it was asked for.
    IssuedBeforeTheRequest,
    /// For another service provider.
    OtherAudience,
    /// Sent to another address.
    OtherDestination,
    /// The subject is confirmed for another address.
    OtherRecipient,
    /// Answers another request.
    OtherInResponseTo,
    /// Another provider says that it is the issuer.
    OtherIssuer,
    /// The level is lower than the one asked for.
    LowerLevel,
    /// The level is none of the three.
    UnknownLevel,
    /// No attribute says who it is.
    NoFiscalNumber,
    /// The fiscal number has a wrong check character.
    WrongFiscalNumber,
    /// An attribute has this value.
    Value(&'static str, &'static str),
    /// More than 256 KiB.
    Oversized,
    /// Not base64.
    MalformedBase64,
    /// Not XML.
    MalformedXml,
    /// A DOCTYPE with an entity.
    Doctype,
    /// A comment inside the fiscal number, which some readers cut values at.
    CommentInValue,
}

/// What a provider signs with, and whom it encrypts for.
#[derive(Clone, Copy)]
pub(super) struct Hands<'a> {
    pub(super) own: &'a SigningKey,
    pub(super) recipient: Option<&'a [u8]>,
}

// === impl Variation ===

impl Variation {
    /// Every answer that must be refused, but for the replayed assertion, which needs a first use.
    pub fn every_refused() -> Vec<Self> {
        let plain = [
            Self::Unsigned,
            Self::AssertionUnsigned,
            Self::ForeignKey,
            Self::TamperedAttribute,
            Self::Sha1,
            Self::ExtraTransform,
            Self::Expired,
            Self::NotYetValid,
            Self::IssuedBeforeTheRequest,
            Self::OtherAudience,
            Self::OtherDestination,
            Self::OtherRecipient,
            Self::OtherInResponseTo,
            Self::OtherIssuer,
            Self::LowerLevel,
            Self::UnknownLevel,
            Self::NoFiscalNumber,
            Self::WrongFiscalNumber,
            Self::Oversized,
            Self::MalformedBase64,
            Self::MalformedXml,
            Self::Doctype,
            Self::CommentInValue,
        ];
        plain.into_iter().chain(Wrapping::ALL.map(Self::Wrapped)).collect()
    }

    /// Changes what is said, before it is signed.
    pub(super) fn shape(&self, answer: &mut Answer, asked: Level, now: Timestamp) {
        let elsewhere = || "https://altrove.example/return/spid".to_owned();
        let hour = SignedDuration::from_hours(1);
        match self {
            Self::AssertionId(id) => answer.assertion_id.clone_from(id),
            Self::Expired => {
                answer.not_before = instant(now - hour);
                answer.not_on_or_after = instant(now - SignedDuration::from_mins(10));
            }
            Self::NotYetValid => {
                answer.not_before = instant(now + hour);
                answer.not_on_or_after = instant(now + hour + hour);
            }
            Self::IssuedBeforeTheRequest => answer.issued_at = instant(now - hour),
            Self::OtherAudience => "https://altro-ente.example".clone_into(&mut answer.audience),
            Self::OtherDestination => answer.destination = elsewhere(),
            Self::OtherRecipient => answer.recipient = elsewhere(),
            Self::OtherInResponseTo => answer.in_response_to = new_id(),
            Self::OtherIssuer => "https://altro-gestore.example".clone_into(&mut answer.issuer),
            Self::HigherLevel => answer.context_class = neighbour(asked, true),
            Self::LowerLevel => answer.context_class = neighbour(asked, false),
            Self::UnknownLevel => "https://www.spid.gov.it/SpidL9".clone_into(&mut answer.context_class),
            Self::NoFiscalNumber => answer.attributes.retain(|(name, _)| name != "fiscalNumber"),
            Self::WrongFiscalNumber => replace_check_character(answer),
            Self::Value(name, text) => {
                if let Some((_, value)) = answer.attributes.iter_mut().find(|(told, _)| told == name) {
                    (*text).clone_into(&mut value.text);
                }
            }
            _ => {}
        }
    }

    /// Signs what was written, or does not.
    pub(super) fn sign(&self, xml: &str, answer: &Answer, hands: Hands<'_>) -> anyhow::Result<String> {
        let foreign = if *self == Self::ForeignKey { Some(foreign_key()?) } else { None };
        let key = foreign.as_ref().unwrap_or(hands.own);
        let after_issuer = Placement::After(ASSERTION, "Issuer");
        let assertion = |xml: &str| key.sign(xml, &answer.assertion_id, after_issuer);
        let response = |xml: &str| key.sign(xml, &answer.response_id, after_issuer);
        Ok(match self {
            Self::Unsigned => xml.to_owned(),
            Self::AssertionUnsigned => response(xml)?,
            Self::OnlyAssertionSigned => assertion(xml)?,
            Self::Encrypted => response(&hands.encrypt(&assertion(xml)?)?)?,
            Self::EncryptedUnsigned => hands.encrypt(xml)?,
            Self::Wrapped(wrapping) if !wrapping.moves_the_response() => assertion(xml)?,
            _ => response(&assertion(xml)?)?,
        })
    }

    /// Changes what was signed, and encodes it.
    pub(super) fn encode(&self, xml: String, answer: &Answer) -> String {
        let xml = match self {
            Self::TamperedAttribute => xml.replace("TINIT-", "TINIT-X"),
            Self::Sha1 => xml
                .replace("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2000/09/xmldsig#rsa-sha1")
                .replace("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1"),
            Self::ExtraTransform => xml.replace(
                "</ds:Transforms>",
                "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"></ds:Transform></ds:Transforms>",
            ),
            Self::Wrapped(wrapping) => wrapping.wrap(&xml, answer),
            Self::Oversized => xml.replace("</samlp:Response>", &format!("{}</samlp:Response>", " ".repeat(300 * 1024))),
            Self::MalformedXml => xml.replace("</samlp:Response>", ""),
            Self::Doctype => format!("<!DOCTYPE x [<!ENTITY e \"e\">]>{xml}"),
            Self::CommentInValue => xml.replace("TINIT-", "TINIT-<!-- -->"),
            _ => xml,
        };
        let encoded = BASE64.encode(xml.as_bytes());
        if *self == Self::MalformedBase64 { format!("!{encoded}") } else { encoded }
    }
}

// === impl Hands ===

impl Hands<'_> {
    fn encrypt(self, xml: &str) -> anyhow::Result<String> {
        encryption::encrypt_assertion(xml, self.recipient.context("whom to encrypt for")?)
    }
}

/// A key that nobody trusts.
fn foreign_key() -> anyhow::Result<SigningKey> {
    let foreign = make_signer("Somebody else")?;
    Ok(SigningKey::from_pem(&foreign.key, &foreign.certificate)?)
}

fn neighbour(level: Level, above: bool) -> String {
    let number = if above { level.number() + 1 } else { level.number() - 1 };
    // Below level 1 and above level 3 there is none: a name that is no level says so.
    Level::try_from(number).map_or_else(|_| format!("SpidL{number}"), |level| level.context_class().to_owned())
}

fn replace_check_character(answer: &mut Answer) {
    let number = answer.attributes.iter_mut().find(|(name, _)| name == "fiscalNumber");
    if let Some((_, value)) = number {
        let right = value.text.pop();
        value.text.push(if right == Some('A') { 'B' } else { 'A' });
    }
}
