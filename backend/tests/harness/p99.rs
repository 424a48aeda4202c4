//! How long it took, for all but one of a hundred.

use std::time::Duration;

/// The 99th of 100 by nearest rank, and the longest of all.
///
/// # Panics
/// With fewer than a hundred: then the 99th is the longest, which the promises say nothing about.
pub(crate) fn p99_and_longest(times: &mut [Duration]) -> [Duration; 2] {
    assert!(times.len() >= 100, "{} are too few to tell a p99", times.len());
    times.sort_unstable();
    [times[(times.len() * 99).div_ceil(100) - 1], times[times.len() - 1]]
}

#[test]
fn one_of_a_hundred_may_take_longer() {
    let mut times: Vec<_> = (1..=100).rev().map(Duration::from_secs).collect();
    assert_eq!(p99_and_longest(&mut times), [99, 100].map(Duration::from_secs));
    times.push(Duration::from_secs(101));
    assert_eq!(p99_and_longest(&mut times), [100, 101].map(Duration::from_secs));
}
