//! Trust marks without which nobody passes: those that hold, and forged ones.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::super::*;
use super::scene::{ANCHOR, MARK, MIDDLE, NOW, PROVIDER, Scene, keys_of, signed};

/// What is done to the claims of a token.
type Change<'a> = &'a dyn Fn(&mut Value);

/// Whose own the mark is, where it is somebody's.
const OWNER: &str = "https://owner.example";

async fn verdict(scene: &Scene) -> Result<(), ChainFault> {
    scene.resolve(PROVIDER).await.map(drop)
}

/// A federation in which nobody passes without the mark.
fn demanding() -> Scene {
    let mut scene = Scene::new();
    scene.require(MARK);
    scene
}

/// One whose anchor leaves the mark to somebody below it.
fn delegating() -> Scene {
    let mut scene = demanding();
    scene.put_below(MIDDLE, ANCHOR);
    scene.say(ANCHOR, |claims| claims["trust_mark_issuers"] = json!({ MARK: [MIDDLE] }));
    scene
}

#[tokio::test]
async fn a_mark_that_is_required_must_hold() {
    let mut scene = demanding();
    scene.show_mark(PROVIDER, ANCHOR, |_| {});
    assert_eq!(verdict(&scene).await, Ok(()));
    scene.show_mark(PROVIDER, ANCHOR, |claims| {
        claims.as_object_mut().unwrap().remove("trust_mark_type");
        claims["id"] = MARK.into();
    });
    assert_eq!(verdict(&scene).await, Ok(()), "as older documents call it");
    let soon = NOW + SignedDuration::from_mins(5);
    scene.show_mark(PROVIDER, ANCHOR, |claims| claims["exp"] = soon.as_second().into());
    assert_eq!(scene.resolve(PROVIDER).await.unwrap().expires_at, soon, "no chain outlives it");
}

