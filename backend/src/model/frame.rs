//! WebSocket text frames as bytes: a server's frames are not masked, so one encoding fits all sockets.

use bytes::{BufMut, Bytes, BytesMut};

/// The first byte of an unfragmented text frame: FIN and opcode 1 (RFC 6455, 5.2).
const TEXT: u8 = 0x81;

/// A text frame whose payload is the parts, one after the other.
pub fn text(parts: &[&[u8]]) -> Bytes {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut frame = BytesMut::with_capacity(length.saturating_add(10));
    frame.put_u8(TEXT);
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
    fn the_length_is_written_in_its_shortest_form() {
        let head = |length: usize| text(&[&vec![b'x'; length]])[..4].to_vec();
        assert_eq!(text(&[b"ab", b"c"]).as_ref(), b"\x81\x03abc");
        assert_eq!(head(125)[..2], [0x81, 125]);
        assert_eq!(head(126), [0x81, 126, 0, 126]);
        assert_eq!(head(65_535), [0x81, 126, 255, 255]);
        assert_eq!(text(&[&vec![0; 65_536]])[..10], [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
    }
}
