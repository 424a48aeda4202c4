//! The body of the upgrade's response: what waits in a socket's queue, as it is.

use std::{
    convert::Infallible,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use bytes::Bytes;

use super::worker::Worker;
use crate::{hub::Queue, model::Close};

/// A body that ends with its queue, and whose end is the queue's.
pub(super) struct Outgoing {
    queue: Rc<Queue>,
    worker: Rc<Worker>,
    /// The body that the handshake made. It is never asked for anything, but its end tells the
    /// stream of incoming frames that the other side is gone.
    _replaced: BoxBody,
}

impl Outgoing {
    pub(super) fn new(queue: Rc<Queue>, worker: Rc<Worker>, replaced: BoxBody) -> Self {
        Self { queue, worker, _replaced: replaced }
    }
}

impl MessageBody for Outgoing {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        if !self.worker.may_write() {
            self.queue.hold(cx);
            return Poll::Pending;
        }
        self.queue.poll_chunk(cx).map(|chunk| chunk.map(Ok))
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        // Nobody will write any more.
        self.queue.cut_off(Close::Normal);
    }
}
