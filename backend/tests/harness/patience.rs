//! Waiting for what the server does by itself, with an end: a test that waits for ever says nothing.

use std::time::{Duration, Instant};

use tokio::time::sleep;

/// For how long something is waited for, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often is looked.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Waits until something is so; stops the test if it does not become so.
pub(crate) async fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !is_so().await {
        assert!(began.elapsed() < PATIENCE, "for {PATIENCE:?} it was not so: {what}");
        sleep(LOOK_EVERY).await;
    }
}
