//! The body of the upgrade's response: nothing. It says that HTTP is done with the wire, and ends with
//! the socket, unless the socket has taken the wire over.

use std::{
    convert::Infallible,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;

use super::shared::Shared;

/// A body that ends with its socket, and whose end is the socket's.
pub(super) struct Outgoing(pub(super) Rc<Shared>);

impl MessageBody for Outgoing {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        // The head of the response is what is written next, and all that is.
        self.0.wire.leave(cx);
        self.0.queue.poll_released(cx).map(|()| None)
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        if !self.0.wire.is_taken() {
            // The connection is no more.
            self.0.writing.break_off();
        }
    }
}
