//! Time of the processor, as the kernel counts it: what else runs on the machine is not in it.

use std::fs;
use std::time::Duration;

/// How long all threads of this process have run until now.
pub fn of_this_process() -> Duration {
    let of_task = |task: std::io::Result<fs::DirEntry>| -> Option<u64> {
        // A task may end between the listing and the reading.
        let statistics = fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        statistics.split(' ').next()?.parse().ok()
    };
    let tasks = fs::read_dir("/proc/self/task").map(|tasks| tasks.filter_map(of_task).sum());
    Duration::from_nanos(tasks.unwrap_or_default())
}

/// How long they have run since then, in microseconds.
pub fn since(before: Duration) -> f64 {
    of_this_process().saturating_sub(before).as_secs_f64() * 1e6
}

/// The time of one of `times` calls, in microseconds.
pub fn of_each(times: u32, mut call: impl FnMut()) -> f64 {
    let before = of_this_process();
    for _ in 0..times {
        call();
    }
    since(before) / f64::from(times)
}

/// The most memory that this process has had at once, in bytes.
pub fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    kilobytes.unwrap_or_default() * 1024
}

/// The middle of several figures.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((median(vec![9.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
    }
}
