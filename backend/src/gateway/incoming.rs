//! What comes from the other end, looked at as it comes and before any of it is kept.
//!
//! The framework keeps what arrives of a frame until all of it is there, and looks at its length and at
//! its text only then: whoever says that a frame is endless would fill the memory, and whoever breaks a
//! rule would learn of it late, perhaps before what was said well (SECURITY, WS-3 and WS-4). Here a rule
//! of RFC 6455 is seen to be broken at the very byte that breaks it; everything before it is handed on.
//! What frames mean is not known here.

use super::utf8::Utf8;
use crate::model::Close;

/// How a text begins that is all in one frame.
const SINGLE_TEXT: u8 = 0x81;
/// In how many pieces a message may come.
const PIECES_MAX: u32 = 64;
/// How long what a control frame carries may be, in bytes (RFC 6455, section 5.5).
const CONTROL_BYTES_MAX: u64 = 125;

/// Where in its frames a stream of bytes is.
pub(super) struct Frames {
    /// As much of a frame's head as has come: at most 14 bytes.
    head: Vec<u8>,
    /// The frame whose head was seen, until all of it has come.
    frame: Option<Frame>,
    /// What the message that comes in pieces has so far.
    message: Option<Message>,
    bytes_max: u64,
    /// How long a message may be that is no single text.
    stranger_bytes_max: Option<u64>,
}

/// A frame of which something is still to come.
struct Frame {
    left: u64,
    mask: [u8; 4],
    /// Where the mask goes on.
    at: usize,
    is_control: bool,
    ends_message: bool,
    /// Of a text, or of the reason in a farewell.
    text: Option<Utf8>,
    /// So many bytes before the text: a farewell begins with a code.
    before_text: u64,
}

/// A message of which a piece is still to come.
struct Message {
    pieces: u32,
    bytes: u64,
    text: Option<Utf8>,
}

impl Frames {
    /// No frame, and no message in several, is longer than so many bytes; before [`Frames::trust`] none
    /// but a text that is a single frame is longer than a stranger's may be.
    pub(super) fn new(bytes_max: usize, stranger_bytes_max: usize) -> Self {
        let of = |bytes| u64::try_from(bytes).unwrap_or(u64::MAX);
        let (bytes_max, stranger_bytes_max) = (of(bytes_max), Some(of(stranger_bytes_max)));
        Self { head: Vec::new(), frame: None, message: None, bytes_max, stranger_bytes_max }
    }

    /// From now on a message may be as long as it is.
    pub(super) fn trust(&mut self) {
        self.stranger_bytes_max = None;
    }

    /// How many of these bytes keep the rules, and how the socket ends for the one that the next byte
    /// breaks.
    pub(super) fn pass(&mut self, bytes: &[u8]) -> (usize, Option<Close>) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let passed = match &mut self.frame {
                Some(frame) => frame.pass(&mut rest),
                None => self.begin(&mut rest),
            };
            let good = bytes.len() - rest.len();
            if let Err(close) = passed {
                return (good, Some(close));
            }
            if let Err(close) = self.end() {
                // It was the last byte that made it whole, and wrong.
                return (good.saturating_sub(1), Some(close));
            }
        }
        (bytes.len(), None)
    }

    /// Takes a byte of a head, and begins its frame if it was the last.
    fn begin(&mut self, rest: &mut &[u8]) -> Result<(), Close> {
        let Some((byte, after)) = rest.split_first() else { return Ok(()) };
        self.head.push(*byte);
        if let [first] = *self.head {
            self.check_first(first)?;
        }
        let (length, mask) = match *self.head {
            [_, second] if second & 0x80 == 0 => return Err(Close::Protocol),
            [first, second, ..] if first & 0x08 != 0 && second & 0x7f > 125 => {
                return Err(Close::Protocol);
            }
            _ => match length(&self.head) {
                Some((length, _)) if length > self.bytes_max => return Err(Close::TooLarge),
                Some((length, Some(mask))) => (length, mask),
                _ => {
                    *rest = after;
                    return Ok(());
                }
            },
        };
        let first = self.head.first().copied().unwrap_or_default();
        self.frame = Some(self.frame_of(first, length, mask)?);
        self.head.clear();
        *rest = after;
        Ok(())
    }

    /// Looks at what kind of a frame it is to be.
    fn check_first(&self, first: u8) -> Result<(), Close> {
        let is_final = first & 0x80 != 0;
        let fits = match first & 0x0f {
            0 => self.message.is_some(),
            1 | 2 => self.message.is_none(),
            8..=10 => is_final,
            _ => false,
        };
        if fits && first & 0x70 == 0 { Ok(()) } else { Err(Close::Protocol) }
    }

    fn frame_of(&mut self, first: u8, length: u64, mask: [u8; 4]) -> Result<Frame, Close> {
        let (opcode, is_final) = (first & 0x0f, first & 0x80 != 0);
        let is_control = opcode & 0x08 != 0;
        let mut frame = Frame {
            left: length,
            mask,
            at: 0,
            is_control,
            ends_message: is_final && !is_control,
            text: None,
            before_text: 0,
        };
        if is_control {
            if length > CONTROL_BYTES_MAX || (opcode == 8 && length == 1) {
                return Err(Close::Protocol);
            }
            if opcode == 8 {
                (frame.text, frame.before_text) = (Some(Utf8::default()), 2);
            }
            return Ok(frame);
        }
        let message = self.message.get_or_insert_with(|| Message {
            pieces: 0,
            bytes: 0,
            text: (opcode == 1).then(Utf8::default),
        });
        message.pieces += 1;
        message.bytes = message.bytes.saturating_add(length);
        let is_single_text = first == SINGLE_TEXT;
        let bytes_max =
            self.stranger_bytes_max.filter(|_| !is_single_text).unwrap_or(self.bytes_max);
        if message.pieces > PIECES_MAX || message.bytes > bytes_max {
            return Err(Close::TooLarge);
        }
        frame.text = message.text;
        Ok(frame)
    }

    /// Ends a frame of which all has come.
    fn end(&mut self) -> Result<(), Close> {
        let Some(frame) = self.frame.take_if(|frame| frame.left == 0) else { return Ok(()) };
        let is_whole = frame.text.is_none_or(|text| text.is_whole());
        if !is_whole && (frame.is_control || frame.ends_message) {
            return Err(Close::NotUtf8);
        }
        if frame.ends_message {
            self.message = None;
        } else if let Some(message) = self.message.as_mut().filter(|_| !frame.is_control) {
            message.text = frame.text;
        }
        Ok(())
    }
}

