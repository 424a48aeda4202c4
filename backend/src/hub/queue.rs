//! The encoded frames that wait for one socket's kernel buffer: the only thing kept per socket.
//!
//! It lives on one thread and knows neither the runtime nor the wire: whoever writes the sockets of
//! the thread finds on a [`Desk`] in which queues something waits. What waits is bounded; a socket that
//! reaches the bound is cut off and resumes later from its own cursor, so nothing is lost and nobody else
//! waits for it.

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::VecDeque,
    mem,
    rc::Rc,
    task::{Context, Poll, Waker},
};

use bytes::{Bytes, BytesMut};

use crate::model::{Close, frame};

/// How many frames wait for one socket at the most; one more and it is cut off.
const FRAMES_MAX: usize = 256;
/// How many bytes wait for one socket at the most; more and it is cut off.
const BYTES_MAX: usize = 1024 * 1024;
/// How many bytes at the most are joined into one chunk, so that they leave by one system call.
const CHUNK_BYTES_MAX: usize = 64 * 1024;
/// Up to how many waiting bytes a catching-up socket may be given more, or go live: the other half
/// is room for what comes meanwhile.
const CALM_BYTES_MAX: usize = BYTES_MAX / 2;
/// The same in frames.
const CALM_FRAMES_MAX: usize = FRAMES_MAX / 2;
/// For how many frames a queue that is empty keeps room.
const FRAMES_KEPT: usize = 8;

/// In which queues of a thread something waits, by the place that each was given: as many as there are
/// sockets, each once.
#[derive(Default)]
pub struct Desk {
    places: RefCell<Vec<usize>>,
    /// Whoever writes.
    writer: Cell<Option<Waker>>,
}

impl Desk {
    /// Waits until something waits.
    pub fn poll_listed(&self, cx: &Context<'_>) -> Poll<()> {
        if !self.places.borrow().is_empty() {
            return Poll::Ready(());
        }
        self.writer.set(Some(cx.waker().clone()));
        Poll::Pending
    }

    /// Takes the list, and leaves one that is empty in its place.
    pub fn take(&self, empty: &mut Vec<usize>) {
        empty.clear();
        mem::swap(&mut *self.places.borrow_mut(), empty);
    }

    fn list(&self, place: usize) {
        self.places.borrow_mut().push(place);
        wake(&self.writer);
    }
}

/// The outgoing frames of one socket.
#[derive(Default)]
pub struct Queue {
    waiting: RefCell<Waiting>,
    /// Why no more frames are taken, once that is so.
    ended: Cell<Option<Close>>,
    /// Whether the socket may end once everything was written.
    released: Cell<bool>,
    /// Whoever ends the socket; woken by the release.
    ender: Cell<Option<Waker>>,
    /// Where it lies on which desk; nowhere, where somebody looks by themselves.
    place: OnceCell<(Rc<Desk>, usize)>,
    /// Whether it stands on the desk's list.
    is_listed: Cell<bool>,
    /// Whoever has more to push once there is room; woken by room, and by the end. As many as the
    /// socket has commands under way, and one that catches up.
    feeders: RefCell<Vec<Waker>>,
    /// Whoever waits for the end.
    watcher: Cell<Option<Waker>>,
}

#[derive(Default)]
struct Waiting {
    frames: VecDeque<Bytes>,
    bytes: usize,
}

impl Queue {
    /// Adds a frame. A frame for which there is no room ends the queue with 4001, unless nothing
    /// else waits. After the end, frames are dropped.
    pub fn push(&self, frame: Bytes) {
        if self.ended.get().is_some() {
            return;
        }
        if self.has_room(frame.len()) {
            self.append(frame);
        } else {
            self.cut_off(Close::TooSlow);
        }
    }

    /// Ends the queue after what already waits in it.
    pub fn close(&self, close: Close) {
        if self.ended.get().is_none() {
            self.ended.set(Some(close));
            self.append(frame::close(close));
            self.wake_feeders();
            wake(&self.watcher);
        }
    }

