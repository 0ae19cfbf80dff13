//! Cards, and whatever is said of them: certificates, lists of those that were revoked, answers, and trust lists.

#![no_main]

use std::sync::LazyLock;

use jiff::SignedDuration;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use varco_core::fiscal_number::FiscalNumber;
use varco_forge::card::der::{Part, SEQUENCE, parts};
use varco_forge::card::{CardAuthority, content};
use varco_fuzz::cards::{self, ANSWERS, BOTH, CARD, CARDS, CARELESS, DELEGATED, HONEST, LISTS, SIGNERS, TRUST_LISTS};
use varco_fuzz::{der, mutate, now};
use varco_health_card::authority::{Authorities, Authority};
use varco_health_card::certificate::CardCertificate;
use varco_health_card::ocsp::{CardStatus, OcspAnswer, question};
use varco_health_card::revocation::RevokedList;
use varco_health_card::trust_list::TrustList;
use varco_health_card::verdict::{Evidence, Verdict};

/// What the answers say that were made about the card.
static SAID: LazyLock<Vec<OcspAnswer>> = LazyLock::new(|| {
    let said: Vec<_> = ANSWERS[0].iter().filter_map(|der| said_of(0, &HONEST, der)).collect();
    assert_eq!(said.len(), ANSWERS[0].len() / 2, "half of them are about the card");
    said
});

/// What the trust lists say that were signed.
static LISTED: LazyLock<Vec<TrustList>> = LazyLock::new(|| {
    let read = |signed: &str| TrustList::read(signed, &*SIGNERS, now()).expect("an honest list is accepted");
    TRUST_LISTS.iter().map(|(_, signed)| read(signed)).collect()
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let size = cards::begin(data, size, max_size, seed);
    match data[..size].first() {
        Some(b'T' | b't' | b'P') => mutate(data, size, max_size, seed),
        _ => der::mutate(data, size, max_size, seed),
    }
});

fuzz_target!(|input: &[u8]| {
    let Some((door, bytes)) = input.split_first() else { return };
    match (door, std::str::from_utf8(bytes)) {
        (b'C', _) => {
            assert!(!vouched_for(bytes) || CARDS[0].iter().any(|card| card == bytes), "nobody issued {bytes:02x?}");
        }
        (b'L', _) => {
            let signed = || LISTS[0].iter().any(|list| list == bytes);
            assert!(!revokes(bytes, &HONEST) || signed(), "nobody signed {bytes:02x?}");
        }
        (b'O', _) => {
            let said = said_of(0, &HONEST, bytes);
            assert!(said.is_none_or(|said| SAID.contains(&said)), "nobody said {bytes:02x?}");
        }
        (b'T', Ok(text)) => only_what_was_listed(text),
        (b'P', Ok(text)) => certificates(text),
        (b'B', _) => certificates(&cards::bundle(bytes)),
        // Whatever it says, it is signed: all checks after the signature.
        (b'c', _) => drop(CARELESS.sign(bytes).map(|signed| vouched_for(&signed))),
        (b'l', _) => drop(CARELESS.sign(bytes).map(|signed| revokes(&signed, &CARELESS))),
        (b'o', _) => drop(cards::answered(bytes).map(|answer| said_of(1, &CARELESS, &answer))),
        (b'd', _) => delegated(bytes),
        (b't', Ok(text)) => listed(text),
        _ => {}
    }
});

/// Whether an authority vouches for a card; then what it says is sound.
fn vouched_for(der: &[u8]) -> bool {
    let Ok(card) = CardCertificate::read(der, now()) else { return false };
    let holder = card.holder();
    assert_eq!(FiscalNumber::parse(holder.fiscal_number.as_str()).as_ref(), Ok(&holder.fiscal_number));
    assert!(!format!("{card:?}").contains(holder.fiscal_number.as_str()), "it prints");
    for name in [&holder.given_name, &holder.family_name].into_iter().flatten() {
        assert!(!name.is_empty() && !name.contains(char::is_control), "{name:?}");
    }
    assert!(card.issued_at() <= now() && card.serial().first() != Some(&0));
    for address in card.distribution_points().into_iter().chain(card.responders()) {
        assert!(matches!(address.scheme(), "http" | "https") && address.has_host(), "{address}");
    }
    let Ok(authority) = BOTH.vouching(&card, now()) else { return false };
    assert!(question(&card, authority.certificate()).is_ok(), "who vouches for a card has issued it");
    weighed(&card, authority.certificate());
    true
}

/// What a list of the corpus says of a card: it was revoked if it is on it.
fn weighed(card: &CardCertificate<'_>, issuer: &[u8]) {
    let list = RevokedList::read(&LISTS[1][1], CARELESS.der(), now()).expect("an honest list is accepted");
    let evidence = Evidence { issuer, lists: &[&list], answer: None };
    let verdict = Verdict::of(card, &evidence, SignedDuration::ZERO, now());
    let revoked = list.is_of(issuer) && list.holds(card.serial());
    assert_eq!(verdict.outcome == CardStatus::Revoked, revoked);
}

