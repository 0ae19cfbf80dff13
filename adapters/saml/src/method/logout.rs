//! How a login ends at the provider, and how one that ends there ends here.
//!
//! SPID technical rules, single logout: a provider keeps a session for logins at level 1, which it gives a
//! `SessionIndex`, and for no others; a logout then tells it. A request of a provider is answered whatever
//! it is about. CIE has no messages for it but a page, which answers nothing; eIDAS has neither.

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varco_core::attempt::Sent;
use varco_core::level::Level;
use varco_core::login::LoginRefusal;
use varco_core::logout::{
    Farewell, LogoutId, LogoutMessage, LogoutNotice, LogoutRefusal, LogoutRequest, LogoutResponse, ProviderLogin, Reach,
};
use varco_core::method::Departure;
use varco_core::name::ProviderId;
use varco_core::refusal::Refusal;
use varco_core::secret::Secret;

use super::{MethodOptions, ServiceProvider, single_logout};
use crate::logout::{self, Incoming, NameId, Received, ReceivedRequest, ReceivedResponse};
use crate::profile::SingleLogout;
use crate::provider::{IdentityProvider, LogoutService};
use crate::reason::{Fault, Reason};
use crate::redirect::Message;
use crate::request::{Binding, Outgoing, draw_id, issue_instant};
use crate::response::VerifiedAssertion;

/// What is noted of a login, to speak of it to its provider.
#[derive(Debug, Serialize, Deserialize)]
struct LoginMemo {
    /// The service provider that asked for it: only that one is known to have a part in it.
    issuer: String,
    /// Whose name the name of the person is.
    name_qualifier: String,
}

/// What is noted of a request, to answer it.
#[derive(Debug, Serialize, Deserialize)]
struct RequestMemo {
    id: String,
    binding: Binding,
    relay_state: Option<String>,
    addressee: Option<String>,
}

/// The login that an assertion speaks of.
pub(super) fn login(
    options: &MethodOptions,
    sent: &Sent,
    issuer: &str,
    provider: &IdentityProvider,
    assertion: &VerifiedAssertion,
) -> Result<ProviderLogin, Fault> {
    let memo = LoginMemo { issuer: issuer.to_owned(), name_qualifier: assertion.name_qualifier.clone() };
    Ok(ProviderLogin {
        method: sent.method.clone(),
        provider: provider.entity_id.clone(),
        name: assertion.name_id.clone(),
        index: assertion.session_index.clone(),
        keeps_session: match options.profile.single_logout {
            // To ask for the end of a login at level 2 or 3 could end another one, at level 1.
            SingleLogout::Saml => assertion.level == Level::One && assertion.session_index.is_some(),
            SingleLogout::PlainAddress => true,
            SingleLogout::None => false,
        },
        memo: written(&memo)?,
    })
}

/// What ends the session that the provider keeps.
pub(super) fn farewell(
    options: &MethodOptions,
    login: &ProviderLogin,
    id: LogoutId,
    now: Timestamp,
) -> Result<Option<Farewell>, Refusal> {
    let provider = options.providers.by_id(&login.provider).ok_or(LoginRefusal::UnknownProvider)?;
    match options.profile.single_logout {
        SingleLogout::None => Ok(None),
        SingleLogout::PlainAddress => Ok(provider.logout.address.clone().map(Farewell::Page)),
        SingleLogout::Saml => {
            let departure = request(options, &provider, login, id, now);
            Ok(Some(Farewell::Ask(departure.map_err(|fault| options.profile.codes.refusal(fault))?)))
        }
    }
}

/// Verifies what came.
pub(super) fn hear(
    options: &MethodOptions,
    notice: LogoutNotice<'_>,
    now: Timestamp,
) -> Result<LogoutMessage, Refusal> {
    if options.profile.single_logout != SingleLogout::Saml {
        return Err(LogoutRefusal::NotOffered.into());
    }
    let incoming = Incoming {
        destination: &single_logout(&options.access, options.profile.method),
        providers: &options.providers,
        clock_skew: options.profile.clock_skew,
        now,
    };
    match logout::receive(notice, &incoming)? {
        Received::Request(received) => heard_request(options, received).map(LogoutMessage::Request),
        Received::Response(ReceivedResponse { provider, in_response_to, reach }) => {
            let to = named(&in_response_to).ok_or(LogoutRefusal::UnknownAnswer)?;
            Ok(LogoutMessage::Response(LogoutResponse { provider, to, reach }))
        }
    }
}

fn heard_request(options: &MethodOptions, received: ReceivedRequest) -> Result<LogoutRequest, Refusal> {
    let ReceivedRequest { id, binding, relay_state, provider, name, addressee, indexes } = received;
    let memo = written(&RequestMemo { id, binding, relay_state, addressee });
    let memo = memo.map_err(|fault| options.profile.codes.refusal(fault))?;
    Ok(LogoutRequest { provider, name, indexes, memo })
}

