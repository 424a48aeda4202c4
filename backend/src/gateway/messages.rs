//! What the other end says, message by message.
//!
//! Bytes are looked at by [`Frames`] before any of them is taken to pieces, so whatever the framework's
//! parser sees keeps the rules. A socket that is silent keeps no buffer.

use std::{
    future::poll_fn,
    task::{Context, Poll, ready},
};

use actix_http::ws::{OpCode, Parser};
use bytes::{Bytes, BytesMut};

use super::{
    close,
    incoming::{Frames, beginning},
    intake::Intake,
};
use crate::model::Close;

/// A message, all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// Something said.
    Text(String),
    /// The first bytes of a text that is longer than a stranger's may be: nothing more is heard until
    /// [`Messages::trust`].
    Begun(Vec<u8>),
    /// What is no text.
    Binary(Bytes),
    /// A sign of life that is to be answered.
    Ping(Bytes),
    /// The answer to one.
    Pong,
    /// The other end ends, and may say why.
    Farewell(Option<u16>),
}

/// The messages of one socket.
pub(super) struct Messages {
    intake: Intake,
    pieces: Pieces,
    heard_bytes: usize,
}

impl Messages {
    /// No message is longer than so many bytes, and a stranger's no longer than that.
    pub(super) fn new(intake: Intake, bytes_max: usize, stranger_bytes_max: usize) -> Self {
        Self { intake, pieces: Pieces::new(bytes_max, stranger_bytes_max), heard_bytes: 0 }
    }

    /// It is known who it is, or that their token is good.
    pub(super) fn trust(&mut self) {
        self.pieces.trust();
    }

    /// The next message, or how the socket ends for the rule that was broken after the last one; none,
    /// once nothing more comes. May be given up while waiting.
    pub(super) async fn next(&mut self) -> Option<Result<Message, Close>> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    /// How much has come, in bytes.
    pub(super) fn heard_bytes(&self) -> usize {
        self.heard_bytes
    }

    /// Reads until the other end has gone: what stayed unread would take back what was said last. Whether it
    /// has; not of one that says more than so many bytes.
    pub(super) async fn throw_away(&mut self, bytes_max: usize) -> bool {
        let mut left = bytes_max;
        loop {
            let mut came = 0;
            if !poll_fn(|cx| self.intake.poll_more(cx, |bytes| came = bytes.len())).await {
                return true;
            }
            match left.checked_sub(came) {
                Some(rest) => left = rest,
                None => return false,
            }
        }
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Message, Close>>> {
        loop {
            if let Some(message) = self.pieces.next().transpose() {
                return Poll::Ready(Some(message));
            }
            let Self { intake, pieces, heard_bytes } = self;
            let add = |bytes: &[u8]| {
                *heard_bytes = heard_bytes.saturating_add(bytes.len());
                pieces.add(bytes);
            };
            if !ready!(intake.poll_more(cx, add)) {
                return Poll::Ready(None);
            }
        }
    }
}

/// What has come and was not taken.
struct Pieces {
    frames: Frames,
    bytes_max: usize,
    /// How long a text may be while nobody knows who it is.
    stranger_bytes_max: Option<usize>,
    /// Of the next frame.
    buffer: BytesMut,
    /// Of a message in several frames, and whether it is a text.
    message: Option<(BytesMut, bool)>,
    /// How the socket ends for the rule that is broken after that.
    broken: Option<Close>,
}

impl Pieces {
    fn new(bytes_max: usize, stranger_bytes_max: usize) -> Self {
        Self {
            frames: Frames::new(bytes_max, stranger_bytes_max),
            bytes_max,
            stranger_bytes_max: Some(stranger_bytes_max),
            buffer: BytesMut::new(),
            message: None,
            broken: None,
        }
    }

    fn trust(&mut self) {
        self.frames.trust();
        self.stranger_bytes_max = None;
    }

    fn add(&mut self, bytes: &[u8]) {
        let (good, broken) = self.frames.pass(bytes);
        self.buffer.extend_from_slice(bytes.get(..good).unwrap_or_default());
        self.broken = broken;
    }

    /// The first whole message.
    fn next(&mut self) -> Result<Option<Message>, Close> {
        while !self.buffer.is_empty() {
            if let Some(bytes) = self.stranger_bytes_max
                && let Some(beginning) = beginning(&self.buffer, bytes)
            {
                return Ok(Some(Message::Begun(beginning)));
            }
            let frame = Parser::parse(&mut self.buffer, true, self.bytes_max);
            let Some((is_last, kind, payload)) = frame.map_err(|error| close::of(&error))? else {
                break;
            };
            if self.buffer.is_empty() {
                // It would keep alive what the payload was cut from.
                self.buffer = BytesMut::new();
            }
            if let Some(message) = self.whole(kind, payload.unwrap_or_default(), is_last)? {
                return Ok(Some(message));
            }
        }
        self.broken.map_or(Ok(None), Err)
    }

