//! The two directions of a connection, for the one who speaks HTTP on it and for whoever takes it over.
//!
//! While HTTP is spoken, its owner ([`super::Paced`]) reads and writes. Once it has said all it will say,
//! the wire is free: somebody else of the same thread writes, at once where the kernel has room, and may
//! take it over altogether. Then HTTP is let go of, with its buffers, and whoever has the wire ends it.
//! Whoever does not take what is written is given up on, whoever writes. It must not know what is spoken.

use std::{
    cell::{Cell, RefCell},
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};

/// For how long what is written may be taken too slowly. Whoever takes nothing is looked at after
/// one such time, or after two if they have just taken enough.
const STALL_WAIT: Duration = Duration::from_secs(12);
/// How much must be taken in that time, in bytes: 1 KiB/s.
const STALL_BYTES_MIN: usize = 12 * 1024;

/// A connection. A clone is the same connection; all of them live on one thread.
#[derive(Clone)]
pub struct Wire(Rc<Ends>);

struct Ends {
    /// Borrowed for the length of one system call; none, once it was ended.
    stream: RefCell<Option<TcpStream>>,
    /// While not everything is taken that is written.
    backlog: RefCell<Option<Backlog>>,
    /// HTTP says nothing more than what it has begun to write.
    is_last: Cell<bool>,
    /// And has written it.
    is_free: Cell<bool>,
    /// Somebody else reads too.
    is_taken: Cell<bool>,
    /// The other end has nothing more to say.
    is_heard_out: Cell<bool>,
    /// Whoever waits for it to be free.
    heir: Cell<Option<Waker>>,
    /// Whoever speaks HTTP, to be told that it was taken over.
    owner: Cell<Option<Waker>>,
    /// Whoever waits for its end.
    watcher: Cell<Option<Waker>>,
}

struct Backlog {
    timer: Pin<Box<Sleep>>,
    /// What was taken since the timer was set, in bytes.
    taken: usize,
}

impl Default for Backlog {
    fn default() -> Self {
        Self { timer: Box::pin(sleep(STALL_WAIT)), taken: 0 }
    }
}

impl Wire {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self(Rc::new(Ends {
            stream: RefCell::new(Some(stream)),
            backlog: RefCell::default(),
            is_last: Cell::default(),
            is_free: Cell::default(),
            is_taken: Cell::default(),
            is_heard_out: Cell::default(),
            heir: Cell::default(),
            owner: Cell::default(),
            watcher: Cell::default(),
        }))
    }

    /// HTTP says nothing more than what it is about to write. It is woken when the wire was taken over.
    pub fn leave(&self, cx: &Context<'_>) {
        self.0.is_last.set(true);
        self.0.owner.set(Some(cx.waker().clone()));
    }

    /// Whether somebody else may write.
    pub fn is_free(&self) -> bool {
        self.0.is_free.get()
    }

    /// Waits until somebody else may write; one waits at a time.
    pub fn poll_free(&self, cx: &Context<'_>) -> Poll<()> {
        if self.is_free() {
            return Poll::Ready(());
        }
        self.0.heir.set(Some(cx.waker().clone()));
        Poll::Pending
    }

    /// Takes it over, once it is free: HTTP reads and writes nothing more, and ends.
    pub fn take_over(&self) {
        self.0.is_taken.set(true);
        wake(&self.0.owner);
    }

    /// Whether somebody else has it.
    pub fn is_taken(&self) -> bool {
        self.0.is_taken.get()
    }

    /// The other end has nothing more to say: HTTP need not hear it out, and ends at once.
    pub fn hear_out(&self) {
        self.0.is_heard_out.set(true);
    }

    /// Whether the other end has nothing more to say.
    pub(super) fn is_heard_out(&self) -> bool {
        self.0.is_heard_out.get()
    }

    /// Ends the connection; for whoever has taken it over.
    pub fn end(&self) {
        self.0.stream.take();
        self.0.backlog.take();
        wake(&self.0.watcher);
    }

    /// Waits for the end of what was taken over; one waits at a time.
    pub fn poll_end(&self, cx: &Context<'_>) -> Poll<()> {
        if self.0.stream.borrow().is_none() {
            return Poll::Ready(());
        }
        self.0.watcher.set(Some(cx.waker().clone()));
        Poll::Pending
    }

    /// Reads what has come.
    ///
    /// # Errors
    /// Those of the connection.
    pub fn poll_read(
        &self,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.with_stream(|stream| stream.poll_read(cx, buffer))
    }

    /// Writes as much as the kernel takes at once.
    ///
    /// # Errors
    /// `WouldBlock`, if that is nothing; those of the connection.
    pub fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        let stream = self.0.stream.borrow();
        stream.as_ref().ok_or(io::ErrorKind::NotConnected)?.try_write(bytes)
    }

    /// Writes as soon as the kernel takes something.
    ///
    /// # Errors
    /// `TimedOut`, if the other end takes too little; those of the connection.
    pub fn poll_write(&self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = self.with_stream(|stream| stream.poll_write(cx, bytes));
        match written {
            Poll::Ready(Ok(count)) => self.took(count, bytes.len()),
            Poll::Ready(Err(_)) => {}
            Poll::Pending if self.is_stalled(cx) => {
                self.abort();
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            Poll::Pending => {}
        }
        written
    }

    /// The same for HTTP: with the last of what it says, it leaves.
    pub(super) fn poll_say(&self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = self.poll_write(cx, bytes);
        let is_all = matches!(&written, Poll::Ready(Ok(count)) if *count == bytes.len());
        if is_all && self.0.is_last.get() {
            self.0.is_free.set(true);
            wake(&self.0.heir);
        }
        written
    }

    pub(super) fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.with_stream(|stream| stream.poll_flush(cx))
    }

    pub(super) fn poll_shutdown(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.with_stream(|stream| stream.poll_shutdown(cx))
    }

    fn with_stream<T>(
        &self,
        poll: impl FnOnce(Pin<&mut TcpStream>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        match &mut *self.0.stream.borrow_mut() {
            Some(stream) => poll(Pin::new(stream)),
            None => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    /// Lets its end be heard at once, instead of after everything that was written. Whoever does not
    /// take it would otherwise keep it in the kernel's memory for minutes.
    fn abort(&self) {
        // Where that can't be said, it ends as slowly as ever.
        let _slower = self.0.stream.borrow().as_ref().map(TcpStream::set_zero_linger);
    }

    /// Whether what was written is taken too slowly; if not, it is looked at again in time.
    fn is_stalled(&self, cx: &mut Context<'_>) -> bool {
        let mut backlog = self.0.backlog.borrow_mut();
        let backlog = backlog.get_or_insert_default();
        while backlog.timer.as_mut().poll(cx).is_ready() {
            if backlog.taken < STALL_BYTES_MIN {
                return true;
            }
            backlog.taken = 0;
            backlog.timer.as_mut().reset(Instant::now() + STALL_WAIT);
        }
        false
    }

    fn took(&self, bytes: usize, of: usize) {
        let mut backlog = self.0.backlog.borrow_mut();
        if bytes == of {
            *backlog = None;
        } else {
            let is_new = backlog.is_none();
            let backlog = backlog.get_or_insert_default();
            if !is_new {
                // What has just filled the kernel's buffer was not taken by anybody yet.
                backlog.taken = backlog.taken.saturating_add(bytes);
            }
        }
    }
}

fn wake(waker: &Cell<Option<Waker>>) {
    if let Some(waker) = waker.take() {
        waker.wake();
    }
}
