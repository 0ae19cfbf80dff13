//! `varco-bench`: one round of a bench, its figures as JSON on standard output. `cargo xtask bench` runs
//! the rounds, and those of the other libraries in between.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use jiff::{SignedDuration, Timestamp};
use varco_bench::cpu;
use varco_bench::login::Logins;
use varco_bench::response::Response;
use varco_forge::answer::Answer;
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
    /// Whole logins.
    Login {
        /// How many.
        #[arg(long, default_value_t = 200)]
        times: u32,
    },
    /// Writes what other libraries are to read: a response that is valid now, and the provider's key.
    Message {
        /// Where to.
        folder: PathBuf,
    },
}

fn main() -> Result<()> {
    match Command::parse() {
        Command::Response { times } => response(times),
        Command::Login { times } => {
            tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(login(times))
        }
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
async fn login(times: u32) -> Result<()> {
    let logins = Logins::new().await?;
    let mut sent = Vec::new();
    let before = cpu::of_this_process();
    for _ in 0..times {
        sent.push(logins.begin().await?);
    }
    let begin = cpu::since(before) / f64::from(times);
    let answers: Result<Vec<_>> = sent.iter().enumerate().map(|(number, sent)| logins.answer(sent, number)).collect();
    let answers = answers?;
    let before = cpu::of_this_process();
    for (sent, answer) in sent.iter().zip(&answers) {
        logins.complete(sent, answer).await?;
    }
    let complete = cpu::since(before) / f64::from(times);
    print(&serde_json::json!({ "begin": begin, "complete": complete, "stored_bytes": logins.stored()? }))
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
