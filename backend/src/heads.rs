//! Lines of a request's head end with CR and LF, or the request is refused.
//!
//! RFC 9112, section 2.2, lets a server take a bare LF for the end of a line, and the framework does.
//! A proxy that does not sees one header where we would see two, and that is how requests are smuggled
//! (SECURITY, IN-7). [`Heads`] is a stream that hands on a bare LF of a head as a NUL, which no head may
//! hold, so that the framework refuses it with 400 and ends the connection. To know heads from bodies
//! it follows how long each body says it is. What it makes of a head that is not well formed does not
//! matter: nothing is read on such a connection any more.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How much of a header's line is looked at for its name and a length, in bytes: every spelling of the
/// three that matter is shorter.
const LINE_BYTES_MAX: usize = 64;

/// A connection in whose heads a bare LF stands for nothing good.
pub struct Heads<T> {
    stream: T,
    place: Place,
}

impl<T> Heads<T> {
    /// A connection on which nothing was said yet.
    pub fn new(stream: T) -> Self {
        Self { stream, place: Place::default() }
    }

    /// The stream below.
    pub fn inner(&self) -> &T {
        &self.stream
    }
}

/// Where in its requests a connection is.
#[derive(Debug)]
enum Place {
    Head(Head),
    /// A body of which so many bytes are still to come.
    Body(u64),
    Chunked(Chunk),
    /// What was asked for is no HTTP any more.
    Opaque,
}

#[derive(Debug, Default)]
struct Head {
    /// The beginning of the line.
    line: Vec<u8>,
    is_after_cr: bool,
    /// Lines that were not empty: before them empty ones are skipped.
    lines: u32,
    body: Option<u64>,
    is_chunked: bool,
    is_upgrade: bool,
}

/// Where in a chunked body.
#[derive(Debug, Clone, Copy)]
enum Chunk {
    /// The size, as far as it has come, and whether its digits are over.
    Size(u64, bool),
    /// So many bytes are still to come, the line's end after them included.
    Data(u64),
    /// After the last one: how many bytes of the empty line are still to come.
    End(u8),
}

impl Default for Place {
    fn default() -> Self {
        Self::Head(Head::default())
    }
}

impl Place {
    /// Follows these bytes, and spoils every bare LF of a head.
    fn pass(&mut self, mut bytes: &mut [u8]) {
        while let Some((first, rest)) = bytes.split_first_mut() {
            match self {
                Self::Opaque => return,
                Self::Body(left) | Self::Chunked(Chunk::Data(left)) => {
                    let all = u64::try_from(rest.len()).unwrap_or(u64::MAX).saturating_add(1);
                    let here = all.min(*left);
                    *left -= here;
                    bytes = rest
                        .get_mut(usize::try_from(here).unwrap_or(usize::MAX) - 1..)
                        .unwrap_or_default();
                    self.settle();
                    continue;
                }
                Self::Head(head) => {
                    if let Some(next) = head.take(first) {
                        *self = next;
                    }
                }
                Self::Chunked(chunk) => *chunk = chunk.take(*first),
            }
            self.settle();
            bytes = rest;
        }
    }

    /// A body that has come to its end is followed by a head.
    fn settle(&mut self) {
        match self {
            Self::Body(0) | Self::Chunked(Chunk::End(0)) => *self = Self::default(),
            Self::Chunked(chunk @ Chunk::Data(0)) => *chunk = Chunk::Size(0, false),
            _ => {}
        }
    }
}

impl Head {
    /// Takes a byte, which is spoilt if it is a bare LF; answers what follows the head after its last.
    fn take(&mut self, byte: &mut u8) -> Option<Place> {
        let is_end = *byte == b'\n';
        if is_end && !self.is_after_cr {
            *byte = 0;
        }
        self.is_after_cr = *byte == b'\r';
        if !is_end {
            if self.line.len() < LINE_BYTES_MAX {
                self.line.push(*byte);
            }
            return None;
        }
        let line = std::mem::take(&mut self.line);
        let line = line.trim_ascii();
        if line.is_empty() {
            return (self.lines > 0).then(|| self.next());
        }
        self.lines = self.lines.saturating_add(1);
        self.note(line);
        None
    }

