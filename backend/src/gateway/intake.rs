//! Where what comes from the other end is read: first what HTTP had read already, then straight from the
//! wire.
//!
//! So a frame wakes one task, not the one that speaks HTTP and then another, and that one ends: a socket
//! keeps none of its buffers. Once taken, the wire ends with what reads it.

use std::{
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
};

use actix_web::dev::Payload;
use futures_util::Stream;
use tokio::io::ReadBuf;

use super::worker::Worker;
use crate::pace::Wire;

/// How much is read at once, in bytes.
pub(super) const READ_BYTES_MAX: usize = 16 * 1024;
/// How often in a row so much is read, before what was read is looked at.
const READS_MAX: u32 = 2;
/// When so much has come before HTTP was done with it, in bytes, it may hold some of it back: then it
/// goes on reading.
const HELD_BYTES_MIN: usize = 32 * 1024;

/// The reading half of a socket.
pub(super) struct Intake {
    payload: Payload,
    wire: Wire,
    worker: Rc<Worker>,
    /// What came by HTTP, in bytes.
    came: usize,
    /// How often in a row all that could be read at once was there.
    full: u32,
}

impl Intake {
    pub(super) fn new(payload: Payload, wire: Wire, worker: Rc<Worker>) -> Self {
        Self { payload, wire, worker, came: 0, full: 0 }
    }

    /// Hands on what has come; whether anything has, or nothing more comes.
    pub(super) fn poll_more(
        &mut self,
        cx: &mut Context<'_>,
        take: impl FnOnce(&[u8]),
    ) -> Poll<bool> {
        if self.wire.is_taken() {
            return self.poll_wire(cx, take);
        }
        match Pin::new(&mut self.payload).poll_next(cx) {
            Poll::Ready(Some(Ok(bytes))) => {
                self.came = self.came.saturating_add(bytes.len());
                take(&bytes);
                Poll::Ready(true)
            }
            Poll::Ready(_) => Poll::Ready(false),
            Poll::Pending if self.came < HELD_BYTES_MIN && self.wire.poll_free(cx).is_ready() => {
                self.wire.take_over();
                self.payload = Payload::None;
                self.poll_wire(cx, take)
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn poll_wire(&mut self, cx: &mut Context<'_>, take: impl FnOnce(&[u8])) -> Poll<bool> {
        if self.full >= READS_MAX {
            self.full = 0;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let mut scratch = self.worker.scratch();
        let mut buffer = ReadBuf::new(&mut scratch);
        let read = self.wire.poll_read(cx, &mut buffer);
        if read.is_pending() {
            self.full = 0;
        }
        let is_well = ready!(read).is_ok();
        self.full = if buffer.remaining() == 0 { self.full.saturating_add(1) } else { 0 };
        let more = buffer.filled();
        if is_well && !more.is_empty() {
            take(more);
            return Poll::Ready(true);
        }
        Poll::Ready(false)
    }
}

impl Drop for Intake {
    fn drop(&mut self) {
        if self.wire.is_taken() {
            self.wire.end();
        }
    }
}
