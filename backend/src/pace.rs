//! How fast the other end of a connection must be, so that being slow costs whoever is slow.
//!
//! [`Paced`] is a stream that gives up on whoever takes too long over the head of a request, also a
//! later one on the same connection, and on whoever does not take what is written. [`Activity`] tells
//! it whether a request is being answered, since then nobody has to say anything. How long a body may
//! take is the reader's affair. It must not know HTTP.

use std::{
    cell::Cell,
    future::Future,
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

/// How long a caller may take over the head of a request.
pub const HEAD_WAIT: Duration = Duration::from_secs(5);
/// For how long what is written may be taken too slowly. Whoever takes nothing is looked at after
/// one such time, or after two if they have just taken enough.
const STALL_WAIT: Duration = Duration::from_secs(15);
/// How much must be taken in that time, in bytes: 1 KiB/s.
const STALL_BYTES_MIN: usize = 15 * 1024;

/// What goes on on one connection. A clone tells of the same connection.
#[derive(Clone, Debug, Default)]
pub struct Activity(Rc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    /// Requests that are being answered.
    under_way: Cell<usize>,
    /// Requests that ever were.
    begun: Cell<u64>,
}

/// A request is being answered, for as long as this is kept.
#[derive(Debug)]
pub struct Busy(Rc<Counts>);

impl Activity {
    /// A request has been read and is being answered.
    pub fn begin(&self) -> Busy {
        let Counts { under_way, begun } = &*self.0;
        under_way.set(under_way.get().saturating_add(1));
        begun.set(begun.get().wrapping_add(1));
        Busy(self.0.clone())
    }

    fn is_busy(&self) -> bool {
        self.0.under_way.get() > 0
    }

    fn begun(&self) -> u64 {
        self.0.begun.get()
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.under_way.set(self.0.under_way.get().saturating_sub(1));
    }
}

/// A connection whose other end must keep up.
#[derive(Debug)]
pub struct Paced<T> {
    stream: T,
    activity: Activity,
    /// Since the first byte of a head: the end of its time, and how many requests there were before.
    head: Option<(Pin<Box<Sleep>>, u64)>,
    /// While not everything is taken that is written.
    backlog: Option<Backlog>,
}

#[derive(Debug)]
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

impl<T> Paced<T> {
    /// A connection on which nothing was said yet.
    pub fn new(stream: T) -> Self {
        Self { stream, activity: Activity::default(), head: None, backlog: None }
    }

    /// Where to tell what goes on.
    pub fn activity(&self) -> Activity {
        self.activity.clone()
    }

    /// Whether a head takes too long.
    fn is_head_late(&mut self, cx: &mut Context<'_>) -> bool {
        let begun = self.activity.begun();
        if self.activity.is_busy() || self.head.as_ref().is_some_and(|(_, at)| *at != begun) {
            self.head = None;
        }
        self.head.as_mut().is_some_and(|(timer, _)| timer.as_mut().poll(cx).is_ready())
    }

    /// Whether what was written is taken too slowly; if not, it is looked at again in time.
    fn is_stalled(&mut self, cx: &mut Context<'_>) -> bool {
        let backlog = self.backlog.get_or_insert_default();
        while backlog.timer.as_mut().poll(cx).is_ready() {
            if backlog.taken < STALL_BYTES_MIN {
                return true;
            }
            backlog.taken = 0;
            backlog.timer.as_mut().reset(Instant::now() + STALL_WAIT);
        }
        false
    }

    fn took(&mut self, bytes: usize, of: usize) {
        if bytes == of {
            self.backlog = None;
        } else {
            let backlog = self.backlog.get_or_insert_default();
            backlog.taken = backlog.taken.saturating_add(bytes);
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Paced<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.is_head_late(cx) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        let has_come = buffer.filled().len() > before;
        if has_come && self.head.is_none() && !self.activity.is_busy() {
            let mut timer = Box::pin(sleep(HEAD_WAIT));
            // From now on it wakes whoever reads.
            let _pending = timer.as_mut().poll(cx);
            self.head = Some((timer, self.activity.begun()));
        }
        read
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Paced<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        match written {
            Poll::Ready(Ok(count)) => self.took(count, bytes.len()),
            Poll::Ready(Err(_)) => {}
            Poll::Pending if self.is_stalled(cx) => {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            Poll::Pending => {}
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
