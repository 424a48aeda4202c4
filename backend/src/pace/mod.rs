//! How fast the other end of a connection must be, so that being slow costs whoever is slow.
//!
//! [`Paced`] is a stream that gives up on whoever takes too long over the head of a request, also a
//! later one on the same connection, and on whoever does not take what is written. [`Activity`] tells
//! it whether a request is being answered, since then nobody has to say anything. How long a body may
//! take is the reader's affair. [`Wire`] is the connection below it, which may change hands. It must not
//! know HTTP.

mod wire;

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
    net::TcpStream,
    time::{Sleep, sleep},
};

pub use wire::Wire;

/// How long a caller may take over the head of a request.
pub const HEAD_WAIT: Duration = Duration::from_secs(5);
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
pub struct Paced {
    wire: Wire,
    activity: Activity,
    /// Since the first byte of a head: the end of its time, and how many requests there were before.
    head: Option<(Pin<Box<Sleep>>, u64)>,
}

impl Paced {
    /// A connection on which nothing was said yet.
    pub fn new(stream: TcpStream) -> Self {
        Self { wire: Wire::new(stream), activity: Activity::default(), head: None }
    }

    /// Where to tell what goes on.
    pub fn activity(&self) -> Activity {
        self.activity.clone()
    }

    /// For whoever takes the connection over.
    pub fn wire(&self) -> Wire {
        self.wire.clone()
    }

    /// Whether a head takes too long.
    fn is_head_late(&mut self, cx: &mut Context<'_>) -> bool {
        let begun = self.activity.begun();
        if self.activity.is_busy() || self.head.as_ref().is_some_and(|(_, at)| *at != begun) {
            self.head = None;
        }
        self.head.as_mut().is_some_and(|(timer, _)| timer.as_mut().poll(cx).is_ready())
    }
}

impl AsyncRead for Paced {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.wire.is_taken() {
            // Nothing else makes HTTP let go at once.
            return Poll::Ready(Err(io::ErrorKind::NotConnected.into()));
        }
        if self.wire.is_heard_out() {
            return Poll::Ready(Ok(()));
        }
        if self.is_head_late(cx) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        let before = buffer.filled().len();
        let read = self.wire.poll_read(cx, buffer);
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

impl AsyncWrite for Paced {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.wire.poll_say(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.wire.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.wire.poll_shutdown(cx)
    }
}