#[tokio::test]
async fn a_mark_that_does_not_hold_ends_it_before_anybody_else_is_asked() {
    let past = NOW.as_second() - 1;
    let forgeries: [(&str, Change<'_>); 11] = [
        (PROVIDER, &|_| {}),
        (PROVIDER, &|claims| claims["iss"] = ANCHOR.into()),
        ("https://stranger.example", &|_| {}),
        (ANCHOR, &|claims| claims["sub"] = MIDDLE.into()),
        (ANCHOR, &|claims| claims["exp"] = past.into()),
        (ANCHOR, &|claims| claims["exp"] = "1999999999".into()),
        (ANCHOR, &|claims| claims["iat"] = (NOW.as_second() + 61).into()),
        (ANCHOR, &|claims| drop(claims.as_object_mut().unwrap().remove("iat"))),
        (ANCHOR, &|claims| drop(claims.as_object_mut().unwrap().remove("trust_mark_type"))),
        (ANCHOR, &|claims| claims["trust_mark_type"] = "https://anchor.example/other".into()),
        (ANCHOR, &|claims| claims["id"] = "https://anchor.example/other".into()),
    ];
    for (issuer, change) in forgeries {
        let mut scene = demanding();
        scene.show_mark(PROVIDER, issuer, change);
        assert_eq!(verdict(&scene).await, Err(ChainFault::Mark));
        assert_eq!(scene.hosts_asked(), ["op.example"]);
    }
    let scene = demanding();
    assert_eq!(verdict(&scene).await, Err(ChainFault::Mark), "no mark at all");
    assert_eq!(scene.hosts_asked(), ["op.example"]);
}

#[tokio::test]
async fn another_token_of_the_anchor_is_no_mark() {
    let mut scene = demanding();
    let claims = json!({ "iss": ANCHOR, "sub": PROVIDER, "id": MARK, "iat": NOW.as_second() });
    let token = signed(ANCHOR, "entity-statement+jwt", &claims);
    scene.say(PROVIDER, |said| said["trust_marks"] = json!([{ "id": MARK, "trust_mark": token }]));
    assert_eq!(verdict(&scene).await, Err(ChainFault::Mark));
}

#[tokio::test]
async fn whom_the_anchor_names_issues_marks_with_the_keys_that_it_states() {
    let mut scene = delegating();
    scene.show_mark(PROVIDER, MIDDLE, |_| {});
    assert_eq!(verdict(&scene).await, Ok(()));
    assert_eq!(scene.hosts_asked(), ["op.example", "anchor.example", "anchor.example"], "the issuer is not");
    scene.state(ANCHOR, MIDDLE, |claims| claims["jwks"] = keys_of(PROVIDER).to_json());
    assert_eq!(verdict(&scene).await, Err(ChainFault::Mark));
    assert_eq!(scene.hosts_asked(), ["op.example", "anchor.example"]);
}

#[tokio::test]
async fn an_anchor_that_leaves_a_mark_to_others_does_not_issue_it() {
    let mut scene = delegating();
    scene.show_mark(PROVIDER, ANCHOR, |_| {});
    assert_eq!(verdict(&scene).await, Err(ChainFault::Mark));
    for (issuers, holds) in [(json!([]), true), (json!([MIDDLE, ANCHOR]), true), (json!(ANCHOR), false)] {
        scene.say(ANCHOR, |claims| claims["trust_mark_issuers"] = json!({ MARK: issuers }));
        assert_eq!(verdict(&scene).await.is_ok(), holds, "{issuers}");
    }
}

/// However many are shown: the anchor is asked once for each issuer.
#[tokio::test]
async fn forged_marks_of_one_issuer_ask_the_anchor_once() {
    let mut scene = delegating();
    let claims = json!({ "iss": MIDDLE, "sub": PROVIDER, "trust_mark_type": MARK, "iat": NOW.as_second() });
    let forged = json!({ "trust_mark_type": MARK, "trust_mark": signed(PROVIDER, "trust-mark+jwt", &claims) });
    scene.say(PROVIDER, |said| said["trust_marks"] = vec![forged; 20].into());
    assert_eq!(verdict(&scene).await, Err(ChainFault::Mark));
    assert_eq!(scene.hosts_asked(), ["op.example", "anchor.example"]);
}

/// A mark of which the anchor says whose own it is, with what the owner says of its issuer.
fn owned(by: &str, media_type: &str, change: impl FnOnce(&mut Value)) -> Scene {
    let mut scene = demanding();
    let mut claims = json!({ "iss": OWNER, "sub": ANCHOR, "trust_mark_type": MARK, "iat": NOW.as_second() });
    change(&mut claims);
    let delegation = signed(by, media_type, &claims);
    scene.show_mark(PROVIDER, ANCHOR, |mark| mark["delegation"] = delegation.into());
    let owner = json!({ "sub": OWNER, "jwks": keys_of(OWNER).to_json() });
    scene.say(ANCHOR, |claims| claims["trust_mark_owners"] = json!({ MARK: owner }));
    scene
}

const DELEGATION: &str = "trust-mark-delegation+jwt";

#[tokio::test]
async fn a_mark_that_is_somebodys_own_is_delegated_by_its_owner() {
    assert_eq!(verdict(&owned(OWNER, DELEGATION, |_| {})).await, Ok(()));
    let soon = NOW + SignedDuration::from_mins(5);
    let ending = owned(OWNER, DELEGATION, |claims| claims["exp"] = soon.as_second().into());
    assert_eq!(ending.resolve(PROVIDER).await.unwrap().expires_at, soon);
}

#[tokio::test]
async fn a_delegation_that_does_not_hold_delegates_nothing() {
    let past = NOW.as_second();
    let forgeries: [(&str, &str, Change<'_>); 8] = [
        (ANCHOR, DELEGATION, &|_| {}),
        (OWNER, "trust-mark+jwt", &|_| {}),
        (OWNER, DELEGATION, &|claims| claims["iss"] = ANCHOR.into()),
        (OWNER, DELEGATION, &|claims| claims["sub"] = MIDDLE.into()),
        (OWNER, DELEGATION, &|claims| claims["exp"] = past.into()),
        (OWNER, DELEGATION, &|claims| claims["iat"] = (past + 61).into()),
        (OWNER, DELEGATION, &|claims| claims["trust_mark_type"] = "https://anchor.example/other".into()),
        (OWNER, DELEGATION, &|claims| drop(claims.as_object_mut().unwrap().remove("trust_mark_type"))),
    ];
    for (by, media_type, change) in forgeries {
        let scene = owned(by, media_type, change);
        assert_eq!(verdict(&scene).await, Err(ChainFault::Mark));
        assert_eq!(scene.hosts_asked(), ["op.example"]);
    }
    let mut scene = owned(OWNER, DELEGATION, |_| {});
    scene.show_mark(PROVIDER, ANCHOR, |_| {});
    assert_eq!(verdict(&scene).await, Err(ChainFault::Mark), "no delegation at all");
    let mut scene = owned(OWNER, DELEGATION, |_| {});
    scene.say(ANCHOR, |claims| claims["trust_mark_owners"] = json!({}));
    assert_eq!(verdict(&scene).await, Err(ChainFault::Mark), "nobody whose own it could be");
}