impl Frame {
    /// Takes as much as there is of the frame.
    fn pass(&mut self, rest: &mut &[u8]) -> Result<(), Close> {
        while self.left > 0 {
            let Some((byte, after)) = rest.split_first() else { return Ok(()) };
            let Some(text) = &mut self.text else {
                let here = usize::try_from(self.left).unwrap_or(usize::MAX).min(rest.len());
                self.left -= u64::try_from(here).unwrap_or(u64::MAX);
                *rest = rest.get(here..).unwrap_or_default();
                return Ok(());
            };
            let byte = byte ^ self.mask.get(self.at).copied().unwrap_or_default();
            if self.before_text > 0 {
                self.before_text -= 1;
            } else if !text.take(byte) {
                return Err(Close::NotUtf8);
            }
            self.at = (self.at + 1) % 4;
            self.left -= 1;
            *rest = after;
        }
        Ok(())
    }
}

/// The first bytes of the text that a frame is to bring, if it is a text in one frame, is longer than that,
/// and so much of it has come.
pub(super) fn beginning(frame: &[u8], bytes: usize) -> Option<Vec<u8>> {
    let [SINGLE_TEXT, second, ..] = *frame else { return None };
    let head = match second & 0x7f {
        126 => 8,
        127 => 14,
        _ => 6,
    };
    let (head, payload) = frame.split_at_checked(head)?;
    let (length, mask) = length(head)?;
    let masked = payload.get(..bytes)?;
    let is_longer = length > u64::try_from(bytes).ok()?;
    let text = masked.iter().zip(mask?.into_iter().cycle()).map(|(byte, mask)| byte ^ mask);
    is_longer.then(|| text.collect())
}

/// What a head says of the length of its payload, as soon as that is known, and its mask.
fn length(head: &[u8]) -> Option<(u64, Option<[u8; 4]>)> {
    let [_, second, extended @ ..] = head else { return None };
    let (length, mask) = match second & 0x7f {
        126 => {
            let (length, mask) = extended.split_first_chunk()?;
            (u64::from(u16::from_be_bytes(*length)), mask)
        }
        127 => {
            let (length, mask) = extended.split_first_chunk()?;
            (u64::from_be_bytes(*length), mask)
        }
        short => (u64::from(short), extended),
    };
    Some((length, mask.try_into().ok()))
}

#[cfg(test)]
impl Frames {
    /// How much it keeps of what has come.
    pub(super) fn kept_bytes(&self) -> usize {
        self.head.len()
    }
}

