//! The gateway's binary, and its process.

use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// A running `varco`. When this is dropped it is asked to stop.
pub struct Varco {
    /// Taken when this is dropped.
    child: Option<Child>,
    output: Output,
}

/// What a process has written so far, on both of its outputs.
#[derive(Clone, Default)]
pub struct Output(Arc<Mutex<String>>);

/// How long a gateway may take until it is ready. A debug build makes its keys on first start.
const PATIENCE: Duration = Duration::from_mins(1);

/// The gateway's binary in the target folder of the running program. One that is older than a file
/// it is built from is refused: a test that passes on yesterday's gateway says nothing.
pub fn binary() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let folder = program.parent().context("the running program lies in no folder")?;
    let folder = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
    let binary = folder.join("varco");
    let built = modified(&binary).context("the gateway is not built: run cargo build --workspace")?;
    let dependencies = fs::read_to_string(folder.join("varco.d")).unwrap_or_default();
    let sources = dependencies.split_once(':').map_or("", |(_, sources)| sources);
    let newer = sources.split_whitespace().find(|source| modified(Path::new(source)).is_ok_and(|at| at > built));
    if let Some(source) = newer {
        bail!("{source} is newer than the gateway: run cargo build --workspace");
    }
    Ok(binary)
}

fn modified(path: &Path) -> Result<std::time::SystemTime> {
    Ok(fs::metadata(path)?.modified()?)
}

// === impl Varco ===

impl Varco {
    /// Starts `varco` with these arguments and settings from the environment. With `echo`, what it
    /// writes is shown too.
    pub fn start(arguments: &[&str], environment: &[(String, String)], echo: bool) -> Result<Self> {
        let mut child = Command::new(binary()?)
            .args(arguments)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("the gateway cannot be started")?;
        let output = Output::default();
        output.gather(child.stdout.take(), echo);
        output.gather(child.stderr.take(), echo);
        Ok(Self { child: Some(child), output })
    }

    /// Waits until `/readyz` at the management address says so.
    pub async fn ready(&mut self, management: &str) -> Result<()> {
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(2)).build()?;
        let waiting = async {
            loop {
                if let Some(status) = self.stopped()? {
                    // Give the readers a moment to read the last words.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    bail!("the gateway stopped ({status}):\n{}", self.output.text());
                }
                let answer = client.get(format!("{management}/readyz")).send().await;
                if answer.is_ok_and(|answer| answer.status().is_success()) {
                    return Ok(());
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(outcome) => outcome,
            Err(_) => bail!("the gateway is not ready after {PATIENCE:?}"),
        }
    }

    /// What it has written so far.
    pub fn output(&self) -> Output {
        self.output.clone()
    }

    /// Asks it to stop, by SIGTERM.
    pub fn ask_to_stop(&mut self) -> Result<()> {
        // One that has stopped is not signalled: its number may be another process's by now.
        if self.stopped()?.is_some() {
            return Ok(());
        }
        let status = Command::new("kill").args(["-TERM", &self.child()?.id().to_string()]).status()?;
        if status.success() { Ok(()) } else { bail!("the gateway could not be asked to stop") }
    }

    /// Its exit status, if it has stopped.
    pub fn stopped(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child()?.try_wait()?)
    }

    /// Waits until it has stopped.
    pub async fn wait(&mut self) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.stopped()? {
                return Ok(status);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn child(&mut self) -> Result<&mut Child> {
        self.child.as_mut().context("the gateway is gone")
    }
}

impl Drop for Varco {
    fn drop(&mut self) {
        // It may wait for connections of this very thread to close: it is waited for on another.
        if self.ask_to_stop().is_ok()
            && let Some(mut child) = self.child.take()
        {
            std::thread::spawn(move || child.wait());
        }
    }
}

// === impl Output ===

impl Output {
    /// All of it.
    pub fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    #[expect(clippy::print_stdout, reason = "the demo shows the gateway's log on its terminal")]
    fn gather(&self, stream: Option<impl Read + Send + 'static>, echo: bool) {
        let Some(stream) = stream else { return };
        let Self(all) = self.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                if echo {
                    println!("gateway: {line}");
                }
                let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                all.push_str(&line);
                all.push('\n');
            }
        });
    }
}