    /// Notes what a line says of the body.
    fn note(&mut self, line: &[u8]) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { return };
        let (name, value) = line.split_at(colon);
        if name.eq_ignore_ascii_case(b"content-length") {
            let digits = value.get(1..).unwrap_or_default().trim_ascii();
            self.body = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
        }
        self.is_chunked |= name.eq_ignore_ascii_case(b"transfer-encoding");
        self.is_upgrade |= name.eq_ignore_ascii_case(b"upgrade");
    }

    fn next(&self) -> Place {
        match self.body {
            _ if self.is_chunked => Place::Chunked(Chunk::Size(0, false)),
            Some(bytes) => Place::Body(bytes),
            None if self.is_upgrade => Place::Opaque,
            None => Place::default(),
        }
    }
}

impl Chunk {
    fn take(self, byte: u8) -> Self {
        match self {
            Self::Size(0, _) if byte == b'\n' => Self::End(2),
            Self::Size(size, _) if byte == b'\n' => Self::Data(size.saturating_add(2)),
            Self::Size(size, false) => match char::from(byte).to_digit(16) {
                Some(digit) => {
                    Self::Size(size.saturating_mul(16).saturating_add(digit.into()), false)
                }
                None => Self::Size(size, true),
            },
            Self::End(left) => Self::End(left.saturating_sub(1)),
            other => other,
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Heads<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if let Some(new) = buffer.filled_mut().get_mut(before..) {
            self.place.pass(new);
        }
        read
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Heads<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is handed on of this, read in pieces of every size.
    fn handed_on(text: &str) -> String {
        let mut seen: Option<String> = None;
        for step in [1, 2, 3, 7, 1_000] {
            let mut place = Place::default();
            let mut bytes = text.as_bytes().to_vec();
            bytes.chunks_mut(step).for_each(|piece| place.pass(piece));
            let here = String::from_utf8(bytes).unwrap();
            assert!(seen.is_none_or(|seen| seen == here), "by {step}");
            seen = Some(here);
        }
        seen.unwrap()
    }

    #[test]
    fn in_7_what_is_well_formed_is_handed_on_as_it_is() {
        let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
        let post = "POST / HTTP/1.1\r\nHost: x\r\ncontent-LENGTH:  5 \r\n\r\na\nb\n\n";
        let chunks = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\
            3;a=b\r\n\na\n\r\nA\r\n\n\n\n\n\n\n\n\n\n\n\r\n0\r\n\r\n";
        let empty = "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n";
        let all = [get, post, get, chunks, chunks, "\r\n\r\n", empty, post, get].concat();
        assert_eq!(handed_on(&all), all);
        let upgrade = format!("{get}GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n\n\n\n{get}\n");
        assert_eq!(handed_on(&upgrade), upgrade);
    }

    #[test]
    fn in_7_a_bare_line_feed_in_any_head_is_spoilt() {
        let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
        let post = "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n\n\n";
        let chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n\n\r\n0\r\n\r\n";
        for before in ["", get, post, chunked] {
            for bad in [
                "\nGET / HTTP/1.1\r\n",
                "GET / HTTP/1.1\nHost: x\r\n",
                "GET / HTTP/1.1\r\nA: b\nHost: x\r\n",
                "GET / HTTP/1.1\r\nHost: x\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\n\n",
            ] {
                let handed_on = handed_on(&format!("{before}{bad}"));
                let bad = bad.replace("\r\n", "\r").replace('\n', "\0").replace('\r', "\r\n");
                assert_eq!(handed_on, format!("{before}{bad}"));
            }
        }
    }
}
