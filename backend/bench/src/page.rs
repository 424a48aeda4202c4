//! Reading a page of history by REST, over connections that stay open.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

use super::{Result, people::Person, server::Server};

/// How many connections ask at once.
const CONNECTIONS: u64 = 8;

/// Whether everybody asks for the same page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    /// The newest, again and again.
    Newest,
    /// Another one each time.
    Other,
}

/// The server's processor time for one page of 50.
pub(crate) async fn cost(
    server: &Server,
    person: &Person,
    which: Which,
    span: Duration,
) -> Result<Duration> {
    let before = server.cpu()?;
    let began = Instant::now();
    let mut asking = JoinSet::new();
    for number in 0..CONNECTIONS {
        let (address, person) = (server.address, person.clone());
        asking.spawn(async move {
            let mut stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            let mut count = 0_u64;
            let mut buffer = Vec::new();
            while began.elapsed() < span {
                let query = match which {
                    Which::Newest => String::new(),
                    Which::Other => format!("&before={}", 1_000 + count * CONNECTIONS + number),
                };
                let ask = format!(
                    "GET /api/rooms/{}/messages?limit=50{query} HTTP/1.1\r\nHost: {address}\r\n\
                     Authorization: Bearer {}\r\n\r\n",
                    person.room_id, person.token
                );
                stream.write_all(ask.as_bytes()).await?;
                read_answer(&mut stream, &mut buffer).await?;
                count += 1;
            }
            Result::Ok(count)
        });
    }
    let mut pages = 0;
    while let Some(count) = asking.join_next().await {
        pages += count??;
    }
    let cpu = server.cpu()?.saturating_sub(before);
    Ok(cpu / u32::try_from(pages.max(1))?)
}

/// Reads one answer, which must be a page.
async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<()> {
    buffer.clear();
    loop {
        if stream.read_buf(buffer).await? == 0 {
            return Err("the server closed the connection".into());
        }
        let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(buffer.get(..end).unwrap_or_default());
        if !head.starts_with("HTTP/1.1 200") {
            return Err(format!("a page was refused: {head}").into());
        }
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.ok_or("no content-length")?.trim().parse()?;
        while buffer.len() < end + 4 + length {
            if stream.read_buf(buffer).await? == 0 {
                return Err("the server closed the connection".into());
            }
        }
        return Ok(());
    }
}