    /// Ends the queue at once: what waited is dropped.
    pub fn cut_off(&self, close: Close) {
        if self.ended.get().is_none() {
            *self.waiting.borrow_mut() = Waiting::default();
            self.close(close);
        }
    }

    /// Why the queue has ended, if it has.
    pub fn ended(&self) -> Option<Close> {
        self.ended.get()
    }

    /// Whether a frame of so many bytes would be taken.
    pub fn has_room(&self, frame_bytes: usize) -> bool {
        let waiting = self.waiting.borrow();
        let fits = waiting.bytes.saturating_add(frame_bytes) <= BYTES_MAX;
        waiting.frames.is_empty() || (fits && waiting.frames.len() < FRAMES_MAX)
    }

    /// Whether at most half of what may wait is waiting.
    pub fn is_calm(&self) -> bool {
        let waiting = self.waiting.borrow();
        waiting.bytes <= CALM_BYTES_MAX && waiting.frames.len() <= CALM_FRAMES_MAX
    }

    /// Waits for the end.
    pub fn poll_end(&self, cx: &Context<'_>) -> Poll<Close> {
        if let Some(close) = self.ended.get() {
            return Poll::Ready(close);
        }
        self.watcher.set(Some(cx.waker().clone()));
        Poll::Pending
    }

    /// Waits until the queue is calm and has room for a frame of so many bytes, or has ended.
    pub fn poll_room(&self, frame_bytes: usize, cx: &Context<'_>) -> Poll<()> {
        if (self.is_calm() && self.has_room(frame_bytes)) || self.ended.get().is_some() {
            return Poll::Ready(());
        }
        let mut feeders = self.feeders.borrow_mut();
        if !feeders.iter().any(|feeder| feeder.will_wake(cx.waker())) {
            feeders.push(cx.waker().clone());
        }
        Poll::Pending
    }

    /// Lets the socket end, once everything was written. Whoever closes waits before for the other end
    /// to have heard it, since a socket that ends with something unread takes back what it said.
    pub fn release(&self) {
        self.released.set(true);
        wake(&self.ender);
    }

    /// Waits for the [`Queue::release`].
    pub fn poll_released(&self, cx: &Context<'_>) -> Poll<()> {
        if self.released.get() {
            return Poll::Ready(());
        }
        self.ender.set(Some(cx.waker().clone()));
        Poll::Pending
    }

    /// Says on which desk it is told that something waits, and at which place; once.
    pub fn lie_on(&self, desk: Rc<Desk>, place: usize) {
        let _placed_before = self.place.set((desk, place));
        self.call();
    }

    /// Lets whoever writes look at it.
    pub fn call(&self) {
        if let Some((desk, place)) = self.place.get()
            && !self.is_listed.replace(true)
        {
            desk.list(*place);
        }
    }

    /// Whoever writes looks at it.
    pub fn called(&self) {
        self.is_listed.set(false);
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.borrow().frames.is_empty()
    }

    /// Takes what waits, several small frames as one chunk. A lone frame is not copied.
    pub fn take_chunk(&self) -> Option<Bytes> {
        let chunk = self.waiting.borrow_mut().take_chunk()?;
        if self.is_calm() {
            self.wake_feeders();
        }
        Some(chunk)
    }

    fn wake_feeders(&self) {
        for feeder in self.feeders.take() {
            feeder.wake();
        }
    }

    fn append(&self, frame: Bytes) {
        let mut waiting = self.waiting.borrow_mut();
        waiting.bytes = waiting.bytes.saturating_add(frame.len());
        waiting.frames.push_back(frame);
        drop(waiting);
        self.call();
    }
}