/// A masked frame.
#[cfg(test)]
pub(super) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [0xa1, 0x0b, 0xc2, 0x3d];
    let mut bytes = vec![first];
    match payload.len() {
        short @ ..126 => bytes.push(0x80 | u8::try_from(short).unwrap()),
        long => {
            bytes.push(0x80 | 126);
            bytes.extend(u16::try_from(long).unwrap().to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes.extend(payload.iter().enumerate().map(|(at, byte)| byte ^ MASK[at % 4]));
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// How many bytes are handed on, and which rule is broken then, however the bytes come.
    fn passed(bytes: &[u8]) -> (usize, Option<Close>) {
        let mut seen = None;
        for step in [1, 2, 3, 7, 100, 100_000] {
            let mut frames = Frames::new(300, 300);
            let mut good = 0;
            let mut close = None;
            for piece in bytes.chunks(step) {
                let (here, broken) = frames.pass(piece);
                good += here;
                close = broken;
                if close.is_some() {
                    break;
                }
            }
            assert!(seen.is_none_or(|seen| seen == (good, close)), "by {step}: {seen:?} {close:?}");
            seen = Some((good, close));
        }
        seen.unwrap_or((0, None))
    }

    #[test]
    fn ws_4_a_frame_that_says_it_is_too_long_is_seen_at_its_head_however_it_comes() {
        let good = [frame(0x81, b"abc"), frame(0x82, &[7; 300])].concat();
        let endless = [&[0x81, 0xff][..], &u64::MAX.to_be_bytes()].concat();
        let good = good.repeat(3);
        assert_eq!(passed(&good), (good.len(), None));
        for (bad, seen_after) in [(&[0x81, 0xfe, 1, 45][..], 3), (&endless, 9)] {
            let bytes = [&good, bad].concat();
            assert_eq!(passed(&bytes), (good.len() + seen_after, Some(Close::TooLarge)));
        }
    }

    #[test]
    fn ws_4_a_message_has_so_many_pieces_and_is_so_long_altogether() {
        let begin = frame(0x01, b"a");
        let piece = frame(0x00, b"");
        let most = [&begin, &piece.repeat(62)[..], &frame(0x80, b"b")].concat();
        assert_eq!(passed(&most.repeat(2)).1, None);
        assert_eq!(passed(&[&begin, &piece.repeat(64)[..]].concat()).1, Some(Close::TooLarge));
        // What comes between the pieces is none.
        let pings = frame(0x89, b"").repeat(100);
        assert_eq!(passed(&[&begin, &pings[..], &frame(0x80, b"b")].concat()).1, None);
        let together = [frame(0x02, &[1; 200]), frame(0x80, &[1; 101])].concat();
        assert_eq!(passed(&together).1, Some(Close::TooLarge));
    }

    #[test]
    fn ws_3_a_broken_rule_is_seen_at_once_and_what_was_before_it_is_handed_on() {
        let good = [frame(0x81, "κόσμε".as_bytes()), frame(0x89, b"x")].concat();
        let pieces = [frame(0x01, "κ".as_bytes()), frame(0x00, b"x")].concat();
        for (before, bad, close) in [
            (&good, vec![0xc1], Close::Protocol),
            (&good, vec![0xa1], Close::Protocol),
            (&good, vec![0x91], Close::Protocol),
            (&good, vec![0x83], Close::Protocol),
            (&good, vec![0x8b], Close::Protocol),
            (&good, vec![0x00], Close::Protocol),
            (&good, vec![0x80], Close::Protocol),
            (&good, vec![0x09], Close::Protocol),
            (&pieces, vec![0x81], Close::Protocol),
            (&pieces, vec![0x02], Close::Protocol),
            (&pieces, frame(0x80, b"x\xce"), Close::NotUtf8),
        ] {
            let (passed, broken) = passed(&[before, &bad[..]].concat());
            assert_eq!(broken, Some(close), "{bad:?}");
            assert!(passed >= before.len(), "{bad:?}");
            assert!(passed < before.len() + bad.len(), "what is wrong is not handed on: {bad:?}");
        }
        for (bad, close) in [
            (vec![0x81, 0x03], Close::Protocol),
            (vec![0x89, 0xfe], Close::Protocol),
            (frame(0x88, b"\x03"), Close::Protocol),
            (frame(0x88, b"\x03\xe8\xff"), Close::NotUtf8),
            (frame(0x88, b"\x03\xe8\xce"), Close::NotUtf8),
            (frame(0x81, b"ab\xff")[..9].to_vec(), Close::NotUtf8),
        ] {
            let (passed, broken) = passed(&[&good, &bad[..]].concat());
            assert_eq!(broken, Some(close), "{bad:?}");
            assert!(passed < good.len() + bad.len(), "what is wrong is not handed on: {bad:?}");
        }
        assert_eq!(passed(&frame(0x88, b"\x03\xe8bye")).1, None);
        assert_eq!(passed(&frame(0x88, b"")).1, None);
        // What is binary is no text.
        assert_eq!(passed(&frame(0x82, b"\xff\xfe")).1, None);
    }

    proptest! {
        #[test]
        fn do_4_any_bytes_are_taken_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let (good, broken) = passed(&bytes);
            prop_assert!(good <= bytes.len());
            prop_assert!(broken.is_some() || good == bytes.len());
        }
    }
}
