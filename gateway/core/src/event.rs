//! What happened, told once, after the outcome is known. Counters, figures and the register are
//! fed from these events and from nothing else.

use jiff::{SignedDuration, Timestamp};

use crate::expiry::Notice;
use crate::level::Level;
use crate::name::{BodyId, MethodId, ProviderId, ServiceId};
use crate::refusal::Refusal;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A login came to its end, one way or the other.
    Login(LoginEvent),
    /// A login was refused without coming to its end: nothing could be asked, or what came back belongs
    /// to no attempt. It is told besides [`Login`](Self::Login), never of the same refusal.
    Refusal {
        /// When.
        at: Timestamp,
        /// The method, if it is one that is open: nobody outside chooses what this can be.
        method: Option<MethodId>,
        /// Why.
        refusal: Refusal,
    },
    /// A session was ended, by the citizen or by their provider.
    Logout {
        /// When.
        at: Timestamp,
        /// How they had logged in.
        method: MethodId,
    },
    /// The metadata of identity providers was read, or should have been.
    Metadata(MetadataEvent),
    /// Something that ends came into use, changed its end, comes close to it, or went out of use.
    Expiry(ExpiryEvent),
    /// It was asked whether a card was revoked.
    CardCheck(CardCheckEvent),
    /// The list of an authority's revoked certificates was read, or should have been.
    RevocationList(RevocationListEvent),
}

/// Whether a card was revoked, and who said so. It holds nothing about the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardCheckEvent {
    /// When.
    pub at: Timestamp,
    /// What was found out.
    pub outcome: CardStanding,
    /// Who said so.
    pub source: RevocationSource,
    /// How old that was.
    pub age: SignedDuration,
}

/// What is known of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardStanding {
    /// It was not revoked.
    Good,
    /// It was.
    Revoked,
    /// Nobody can say; the card is refused.
    Unknown,
    /// Nobody can say; the card is accepted all the same, for the settings say so.
    UnknownAccepted,
}

/// Who says whether a card was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevocationSource {
    /// The list of its authority.
    List,
    /// The same, after the next one was due.
    StaleList,
    /// The responder of its authority.
    Responder,
    /// Nobody.
    Nobody,
}

/// One reading of a list of revoked certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationListEvent {
    /// When.
    pub at: Timestamp,
    /// Where the list is, in a word that is fit for a metric label.
    pub source: String,
    /// What came of it.
    pub outcome: MetadataOutcome,
    /// Why it is not used, for the log only.
    pub cause: Option<String>,
    /// How many certificates are revoked by the list in use; nothing where there is none.
    pub revoked: Option<usize>,
    /// When the next one is due, where there is one in use.
    pub next_at: Option<Timestamp>,
}

/// One reading of the metadata of identity providers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataEvent {
    /// When.
    pub at: Timestamp,
    /// The method that asks these providers.
    pub method: MethodId,
    /// Where the metadata is, in a word that is fit for a metric label.
    pub source: String,
    /// What came of it.
    pub outcome: MetadataOutcome,
    /// Why it is not used, for the log only.
    pub cause: Option<String>,
    /// How many providers of this source are in use now.
    pub providers: usize,
    /// How many providers of the document in use are faulty: they are left out, or used as they were before.
    pub refused: usize,
}

/// What came of reading metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetadataOutcome {
    /// It is in use.
    Refreshed,
    /// It is the one that is in use.
    Unchanged,
    /// It could not be had or is not accepted; the last good copy stays in use, where there is one.
    Failed,
    /// It has lost so many providers that it waits for an operator; the last good copy stays in use.
    Held,
}

/// The end of something, as it is known now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpiryEvent {
    /// When this is told.
    pub at: Timestamp,
    /// The method that it belongs to.
    pub method: MethodId,
    /// What ends.
    pub what: Expiring,
    /// When it ends; never, or it is not in use any more, where there is nothing.
    pub end: Option<Timestamp>,
    /// What is to be told to an operator, once for each step.
    pub notice: Option<Notice>,
}

/// What ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Expiring {
    /// The certificate of a provider that lasts longest.
    Provider(ProviderId),
    /// What a source of metadata says, by the word that the source has in metric labels.
    Metadata(String),
    /// Our own signing certificate: of a body, or of whoever runs the gateway.
    Own(Option<BodyId>),
}

/// The end of one login attempt. It holds nothing about the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginEvent {
    /// When.
    pub at: Timestamp,
    /// The method.
    pub method: MethodId,
    /// The provider, where the method has providers and the attempt got that far.
    pub provider: Option<ProviderId>,
    /// The level reached, or, for a login that was refused, the level asked for.
    pub level: Level,
    /// The body whose service was asked for.
    pub body: BodyId,
    /// The service.
    pub service: ServiceId,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a login ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A session was opened.
    Success,
    /// It was refused.
    Refused(Refusal),
}

// === impl MetadataOutcome ===

impl MetadataOutcome {
    /// The word in metrics and logs.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Refreshed => "refreshed",
            Self::Unchanged => "unchanged",
            Self::Failed => "failed",
            Self::Held => "held",
        }
    }
}

// === impl CardStanding ===

impl CardStanding {
    /// The word in metrics and logs.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Revoked => "revoked",
            Self::Unknown => "unknown",
            Self::UnknownAccepted => "unknown-accepted",
        }
    }
}

// === impl RevocationSource ===

impl RevocationSource {
    /// The word in metrics and logs.
    pub const fn label(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::StaleList => "stale-list",
            Self::Responder => "responder",
            Self::Nobody => "none",
        }
    }
}

// === impl Outcome ===

impl Outcome {
    /// `success`, or the code of the refusal: a bounded set, fit for a metric label.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Refused(refusal) => refusal.code(),
        }
    }
}
