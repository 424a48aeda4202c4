//! A mail server that keeps what it gets: RFC 5321 as far as one client needs it, with AUTH PLAIN and
//! AUTH LOGIN, and with dots unstuffed.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    time::sleep,
};

use super::Mail;

pub(crate) struct SmtpServer {
    pub(crate) address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    login: Option<(String, String)>,
    /// How many more mails are put off.
    busy: AtomicUsize,
    /// Recipients that are refused for good.
    unknown: Vec<String>,
    /// How often a mail was begun.
    tries: AtomicUsize,
    got: Mutex<Vec<Got>>,
}

/// A mail as it came over the wire.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) raw: String,
}

impl SmtpServer {
    pub(crate) async fn start() -> Self {
        Self::with(State::default()).await
    }

    /// One that takes mail from whoever knows this name and password only.
    pub(crate) async fn with_login(user: &str, password: &str) -> Self {
        let login = Some((user.to_owned(), password.to_owned()));
        Self::with(State { login, ..State::default() }).await
    }

    /// One that puts off the first mails.
    pub(crate) async fn busy_for(mails: usize) -> Self {
        Self::with(State { busy: AtomicUsize::new(mails), ..State::default() }).await
    }

    /// One that knows nobody of this address.
    pub(crate) async fn without(address: &str) -> Self {
        Self::with(State { unknown: vec![address.to_owned()], ..State::default() }).await
    }

    async fn with(state: State) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(state);
        let serving = state.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(Conversation::new(stream, serving.clone()).run());
            }
        });
        Self { address, state }
    }

    /// What `SMTP_URL` shall be.
    pub(crate) fn url(&self) -> String {
        let login = self.state.login.as_ref();
        let login = login.map(|(user, password)| format!("{user}:{password}@")).unwrap_or_default();
        format!("smtp://{login}{}", self.address)
    }

    /// How often somebody began to hand in a mail.
    pub(crate) fn tries(&self) -> usize {
        self.state.tries.load(Ordering::SeqCst)
    }

    /// The mail of this number, as it came; waits for it.
    pub(crate) async fn got(&self, at: usize) -> Got {
        for _ in 0..500 {
            if let Some(got) = self.state.got.lock().unwrap().get(at) {
                return got.clone();
            }
            sleep(Duration::from_millis(10)).await;
        }
        panic!("no mail came");
    }

    /// The same as a person reads it.
    pub(crate) async fn mail(&self, at: usize) -> Mail {
        Mail::parse(&self.got(at).await.raw)
    }
}

struct Conversation {
    lines: Lines<BufReader<OwnedReadHalf>>,
    out: OwnedWriteHalf,
    state: Arc<State>,
}

impl Conversation {
    fn new(stream: TcpStream, state: Arc<State>) -> Self {
        let (read, out) = stream.into_split();
        Self { lines: BufReader::new(read).lines(), out, state }
    }

    async fn say(&mut self, reply: &str) {
        // Whoever hung up does not hear it.
        let _gone = self.out.write_all(format!("{reply}\r\n").as_bytes()).await;
    }

    async fn hear(&mut self) -> Option<String> {
        self.lines.next_line().await.ok().flatten()
    }

    async fn run(mut self) {
        let (mut may_send, mut from, mut to) =
            (self.state.login.is_none(), String::new(), String::new());
        self.say("220 test").await;
        while let Some(line) = self.hear().await {
            let (verb, rest) = line.split_once([' ', ':']).unwrap_or((&line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => self.say("250-test\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN").await,
                "AUTH" => {
                    may_send = self.is_known(rest).await;
                    let reply = if may_send { "235 welcome" } else { "535 who?" };
                    self.say(reply).await;
                }
                "MAIL" if !may_send => self.say("530 sign in first").await,
                "MAIL" => {
                    self.state.tries.fetch_add(1, Ordering::SeqCst);
                    let busy = &self.state.busy;
                    let take = |busy: usize| busy.checked_sub(1);
                    if busy.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_ok() {
                        self.say("451 come back later").await;
                    } else {
                        from = angle(rest);
                        self.say("250 go on").await;
                    }
                }
                "RCPT" if self.state.unknown.contains(&angle(rest)) => {
                    self.say("550 nobody of that name").await;
                }
                "RCPT" => {
                    to = angle(rest);
                    self.say("250 go on").await;
                }
                "DATA" => {
                    self.say("354 go on").await;
                    let Some(raw) = self.hear_data().await else { return };
                    let got = Got { from: from.clone(), to: to.clone(), raw };
                    self.state.got.lock().unwrap().push(got);
                    self.say("250 kept").await;
                }
                "QUIT" => return self.say("221 bye").await,
                "RSET" | "NOOP" => self.say("250 yes").await,
                _ => self.say("502 what?").await,
            }
        }
    }

    /// A message: lines up to a single dot, each without the dot that was put before another one.
    async fn hear_data(&mut self) -> Option<String> {
        let mut raw = String::new();
        loop {
            let line = self.hear().await?;
            if line == "." {
                return Some(raw);
            }
            raw.push_str(line.strip_prefix('.').unwrap_or(&line));
            raw.push_str("\r\n");
        }
    }

    async fn is_known(&mut self, how: &str) -> bool {
        let (user, password) = match how.split_once(' ').unwrap_or((how, "")) {
            ("PLAIN", given) => {
                let given = decode(given);
                let mut parts = given.split('\0').skip(1).map(str::to_owned);
                (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
            }
            _ => {
                self.say("334 VXNlcm5hbWU6").await;
                let user = decode(&self.hear().await.unwrap_or_default());
                self.say("334 UGFzc3dvcmQ6").await;
                (user, decode(&self.hear().await.unwrap_or_default()))
            }
        };
        self.state.login == Some((user, password))
    }
}

fn decode(text: &str) -> String {
    String::from_utf8(BASE64.decode(text).unwrap_or_default()).unwrap_or_default()
}

/// The address between angle brackets.
fn angle(text: &str) -> String {
    let inner = text.split('<').nth(1).and_then(|rest| rest.split('>').next());
    inner.unwrap_or_default().to_owned()
}
