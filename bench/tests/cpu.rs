//! The clock of the benches. It counts the whole process, so this test has one of its own.

use std::hint::black_box;
use std::time::Duration;

use varco_bench::cpu;

#[test]
fn work_takes_time_and_sleep_takes_none() {
    let work = cpu::of_each(1, || assert_ne!((0..20_000_000_u64).fold(1, |sum, it| black_box(sum ^ it)), 0));
    let sleep = cpu::of_each(1, || std::thread::sleep(Duration::from_millis(50)));
    assert!(work > 1000.0 && sleep < 10_000.0, "{work} {sleep}");
}
