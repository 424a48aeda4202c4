//! The shipped binary as a process of its own, and what the kernel says of it.

use std::{
    env, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    process::{Child, Command},
};

use super::Result;

/// How long a start may take before it counts as failed.
const START_MAX: Duration = Duration::from_secs(20);

pub(crate) struct Server {
    child: Child,
    binary: PathBuf,
    pub(crate) address: SocketAddr,
    /// From the start of the process to the first answer.
    pub(crate) answered_after: Duration,
    folder: TempDir,
    /// Where its data lies, if not in its folder.
    database: Option<String>,
}

impl Server {
    pub(crate) async fn start(binary: &Path) -> Result<Self> {
        let folder = tempfile::tempdir_in(".")?;
        let address = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
        let (child, answered_after) = serve(binary, address, folder.path(), None, "off").await?;
        Ok(Self {
            child,
            binary: binary.to_owned(),
            address,
            answered_after,
            folder,
            database: None,
        })
    }

    /// Ends the process; what it has stored stays.
    pub(crate) async fn pause(&mut self) -> Result<()> {
        self.child.kill().await?;
        Ok(())
    }

    /// Starts it again where it was.
    pub(crate) async fn resume(&mut self) -> Result<()> {
        let database = self.database.as_deref();
        (self.child, _) =
            serve(&self.binary, self.address, self.folder.path(), database, "off").await?;
        Ok(())
    }

    /// Starts it anew on the same folder, with rate limits or without.
    pub(crate) async fn restart(&mut self, binary: &Path, limits: &str) -> Result<()> {
        self.pause().await?;
        (self.child, _) = serve(binary, self.address, self.folder.path(), None, limits).await?;
        Ok(())
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Memory that is the process's own or shared, and in RAM.
    pub(crate) fn rss_bytes(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid()?))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")).ok_or("no VmRSS")?;
        Ok(kib.trim().parse::<u64>()? * 1024)
    }

    /// Its memory in RAM, of what it shares its part.
    pub(crate) fn pss_bytes(&self) -> Result<u64> {
        let rollup = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.pid()?))?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")).ok_or("no Pss")?;
        Ok(kib.trim().parse::<u64>()? * 1024)
    }

    /// Processor time used so far, by all threads, in user and kernel mode; where the database is a
    /// server of its own, its and Redis's included.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        let own = cpu_of(self.pid()?)?;
        if env::var_os("DATABASE_URL").is_none() && self.database.is_none() {
            return Ok(own);
        }
        Ok(own + services_cpu()?)
    }

    /// Moves everything it has into another database and goes on there.
    pub(crate) async fn move_to(&mut self, url: &str, from: &str) -> Result<()> {
        self.pause().await?;
        let moving = Command::new(&self.binary)
            .args(["migrate-store", from, url])
            .stdout(Stdio::null())
            .status()
            .await?;
        if !moving.success() {
            return Err("the store was not moved".into());
        }
        self.database = Some(url.to_owned());
        self.resume().await
    }

    pub(crate) async fn stop(mut self) -> Result<()> {
        self.child.kill().await?;
        Ok(())
    }

    fn pid(&self) -> Result<u32> {
        Ok(self.child.id().ok_or("the server has ended")?)
    }
}

/// Processor time that a process has used so far, that of threads that have ended among it.
pub(crate) fn cpu_of(pid: u32) -> Result<Duration> {
    spent(&fs::read_to_string(format!("/proc/{pid}/stat"))?, 2)
}

/// From a `stat`: after the name, which may hold anything, the 12th and 13th field, in hundredths of a
/// second, and the two after them, which are of children that have ended.
fn spent(stat: &str, fields: usize) -> Result<Duration> {
    let (_, rest) = stat.rsplit_once(')').ok_or("no name in stat")?;
    let mut hundredths = 0;
    for field in rest.split_whitespace().skip(11).take(fields) {
        hundredths += field.parse::<u64>()?;
    }
    Ok(Duration::from_millis(hundredths * 10))
}

/// The same of everything on this machine that is called like a database or a relay.
fn services_cpu() -> Result<Duration> {
    let mut all = Duration::ZERO;
    for entry in fs::read_dir("/proc")? {
        // Processes end while one looks.
        let Ok(stat) = fs::read_to_string(entry?.path().join("stat")) else { continue };
        if stat.contains("(postgres)") || stat.contains("(redis-server)") {
            all += spent(&stat, 4)?;
        }
    }
    Ok(all)
}

/// Starts a process, and says how long it took until it answered.
async fn serve(
    binary: &Path,
    address: SocketAddr,
    folder: &Path,
    database: Option<&str>,
    limits: &str,
) -> Result<(Child, Duration)> {
    let began = Instant::now();
    let child = Command::new(binary)
        .arg("serve")
        .envs(database.map(|url| ("DATABASE_URL", url)))
        .env("PARLOR_LISTEN", address.to_string())
        .env("PARLOR_DATA_DIR", folder)
        // Tokens are good wherever the data has gone.
        .env("PARLOR_SECRET_FILE", folder.join("secret"))
        .env("PARLOR_RATE_LIMITS", limits)
        .env("RUST_LOG", "error")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    while !answers(address).await {
        if began.elapsed() > START_MAX {
            return Err("the server did not answer within 20 s".into());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok((child, began.elapsed()))
}

async fn answers(address: SocketAddr) -> bool {
    let ask = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await?;
        let mut head = [0; 12];
        stream.read_exact(&mut head).await?;
        std::io::Result::Ok(head.ends_with(b"200"))
    };
    ask.await.unwrap_or(false)
}