/// Whether a list of an authority is accepted; then it holds all that stands in it.
fn revokes(der: &[u8], authority: &CardAuthority) -> bool {
    let Ok(list) = RevokedList::read(der, authority.der(), now()) else { return false };
    assert!(list.is_of(authority.der()) && !list.is_of(&[]) && !list.is_older_than(&list));
    assert!(list.made_at <= now() && list.is_stale(list.next_at));
    assert!(list.bytes() >= 8 * list.length() && list.length() <= der.len());
    let entries = entries(der);
    assert_eq!(list.length(), entries.len(), "every entry counts");
    assert!(entries.iter().all(|entry| parts(entry.content).first().is_some_and(|serial| list.holds(serial.content))));
    for (card, one) in CARD.iter().zip([&HONEST, &CARELESS]) {
        let evidence = Evidence { issuer: one.der(), lists: &[&list], answer: None };
        let verdict = Verdict::of(card, &evidence, SignedDuration::from_hours(1), now());
        let revoked = one.der() == authority.der() && list.holds(card.serial());
        assert_eq!(verdict.outcome == CardStatus::Revoked, revoked);
    }
    true
}

/// The entries of a list: a sequence after the times.
fn entries(der: &[u8]) -> Vec<Part<'_>> {
    let said = content(der).ok().and_then(|content| parts(content).first().map(|whole| parts(whole.content)));
    let after_times = said.into_iter().flatten().skip(3).find(|part| ![0x17, 0x18].contains(&part.tag));
    after_times.filter(|part| part.tag == SEQUENCE).map_or_else(Vec::new, |revoked| parts(revoked.content))
}

/// What an answer says of the card of an authority, if it is accepted; then it is sound.
fn said_of(card: usize, authority: &CardAuthority, der: &[u8]) -> Option<OcspAnswer> {
    let (card, other) = (&CARD[card], &CARD[1 - card]);
    let answer = OcspAnswer::read(der, card, authority.der(), now()).ok()?;
    assert!(answer.is_about(card) && !answer.is_about(other) && answer.is_fresh(now()));
    let latest = now() + SignedDuration::from_mins(5);
    assert!(answer.made_at <= latest && answer.this_update <= latest);
    assert!(answer.next_update.is_none_or(|next| next >= now()));
    let evidence = Evidence { issuer: authority.der(), lists: &[], answer: Some(&answer) };
    assert_eq!(Verdict::of(card, &evidence, SignedDuration::ZERO, now()).outcome, answer.status);
    Some(answer)
}

/// The certificate of whoever answers in the place of the authority: it must be for that.
fn delegated(content: &[u8]) {
    const OCSP_SIGNING: [u8; 8] = [0x2b, 6, 1, 5, 5, 7, 3, 9];
    let certificate = CARELESS.sign(content).ok();
    let answer = certificate.and_then(|certificate| DELEGATED.answer_with(&certificate));
    if answer.is_some_and(|answer| said_of(1, &CARELESS, &answer).is_some()) {
        assert!(content.windows(8).any(|bytes| bytes == OCSP_SIGNING), "nobody delegated {content:02x?}");
    }
}

fn only_what_was_listed(text: &str) {
    let Ok(list) = TrustList::read(text, &*SIGNERS, now()) else { return };
    sound(&list);
    assert!(LISTED.iter().any(|signed| same(signed, &list)), "nobody signed {text}");
}

/// A list that says whatever it says, signed.
fn listed(text: &str) {
    let signed = cards::canonical(text).and_then(|text| cards::LIST_SIGNER.sign(&text, now()).ok());
    if let Some(list) = signed.and_then(|signed| TrustList::read(&signed, &*SIGNERS, now()).ok()) {
        sound(&list);
    }
}

fn certificates(pem: &str) {
    let Ok(list) = TrustList::of_certificates(pem) else { return };
    sound(&list);
    assert!(!list.authorities.all().is_empty() && list.next_at.is_none());
}

fn same(one: &TrustList, other: &TrustList) -> bool {
    let said = |list: &TrustList| (list.sequence, list.issued_at, list.next_at, list.territory.clone());
    said(one) == said(other)
        && one.authorities.all() == other.authorities.all()
        && (&one.hosts, &one.omissions) == (&other.hosts, &other.omissions)
}

fn sound(list: &TrustList) {
    for host in &list.hosts {
        assert!(!host.is_empty() && *host == host.to_lowercase() && !host.contains(char::is_whitespace), "{host:?}");
    }
    assert_eq!(list.left_out, list.omissions.len());
    assert!(list.omissions.iter().all(|omission| !omission.name.contains(char::is_control)));
    let all = list.authorities.all();
    assert!(all.iter().all(|one| !one.name.contains(char::is_control) && list.authorities.holds(one)));
    assert!(all.len() >= list.authorities.subjects().len() && list.authorities.subjects().is_sorted());
    // Merged entries are put in their order, each instant once: there is nothing left to do.
    let merged = Authorities::merged([&list.authorities, &list.authorities]);
    assert_eq!(merged.all(), all, "what an authority was is in order");
    assert!(all.iter().all(|one: &Authority| one.fingerprint().len() == 64));
}
