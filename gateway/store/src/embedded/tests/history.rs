//! Any history of openings, requests, logouts, upkeep and crashes, held against a model that is a list.

use proptest::prelude::*;
use varco_core::session::Session;

use super::*;

const CITIZENS: usize = 4;

/// Something that happens.
#[derive(Clone, Copy, Debug)]
enum Act {
    Open(usize),
    Known(usize),
    Find(usize),
    End(usize),
    Wait(i64),
    Maintain,
    Crash,
}

/// What must be true of one session.
#[derive(Clone, Copy)]
struct Truth {
    opened: Timestamp,
    seen: Timestamp,
    /// What the database knows of `seen`.
    written: Timestamp,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        3 => (0..CITIZENS).prop_map(Act::Open),
        3 => (0..CITIZENS).prop_map(Act::Known),
        4 => (0..CITIZENS).prop_map(Act::Find),
        2 => (0..CITIZENS).prop_map(Act::End),
        4 => (1..40i64).prop_map(Act::Wait),
        1 => Just(Act::Maintain),
        1 => Just(Act::Crash),
    ];
    proptest::collection::vec(act, 1..40)
}

impl Truth {
    fn is_alive(self, now: Timestamp) -> bool {
        now.duration_since(self.opened) < ABSOLUTE && now.duration_since(self.seen) < IDLE
    }
}

async fn live_through(acts: Vec<Act>) {
    let mut fixture = OnDisk::empty().await;
    let mut truths: [Option<Truth>; CITIZENS] = [None; CITIZENS];
    let mut ids = [0u8; CITIZENS];
    let mut drawn = 0u8;
    let mut now = noon();
    for act in acts {
        match act {
            Act::Open(who) => {
                drawn += 1;
                ids[who] = drawn;
                let expires_at = now.checked_add(ABSOLUTE).unwrap();
                let opened = Session { opened_at: now, expires_at, ..session(drawn) };
                fixture.sessions().open(opened).await.unwrap();
                truths[who] = Some(Truth { opened: now, seen: now, written: now });
            }
            Act::Known(who) => {
                if fixture.sessions().known(&session(ids[who]).id, now).is_some() {
                    let truth = truths[who].as_mut().unwrap();
                    assert!(truth.is_alive(now), "{act:?} knows a session that is over");
                    truth.seen = now;
                }
            }
            Act::Find(who) => {
                let found = fixture.sessions().find(&session(ids[who]).id, now).await.unwrap();
                let truth = truths[who].as_mut().filter(|truth| truth.is_alive(now));
                assert_eq!(found.is_some(), truth.is_some(), "{act:?} at {now}");
                if let Some(truth) = truth {
                    truth.seen = now;
                }
            }
            Act::End(who) => {
                let ended = fixture.sessions().end(&session(ids[who]).id).await.unwrap();
                assert!(ended.is_none() || truths[who].is_some(), "{act:?} ended it twice");
                assert!(ended.is_some() || !truths[who].is_some_and(|truth| truth.is_alive(now)), "{act:?}");
                truths[who] = None;
            }
            Act::Wait(minutes) => now = now.checked_add(SignedDuration::from_mins(minutes)).unwrap(),
            Act::Maintain => {
                fixture.store.maintain(now).await.unwrap();
                for truth in truths.iter_mut().flatten().filter(|truth| truth.is_alive(now)) {
                    truth.written = truth.seen;
                }
            }
            Act::Crash => {
                fixture = fixture.restarted().await;
                truths.iter_mut().flatten().for_each(|truth| truth.seen = truth.written);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_history_honours_a_session_that_is_over_or_forgets_one_that_is_not(acts in acts()) {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap()
            .block_on(live_through(acts));
    }
}
