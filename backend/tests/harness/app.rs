//! A server of its own for every test: a free port, a folder, a clock.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    num::NonZero,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use actix_web::{dev::ServerHandle, rt::System};
use parlor::{
    actions::{Context, accounts},
    app::App,
    config::{Config, Given},
    hub::Hub,
    model::{Clock, SystemClock},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::sleep;

use super::{
    Client, Mail, PASSWORD, Person, Socket, clock::FakeClock, database::Database, eventually,
};

pub(crate) struct TestApp {
    pub(crate) address: SocketAddr,
    pub(crate) database: Arc<Database>,
    clock: Arc<FakeClock>,
    ctx: Context,
    pub(crate) hub: Arc<Hub>,
    handle: ServerHandle,
    mails_read: AtomicUsize,
    folder: TempDir,
}

/// What a server shall be like.
#[derive(Default)]
pub(crate) struct Builder {
    limits: bool,
    database: Option<Arc<Database>>,
    has_running_clock: bool,
    given: Given,
}

impl TestApp {
    /// A server without rate limits.
    pub(crate) async fn start() -> Self {
        Self::builder().start().await
    }

    pub(crate) fn builder() -> Builder {
        Builder::default()
    }

    /// Somebody who is not signed in.
    pub(crate) fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// Somebody who has just signed up.
    pub(crate) async fn sign_up(&self, username: &str) -> Person {
        let body = json!({ "username": username, "password": PASSWORD });
        let client = self.client();
        let tokens = client.post("/api/auth/register", body).await.expect(201);
        client.with_tokens(&tokens)
    }

    /// What the server's actions use.
    pub(crate) fn context(&self) -> &Context {
        &self.ctx
    }

    /// Somebody who may do everything, signed in.
    pub(crate) async fn superuser(&self, username: &str) -> Person {
        accounts::create_superuser(&self.ctx, username, None, PASSWORD).await.unwrap();
        self.log_in(username).await
    }

    /// Another session of somebody who has signed up.
    pub(crate) async fn log_in(&self, username: &str) -> Person {
        let body = json!({ "username": username, "password": PASSWORD });
        let client = self.client();
        let tokens = client.post("/api/auth/login", body).await.expect(200);
        client.with_tokens(&tokens)
    }

    /// A socket that has said nothing yet.
    pub(crate) async fn socket(&self) -> Socket {
        Socket::open(self.address).await
    }

    /// A socket that is up to date, with what `ready` said.
    pub(crate) async fn connect(&self, person: &Person) -> (Socket, Value) {
        let mut socket = self.socket().await;
        let ready = socket.hello(&person.access_token).await;
        socket.expect("caught_up").await;
        (socket, ready)
    }

    /// The next mail that the server has written, in the order of time; waits for it.
    pub(crate) async fn next_mail(&self) -> Mail {
        let at = self.mails_read.fetch_add(1, Ordering::SeqCst);
        for _ in 0..500 {
            if let Some(path) = self.mails().get(at) {
                return Mail::parse(&fs::read_to_string(path).unwrap());
            }
            sleep(Duration::from_millis(10)).await;
        }
        panic!("no mail came");
    }

    /// Stops the test if there is a mail that was not read, now or within a moment.
    pub(crate) async fn no_more_mails(&self) {
        sleep(Duration::from_millis(200)).await;
        assert_eq!(self.mails().len(), self.mails_read.load(Ordering::SeqCst));
    }

    fn mails(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.folder.path().join("mail")) else { return Vec::new() };
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|it| it == "eml"));
        paths.sort();
        paths
    }

    /// Where the server keeps everything.
    pub(crate) fn data_dir(&self) -> &Path {
        self.folder.path()
    }

    /// Waits until the server has noticed who came and went: it has so many sockets.
    pub(crate) async fn has_sockets(&self, count: usize) {
        eventually(&format!("{count} sockets"), async || self.hub.counts().0 == count).await;
    }

    /// Lets time pass.
    pub(crate) fn advance(&self, duration: Duration) {
        self.clock.advance(duration);
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // The command is sent at once; the future only waits for its end.
        drop(self.handle.stop(false));
    }
}

impl Builder {
    pub(crate) fn with_limits(mut self) -> Self {
        self.limits = true;
        self
    }

    /// With a setting, by the name of its variable.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.given.insert(name, value.to_owned());
        self
    }

    /// On a database that other servers use too.
    pub(crate) fn on(mut self, database: Arc<Database>) -> Self {
        self.database = Some(database);
        self
    }

    /// Time passes by itself.
    pub(crate) fn with_running_clock(mut self) -> Self {
        self.has_running_clock = true;
        self
    }

    pub(crate) async fn start(mut self) -> TestApp {
        let folder = tempfile::tempdir().unwrap();
        let database = self.database.unwrap_or_else(|| Arc::new(Database::new(folder.path())));
        self.given.entry("DATABASE_URL").or_insert_with(|| database.url());
        self.given.insert("PARLOR_DATA_DIR", folder.path().display().to_string());
        let limits = if self.limits { "on" } else { "off" };
        self.given.insert("PARLOR_RATE_LIMITS", limits.to_owned());
        let config = Config::read(&self.given).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let clock = Arc::<FakeClock>::default();
        let running: Arc<dyn Clock> =
            if self.has_running_clock { Arc::new(SystemClock) } else { clock.clone() };
        let app = App::build(config, running).unwrap();
        let ctx = app.context().clone();
        let hub = app.hub().clone();
        let handle = run(app, listener);
        let mails_read = AtomicUsize::new(0);
        TestApp { address, database, clock, ctx, hub, handle, mails_read, folder }
    }
}

/// Runs a server on a thread of its own.
fn run(app: App, listener: TcpListener) -> ServerHandle {
    let (started, handle) = mpsc::channel();
    thread::spawn(move || {
        System::new().block_on(async {
            let server = app.serve(listener, NonZero::<usize>::MIN).unwrap();
            started.send(server.handle()).unwrap();
            server.await.unwrap();
        });
    });
    handle.recv().unwrap()
}