impl Waiting {
    fn take_chunk(&mut self) -> Option<Bytes> {
        let first = self.take()?;
        let fits = |next: &Bytes, have: usize| have.saturating_add(next.len()) <= CHUNK_BYTES_MAX;
        if !self.frames.front().is_some_and(|next| fits(next, first.len())) {
            return Some(first);
        }
        let mut chunk = BytesMut::with_capacity(self.bytes.min(CHUNK_BYTES_MAX));
        chunk.extend_from_slice(&first);
        while self.frames.front().is_some_and(|next| fits(next, chunk.len())) {
            chunk.extend_from_slice(&self.take()?);
        }
        Some(chunk.freeze())
    }

    fn take(&mut self) -> Option<Bytes> {
        let frame = self.frames.pop_front()?;
        self.bytes = self.bytes.saturating_sub(frame.len());
        if self.frames.is_empty() {
            // Sockets are many, and few have ever much to wait for.
            self.frames.shrink_to(FRAMES_KEPT);
        }
        Some(frame)
    }
}

fn wake(waker: &Cell<Option<Waker>>) {
    if let Some(waker) = waker.take() {
        waker.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame_of(bytes: usize) -> Bytes {
        Bytes::from(vec![b'x'; bytes])
    }

    #[test]
    fn small_frames_leave_together_and_in_order() {
        let queue = Queue::default();
        for frame in ["a", "bc", "d"] {
            queue.push(Bytes::from_static(frame.as_bytes()));
        }
        assert_eq!(queue.take_chunk().unwrap(), "abcd");
        assert_eq!(queue.take_chunk(), None);
    }

    #[test]
    fn a_frame_too_many_cuts_the_socket_off() {
        let queue = Queue::default();
        for _ in 0..FRAMES_MAX {
            queue.push(frame_of(1));
            assert_eq!(queue.ended(), None);
        }
        queue.push(frame_of(1));
        assert_eq!(queue.ended(), Some(Close::TooSlow));
        assert_eq!(queue.take_chunk().unwrap(), frame::close(Close::TooSlow));
        queue.push(frame_of(1));
        assert_eq!(queue.take_chunk(), None);
    }

    #[test]
    fn a_large_frame_is_taken_when_nothing_else_waits() {
        let queue = Queue::default();
        queue.push(frame_of(BYTES_MAX + 1));
        assert_eq!(queue.ended(), None);
        assert!(!queue.is_calm());
        assert_eq!(queue.take_chunk().unwrap().len(), BYTES_MAX + 1);
        assert!(queue.is_calm());
        queue.push(frame_of(1));
        queue.push(frame_of(BYTES_MAX));
        assert_eq!(queue.ended(), Some(Close::TooSlow));
    }

    #[test]
    fn an_end_comes_after_what_waits() {
        let queue = Queue::default();
        queue.push(Bytes::from_static(b"last"));
        queue.close(Close::Restart);
        let cx = Context::from_waker(Waker::noop());
        let expected = [b"last".as_ref(), &frame::close(Close::Restart)].concat();
        assert_eq!(queue.take_chunk().unwrap(), expected);
        assert!(queue.is_empty());
        assert_eq!(queue.poll_released(&cx), Poll::Pending);
        queue.release();
        assert_eq!(queue.poll_released(&cx), Poll::Ready(()));
    }

    #[test]
    fn a_queue_stands_on_the_list_once_until_it_is_looked_at() {
        let (desk, queue) = (Rc::<Desk>::default(), Queue::default());
        let (cx, mut listed) = (Context::from_waker(Waker::noop()), Vec::new());
        queue.lie_on(desk.clone(), 7);
        queue.push(frame_of(1));
        queue.push(frame_of(1));
        assert_eq!(desk.poll_listed(&cx), Poll::Ready(()));
        desk.take(&mut listed);
        assert_eq!((listed.as_slice(), desk.poll_listed(&cx)), (&[7][..], Poll::Pending));
        queue.push(frame_of(1));
        assert_eq!(desk.poll_listed(&cx), Poll::Pending, "nobody has looked yet");
        queue.called();
        queue.push(frame_of(1));
        desk.take(&mut listed);
        assert_eq!(listed, [7]);
    }
}
