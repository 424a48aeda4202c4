//! Long work, done aside: by threads that stand back for all others.
//!
//! Hashing a password and writing a picture anew take a core for as long as they need, as often as
//! strangers ask for them. Their threads have a lower priority than those that carry what people say, so
//! that the kernel lets whoever wakes up go first, however many sign in or upload (SECURITY, AU-3). How
//! many may ask at once is not known here: whoever calls bounds that.

use std::thread;

use tokio::sync::oneshot;

use crate::error::{Error, Result};

/// How far these threads stand back, as `nice` counts: each gets a tenth of what any other thread gets
/// that wants the same core. None stands still, so people can sign in however busy a server is.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Does work on a thread of its own, which costs some 20 µs: nothing, beside work of milliseconds. It is
/// done to its end also if whoever asked goes away.
///
/// # Errors
/// What the work says; `internal` for a panic, and where the system has no thread left.
pub async fn aside<T: Send + 'static>(
    what: &'static str,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let (said, heard) = oneshot::channel();
    let begun = thread::Builder::new().name(what.to_owned()).spawn(move || {
        stand_back();
        // Nobody may wait for it any more.
        let _unheard = said.send(work());
    });
    begun.map_err(|why| Error::internal("no thread for long work", why))?;
    heard.await.map_err(|why| Error::internal("long work panicked", why))?
}

/// On Linux the priority is one of a thread; elsewhere it would be the whole server's.
fn stand_back() {
    #[cfg(target_os = "linux")]
    if let Err(why) = rustix::process::nice(NICE) {
        tracing::debug!(%why, "long work is done at the priority of everything else");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[cfg(target_os = "linux")]
    fn niceness() -> i32 {
        rustix::process::nice(0).unwrap()
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn au_3_long_work_stands_back_and_nobody_else_does() {
        let before = niceness();
        let there = aside("a test", || Ok(niceness())).await.unwrap();
        assert_eq!((there, niceness()), ((before + NICE).min(19), before));
    }

    #[tokio::test]
    async fn a_panic_is_an_error_of_whoever_asked() {
        let failed: Result<()> = aside("a test", || panic!("on purpose")).await;
        assert_eq!(failed.unwrap_err().code, Code::Internal);
    }
}
