//! The floor of fan-out: a process that writes bytes which are ready to as many sockets, and knows
//! nothing of rooms, people or disks. It runs as a process of its own, so that its cost is read in the
//! same way as the server's.

use std::{
    env, io,
    process::Stdio,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    process::{Child, Command},
    task::JoinSet,
};

use super::{Result, crowd::Pace, server::cpu_of};

/// The argument that makes this program the bare server.
pub(crate) const ARGUMENT: &str = "bare";
/// How many bytes a message of a hundred is on the wire, with all that a client is told of it.
pub(crate) const FRAME_BYTES: usize = 423;
/// How many messages are under way at once in the closed loop.
const UNDER_WAY: usize = 4;

/// The bare server: its first connection tells how many messages to write to all the others.
pub(crate) async fn serve() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    let (mut control, _) = listener.accept().await?;
    let mut crowd = Vec::new();
    let mut count = [0; 4];
    control.read_exact(&mut count).await?;
    for _ in 0..u32::from_be_bytes(count) {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        crowd.push(stream);
    }
    let frames = vec![7; FRAME_BYTES * UNDER_WAY];
    let mut wanted = [0; UNDER_WAY];
    loop {
        let messages = control.read(&mut wanted).await?;
        if messages == 0 {
            return Ok(());
        }
        let bytes = frames.get(..messages * FRAME_BYTES).unwrap_or_default();
        for stream in &mut crowd {
            match stream.try_write(bytes) {
                Ok(written) if written == bytes.len() => {}
                Ok(written) => stream.write_all(bytes.get(written..).unwrap_or_default()).await?,
                Err(why) if why.kind() == io::ErrorKind::WouldBlock => {
                    stream.write_all(bytes).await?;
                }
                Err(why) => return Err(why.into()),
            }
        }
    }
}

/// Starts this program once more, to serve something; answers where it does once it says so.
pub(crate) async fn start_self(arguments: &[&str]) -> Result<(Child, String)> {
    let mut child = Command::new(env::current_exe()?)
        .args(arguments)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut port = String::new();
    let mut said = child.stdout.take().ok_or("no output")?;
    while !port.ends_with('\n') {
        port.push(char::from(said.read_u8().await?));
    }
    Ok((child, format!("127.0.0.1:{}", port.trim())))
}

/// A running bare server and its listeners.
pub(crate) struct Bare {
    child: Child,
    control: TcpStream,
    probe: TcpStream,
    _listeners: JoinSet<()>,
    sockets: u32,
}

impl Bare {
    pub(crate) async fn start(sockets: u32) -> Result<Self> {
        let (child, address) = start_self(&[ARGUMENT]).await?;
        let mut control = TcpStream::connect(&address).await?;
        control.set_nodelay(true)?;
        control.write_all(&sockets.to_be_bytes()).await?;
        let mut listeners = JoinSet::new();
        for _ in 1..sockets {
            let mut stream = TcpStream::connect(&address).await?;
            listeners.spawn(async move {
                let mut buffer = vec![0; 64 * 1024];
                while matches!(stream.read(&mut buffer).await, Ok(1..)) {}
            });
        }
        // The last in line: when it has a message, everybody has.
        let probe = TcpStream::connect(&address).await?;
        Ok(Self { child, control, probe, _listeners: listeners, sockets })
    }

    /// Its processor time for one message to one socket.
    pub(crate) async fn tell(&mut self, pace: Pace, span: Duration) -> Result<Duration> {
        let pid = self.child.id().ok_or("the bare server has ended")?;
        let (began, before) = (Instant::now(), cpu_of(pid)?);
        let mut buffer = vec![0; FRAME_BYTES * UNDER_WAY];
        let (mut messages, mut heard) = (0_usize, 0_usize);
        while began.elapsed() < span {
            match pace {
                Pace::PerSecond(rate) => {
                    tokio::time::sleep(Duration::from_secs(1) / rate).await;
                    self.control.write_all(&[1]).await?;
                    messages += 1;
                }
                Pace::Closed => {
                    let under_way = messages - heard / FRAME_BYTES;
                    let more = vec![1; UNDER_WAY.saturating_sub(under_way)];
                    self.control.write_all(&more).await?;
                    messages += more.len();
                }
            }
            heard += self.probe.read(&mut buffer).await?;
        }
        while heard < messages * FRAME_BYTES {
            heard += self.probe.read(&mut buffer).await?;
        }
        let deliveries = u32::try_from(messages)? * self.sockets;
        Ok(cpu_of(pid)?.saturating_sub(before) / deliveries.max(1))
    }
}
