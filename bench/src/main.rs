//! `varco-bench`: one round of a bench, its figures as JSON on standard output. `cargo xtask bench` runs
//! the rounds, and those of the other libraries in between.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Parser, ValueEnum};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};
use varco_bench::card::{self, CardLogins};
use varco_bench::cpu;
use varco_bench::login::Logins;
use varco_bench::openid::OpenIdLogins;
use varco_bench::response::Response;
use varco_forge::answer::Answer;
use varco_forge::card::KeyKind;
use varco_forge::provider::Provider;

/// The allocator of the gateway.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// One round of a bench.
#[derive(Parser)]
enum Command {
    /// A response read, and its raw operations.
    Response {
        /// How often each.
        #[arg(long, default_value_t = 500)]
        times: u32,
    },
    /// Logins.
    Login {
        /// How.
        how: How,
        /// How many.
        #[arg(long, default_value_t = 320)]
        times: usize,
    },
    /// Logins over OpenID, and the operations of their keys.
    Openid {
        /// How many.
        #[arg(long, default_value_t = 200)]
        times: usize,
    },
    /// Logins with a card, and the handshakes in which it is shown.
    Card {
        /// How many.
        #[arg(long, default_value_t = 1000)]
        times: usize,
    },
    /// Reads a list of revoked certificates, and says what it took.
    List {
        /// How many are revoked.
        #[arg(long, default_value_t = 1_000_000)]
        length: u64,
        /// Where the list is, or is to be made.
        folder: PathBuf,
    },
    /// Writes what other libraries are to read: a response that is valid now, and the provider's key.
    Message {
        /// Where to.
        folder: PathBuf,
    },
}

/// How logins are measured.
#[derive(Clone, Copy, ValueEnum)]
enum How {
    /// The engine alone: nothing is kept.
    Engine,
    /// Each waits until what it keeps is on the disk.
    OneByOne,
    /// Many at the same time.
    Busy,
}

/// Nothing in a login over OpenID depends on the day.
const SOME_DAY: Timestamp = Timestamp::constant(1_795_600_000, 0);

/// How many are under way where it is busy.
const AT_ONCE: usize = 32;

fn main() -> Result<()> {
    match Command::parse() {
        Command::Response { times } => response(times),
        Command::Login { how, times } => {
            tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(login(how, times))
        }
        Command::Openid { times } => {
            tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(openid(times))
        }
        Command::Card { times } => {
            tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(card(times))
        }
        Command::List { length, folder } => list(length, &folder),
        Command::Message { folder } => message(&folder),
    }
}

/// In turns, so that a machine that slows down slows both.
fn response(times: u32) -> Result<()> {
    let response = Response::new()?;
    let raw = response.raw_operations()?;
    let (mut read, mut least) = (Vec::new(), Vec::new());
    for _ in 0..9 {
        least.push(cpu::of_each(times, || assert!(raw.run())));
        read.push(cpu::of_each(times, || assert!(response.read())));
    }
    print(&serde_json::json!({
        "bytes": response.length(),
        "raw_operations": cpu::median(least),
        "read": cpu::median(read),
    }))
}

/// All begin, the provider answers all, all complete: what the provider does is between the measurements.
async fn login(how: How, times: usize) -> Result<()> {
    let logins = Logins::new().await?;
    let (begin, complete) = match how {
        How::Engine => engine(&logins, times).await?,
        How::OneByOne => whole(&logins, times, 1).await?,
        How::Busy => whole(&logins, times, AT_ONCE).await?,
    };
    print(&serde_json::json!({ "begin": begin, "complete": complete }))
}

async fn engine(logins: &Logins, times: usize) -> Result<(f64, f64)> {
    let mut asked = Vec::new();
    let before = cpu::of_this_process();
    for _ in 0..times {
        asked.push(logins.ask().await?);
    }
    let begin = each(before, times);
    let answers: Result<Vec<_>> =
        asked.iter().enumerate().map(|(at, asked)| logins.answer(asked.query(), at)).collect();
    let answers = answers?;
    let before = cpu::of_this_process();
    for (asked, answer) in asked.iter().zip(&answers) {
        logins.prove(asked, answer).await?;
    }
    Ok((begin, each(before, times)))
}

