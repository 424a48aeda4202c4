//! The least of an HTTP client: one connection that stays open, one call at a time.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::Result;

pub(crate) struct Asker {
    stream: TcpStream,
    buffer: Vec<u8>,
    host: String,
    token: String,
}

impl Asker {
    pub(crate) async fn connect(address: SocketAddr, token: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::new(), host: address.to_string(), token: token.to_owned() })
    }

    /// Answers the body of what must be a success.
    pub(crate) async fn get(&mut self, path: &str) -> Result<&[u8]> {
        self.call("GET", path, None).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: Option<&str>) -> Result<&[u8]> {
        self.call("POST", path, body).await
    }

    async fn call(&mut self, method: &str, path: &str, body: Option<&str>) -> Result<&[u8]> {
        let (host, token) = (&self.host, &self.token);
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
        );
        let ask = match body {
            Some(body) => format!(
                "{head}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ),
            None if method == "GET" => format!("{head}\r\n"),
            None => format!("{head}Content-Length: 0\r\n\r\n"),
        };
        self.stream.write_all(ask.as_bytes()).await?;
        self.buffer.clear();
        let end = loop {
            self.fill().await?;
            let end = self.buffer.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                break end;
            }
        };
        let head = String::from_utf8_lossy(self.buffer.get(..end).unwrap_or_default()).into_owned();
        if !head.starts_with("HTTP/1.1 2") {
            return Err(format!("{method} {path} was refused: {head}").into());
        }
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.unwrap_or("0").trim().parse()?;
        while self.buffer.len() < end + 4 + length {
            self.fill().await?;
        }
        Ok(self.buffer.get(end + 4..).unwrap_or_default())
    }

    async fn fill(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            return Err("the server closed the connection".into());
        }
        Ok(())
    }
}
