//! How late the machine itself is, measured beside a test: a promise of ours can't be kept faster than
//! the disk writes and threads are woken, and other programs may keep both busy.

use std::{
    fs::File,
    io::{Seek, SeekFrom, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// How often a thread asks to be woken and writes a few bytes.
const EVERY: Duration = Duration::from_millis(20);
/// How many threads, one after the other, have to be woken until somebody hears what another said.
const HANDS: u32 = 5;

pub(crate) struct Machine {
    latest_us: Arc<AtomicU64>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Machine {
    /// Begins to measure.
    pub(crate) fn watch() -> Self {
        let (latest_us, is_over) = (Arc::<AtomicU64>::default(), Arc::<AtomicBool>::default());
        let (latest, over) = (latest_us.clone(), is_over.clone());
        let mut file: File = tempfile::tempfile().unwrap();
        let thread = thread::spawn(move || {
            while !over.load(Ordering::Relaxed) {
                let due = Instant::now() + EVERY;
                thread::sleep(EVERY);
                file.seek(SeekFrom::Start(0)).unwrap();
                file.write_all(b"a few bytes").unwrap();
                file.sync_all().unwrap();
                let late = u64::try_from(due.elapsed().as_micros()).unwrap();
                latest.fetch_max(late, Ordering::Relaxed);
            }
        });
        Self { latest_us, is_over, thread: Some(thread) }
    }

    /// How much later than promised may be its doing: its worst delay, at each of those who must act.
    pub(crate) fn slack(&self) -> Duration {
        Duration::from_micros(self.latest_us.load(Ordering::Relaxed)) * HANDS
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.take().map(JoinHandle::join);
    }
}
