//! The SPID error table: what can be wrong with a request or with a citizen's login, and who is told.
//! (SPID technical rules, table of error messages.)

/// One row of the table. The name says what happened, [`Anomaly::number`] is its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anomaly {
    /// The binding of the request makes no sense.
    Binding,
    /// The signature over the redirect's query is missing or wrong.
    RedirectSignature,
    /// The HTTP method is neither GET nor POST.
    HttpMethod,
    /// The signature inside the posted request is missing or wrong.
    PostSignature,
    /// The request is not of the form that the rules ask for.
    Format,
    /// `Version` is not 2.0.
    Version,
    /// The issuer is unknown, or not written as the rules ask.
    Issuer,
    /// `ID` is missing, not a name, or was used before.
    Id,
    /// `RequestedAuthnContext` is missing or names no SPID level.
    AuthenticationContext,
    /// `IssueInstant` is missing, not a UTC instant, or not recent.
    IssueInstant,
    /// `Destination` is missing or somebody else.
    Destination,
    /// `IsPassive` is set.
    Passive,
    /// The assertion consumer service is missing, unknown, or named twice.
    AssertionConsumer,
    /// `NameIDPolicy` is missing or not transient.
    NameIdPolicy,
    /// The attribute consuming service is unknown.
    AttributeConsumer,
    /// The citizen kept typing wrong credentials.
    WrongCredentials,
    /// The citizen's credentials do not reach the level.
    LevelOutOfReach,
    /// The citizen took too long.
    Timeout,
    /// The citizen does not want their data to be sent.
    ConsentDenied,
    /// The citizen's identity is suspended or revoked.
    Suspended,
    /// Reserved by the rules.
    Reserved,
    /// The citizen gave up.
    Cancelled,
    /// The citizen used another kind of digital identity than was asked for.
    OtherKindOfIdentity,
}

/// Where an anomaly ends up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A page of the provider with status 403; the service provider hears nothing.
    Here,
    /// A response with this status and this second status.
    ServiceProvider(&'static str, &'static str),
}

const REQUESTER: &str = "urn:oasis:names:tc:SAML:2.0:status:Requester";
const RESPONDER: &str = "urn:oasis:names:tc:SAML:2.0:status:Responder";
const VERSION_MISMATCH: &str = "urn:oasis:names:tc:SAML:2.0:status:VersionMismatch";
const AUTHN_FAILED: &str = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed";
const NO_AUTHN_CONTEXT: &str = "urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext";
const NO_PASSIVE: &str = "urn:oasis:names:tc:SAML:2.0:status:NoPassive";
const REQUEST_DENIED: &str = "urn:oasis:names:tc:SAML:2.0:status:RequestDenied";
const REQUEST_UNSUPPORTED: &str = "urn:oasis:names:tc:SAML:2.0:status:RequestUnsupported";

// === impl Anomaly ===

impl Anomaly {
    /// What can go wrong on the citizen's side: what the provider's pages can be told to answer.
    pub const OF_CITIZENS: [Self; 8] = [
        Self::WrongCredentials,
        Self::LevelOutOfReach,
        Self::Timeout,
        Self::ConsentDenied,
        Self::Suspended,
        Self::Reserved,
        Self::Cancelled,
        Self::OtherKindOfIdentity,
    ];

    /// What can be wrong with a request, and is told to who sent it.
    pub const OF_REQUESTS: [Self; 10] = [
        Self::Format,
        Self::Version,
        Self::Id,
        Self::AuthenticationContext,
        Self::IssueInstant,
        Self::Destination,
        Self::Passive,
        Self::AssertionConsumer,
        Self::NameIdPolicy,
        Self::AttributeConsumer,
    ];

    /// The citizen's anomaly of this number.
    pub fn of_citizens(number: u8) -> Option<Self> {
        Self::OF_CITIZENS.into_iter().find(|anomaly| anomaly.number() == number)
    }

    /// Its number in the table.
    pub const fn number(self) -> u8 {
        match self {
            Self::Binding => 4,
            Self::RedirectSignature => 5,
            Self::HttpMethod => 6,
            Self::PostSignature => 7,
            Self::Format => 8,
            Self::Version => 9,
            Self::Issuer => 10,
            Self::Id => 11,
            Self::AuthenticationContext => 12,
            Self::IssueInstant => 13,
            Self::Destination => 14,
            Self::Passive => 15,
            Self::AssertionConsumer => 16,
            Self::NameIdPolicy => 17,
            Self::AttributeConsumer => 18,
            Self::WrongCredentials => 19,
            Self::LevelOutOfReach => 20,
            Self::Timeout => 21,
            Self::ConsentDenied => 22,
            Self::Suspended => 23,
            Self::Reserved => 24,
            Self::Cancelled => 25,
            Self::OtherKindOfIdentity => 30,
        }
    }

    /// Who is told, and by which status.
    pub const fn told(self) -> Told {
        match self {
            Self::Binding | Self::RedirectSignature | Self::HttpMethod | Self::PostSignature | Self::Issuer => {
                Told::Here
            }
            Self::Format | Self::Id | Self::IssueInstant => Told::ServiceProvider(REQUESTER, REQUEST_DENIED),
            Self::Version => Told::ServiceProvider(VERSION_MISMATCH, REQUEST_DENIED),
            Self::AuthenticationContext => Told::ServiceProvider(REQUESTER, NO_AUTHN_CONTEXT),
            Self::Destination | Self::AssertionConsumer | Self::NameIdPolicy | Self::AttributeConsumer => {
                Told::ServiceProvider(REQUESTER, REQUEST_UNSUPPORTED)
            }
            Self::Passive => Told::ServiceProvider(REQUESTER, NO_PASSIVE),
            Self::WrongCredentials
            | Self::LevelOutOfReach
            | Self::Timeout
            | Self::ConsentDenied
            | Self::Suspended
            | Self::Reserved
            | Self::Cancelled
            | Self::OtherKindOfIdentity => Told::ServiceProvider(RESPONDER, AUTHN_FAILED),
        }
    }

    /// What happened, in Italian, for a page.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Binding => "il binding della richiesta non ha senso",
            Self::RedirectSignature => "la firma della query manca o è sbagliata",
            Self::HttpMethod => "il metodo HTTP non è né GET né POST",
            Self::PostSignature => "la firma nella richiesta manca o è sbagliata",
            Self::Format => "la richiesta non ha la forma prescritta",
            Self::Version => "la versione non è 2.0",
            Self::Issuer => "chi chiede è sconosciuto o scritto male",
            Self::Id => "l'ID manca, non è un nome, o è già stato usato",
            Self::AuthenticationContext => "nessun livello SPID è richiesto, o più di uno",
            Self::IssueInstant => "l'istante della richiesta manca, è scritto male o non è recente",
            Self::Destination => "la richiesta è indirizzata ad altri",
            Self::Passive => "è richiesto un accesso passivo",
            Self::AssertionConsumer => "l'indirizzo della risposta manca, è sconosciuto, o è indicato due volte",
            Self::NameIdPolicy => "l'identificativo richiesto non è transitorio",
            Self::AttributeConsumer => "l'insieme di attributi è sconosciuto",
            Self::WrongCredentials => "credenziali sbagliate più volte",
            Self::LevelOutOfReach => "credenziali sotto il livello richiesto",
            Self::Timeout => "tempo scaduto",
            Self::ConsentDenied => "consenso negato",
            Self::Suspended => "identità sospesa o revocata",
            Self::Reserved => "riservato",
            Self::Cancelled => "annullato dal cittadino",
            Self::OtherKindOfIdentity => "altro tipo di identità digitale",
        }
    }
}
