//! The way of a mail: into a bounded line at once, then, on a thread of its own, to the server.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::{
    runtime,
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    time::{sleep, timeout},
};

use super::{
    letter::{Letter, Sender},
    smtp::Smtp,
};

/// How many mails wait or are being tried at the most; one more is dropped, and the log says so.
const WAITING_MAX: u32 = 256;
/// How many conversations with the mail server there are at once.
const SENDING_MAX: usize = 4;
/// How long to wait before each further try. A link in a mail is good for an hour at least.
const RETRY_WAITS: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(15),
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(15 * 60),
];
/// How many mails the folder keeps; the oldest go first.
const KEPT_MAX: usize = 1_000;

/// Where mails go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// To a mail server.
    Smtp(Smtp),
    /// Into this folder, one `.eml` file each.
    Folder(PathBuf),
}

/// Why there is no mailer.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The mail server's address.
    #[error("mails can't be sent to the server of SMTP_URL: {0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
    /// The thread.
    #[error("cannot start the thread that sends mails: {0}")]
    Thread(io::Error),
}

/// Sends mails. Cheap to clone; the thread ends with the last clone.
#[derive(Clone)]
pub struct Mailer {
    address: Arc<str>,
    from: Option<Sender>,
    /// One for each mail that waits or is being tried.
    places: Arc<Semaphore>,
    line: Option<mpsc::UnboundedSender<Job>>,
}

/// A mail in the line; its place is free again when it was delivered or given up.
struct Job {
    kind: &'static str,
    message: Message,
    _place: OwnedSemaphorePermit,
}

impl Mailer {
    /// Starts the thread. `address` is what people open: links are made from it.
    ///
    /// # Errors
    /// The address of the mail server can't be used, or the thread did not start.
    pub fn start(
        address: &str,
        from: Sender,
        destination: &Destination,
    ) -> Result<Self, MailError> {
        let way = Way::of(destination)?;
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(MailError::Thread)?;
        let (line, mut jobs) = mpsc::unbounded_channel::<Job>();
        let work = async move {
            let sending = Arc::new(Semaphore::new(SENDING_MAX));
            while let Some(job) = jobs.recv().await {
                tokio::spawn(deliver(job, way.clone(), sending.clone()));
            }
        };
        thread::Builder::new()
            .name("mail".to_owned())
            .spawn(move || runtime.block_on(work))
            .map_err(MailError::Thread)?;
        Ok(Self { line: Some(line), from: Some(from), ..Self::none(address) })
    }

    /// A mailer that sends nothing: for commands that have nothing to say by mail.
    pub fn none(address: &str) -> Self {
        let places = Arc::new(Semaphore::new(usize::try_from(WAITING_MAX).unwrap_or(1)));
        Self { address: address.into(), from: None, places, line: None }
    }

    /// What people open.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Puts a mail into the line and returns at once. What can't be sent is logged, never with its
    /// content or its address.
    pub fn send(&self, letter: &Letter) {
        let kind = letter.mail.kind();
        let (Some(line), Some(from)) = (&self.line, &self.from) else {
            tracing::warn!(kind, "a mail was not sent: this process sends none");
            return;
        };
        let Ok(place) = self.places.clone().try_acquire_owned() else {
            tracing::error!(kind, "a mail was dropped: too many wait; is the mail server well?");
            return;
        };
        match letter.message(from, &self.address) {
            Ok(message) => {
                let gone = line.send(Job { kind, message, _place: place }).is_err();
                if gone {
                    tracing::error!(kind, "a mail was dropped: its thread has ended");
                }
            }
            Err(why) => tracing::error!(kind, %why, "a mail could not be written"),
        }
    }

    /// Waits until no mail waits any more, for so long at the most.
    pub async fn finish(&self, wait: Duration) {
        let all = self.places.acquire_many(WAITING_MAX);
        if timeout(wait, all).await.is_err() {
            tracing::warn!("some mails were not sent before the end");
        }
    }
}

/// A destination, ready to be sent to.
#[derive(Clone)]
enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
}

impl Way {
    fn of(destination: &Destination) -> Result<Self, MailError> {
        Ok(match destination {
            Destination::Smtp(smtp) => Self::Smtp(smtp.transport()?),
            Destination::Folder(folder) => Self::Folder(folder.clone()),
        })
    }
}

