//! Providers whose chains end, and metadata that is not enough for a login.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::*;
use crate::entity_id::EntityId;
use crate::jose::{Jwks, Signature, SigningKey};

fn noon() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

fn good() -> Value {
    let key = SigningKey::generate(Signature::Es256).unwrap().public();
    json!({
        "issuer": "https://op.example/oidc", "jwks": Jwks::from_iter([key]).to_json(),
        "authorization_endpoint": "https://op.example/authorization", "token_endpoint": "https://op.example/token",
        "userinfo_endpoint": "https://op.example/userinfo", "revocation_endpoint": "https://op.example/revocation",
        "client_registration_types_supported": ["automatic"], "response_types_supported": ["code"],
        "authorization_response_iss_parameter_supported": true,
    })
}

fn read(metadata: &Value) -> Result<ProviderMetadata, MetadataFault> {
    let entity = ProviderId::parse("https://op.example/oidc").unwrap();
    ProviderMetadata::read(&entity, metadata.as_object().unwrap(), Addresses::Protected)
}

/// With this in place of a member; `null` takes it out.
fn with(member: &str, value: Value) -> Result<ProviderMetadata, MetadataFault> {
    let mut metadata = good();
    let members = metadata.as_object_mut().unwrap();
    if value.is_null() {
        drop(members.remove(member));
    } else {
        drop(members.insert(member.to_owned(), value));
    }
    read(&metadata)
}

fn chain(id: &str, metadata: &Value, minutes: i64) -> Chain {
    let entity = |id| EntityId::parse(id, Addresses::Protected).unwrap();
    let federation =
        json!({ "organization_name": " Ministero di prova ", "homepage_uri": "https://ministero.example/" });
    let metadata = json!({ "openid_provider": metadata, "federation_entity": federation });
    Chain {
        entity: entity(id),
        anchor: entity("https://registry.example"),
        statements: Vec::new(),
        metadata: metadata.as_object().unwrap().clone(),
        expires_at: noon() + SignedDuration::from_mins(minutes),
    }
}

fn ending(id: &str, minutes: i64) -> Arc<OpenIdProvider> {
    let mut metadata = good();
    metadata["issuer"] = json!(id);
    Arc::new(OpenIdProvider::of(Arc::new(chain(id, &metadata, minutes)), Addresses::Protected).unwrap())
}

#[test]
fn a_chain_counts_until_it_ends_and_no_longer() {
    let directory = Directory::default();
    assert!(directory.is_empty(noon()));
    directory.replace([ending("https://one.example", 10), ending("https://other.example", 20)]);
    let at = |minutes| noon() + SignedDuration::from_mins(minutes);
    let id = ProviderId::parse("https://one.example").unwrap();
    for (minutes, listed, known) in [(0, 2, true), (9, 2, true), (10, 1, false), (20, 0, false)] {
        assert_eq!(directory.list(at(minutes)).len(), listed, "{minutes}");
        assert_eq!(directory.by_id(&id, at(minutes)).is_some(), known, "{minutes}");
        assert_eq!(directory.only(at(minutes)).is_some(), listed == 1, "{minutes}");
        assert_eq!(directory.is_empty(at(minutes)), listed == 0, "{minutes}");
    }
}

#[test]
fn of_two_with_one_identifier_the_first_counts() {
    let directory = Directory::default();
    directory.replace([ending("https://one.example", 10), ending("https://one.example", 20)]);
    assert_eq!(directory.list(noon()).len(), 1);
    assert_eq!(directory.list(noon())[0].expires_at(), noon() + SignedDuration::from_mins(10));
}

