//! A Response of 12 KB with two RSA signatures, and the sum of its raw operations, in the same run.

use criterion::{Criterion, criterion_group, criterion_main};
use varco_bench::response::Response;

/// The allocator of the gateway.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[expect(clippy::expect_used, reason = "a bench that cannot begin has nothing else to say")]
fn responses(criterion: &mut Criterion) {
    let response = Response::new().expect("a response is signed");
    let raw = response.raw_operations().expect("the response holds two signatures");
    let mut group = criterion.benchmark_group(format!("response of {} bytes", response.length()));
    group.bench_function("raw operations", |bencher| bencher.iter(|| assert!(raw.run())));
    group.bench_function("read", |bencher| bencher.iter(|| assert!(response.read())));
    group.finish();
}

criterion_group!(benches, responses);
criterion_main!(benches);
