//! WebSocket frames as bytes: a server's frames are not masked, so one encoding fits all sockets.

use bytes::{BufMut, Bytes, BytesMut};

use super::Close;

/// The first byte of an unfragmented text frame: FIN and opcode 1 (RFC 6455, 5.2).
const TEXT: u8 = 0x81;

/// The first byte of a close frame: FIN and opcode 8.
const CLOSE: u8 = 0x88;
/// The first byte of a ping: FIN and opcode 9.
const PING: u8 = 0x89;
/// The first byte of a pong: FIN and opcode 10.
const PONG: u8 = 0x8a;
/// How many bytes the payload of a control frame holds at the most (RFC 6455, 5.5).
const CONTROL_BYTES_MAX: usize = 125;

/// A text frame whose payload is the parts, one after the other.
pub fn text(parts: &[&[u8]]) -> Bytes {
    encode(TEXT, parts)
}

/// The frame that ends a socket, with a reason for people.
pub fn close(close: Close) -> Bytes {
    encode(CLOSE, &[&close.code().to_be_bytes(), close.reason().as_bytes()])
}

/// Asks the other end for a sign of life.
pub fn ping() -> Bytes {
    encode(PING, &[])
}

/// Answers a ping with its own payload, of which no more than 125 bytes are returned.
pub fn pong(payload: &[u8]) -> Bytes {
    encode(PONG, &[payload.get(..CONTROL_BYTES_MAX).unwrap_or(payload)])
}

fn encode(first: u8, parts: &[&[u8]]) -> Bytes {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut frame = BytesMut::with_capacity(length.saturating_add(10));
    frame.put_u8(first);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short < 126 => frame.put_u8(short),
        (_, Ok(medium)) => {
            frame.put_u8(126);
            frame.put_u16(medium);
        }
        _ => {
            frame.put_u8(127);
            frame.put_u64(u64::try_from(length).unwrap_or(u64::MAX));
        }
    }
    for part in parts {
        frame.put_slice(part);
    }
    frame.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_frames_stay_short() {
        assert_eq!(close(Close::TooSlow)[..4], [0x88, 10, 0x0f, 0xa1]);
        assert_eq!(ping().as_ref(), [0x89, 0]);
        assert_eq!(pong(&[7; 200]).len(), 127);
        for close in Close::ALL {
            assert!(close.reason().len() <= CONTROL_BYTES_MAX - 2, "{close:?}");
        }
    }

    #[test]
    fn the_length_is_written_in_its_shortest_form() {
        let head = |length: usize| text(&[&vec![b'x'; length]])[..4].to_vec();
        assert_eq!(text(&[b"ab", b"c"]).as_ref(), b"\x81\x03abc");
        assert_eq!(head(125)[..2], [0x81, 125]);
        assert_eq!(head(126), [0x81, 126, 0, 126]);
        assert_eq!(head(65_535), [0x81, 126, 255, 255]);
        assert_eq!(text(&[&vec![0; 65_536]])[..10], [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
    }
}
