//! What the fuzzer's one entity of a federation signs, and what is encrypted for it. Its keys are kept, as the
//! provider's is.

use std::collections::HashSet;
use std::fs;
use std::sync::LazyLock;

use jiff::SignedDuration;
use serde_json::{Map, Value, json};
use varco_federation::entity_id::{Addresses, EntityId};
use varco_federation::jose::{
    ContentEncryption, DecryptionKey, Jwks, KeyManagement, Signature, SigningKey, decrypt, encrypt,
};
use varco_federation::statement::{EntityConfiguration, MEDIA_TYPE, SubordinateStatement};
use varco_forge::provider::Provider;

use crate::{PROVIDER, now};

/// The one thing that is ever encrypted for the entity.
pub const SECRET: &str = "a.b.c";

/// The entity.
pub static ENTITY: LazyLock<EntityId> = LazyLock::new(|| entity("https://op.example"));

/// Somebody below it.
pub static BELOW: LazyLock<EntityId> = LazyLock::new(|| entity("https://below.op.example/x"));

/// The entity's key, as PEM.
static KEY: LazyLock<String> = LazyLock::new(|| {
    let path = Provider::folder().join("entity.pem");
    fs::read_to_string(&path).unwrap_or_else(|_| {
        let made = SigningKey::generate(Signature::Es256).expect("a key can be made").to_pem().expect("and written");
        fs::create_dir_all(Provider::folder()).expect("the folder can be made");
        fs::write(&path, &*made).expect("the key can be kept");
        made.to_string()
    })
});

/// What the entity signs with.
pub static SIGNER: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::from_pem(Signature::Es256, &KEY).expect("the key was made for it"));

/// What the entity decrypts with: a key of RSA, and one on a curve.
pub static DECRYPTION: LazyLock<[DecryptionKey; 2]> = LazyLock::new(|| {
    [&PROVIDER.private_key, &*KEY].map(|pem| DecryptionKey::from_pem(pem).expect("the key is of a kind that is used"))
});

/// What others verify its tokens with.
pub static KEYS: LazyLock<Jwks> = LazyLock::new(|| Jwks::from_iter([SIGNER.public()]));

/// The claims that the entity signed, and no others: of itself, and of the one below it.
pub static CLAIMS: LazyLock<Vec<Map<String, Value>>> = LazyLock::new(|| {
    let provider = json!({
        "issuer": ENTITY.as_str(), "jwks": KEYS.to_json(), "token_endpoint": "https://op.example/token",
        "client_registration_types_supported": ["automatic"], "scopes_supported": null,
    });
    let endpoints = json!({ "federation_fetch_endpoint": "https://op.example/fetch", "contacts": ["a@b.example"] });
    let policy = json!({ "openid_relying_party": {
        "scope": { "superset_of": ["openid"], "subset_of": ["openid", "email"] }, "client_name": { "essential": true },
        "grant_types": { "value": ["authorization_code"] }, "contacts": { "add": ["c@d.example"] },
        "subject_type": { "one_of": ["pairwise", "public"], "default": "pairwise" },
    } });
    [
        json!({ "sub": ENTITY.as_str() }),
        json!({
            "sub": ENTITY.as_str(), "metadata": { "openid_provider": provider, "federation_entity": endpoints },
            "authority_hints": ["https://anchor.example"], "crit": ["constraints"],
            "trust_marks": [{ "id": "https://anchor.example/mark", "trust_mark": SECRET }],
            "constraints": {
                "max_path_length": 1, "allowed_entity_types": ["openid_provider"],
                "naming_constraints": { "permitted": [".example"], "excluded": [] },
            },
            "trust_mark_issuers": { "https://anchor.example/mark": [] },
        }),
        json!({
            "sub": BELOW.as_str(), "metadata_policy": policy, "metadata_policy_crit": ["value"],
            "metadata": { "openid_relying_party": { "client_name": "x", "scope": "openid phone" } },
        }),
    ]
    .map(complete)
    .into()
});

/// The same claims as they stand in a token: all of it but the signature, which differs every time.
pub static SIGNED_CLAIMS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let signed = |claims| {
        let token = statement(claims);
        let of_itself = EntityConfiguration::self_signed(&token, &ENTITY, Addresses::Protected, now());
        let of_another = SubordinateStatement::verify(&token, &ENTITY, &BELOW, &KEYS, now());
        assert!(of_itself.is_ok() || of_another.is_ok(), "an honest statement is accepted");
        unsigned(&token).to_owned()
    };
    CLAIMS.iter().map(signed).collect()
});

/// A token without its signature.
pub fn unsigned(token: &str) -> &str {
    token.rsplit_once('.').map_or(token, |(unsigned, _)| unsigned)
}

/// A statement of the entity, whatever it says.
pub fn statement(claims: &Map<String, Value>) -> String {
    SIGNER.sign(Some(MEDIA_TYPE), claims).expect("it can be signed")
}

/// The secret, encrypted in every way that there is.
pub fn sealed() -> Vec<String> {
    let ways = KeyManagement::ALL.iter().flat_map(|one| ContentEncryption::ALL.iter().map(move |other| (*one, *other)));
    let sealed = |(management, content): (KeyManagement, ContentEncryption)| {
        let key = &DECRYPTION[usize::from(management.as_str().starts_with("ECDH"))];
        let token = encrypt(SECRET, &key.public(), management, content).expect("it can be encrypted");
        assert!(decrypt(&token, &*DECRYPTION).is_ok(), "what is honestly encrypted is decrypted");
        token
    };
    ways.map(sealed).collect()
}

fn entity(name: &str) -> EntityId {
    EntityId::parse(name, Addresses::Protected).expect("the name of an entity")
}

fn complete(mut claims: Value) -> Map<String, Value> {
    claims["iss"] = ENTITY.as_str().into();
    claims["iat"] = now().as_second().into();
    claims["exp"] = (now() + SignedDuration::from_hours(1)).as_second().into();
    claims["jwks"] = KEYS.to_json();
    claims.as_object().cloned().unwrap_or_default()
}