async fn deliver(job: Job, way: Way, sending: Arc<Semaphore>) {
    let Job { kind, message, _place } = job;
    let transport = match way {
        Way::Smtp(transport) => transport,
        Way::Folder(folder) => return keep(&folder, kind, &message),
    };
    for wait in RETRY_WAITS.into_iter().map(Some).chain([None]) {
        let Ok(turn) = sending.acquire().await else { return };
        // `send` takes the message apart; a further try needs it whole.
        let tried = transport.send(message.clone()).await;
        drop(turn);
        let Err(error) = tried else {
            tracing::info!(event = "mail.sent", kind, "a mail was sent");
            return;
        };
        // What a mail server says of a mail may name its address: only the number is logged.
        let status = error.status().map(|code| code.to_string());
        let why = if status.is_some() { "refused".to_owned() } else { error.to_string() };
        match wait.filter(|_| !error.is_permanent()) {
            Some(wait) => {
                tracing::warn!(event = "mail.delayed", kind, status, why, "a mail is tried again");
                sleep(wait).await;
            }
            None => {
                tracing::error!(event = "mail.failed", kind, status, why, "a mail was given up");
                return;
            }
        }
    }
}

/// Writes a mail into the folder, readable by its owner only.
fn keep(folder: &Path, kind: &'static str, message: &Message) {
    let written = || -> io::Result<PathBuf> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        make_room(folder)?;
        let stamp = jiff::Timestamp::now().as_microsecond();
        let path = folder.join(format!("{stamp}-{kind}-{:08x}.eml", rand::random::<u32>()));
        // It gets its name once it is whole: whoever looks for mails never finds half of one.
        let part = path.with_extension("part");
        let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&part)?;
        file.write_all(&message.formatted())?;
        fs::rename(part, &path)?;
        Ok(path)
    };
    match written() {
        Ok(path) => tracing::info!(
            event = "mail.kept", kind, file = %path.display(),
            "no SMTP_URL is set, so the mail was written to a file"
        ),
        Err(why) => tracing::error!(event = "mail.failed", kind, %why, "a mail was not written"),
    }
}

fn make_room(folder: &Path) -> io::Result<()> {
    let entries = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    let mut mails: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|it| it == "eml")).collect();
    // The names begin with the time, so the oldest come first.
    mails.sort_unstable();
    let beyond = (mails.len() + 1).saturating_sub(KEPT_MAX);
    mails.iter().take(beyond).try_for_each(fs::remove_file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{mail::Mail, model::profile::Locale};

    fn letter() -> Letter {
        let mail = Mail::Reset { name: "ann".to_owned(), token: "t".to_owned() };
        Letter { to: "ann@example.org".to_owned(), locale: Locale::En, mail, server: "Chat".into() }
    }

    #[tokio::test]
    async fn without_a_server_a_mail_becomes_a_file_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("mail");
        let from = Sender::of_host("localhost").unwrap();
        let destination = Destination::Folder(folder.clone());
        let mailer = Mailer::start("http://localhost:8000", from, &destination).unwrap();
        mailer.send(&letter());
        mailer.finish(Duration::from_secs(5)).await;
        let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|it| it.unwrap().path()).collect();
        assert_eq!(files.len(), 1);
        let mode = fs::metadata(&files[0]).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let text = fs::read_to_string(&files[0]).unwrap();
        assert!(text.contains("http://localhost:8000/reset-password#token"), "{text}");
    }

    #[test]
    fn the_folder_does_not_grow_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        for at in 0..KEPT_MAX + 5 {
            fs::write(folder.path().join(format!("{at:06}.eml")), "").unwrap();
        }
        fs::write(folder.path().join("000000.txt"), "").unwrap();
        make_room(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), KEPT_MAX);
        assert!(!folder.path().join("000005.eml").exists());
        assert!(folder.path().join("000006.eml").exists());
    }

    #[tokio::test]
    async fn a_full_line_drops_what_comes_and_holds_nobody_up() {
        let from = Sender::of_host("localhost").unwrap();
        // Nothing answers on this port, so every mail waits for its next try.
        let smtp = Smtp::parse("smtp://127.0.0.1:1").unwrap();
        let mailer = Mailer::start("http://x", from, &Destination::Smtp(smtp)).unwrap();
        for _ in 0..WAITING_MAX + 10 {
            mailer.send(&letter());
        }
        assert_eq!(mailer.places.available_permits(), 0);
    }
}
