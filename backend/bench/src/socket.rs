//! The least of a WebSocket client: what it costs must not be taken for what the server costs.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Result, people::Person, server::Server};

/// How a ping begins, and the answer to it: masked, without a payload.
const PING: u8 = 0x89;
const PONG: [u8; 6] = [0x8a, 0x80, 0, 0, 0, 0];

pub(crate) struct Socket {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// How much of the buffer has been handed out.
    read: usize,
}

impl Socket {
    /// Connects, says hello and waits until everything missed was sent.
    pub(crate) async fn connect(server: &Server, person: &Person) -> Result<Self> {
        let mut stream = TcpStream::connect(server.address).await?;
        stream.set_nodelay(true)?;
        let upgrade = format!(
            "GET /gateway HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            server.address
        );
        stream.write_all(upgrade.as_bytes()).await?;
        let mut socket = Self { stream, buffer: Vec::new(), read: 0 };
        let head_end = loop {
            socket.fill().await?;
            if let Some(at) = socket.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
        };
        socket.read = head_end;
        socket.say(&format!(r#"{{"type":"hello","token":"{}"}}"#, person.token)).await?;
        while !socket.hear().await?.starts_with(br#"{"type":"caught_up""#) {}
        Ok(socket)
    }

    /// Sends a text frame, masked with zeros: as valid as any other mask, and free.
    pub(crate) async fn say(&mut self, text: &str) -> Result<()> {
        let length = text.len();
        let mut frame = Vec::with_capacity(length + 8);
        frame.push(0x81);
        match (u8::try_from(length), u16::try_from(length)) {
            (Ok(short), _) if short < 126 => frame.push(0x80 | short),
            (_, Ok(medium)) => {
                frame.push(0x80 | 126);
                frame.extend(medium.to_be_bytes());
            }
            _ => return Err("a frame is too long".into()),
        }
        frame.extend([0; 4]);
        frame.extend(text.as_bytes());
        self.stream.write_all(&frame).await?;
        Ok(())
    }

    /// The payload of the next frame; signs of life are answered.
    pub(crate) async fn hear(&mut self) -> Result<&[u8]> {
        loop {
            let Some((start, end)) = self.frame() else {
                self.fill().await?;
                continue;
            };
            let is_ping = self.buffer.get(self.read) == Some(&PING);
            self.read = end;
            if !is_ping {
                return Ok(self.buffer.get(start..end).unwrap_or_default());
            }
            self.stream.write_all(&PONG).await?;
        }
    }

    /// Where the payload of the next frame lies, if all of it is here.
    fn frame(&self) -> Option<(usize, usize)> {
        let rest = self.buffer.get(self.read..)?;
        let (head, length) = match rest.get(1)? & 0x7F {
            126 => (4, usize::from(u16::from_be_bytes(rest.get(2..4)?.try_into().ok()?))),
            127 => (10, u64::from_be_bytes(rest.get(2..10)?.try_into().ok()?).try_into().ok()?),
            short => (2, usize::from(short)),
        };
        (rest.len() >= head + length).then(|| (self.read + head, self.read + head + length))
    }

    async fn fill(&mut self) -> Result<()> {
        self.buffer.drain(..self.read);
        self.read = 0;
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            return Err("the server closed the socket".into());
        }
        Ok(())
    }
}
