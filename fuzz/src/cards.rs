//! What the fuzzer's authorities of cards issue, and whoever signs its trust lists. Their keys are kept, as the
//! provider's is.
//!
//! One authority has issued all that comes as it is: its key is RSA, so that the same is signed in the same bytes on
//! every day. The other one signs whatever an input says, which is faster on a curve.

mod lists;

use std::sync::LazyLock;

use varco_forge::card::der::parts;
use varco_forge::card::{
    AnswerText, CardAuthority, CardSaid, CardText, IDENTITY_CARD, KeyKind, ListText, ResponderNamed, around, content,
};
use varco_forge::dice::Dice;
use varco_forge::provider::Provider;
use varco_health_card::authority::{Authorities, Authority, Standing};
use varco_health_card::certificate::CardCertificate;

use crate::now;

pub use lists::{LIST_SIGNER, SIGNERS, TRUST_LISTS, canonical};

const HOLDERS: [&str; 3] = ["PRVDAA85E57D612J", "LVLDAA85T50G702B", "SMPBNC85D52D6MNL"];
const PUBLISHED_AT: &str = "http://crl.cards.example/list.crl";

/// The authority that has issued the cards of the corpus, and signed what is said of them.
pub static HONEST: LazyLock<CardAuthority> =
    LazyLock::new(|| authority("CA di prova", KeyKind::Rsa2048, "card-authority", &[PUBLISHED_AT]));

/// The same with another name.
static RENAMED: LazyLock<CardAuthority> =
    LazyLock::new(|| authority("CA già di prova", KeyKind::Rsa2048, "card-authority", &[]));

/// The authority that signs whatever it is given.
pub static CARELESS: LazyLock<CardAuthority> =
    LazyLock::new(|| authority("CA distratta", KeyKind::P256, "careless-authority", &[PUBLISHED_AT, "ldap://x/y"]));

/// Both, as a trust list has them.
pub static BOTH: LazyLock<Authorities> = LazyLock::new(|| {
    let standing = Standing { since: jiff::Timestamp::UNIX_EPOCH, recognised: true };
    let listed = |authority: &CardAuthority| Authority::new("CA".to_owned(), authority.der(), vec![standing]);
    Authorities::new([&*HONEST, &CARELESS].map(|one| listed(one).expect("an authority")).into())
});

/// The cards that each authority has issued, and no others.
pub static CARDS: LazyLock<[Vec<Vec<u8>>; 2]> = LazyLock::new(|| [cards(&HONEST), cards(&CARELESS)]);

/// The lists that each has signed, and no others.
pub static LISTS: LazyLock<[Vec<Vec<u8>>; 2]> = LazyLock::new(|| [revoked(&HONEST), revoked(&CARELESS)]);

/// The answers that were made about the cards of each.
pub static ANSWERS: LazyLock<[Vec<Vec<u8>>; 2]> = LazyLock::new(|| [answers(&HONEST, 0), answers(&CARELESS, 1)]);

/// The card of each authority that everything is said about.
pub static CARD: LazyLock<[CardCertificate<'static>; 2]> = LazyLock::new(|| {
    let cards = &*CARDS;
    [0, 1].map(|one: usize| CardCertificate::read(&cards[one][0], now()).expect("a card"))
});

/// Who answers in the place of the careless authority.
pub static DELEGATED: LazyLock<Delegated> = LazyLock::new(|| {
    let key = responder_key();
    let certificate = CARELESS.responder(0x5678, &key).expect("a responder");
    Delegated { certificate, key }
});

/// A responder.
pub struct Delegated {
    certificate: Vec<u8>,
    key: rcgen::KeyPair,
}

// === impl Delegated ===

impl Delegated {
    /// That the card is good, signed with its key, and with this certificate instead of its own.
    pub fn answer_with(&self, certificate: &[u8]) -> Option<Vec<u8>> {
        let text = AnswerText {
            said: CardSaid::Good,
            ends: true,
            modern: false,
            responder: ResponderNamed::ByKey,
            nonce: false,
        };
        text.signed_for(&CARELESS, &CARDS[1][0], certificate, &self.key).ok()
    }
}

/// Certificates as people write them down together.
pub fn bundle(certificates: &[u8]) -> String {
    parts(certificates).into_iter().map(|part| pem(part.whole)).collect()
}

/// Half of the time what is changed is a seed, and each door has its turn. Most of what the fuzzer keeps is refused early:
/// to see what one change does, it takes something that is whole.
pub fn begin(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    // Not the dice that say what is changed.
    let mut dice = Dice::new(u64::from(seed) << 32);
    let door = dice.one_of(b"CLOTPBclodt").copied();
    let seeds: Vec<_> = SEEDS.iter().filter(|seed| seed.first() == door.as_ref()).collect();
    match dice.one_of(&seeds).filter(|seed| seed.len() <= max_size) {
        Some(seed) if dice.one_in(2) => {
            data[..seed.len()].copy_from_slice(seed);
            seed.len()
        }
        _ => size,
    }
}