/// Answers a request.
pub(super) fn answer(
    options: &MethodOptions,
    request: &LogoutRequest,
    known: Option<&ProviderLogin>,
    reach: Reach,
    now: Timestamp,
) -> Result<Departure, Refusal> {
    let provider = options.providers.by_id(&request.provider).ok_or(LoginRefusal::UnknownProvider)?;
    let response = response(options, &provider, request, known, (reach, now));
    response.map_err(|fault| options.profile.codes.refusal(fault))
}

fn request(
    options: &MethodOptions,
    provider: &IdentityProvider,
    login: &ProviderLogin,
    id: LogoutId,
    now: Timestamp,
) -> Result<Departure, Fault> {
    let memo: LoginMemo = read(&login.memo)?;
    let asker = with_entity_id(options, &memo.issuer).ok_or_else(|| Reason::NotServed.because(&memo.issuer))?;
    let (binding, service) = way_to(provider, options.binding)?;
    let id = name_of(id);
    let request = logout::LogoutRequest {
        id: &id,
        issued_at: issue_instant(now),
        destination: &service.requests,
        issuer: &asker.entity_id,
        name_id: NameId { name: &login.name, qualifier: &memo.name_qualifier },
        session_index: login.index.as_deref(),
    };
    let outgoing = Outgoing {
        kind: Message::Request,
        xml: request.element().to_xml(),
        id: &id,
        destination: &service.requests,
        relay_state: None,
    };
    binding.carry(&outgoing, &asker.signing).map_err(|refusal| Reason::Signing.because(refusal))
}

fn response(
    options: &MethodOptions,
    provider: &IdentityProvider,
    request: &LogoutRequest,
    known: Option<&ProviderLogin>,
    (reach, now): (Reach, Timestamp),
) -> Result<Departure, Fault> {
    let memo: RequestMemo = read(&request.memo)?;
    let who = who_is_meant(options, &memo, known)?;
    let (binding, service) = way_to(provider, memo.binding)?;
    let id = draw_id(&*options.randomness);
    let response = logout::LogoutResponse {
        id: &id,
        issued_at: issue_instant(now),
        destination: &service.responses,
        issuer: &who.entity_id,
        in_response_to: &memo.id,
        reach,
    };
    let outgoing = Outgoing {
        kind: Message::Response,
        xml: response.element().to_xml(),
        id: &id,
        destination: &service.responses,
        relay_state: memo.relay_state.as_deref(),
    };
    binding.carry(&outgoing, &who.signing).map_err(|refusal| Reason::Signing.because(refusal))
}

/// All our service providers have one address for logout messages, and a request does not name the one it
/// is for: it may say so with the name of the person, else it is the one that asked for the login. Where
/// nothing is known of the login any more, one of them answers.
fn who_is_meant<'a>(
    options: &'a MethodOptions,
    memo: &RequestMemo,
    known: Option<&ProviderLogin>,
) -> Result<&'a ServiceProvider, Fault> {
    let known = known.map(|login| read::<LoginMemo>(&login.memo)).transpose()?;
    let named = [memo.addressee.as_deref(), known.as_ref().map(|memo| memo.issuer.as_str())];
    let named = named.into_iter().flatten().find_map(|entity_id| with_entity_id(options, entity_id));
    let any = named.or_else(|| options.service_providers.values().next());
    any.ok_or_else(|| Reason::NotServed.because("there is no body"))
}

fn with_entity_id<'a>(options: &'a MethodOptions, entity_id: &str) -> Option<&'a ServiceProvider> {
    options.service_providers.values().find(|one| one.entity_id == entity_id)
}

/// The provider's service of the binding that is preferred, or else of the other one.
fn way_to(provider: &IdentityProvider, preferred: Binding) -> Result<(Binding, &LogoutService), Fault> {
    let service = |binding| match binding {
        Binding::Redirect => provider.logout.redirect.as_ref(),
        Binding::Post => provider.logout.post.as_ref(),
    };
    let mut found = [preferred, preferred.other()].into_iter().filter_map(|binding| Some((binding, service(binding)?)));
    found.next().ok_or_else(|| no_service(&provider.entity_id))
}

fn no_service(provider: &ProviderId) -> Fault {
    Reason::NoAddress.because(format_args!("{provider} has no SingleLogoutService"))
}

/// The name of a message: an underscore, since an xs:ID cannot begin with a digit.
fn name_of(id: LogoutId) -> String {
    format!("_{}", HEXLOWER.encode(id.0.as_bytes()))
}

/// The request that a message has this name of, if it could be one of ours.
fn named(id: &str) -> Option<LogoutId> {
    let bytes = HEXLOWER.decode(id.strip_prefix('_')?.as_bytes()).ok()?;
    Some(LogoutId(Secret::from_bytes(bytes.try_into().ok()?)))
}

fn written(memo: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(memo).map_err(|error| Reason::Memo.because(error))
}

fn read<T: for<'de> Deserialize<'de>>(memo: &str) -> Result<T, Fault> {
    serde_json::from_str(memo).map_err(|error| Reason::Memo.because(error))
}
