//! The gateway under test and the people who use it.
//!
//! ```no_run
//! # async fn story() -> anyhow::Result<()> {
//! use varco_tests::harness::Gateway;
//!
//! let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
//! let mut bianca = gateway.citizen("bianca")?;
//! let page = bianca.log_in("anagrafe", "/").await?;
//! assert!(page.text().contains("Bianca Esempio"));
//! # Ok(())
//! # }
//! ```
//!
//! The gateway is the real binary, as a child process on free ports of loopback, with TLS. It is the
//! one beside the running program in the target folder: whoever runs these tests builds it first
//! (`cargo build --workspace`), and [`binary`](crate::binary) refuses one that is older than its sources.

mod anonymous;
mod builder;
mod cards;
mod citizen;
mod configuration;
mod gateway;
mod html;
mod openid;
mod page;

pub use anonymous::Anonymous;
pub use builder::GatewayBuilder;
pub use citizen::{Citizen, Intent};
pub use gateway::Gateway;
pub use page::{Form, Page};
