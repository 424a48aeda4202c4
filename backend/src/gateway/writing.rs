//! Writing one socket: straight into the kernel where it has room, by the socket's task where not.
//!
//! The worker writes what waits for many sockets in one go, while what they have in common is still in
//! the processor's cache; a task of which nothing is wanted is not woken. It decides nothing: what may
//! wait is the queue's affair, and when anything may leave the worker's.

use std::{
    cell::{Cell, RefCell},
    io::ErrorKind,
    rc::Rc,
    task::{Context, Poll, Waker, ready},
};

use bytes::Bytes;

use crate::{hub::Queue, model::Close, pace::Wire};

/// The writing half of a socket.
pub(super) struct Writing {
    queue: Rc<Queue>,
    wire: Wire,
    /// What the kernel did not take of a chunk; at most one chunk. It goes first.
    unsent: RefCell<Bytes>,
    /// The task writes until nothing waits: at the beginning, and while the other end is slow.
    is_with_task: Cell<bool>,
    /// Nothing can be written any more.
    is_broken: Cell<bool>,
    task: Cell<Option<Waker>>,
}

impl Writing {
    pub(super) fn new(queue: Rc<Queue>, wire: Wire) -> Self {
        Self {
            queue,
            wire,
            unsent: RefCell::default(),
            is_with_task: Cell::new(true),
            is_broken: Cell::default(),
            task: Cell::default(),
        }
    }

    /// Writes what waits, as far as the kernel takes it at once; the rest is the task's.
    pub(super) fn write_now(&self) {
        if self.is_with_task.get() || self.is_broken.get() {
            return;
        }
        while let Some(chunk) = self.queue.take_chunk() {
            match self.wire.try_write(&chunk) {
                Ok(written) if written == chunk.len() => {}
                Ok(written) => return self.leave_to_task(chunk.slice(written..)),
                Err(why) if why.kind() == ErrorKind::WouldBlock => {
                    return self.leave_to_task(chunk);
                }
                Err(_) => return self.break_off(),
            }
        }
        if self.queue.ended().is_some() {
            self.wake_task();
        }
    }

    /// The task's part of the writing. Ready once everything up to the end was written, or can't be.
    pub(super) fn poll_written(
        &self,
        may_write: impl Fn() -> bool,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        if self.is_with_task.get() && !self.is_broken.get() {
            self.task.set(Some(cx.waker().clone()));
            ready!(self.wire.poll_free(cx));
            while let Some(chunk) = self.next() {
                if !may_write() {
                    self.unsent.replace(chunk);
                    return Poll::Pending;
                }
                match self.wire.poll_write(cx, &chunk) {
                    Poll::Ready(Ok(written @ 1..)) => {
                        self.unsent.replace(chunk.slice(written..));
                    }
                    Poll::Ready(_) => self.break_off(),
                    Poll::Pending => {
                        self.unsent.replace(chunk);
                        return Poll::Pending;
                    }
                }
            }
            self.is_with_task.set(false);
        }
        if self.is_broken.get() || (self.queue.ended().is_some() && self.queue.is_empty()) {
            return Poll::Ready(());
        }
        self.task.set(Some(cx.waker().clone()));
        Poll::Pending
    }

    /// It may be written again: whoever writes is to look.
    pub(super) fn look_again(&self) {
        self.wake_task();
        self.queue.call();
    }

    /// Nobody is there to read any more.
    pub(super) fn break_off(&self) {
        self.is_broken.set(true);
        self.unsent.take();
        self.queue.cut_off(Close::Normal);
        self.wake_task();
    }

    fn next(&self) -> Option<Bytes> {
        if self.is_broken.get() {
            return None;
        }
        let unsent = self.unsent.take();
        if unsent.is_empty() { self.queue.take_chunk() } else { Some(unsent) }
    }

    fn leave_to_task(&self, unsent: Bytes) {
        self.unsent.replace(unsent);
        self.is_with_task.set(true);
        self.wake_task();
    }

    fn wake_task(&self) {
        if let Some(task) = self.task.take() {
            task.wake();
        }
    }
}
