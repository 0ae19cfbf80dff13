//! A service on a port of loopback that answers every request with status 200 and its headers:
//! what stands behind the gateway while a conformance tool drives it.

use clap::Parser;
use varco_tests::loopback::bind;
use varco_tests::service::echo;

#[derive(Parser)]
#[command(about = "Answers every request with its headers, on loopback")]
struct Options {
    /// The port.
    #[arg(long, default_value_t = 18081)]
    port: u16,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let listener = bind(Options::parse().port).await?;
    Ok(axum::serve(listener, echo()).await?)
}