    /// The message that a frame makes whole.
    fn whole(
        &mut self,
        kind: OpCode,
        payload: BytesMut,
        is_last: bool,
    ) -> Result<Option<Message>, Close> {
        let (bytes, is_text) = match kind {
            OpCode::Ping => return Ok(Some(Message::Ping(payload.freeze()))),
            OpCode::Pong => return Ok(Some(Message::Pong)),
            OpCode::Close => {
                let code = payload.first_chunk().map(|code| u16::from_be_bytes(*code));
                return Ok(Some(Message::Farewell(code)));
            }
            OpCode::Bad => return Err(Close::Protocol),
            OpCode::Text | OpCode::Binary => (payload, kind == OpCode::Text),
            OpCode::Continue => {
                let (mut bytes, is_text) = self.message.take().ok_or(Close::Protocol)?;
                bytes.extend_from_slice(&payload);
                (bytes, is_text)
            }
        };
        if !is_last {
            self.message = Some((bytes, is_text));
            return Ok(None);
        }
        let bytes = bytes.freeze();
        if !is_text {
            return Ok(Some(Message::Binary(bytes)));
        }
        // It was looked at byte by byte as it came.
        let text = String::from_utf8(bytes.into()).map_err(|_| Close::NotUtf8)?;
        Ok(Some(Message::Text(text)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::incoming::frame, *};

    /// What is heard of these bytes, if they come so many at a time, and how it ends.
    fn heard(bytes: &[u8], step: usize) -> (Vec<Message>, Option<Close>) {
        let mut pieces = Pieces::new(300, 300);
        let mut heard = Vec::new();
        for some in bytes.chunks(step) {
            pieces.add(some);
            loop {
                match pieces.next() {
                    Ok(Some(message)) => heard.push(message),
                    Ok(None) => break,
                    Err(close) => return (heard, Some(close)),
                }
            }
            assert!(pieces.buffer.len() <= 300 + 14);
        }
        (heard, None)
    }

    fn text(text: &str) -> Message {
        Message::Text(text.to_owned())
    }

    #[test]
    fn a_message_in_pieces_is_heard_whole_and_what_came_between_before_it() {
        let bytes = [
            frame(0x01, "при".as_bytes()),
            frame(0x89, b"there?"),
            frame(0x00, b""),
            frame(0x80, "вет".as_bytes()),
            frame(0x02, &[0xff]),
            frame(0x80, &[0xfe]),
            frame(0x8a, b""),
            frame(0x81, b""),
            frame(0x88, &[&4999_u16.to_be_bytes()[..], b"bye"].concat()),
        ]
        .concat();
        let expected = vec![
            Message::Ping(Bytes::from_static(b"there?")),
            text("привет"),
            Message::Binary(Bytes::from_static(&[0xff, 0xfe])),
            Message::Pong,
            text(""),
            Message::Farewell(Some(4999)),
        ];
        for step in 1..=bytes.len() {
            assert_eq!(heard(&bytes, step), (expected.clone(), None), "by {step}");
        }
    }

    #[test]
    fn ws_3_what_was_said_before_a_broken_rule_is_heard() {
        let bytes = [frame(0x81, b"well"), vec![0xf1, 0x80], frame(0x81, b"never")].concat();
        for step in 1..=bytes.len() {
            assert_eq!(heard(&bytes, step), (vec![text("well")], Some(Close::Protocol)));
        }
    }

    #[test]
    fn who_has_said_all_keeps_no_buffer() {
        let mut pieces = Pieces::new(300, 300);
        pieces.add(&frame(0x81, &[b'x'; 200]));
        let said = pieces.next();
        assert_eq!(said, Ok(Some(text(&"x".repeat(200)))));
        assert_eq!((pieces.next(), pieces.buffer.capacity()), (Ok(None), 0));
    }

    #[test]
    fn ws_2_a_stranger_says_little_until_somebody_vouches_for_them() {
        let said = "x".repeat(250);
        for step in [1, 7, 100, 1_000] {
            let mut pieces = Pieces::new(300, 100);
            let bytes =
                [frame(0x89, b"?"), frame(0x81, said.as_bytes()), frame(0x8a, b"")].concat();
            let mut heard = Vec::new();
            for some in bytes.chunks(step) {
                pieces.add(some);
                while let Some(message) = pieces.next().unwrap() {
                    if matches!(message, Message::Begun(_)) {
                        assert_eq!(
                            pieces.next(),
                            Ok(Some(message.clone())),
                            "nothing else is heard"
                        );
                        assert!(pieces.buffer.len() < 100 + 14 + step + 7);
                        pieces.trust();
                    }
                    heard.push(message);
                }
            }
            let begun = Message::Begun(vec![b'x'; 100]);
            let ping = Message::Ping(Bytes::from_static(b"?"));
            assert_eq!(heard, [ping, begun, text(&said), Message::Pong], "by {step}");
        }
        let longest = frame(0x81, &[b'x'; 100]);
        for (bytes, ends) in [
            (longest.clone(), None),
            (frame(0x82, &[1; 101]), Some(Close::TooLarge)),
            ([frame(0x01, &[b'x'; 60]), frame(0x80, &[b'x'; 41])].concat(), Some(Close::TooLarge)),
            (frame(0x01, &[b'x'; 101]), Some(Close::TooLarge)),
        ] {
            let mut pieces = Pieces::new(300, 100);
            pieces.add(&bytes);
            match ends {
                Some(close) => assert_eq!(pieces.next(), Err(close)),
                None => assert!(matches!(pieces.next(), Ok(Some(Message::Text(_))))),
            }
        }
    }

    proptest! {
        #[test]
        fn ws_3_any_bytes_are_heard_alike_however_they_come(
            bytes in prop::collection::vec(
                prop_oneof![
                    prop::collection::vec(any::<u8>(), 0..6),
                    (0x80_u8..0x8c, prop::collection::vec(any::<u8>(), 0..40))
                        .prop_map(|(first, payload)| frame(first, &payload)),
                    "\\PC{0,40}".prop_map(|text| frame(0x81, text.as_bytes())),
                    "\\PC{0,40}".prop_map(|text| frame(0x01, text.as_bytes())),
                    "\\PC{0,40}".prop_map(|text| frame(0x80, text.as_bytes())),
                ],
                0..8,
            ),
            step in 1_usize..60,
        ) {
            let bytes = bytes.concat();
            prop_assert_eq!(heard(&bytes, step), heard(&bytes, 100_000));
        }
    }
}
