//! The floor of many rooms: a process that passes on what one socket of ten says to all ten of them, one
//! write each, and knows nothing of people, texts or disks.

use std::{
    env,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::{
    Result,
    bare::{FRAME_BYTES, start_self},
    server::cpu_of,
};

/// The argument that makes this program the bare relay.
pub(crate) const ARGUMENT: &str = "relay";
/// How many bytes somebody sends to say a hundred.
const SAID_BYTES: usize = 190;

/// The bare relay: as many connections in a row as a room has are a room.
pub(crate) async fn serve() -> Result<()> {
    let in_each: usize = env::args().nth(2).ok_or("how many are in each room?")?.parse()?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    loop {
        let mut room = Vec::with_capacity(in_each);
        while room.len() < in_each {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            room.push(stream);
        }
        let room = Arc::new(room);
        for place in 0..in_each {
            tokio::spawn(pass_on(room.clone(), place));
        }
    }
}

async fn pass_on(room: Arc<Vec<TcpStream>>, place: usize) -> Result<()> {
    let own = room.get(place).ok_or("no such place")?;
    let frame = [7; FRAME_BYTES];
    let mut said = [0; SAID_BYTES];
    loop {
        own.readable().await?;
        match own.try_read(&mut said) {
            Ok(0) => return Ok(()),
            Ok(_) => {
                for stream in room.iter() {
                    // What a socket does not take is lost: this is a floor, not a server.
                    let _taken = stream.try_write(&frame);
                }
            }
            Err(why) if why.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(why) => return Err(why.into()),
        }
    }
}

/// Its processor time for a message, when everybody says something and waits until they hear it.
pub(crate) async fn cost(rooms: usize, in_each: usize, span: Duration) -> Result<Duration> {
    let (child, address) = start_self(&[ARGUMENT, &in_each.to_string()]).await?;
    let mut streams = Vec::new();
    for _ in 0..rooms * in_each {
        let stream = TcpStream::connect(&address).await?;
        stream.set_nodelay(true)?;
        streams.push(stream);
    }
    let pid = child.id().ok_or("the bare relay has ended")?;
    let (began, before) = (Instant::now(), cpu_of(pid)?);
    let mut talking = Vec::new();
    for stream in streams {
        talking.push(tokio::spawn(talk(stream, in_each, began, span)));
    }
    let mut messages = 0;
    for said in talking {
        messages += said.await??;
    }
    Ok(cpu_of(pid)?.saturating_sub(before) / messages.max(1))
}

/// Says something whenever so many frames have come as a room has sockets: then everybody has said
/// about as much.
async fn talk(
    mut stream: TcpStream,
    in_each: usize,
    began: Instant,
    span: Duration,
) -> Result<u32> {
    let mut buffer = vec![0; FRAME_BYTES * in_each];
    let (mut messages, mut heard) = (0_u32, 0_usize);
    while began.elapsed() < span {
        stream.write_all(&[7; SAID_BYTES]).await?;
        messages += 1;
        while heard < FRAME_BYTES * in_each {
            // The last ones may have no answer.
            match tokio::time::timeout(Duration::from_millis(200), stream.read(&mut buffer)).await {
                Ok(read) => heard += read?,
                Err(_) => break,
            }
        }
        heard = heard.saturating_sub(FRAME_BYTES * in_each);
    }
    Ok(messages)
}
