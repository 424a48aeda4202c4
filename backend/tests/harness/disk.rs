//! What the disk itself takes, measured beside a test: a promise of ours can't be kept faster than the
//! machine writes, and other programs may be writing much.

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

/// How often a few bytes are written.
const EVERY: Duration = Duration::from_millis(20);

pub(crate) struct Disk {
    slowest_us: Arc<AtomicU64>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Disk {
    /// Begins to measure.
    pub(crate) fn watch() -> Self {
        let (slowest_us, is_over) = (Arc::<AtomicU64>::default(), Arc::<AtomicBool>::default());
        let (slowest, over) = (slowest_us.clone(), is_over.clone());
        let mut file: File = tempfile::tempfile().unwrap();
        let thread = thread::spawn(move || {
            while !over.load(Ordering::Relaxed) {
                let began = Instant::now();
                file.seek(SeekFrom::Start(0)).unwrap();
                file.write_all(b"a few bytes").unwrap();
                file.sync_all().unwrap();
                let took = u64::try_from(began.elapsed().as_micros()).unwrap();
                slowest.fetch_max(took, Ordering::Relaxed);
                thread::sleep(EVERY);
            }
        });
        Self { slowest_us, is_over, thread: Some(thread) }
    }

    /// How long a few bytes took at the worst.
    pub(crate) fn slowest(&self) -> Duration {
        Duration::from_micros(self.slowest_us.load(Ordering::Relaxed))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.take().map(JoinHandle::join);
    }
}
