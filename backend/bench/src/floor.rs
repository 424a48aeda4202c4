//! What the machine charges for the same thing, with nothing of ours in the way.

use std::{
    fs::File,
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    process::Command,
};

use super::{Result, percentile};

/// How many times a floor is measured.
const ROUNDS: usize = 200;
/// How many messages a batch of the journal holds at the most.
const BATCH: u64 = 256;

/// Starting a process that does nothing.
pub(crate) async fn spawn() -> Result<Duration> {
    let mut took = Vec::new();
    for _ in 0..20 {
        let began = Instant::now();
        Command::new("/bin/true").status().await?;
        took.push(began.elapsed());
    }
    Ok(percentile(&mut took, 50))
}

/// Making 4 KiB durable.
pub(crate) fn sync(folder: &Path) -> Result<Duration> {
    let mut file = File::create(folder.join("floor"))?;
    let mut took = Vec::new();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        took.push(began.elapsed());
    }
    Ok(percentile(&mut took, 50))
}

/// How many messages a second are durable when one thread appends 256 of them, 400 bytes each with
/// their indexes, and syncs.
pub(crate) fn batched(folder: &Path) -> Result<u64> {
    let mut file = File::create(folder.join("floor"))?;
    let batch = vec![7; 400 * usize::try_from(BATCH)?];
    let began = Instant::now();
    for _ in 0..ROUNDS {
        file.write_all(&batch)?;
        file.sync_data()?;
    }
    let millis = u64::try_from(began.elapsed().as_millis())?.max(1);
    Ok(BATCH * u64::try_from(ROUNDS)? * 1_000 / millis)
}

/// A hundred bytes over loopback, there and back again, halved.
pub(crate) async fn hop() -> Result<Duration> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let echo = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let mut bytes = [0; 100];
        while stream.read_exact(&mut bytes).await.is_ok() {
            stream.write_all(&bytes).await?;
        }
        Result::Ok(())
    });
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut bytes, mut took) = ([0; 100], Vec::new());
    for _ in 0..ROUNDS * 10 {
        let began = Instant::now();
        stream.write_all(&bytes).await?;
        stream.read_exact(&mut bytes).await?;
        took.push(began.elapsed() / 2);
    }
    drop(stream);
    echo.await??;
    Ok(percentile(&mut took, 50))
}