/// All begin, the provider answers all, all complete; then the operations of as many logins.
async fn openid(times: usize) -> Result<()> {
    let logins = OpenIdLogins::new(SOME_DAY)?;
    let raw = logins.raw_operations()?;
    let mut asked = Vec::new();
    let before = cpu::of_this_process();
    for _ in 0..times {
        asked.push(logins.ask().await?);
    }
    let begin = each(before, times);
    let said: Result<Vec<_>> = asked.iter().map(|asked| logins.answer(asked)).collect();
    let said = said?;
    let before = cpu::of_this_process();
    for (asked, said) in asked.iter().zip(&said) {
        logins.prove(asked, said).await?;
    }
    let complete = each(before, times);
    let before = cpu::of_this_process();
    let raw_operations = (0..times).all(|_| raw.run()).then(|| each(before, times));
    let raw_operations = raw_operations.context("the operations of keys fail")?;
    print(&serde_json::json!({ "begin": begin, "complete": complete, "raw_operations": raw_operations }))
}

/// In turns, as the others.
async fn card(times: usize) -> Result<()> {
    let (rsa, curve) = (CardLogins::new(KeyKind::Rsa2048)?, CardLogins::new(KeyKind::P256)?);
    let (mut with_rsa, mut with_curve, mut after) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..5 {
        let took = rsa.measure(times).await?;
        with_rsa.push(took.handshake);
        after.push(took.login);
        with_curve.push(curve.measure(times).await?.handshake);
    }
    print(&serde_json::json!({
        "handshake": cpu::median(with_rsa),
        "handshake_p256": cpu::median(with_curve),
        "after": cpu::median(after),
    }))
}

/// Makes a list where there is none; where there is one, reads it, in a process that does nothing else.
fn list(length: u64, folder: &std::path::Path) -> Result<()> {
    let (list, issuer) = (folder.join("list.crl"), folder.join("issuer.der"));
    if !list.exists() {
        let authority = card::authority()?;
        std::fs::write(&issuer, authority.der())?;
        std::fs::write(&list, card::revoked_list(&authority, length)?)?;
        return print(&serde_json::json!({ "made": length }));
    }
    let before = cpu::of_this_process();
    let took = card::read_list(&std::fs::read(list)?, &std::fs::read(issuer)?)?;
    let milliseconds = cpu::since(before) / 1000.0;
    print(&serde_json::json!({
        "revoked": took.revoked,
        "milliseconds": milliseconds,
        "kept_bytes": took.kept_bytes,
        "lookup": took.lookup,
        "peak_bytes": cpu::peak_memory(),
    }))
}

/// The store writes down together what comes at the same time.
async fn whole(logins: &Logins, times: usize, at_once: usize) -> Result<(f64, f64)> {
    let before = cpu::of_this_process();
    let beginning = stream::iter(0..times).map(|_| logins.begin()).buffered(at_once);
    let sent: Vec<_> = beginning.try_collect().await?;
    let begin = each(before, times);
    let answers: Result<Vec<_>> = sent.iter().enumerate().map(|(at, sent)| logins.answer(sent.query(), at)).collect();
    let answers = answers?;
    let before = cpu::of_this_process();
    let completing = stream::iter(sent.iter().zip(&answers)).map(|(sent, answer)| logins.complete(sent, answer));
    completing.buffered(at_once).try_collect::<()>().await?;
    Ok((begin, each(before, times)))
}

#[expect(clippy::cast_precision_loss, reason = "nobody logs in that often")]
fn each(before: Duration, times: usize) -> f64 {
    cpu::since(before) / times as f64
}

#[expect(clippy::disallowed_methods, reason = "other libraries look at the clock of the machine")]
fn message(folder: &std::path::Path) -> Result<()> {
    let provider = Provider::kept_in(folder)?;
    let instant = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let now = Timestamp::now();
    // The date stands for the hour before, the later instants for hours to come.
    let plain = Answer::full().write();
    let plain = plain.replace("2026-11-25T10:05:00Z", &instant(now + SignedDuration::from_hours(12)));
    let plain = plain.replace("2026-11-25T10:06:00Z", &instant(now + SignedDuration::from_hours(12)));
    let plain = plain.replace("2026-11-25T10:00:20Z", &instant(now - SignedDuration::from_mins(1)));
    let plain = plain.replace("2026-11-25T10:00:00Z", &instant(now - SignedDuration::from_mins(1)));
    std::fs::write(folder.join("response.xml"), provider.seal(&plain, true)?)?;
    Ok(())
}

fn print(figures: &serde_json::Value) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{figures}")?)
}
