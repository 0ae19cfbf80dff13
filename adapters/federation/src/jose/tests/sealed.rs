//! Encrypted tokens that must not be decrypted, and that nobody learns why.

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use data_encoding::BASE64URL_NOPAD;
use proptest::prelude::*;

use super::super::agreement::{Parties, wrap};
use super::super::content::seal;
use super::super::material::{Curve, Material};
use super::*;

#[test]
fn whatever_is_wrong_with_what_is_encrypted_it_is_refused_alike() {
    let key = DecryptionKey::generate().unwrap();
    let good = encrypt("a.b.c", &key.public(), KeyManagement::RsaOaep256, ContentEncryption::A128CbcHs256).unwrap();
    let keys = [key];
    assert!(decrypt(&good, &keys).is_ok());
    for (name, value) in [
        ("zip", json!("DEF")),
        ("crit", json!(["exp"])),
        ("alg", json!("RSA1_5")),
        ("alg", json!("dir")),
        ("alg", json!("A128KW")),
        ("alg", json!("PBES2-HS256+A128KW")),
        ("alg", json!("ECDH-ES")),
        ("alg", json!("RSA-OAEP")),
        ("enc", json!("A256CBC-HS512")),
        ("enc", json!("A128CBC")),
        ("kid", json!("another")),
        ("kid", json!(["another"])),
    ] {
        assert_eq!(decrypt(&with_header(&good, |header| header[name] = value), &keys), Err(NotDecrypted), "{name}");
    }
    for part in 0..5 {
        let mut parts: Vec<_> = good.split('.').map(str::to_owned).collect();
        parts[part].clear();
        assert_eq!(decrypt(&parts.join("."), &keys), Err(NotDecrypted), "{part}");
    }
    for form in ["", "....", "a.b.c", &good[1..], &format!("{good}.e30"), &format!("{good}=")] {
        assert_eq!(decrypt(form, &keys), Err(NotDecrypted));
    }
}

#[test]
fn what_is_encrypted_is_exact_too() {
    let (keys, good) = sealed_for_properties();
    let [ours, _] = keys;
    let token = &good[0];
    assert!(decrypt(token, std::slice::from_ref(ours)).is_ok());
    for part in 0..5 {
        // Where no bits are left over, another character is another byte.
        assert_eq!(decrypt(&with_loose_bit(token, part), std::slice::from_ref(ours)), Err(NotDecrypted), "{part}");
    }
}

