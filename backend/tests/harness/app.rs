//! A server of its own for every test: a free port, a folder, a clock.

use std::{
    net::{SocketAddr, TcpListener},
    num::NonZero,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use actix_web::{dev::ServerHandle, rt::System};
use parlor::{
    actions::{Context, accounts},
    app::App,
    config::{Config, Given},
    hub::Hub,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Client, PASSWORD, Person, Socket, clock::FakeClock, database::Database};

pub(crate) struct TestApp {
    pub(crate) address: SocketAddr,
    pub(crate) database: Database,
    clock: Arc<FakeClock>,
    ctx: Context,
    pub(crate) hub: Arc<Hub>,
    handle: ServerHandle,
    _folder: TempDir,
}

/// What a server shall be like.
#[derive(Default)]
pub(crate) struct Builder {
    limits: bool,
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

    pub(crate) async fn start(mut self) -> TestApp {
        let folder = tempfile::tempdir().unwrap();
        self.given.insert("PARLOR_DATA_DIR", folder.path().display().to_string());
        let limits = if self.limits { "on" } else { "off" };
        self.given.insert("PARLOR_RATE_LIMITS", limits.to_owned());
        let config = Config::read(&self.given).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let clock = Arc::<FakeClock>::default();
        let app = App::build(config, clock.clone()).unwrap();
        let ctx = app.context().clone();
        let hub = app.hub().clone();
        let handle = run(app, listener);
        let database = Database(folder.path().join("parlor.db"));
        TestApp { address, database, clock, ctx, hub, handle, _folder: folder }
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
