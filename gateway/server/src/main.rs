//! The binary `varco`: the authentication gateway of a regional platform of public services.

mod arrivals;
mod card_door;
mod cli;
mod compose;
mod crowd;
mod doors;
mod drain;
mod front;
mod limits;
mod listener;
mod management;
mod observing;
mod patience;
mod published;
mod refusals;
mod tls;
mod world;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