#[test]
fn a_header_that_is_not_read_here_spoils_what_is_sealed_well() {
    let ours = &sealed_for_properties().0[1..];
    let under = |members| Forgery { members, ..Forgery::of(&ours[0]) }.token();
    for good in ["", r#","cty":"JWT","apu":"","apv":"""#, r#","x":[1]"#] {
        assert_eq!(decrypt(&under(good), ours).as_deref(), Ok(b"a.b.c".as_slice()), "{good}");
    }
    let deep = format!(r#","x":{}{}"#, "[".repeat(40), "]".repeat(40));
    let long = format!(r#","x":"{}""#, "x".repeat(300 * 1024));
    for bad in [
        r#","zip":"DEF""#,
        r#","zip":null"#,
        r#","crit":["exp"]"#,
        r#","crit":[]"#,
        r#","enc":"A128GCM""#,
        r#","x":{"y":1,"y":1}"#,
        r#","kid":"another""#,
        r#","kid":1"#,
        r#","apu":1"#,
        r#","apv":"!""#,
        &deep,
        &long,
    ] {
        assert_eq!(decrypt(&under(bad), ours), Err(NotDecrypted), "{}", &bad[..bad.len().min(40)]);
    }
}

#[test]
fn an_ephemeral_key_is_exactly_what_it_should_be() {
    let ours = &sealed_for_properties().0[1..];
    let opened = |change: &dyn Fn(&mut Value)| decrypt(&Forgery { change, ..Forgery::of(&ours[0]) }.token(), ours);
    assert!(opened(&|_| ()).is_ok());
    let changes: [&dyn Fn(&mut Value); 7] = [
        &|epk| epk["kty"] = "OKP".into(),
        &|epk| epk["crv"] = "P-384".into(),
        &|epk| epk["crv"] = Value::Null,
        &|epk| epk["y"] = 1.into(),
        &|epk| epk["x"] = BASE64URL_NOPAD.encode(&[7; 32]).into(),
        &|epk| *epk = json!([epk.take()]),
        &with_shifted_byte,
    ];
    for (at, change) in changes.iter().enumerate() {
        assert_eq!(opened(change), Err(NotDecrypted), "{at}");
    }
}

#[test]
fn a_content_key_is_as_long_as_the_method_has_it() {
    let ours = &sealed_for_properties().0[1..];
    // With twice as long a key the same method would be another one.
    for (length, verdict) in [(32, Ok(b"a.b.c".to_vec())), (64, Err(NotDecrypted))] {
        let key = vec![7; length];
        let content = ContentEncryption::A128CbcHs256;
        let forgery = Forgery { travelling: Some(&key), content, ..Forgery::of(&ours[0]) };
        assert_eq!(decrypt(&forgery.token(), ours), verdict, "{length}");
    }
}

/// A token for a key on a curve that is sealed well, whatever its header says.
struct Forgery<'a> {
    to: &'a DecryptionKey,
    content: ContentEncryption,
    /// The key of the content, where it travels.
    travelling: Option<&'a [u8]>,
    /// What is done to the ephemeral key.
    change: &'a dyn Fn(&mut Value),
    /// What the header has besides.
    members: &'a str,
}

// === impl Forgery ===

impl<'a> Forgery<'a> {
    fn of(to: &'a DecryptionKey) -> Self {
        Self { to, content: ContentEncryption::A128Gcm, travelling: None, change: &|_| (), members: "" }
    }

    fn token(&self) -> String {
        let management = if self.travelling.is_some() { KeyManagement::EcdhEsA256Kw } else { KeyManagement::EcdhEs };
        let ephemeral = PrivateKey::generate(&ECDH_P256).unwrap();
        let public = ephemeral.compute_public_key().unwrap();
        let mut epk = Value::Object(Material::point(Curve::P256, public.as_ref().to_vec()).unwrap().members());
        (self.change)(&mut epk);
        let (alg, enc, members) = (management.as_str(), self.content.as_str(), self.members);
        let header = format!(r#"{{"alg":"{alg}","enc":"{enc}","epk":{epk}{members}}}"#);
        let header = BASE64URL_NOPAD.encode(header.as_bytes());
        let Material::Ec { point, .. } = self.to.public().material else { panic!("not on a curve") };
        let parties = Parties { management, content: self.content, information: [&[], &[]] };
        let agreed = parties.derive(&ephemeral, Curve::P256, &point).unwrap();
        let wrapped = self.travelling.map(|key| wrap(&agreed, key).unwrap()).unwrap_or_default();
        let sealed = seal(self.content, self.travelling.unwrap_or(&agreed), header.as_bytes(), b"a.b.c").unwrap();
        let parts = [wrapped, sealed.vector, sealed.content, sealed.tag].map(|part| BASE64URL_NOPAD.encode(&part));
        format!("{header}.{}", parts.join("."))
    }
}

/// Providers that name no key encrypt for the one that they knew when they read our keys, which we may have rotated.
#[test]
fn a_token_that_names_no_key_is_tried_with_those_that_fit_and_not_without_end() {
    let elliptic = || DecryptionKey::from_pem(&SigningKey::generate(Signature::Es256).unwrap().to_pem().unwrap());
    let mut keys = vec![DecryptionKey::generate().unwrap()];
    keys.extend((0..9).map(|_| elliptic().unwrap()));
    let opened = |key: usize| decrypt(&Forgery::of(&keys[key]).token(), &keys);
    for key in 1..=8 {
        assert_eq!(opened(key).as_deref(), Ok(b"a.b.c".as_slice()), "{key}");
    }
    assert_eq!(opened(9), Err(NotDecrypted));
    assert_eq!(decrypt(&Forgery::of(&elliptic().unwrap()).token(), &keys), Err(NotDecrypted), "for somebody else");
}

#[test]
fn a_key_that_travels_does_not_replace_one_that_is_agreed_on() {
    let (keys, tokens) = sealed_for_properties();
    let direct = encrypt("a.b.c", &keys[1].public(), KeyManagement::EcdhEs, ContentEncryption::A128Gcm).unwrap();
    let wrapped = tokens[1].split('.').nth(1).unwrap();
    let mut parts: Vec<_> = direct.split('.').collect();
    parts[1] = wrapped;
    assert!(decrypt(&direct, &keys[1..]).is_ok());
    assert_eq!(decrypt(&parts.join("."), &keys[1..]), Err(NotDecrypted));
}

#[test]
fn names_of_the_parties_are_part_of_the_key() {
    let (keys, tokens) = sealed_for_properties();
    for name in ["apu", "apv"] {
        for value in [json!("QWxpY2U"), json!("!"), json!(1)] {
            let changed = with_header(&tokens[1], |header| header[name] = value);
            assert_eq!(decrypt(&changed, keys), Err(NotDecrypted), "{name}");
        }
    }
}

proptest! {
    #[test]
    fn property_a_changed_byte_is_seen(which in 0_usize..2, at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let (keys, tokens) = sealed_for_properties();
        if let Some(text) = with_byte(&tokens[which], at, to) {
            prop_assert_eq!(decrypt(&text, keys), Err(NotDecrypted));
        }
    }

    #[test]
    fn property_no_text_makes_it_panic(text in ".{0,200}") {
        prop_assert_eq!(decrypt::<DecryptionKey>(&text, &[]), Err(NotDecrypted));
    }
}

/// A key of RSA and one on a curve, and a token for each.
fn sealed_for_properties() -> &'static ([DecryptionKey; 2], [String; 2]) {
    static SEALED: std::sync::OnceLock<([DecryptionKey; 2], [String; 2])> = std::sync::OnceLock::new();
    SEALED.get_or_init(|| {
        let elliptic = SigningKey::generate(Signature::Es256).unwrap().to_pem().unwrap();
        let keys = [DecryptionKey::generate().unwrap(), DecryptionKey::from_pem(&elliptic).unwrap()];
        let seal = |key: &DecryptionKey, management, content| encrypt("a.b.c", &key.public(), management, content);
        let tokens = [
            seal(&keys[0], KeyManagement::RsaOaep256, ContentEncryption::A256CbcHs512).unwrap(),
            seal(&keys[1], KeyManagement::EcdhEsA256Kw, ContentEncryption::A128Gcm).unwrap(),
        ];
        (keys, tokens)
    })
}