#[test]
fn citizens_see_its_name_and_its_site() {
    let of = |federation: Value| {
        let mut chain = chain("https://op.example/oidc", &good(), 10);
        chain.metadata.insert("federation_entity".to_owned(), federation);
        OpenIdProvider::of(Arc::new(chain), Addresses::Protected).unwrap().as_citizens_know_it()
    };
    let shown =
        of(json!({ "organization_name": " Ministero di prova ", "homepage_uri": "https://ministero.example/" }));
    assert_eq!(
        (shown.name.as_str(), shown.site.as_deref()),
        ("Ministero di prova", Some("https://ministero.example/"))
    );
    let shown = of(json!({ "organization_name": "two\nlines", "homepage_uri": "javascript:alert(1)" }));
    assert_eq!((shown.name.as_str(), shown.site), ("op.example", None));
    assert_eq!(of(json!({ "organization_name": "x".repeat(201) })).name, "op.example");
}

#[test]
fn an_entity_that_is_no_provider_is_none() {
    let mut chain = chain("https://op.example/oidc", &good(), 10);
    chain.metadata.remove(ENTITY_TYPE);
    let refused = OpenIdProvider::of(Arc::new(chain), Addresses::Protected).unwrap_err();
    assert_eq!(refused, MetadataFault::NoProvider);
}

#[test]
fn metadata_that_is_enough_is_read() {
    let metadata = read(&good()).unwrap();
    assert_eq!(metadata.token_endpoint.as_str(), "https://op.example/token");
    assert!(metadata.issuer_in_callback && metadata.revocation_endpoint.is_some());
    let metadata = with("revocation_endpoint", Value::Null).unwrap();
    assert!(metadata.revocation_endpoint.is_none());
    assert!(!with("authorization_response_iss_parameter_supported", Value::Null).unwrap().issuer_in_callback);
}

/// Tokens of one entity would count for another.
#[test]
fn a_provider_is_its_own_issuer_to_the_letter() {
    for issuer in ["https://op.example/oidc/", "https://other.example", ""] {
        assert_eq!(with("issuer", json!(issuer)).unwrap_err(), MetadataFault::Issuer, "{issuer}");
    }
    assert!(matches!(with("issuer", Value::Null).unwrap_err(), MetadataFault::Member(_)));
}

#[test]
fn openid_federation_client_invalid_empty_client_registration_types_supported() {
    let member = "client_registration_types_supported";
    assert_eq!(with(member, json!([])).unwrap_err(), MetadataFault::Unsupported(member, "automatic"));
    assert_eq!(with(member, json!(["explicit"])).unwrap_err(), MetadataFault::Unsupported(member, "automatic"));
}

#[test]
fn openid_federation_client_invalid_missing_client_registration_types_supported() {
    let member = "client_registration_types_supported";
    assert!(matches!(with(member, Value::Null).unwrap_err(), MetadataFault::Member(_)));
    assert!(matches!(with(member, json!("automatic")).unwrap_err(), MetadataFault::Member(_)), "not a list");
}

#[test]
fn openid_federation_client_valid_unknown_client_registration_types_supported() {
    with("client_registration_types_supported", json!(["explicit", "automatic", "by-letter"])).unwrap();
}

#[test]
fn what_every_login_needs_must_be_there() {
    for member in ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks"] {
        assert!(matches!(with(member, Value::Null).unwrap_err(), MetadataFault::Member(_)), "{member}");
    }
    for address in ["http://op.example/token", "op.example", "https://op.example/token#part", ""] {
        assert_eq!(with("token_endpoint", json!(address)).unwrap_err(), MetadataFault::Address("token_endpoint"));
    }
    assert!(matches!(with("token_endpoint", json!(1)).unwrap_err(), MetadataFault::Member(_)));
    assert_eq!(with("jwks", json!({ "keys": [] })).unwrap_err(), MetadataFault::NoKeys);
    assert!(matches!(with("jwks", json!([])).unwrap_err(), MetadataFault::Keys(_)));
    for (member, value) in [
        ("response_types_supported", json!(["id_token"])),
        ("token_endpoint_auth_methods_supported", json!(["client_secret_basic"])),
        ("code_challenge_methods_supported", json!(["plain"])),
    ] {
        assert!(matches!(with(member, value).unwrap_err(), MetadataFault::Unsupported(..)), "{member}");
    }
}