/// What is fuzzed at first, with the door it goes through.
pub static SEEDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(seeds);

fn seeds() -> Vec<Vec<u8>> {
    let through = |door: u8, bytes: &[u8]| [&[door], bytes].concat();
    let mut seeds = Vec::new();
    for (doors, made) in [(*b"Cc", &*CARDS), (*b"Ll", &*LISTS)] {
        seeds.extend(made[0].iter().map(|der| through(doors[0], der)));
        seeds.extend(made[1].iter().map(|der| through(doors[1], content(der).expect("it is signed"))));
    }
    seeds.extend(ANSWERS[0].iter().map(|der| through(b'O', der)));
    seeds.extend(said().map(|text| {
        through(b'o', &text.content(&CARELESS, &CARDS[1][0], CARELESS.der()).expect("an answer can be written"))
    }));
    seeds.push(through(b'd', content(&DELEGATED.certificate).expect("it is signed")));
    let certificates = [HONEST.der(), CARELESS.der(), &CARDS[0][0]];
    seeds.extend(certificates.map(|der| through(b'B', der)));
    seeds.push(through(b'B', &certificates.concat()));
    seeds.push(through(b'P', bundle(&certificates.concat()).as_bytes()));
    seeds.extend(
        TRUST_LISTS
            .iter()
            .flat_map(|(text, signed)| [through(b't', text.as_bytes()), through(b'T', signed.as_bytes())]),
    );
    seeds
}

fn pem(der: &[u8]) -> String {
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", varco_forge::base64(der))
}

fn authority(name: &str, kind: KeyKind, kept_as: &str, published_at: &[&str]) -> CardAuthority {
    let key = kind.kept_in(&Provider::folder(), kept_as).expect("a key is made, or was made before");
    CardAuthority::new(name, key, published_at).expect("an authority")
}

fn responder_key() -> rcgen::KeyPair {
    KeyKind::P256.kept_in(&Provider::folder(), "responder").expect("a key is made, or was made before")
}

fn cards(authority: &CardAuthority) -> Vec<Vec<u8>> {
    let key = KeyKind::P256.kept_in(&Provider::folder(), "card").expect("a key is made, or was made before");
    let text = |number: usize| {
        let mut text = CardText::of(HOLDERS[number], [0x1234, 0x7fff_ffff_ffff, 0x00ff_0000_0000_0001][number]);
        text.names = (number > 0).then(|| ("Ada".to_owned(), "D'Annunzio".to_owned()));
        text.policy = if number == 2 { IDENTITY_CARD } else { text.policy };
        text.responder = (number != 1).then(|| "http://ocsp.cards.example/".to_owned());
        text
    };
    let card = |number| authority.card(&text(number), &key).expect("a card can be issued");
    (0..HOLDERS.len()).map(card).collect()
}

fn revoked(authority: &CardAuthority) -> Vec<Vec<u8>> {
    let long = [[1; 9].as_slice(), &[0x7f; 16], &[3; 17], &[4; 20]].map(rcgen::SerialNumber::from_slice);
    let texts = [
        ListText::of([]),
        ListText::of([0x1234, 1, 0x80, 0xffff_ffff_ffff_ffff]),
        ListText { revoked: long.into(), reasons: true, ..ListText::of([]) },
        ListText { number: 2, published_at: Some(PUBLISHED_AT.to_owned()), ..ListText::of([7, 7]) },
    ];
    texts.iter().map(|text| text.signed_by(authority).expect("a list can be signed")).collect()
}

/// In every form.
fn said() -> impl Iterator<Item = AnswerText> {
    let all = [CardSaid::Good, CardSaid::Revoked, CardSaid::Unknown];
    let forms = [(true, ResponderNamed::ByName), (false, ResponderNamed::ByKey)];
    all.into_iter().flat_map(move |said| {
        forms.map(|(ends, responder)| AnswerText { said, ends, modern: !ends, responder, nonce: !ends })
    })
}

/// About every card, by the authority and by its responder.
fn answers(authority: &CardAuthority, number: usize) -> Vec<Vec<u8>> {
    let key = responder_key();
    let responder = authority.responder(0x5678, &key).expect("a responder");
    let about = |card: &Vec<u8>| -> Vec<Vec<u8>> {
        let by_authority = said().map(|text| text.signed_by(authority, card));
        let by_responder = said().map(|text| text.signed_for(authority, card, &responder, &key));
        by_authority.chain(by_responder).map(|answer| answer.expect("an answer can be signed")).collect()
    };
    CARDS[number].iter().take(2).flat_map(about).collect()
}

/// An answer that the careless authority signs.
pub fn answered(content: &[u8]) -> Option<Vec<u8>> {
    CARELESS.sign(content).ok().map(|signed| around(&signed))
}
