//! How long each frame says it is, looked at before any of it is kept. The framework keeps what
//! arrives of a frame until all of it is there and looks at its length only then, so whoever says that
//! a frame is endless would otherwise fill the memory (SECURITY, WS-4).

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::{dev::Payload, error::PayloadError};
use bytes::Bytes;
use futures_util::Stream;

/// What comes from the other end, up to the first frame that is too long.
pub(super) struct Lengths {
    payload: Payload,
    frames: Frames,
}

impl Lengths {
    pub(super) fn new(payload: Payload, bytes_max: usize) -> Self {
        let bytes_max = u64::try_from(bytes_max).unwrap_or(u64::MAX);
        Self { payload, frames: Frames { head: Vec::new(), left: 0, bytes_max } }
    }
}

impl Stream for Lengths {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut self.payload).poll_next(cx);
        match next {
            Poll::Ready(Some(Ok(bytes))) if !self.frames.pass(&bytes) => {
                Poll::Ready(Some(Err(PayloadError::Overflow)))
            }
            next => next,
        }
    }
}

/// Where in its frames a stream of bytes is.
struct Frames {
    /// As much of a frame's head as has come: at most 10 bytes.
    head: Vec<u8>,
    /// What is still to come of a frame whose head was seen, its mask included.
    left: u64,
    bytes_max: u64,
}

impl Frames {
    /// Whether no frame that begins in these bytes is too long.
    fn pass(&mut self, mut bytes: &[u8]) -> bool {
        while let Some((first, rest)) = bytes.split_first() {
            if self.left > 0 {
                let here = u64::try_from(bytes.len()).unwrap_or(u64::MAX).min(self.left);
                self.left -= here;
                bytes =
                    bytes.get(usize::try_from(here).unwrap_or(usize::MAX)..).unwrap_or_default();
                continue;
            }
            self.head.push(*first);
            bytes = rest;
            match length(&self.head) {
                Some((length, _)) if length > self.bytes_max => return false,
                Some((length, mask)) => {
                    self.left = length + mask;
                    self.head.clear();
                }
                None => {}
            }
        }
        true
    }
}

/// What a head says of the length of its payload and of its mask, once it is whole.
fn length(head: &[u8]) -> Option<(u64, u64)> {
    let [_, second, extended @ ..] = head else { return None };
    let mask = if second & 0x80 == 0 { 0 } else { 4 };
    let length = match second & 0x7f {
        126 => u64::from(u16::from_be_bytes(extended.try_into().ok()?)),
        127 => u64::from_be_bytes(extended.try_into().ok()?),
        short => u64::from(short),
    };
    Some((length, mask))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames() -> Frames {
        Frames { head: Vec::new(), left: 0, bytes_max: 300 }
    }

    #[test]
    fn ws_4_a_frame_that_says_it_is_too_long_is_seen_at_its_head_however_it_comes() {
        let small = [&[0x81, 0x83, 1, 2, 3, 4][..], b"abc"].concat();
        let medium = [&[0x81, 0xfe, 1, 44, 1, 2, 3, 4][..], &[7; 300]].concat();
        let bare = [&[0x81, 2][..], b"xy"].concat();
        let good = [small, medium, bare].concat();
        let long = [0x81, 0xfe, 1, 45];
        let endless = [&[0x81, 0xff][..], &u64::MAX.to_be_bytes()].concat();
        for step in [1, 2, 3, 7, 100, 10_000] {
            let mut frames = frames();
            for _ in 0..3 {
                assert!(good.chunks(step).all(|bytes| frames.pass(bytes)), "by {step}");
            }
            assert_eq!((frames.left, frames.head.len()), (0, 0));
            for bad in [&long[..], &endless] {
                let mut frames = self::frames();
                let bytes = [&good, bad].concat();
                assert!(!bytes.chunks(step).all(|bytes| frames.pass(bytes)), "by {step}");
            }
        }
    }
}
