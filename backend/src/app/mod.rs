//! The whole house put together: build it, run it, shut it down.
//!
//! The only place that knows every part; no part knows this one. Everything that lives as long as the
//! process hangs on [`App`]: there are no statics.

#[cfg(test)]
mod autobahn;
mod door;
mod housekeeping;
mod metrics;
#[cfg(test)]
mod tests;

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    net::{SocketAddr, TcpListener},
    num::NonZero,
    os::unix::fs::OpenOptionsExt,
    path::PathBuf,
    pin::pin,
    sync::Arc,
    thread,
    time::Duration,
};

use actix_web::{
    HttpRequest, HttpResponse,
    dev::Server,
    middleware::from_fn,
    rt::{self, System},
    web::{self as http, Data},
};
use futures_util::future::{Either, join, pending, select};
use tokio::{
    net::TcpSocket,
    signal::unix::{SignalKind, signal},
};

use crate::{
    actions::{Context, truth},
    api::{self, Build, Routes, contracts::Contracts},
    config::Config,
    error::Result,
    gateway::{self, Repairs, Worker},
    hub::{Bounds, Hub},
    keys::{Keys, SecretError},
    mail::{MailError, Mailer},
    metrics::Metrics,
    model::{Announced, Announcement, Clock},
    oidc::Provider,
    relay::{ClusterRelay, LocalRelay, Parts, Relay, RelayError, Seal},
    site::Site,
    store::{Db, OpenError, Publish},
    web,
};
pub use housekeeping::pictures;
use housekeeping::{finish_deletions, keep_house, take_over_avatars};

/// What is logged unless RUST_LOG says otherwise. What callers write wrongly is their affair: whoever
/// sends nonsense must not be able to fill the log. What becomes of Redis is said by the relay.
pub const LOGGED: &str = "info,actix_http::h1::dispatcher=off,fred=off";
/// How many connections wait to be accepted.
const BACKLOG: u32 = 4_096;
/// What the kernel keeps of what was written to one connection and was not read, in bytes.
const SEND_BUFFER_BYTES: u32 = 128 * 1024;
/// What the kernel keeps of what came to one connection and was not read yet, in bytes. A file of 8 MiB
/// comes in some 8 s over a way of 200 ms there and back with that.
const RECEIVE_BUFFER_BYTES: u32 = 256 * 1024;
/// The file with the link for the first superuser, in the data directory.
const SETUP_LINK: &str = "setup-link.txt";
/// How long mails may take once the sockets have ended.
const MAIL_DRAIN: Duration = Duration::from_secs(5);

/// Why the server does not start: one sentence that says how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The keys.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The mails.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// Who else says who somebody is.
    #[error("PARLOR_OIDC_ISSUER is no address: {0}")]
    Provider(#[from] url::ParseError),
    /// What carries news between nodes.
    #[error(transparent)]
    Relay(#[from] RelayError),
    /// The address of the metrics.
    #[error(
        "cannot serve metrics on {0}: {1}; set PARLOR_METRICS_LISTEN to another address, or to off"
    )]
    Metrics(SocketAddr, io::Error),
    /// The address.
    #[error("cannot listen on {0}: {1}; set PARLOR_LISTEN")]
    Listen(SocketAddr, io::Error),
}

/// A node.
pub struct App {
    config: Config,
    ctx: Context,
    hub: Arc<Hub>,
    repairs: Repairs,
    metrics: Arc<Metrics>,
}

impl App {
    /// Opens the store and the keys and puts everything together.
    ///
    /// # Errors
    /// One sentence that says what is wrong and how to mend it.
    pub fn build(config: Config, clock: Arc<dyn Clock>) -> std::result::Result<Self, StartError> {
        let (sink, repairs) = gateway::repairs();
        let hub = Arc::new(Hub::new(Bounds::default(), sink));
        let Config { database, durability, .. } = &config;
        let metrics = Arc::new(Metrics::new());
        let counted = metrics.clone();
        let ctx = if database.is_shared() || config.redis.is_some() {
            let (relay, live, orders) = ClusterRelay::new(hub.clone());
            let health = relay.health();
            let publish = publish(relay, counted);
            let db = Db::open(database, clock.clone(), publish, *durability)?;
            let keys = keys(&config, &db)?;
            let seal = Seal::new(&keys.derive_all("words between nodes").collect::<Vec<_>>());
            orders.start(Parts {
                truth: Arc::new(truth::Stored(db.clone())),
                redis: config.redis.as_ref().map(|redis| redis.0.clone()),
                redis_shown: config
                    .redis
                    .as_ref()
                    .map(crate::config::Redis::shown)
                    .unwrap_or_default(),
                prefix: format!("parlor:{}", db.own_name()),
                seal,
                seals_all: config.seals_relay,
                clock,
            })?;
            let ctx = Context::new(db, Arc::new(live), keys, config.rate_limits);
            ctx.with_relay(health)
        } else {
            let relay = LocalRelay::new(hub.clone());
            let publish = publish(relay, counted);
            let db = Db::open(database, clock, publish, *durability)?;
            let keys = keys(&config, &db)?;
            Context::new(db, hub.clone(), keys, config.rate_limits)
        };
        let mail = Mailer::start(&config.address(), config.mail_from.clone(), &config.mail)?;
        let providers = config.oidc.iter().cloned().map(Provider::new);
        let providers = providers.collect::<std::result::Result<Vec<_>, _>>()?;
        let ctx = ctx.with_mail(mail, config.email_verification).with_providers(providers);
        let ctx = ctx.creating_missing_rooms(config.create_missing_rooms);
        Ok(Self { config, ctx, hub, repairs, metrics })
    }

    /// What the actions of this node use.
    pub fn context(&self) -> &Context {
        &self.ctx
    }

    /// The fan-out of this node.
    pub fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// Writes the link with which somebody makes the first superuser into a file for the server's owner
    /// alone, and answers where it is; without a link, takes away one that an earlier start has left.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn keep_setup_link(&self, link: Option<&str>) -> io::Result<Option<PathBuf>> {
        let path = self.config.data_dir.join(SETUP_LINK);
        match fs::remove_file(&path) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(why),
            _ => {}
        }
        let Some(link) = link else { return Ok(None) };
        fs::create_dir_all(&self.config.data_dir)?;
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        writeln!(file, "{link}")?;
        Ok(Some(path))
    }

    /// Listens where the settings say, until the process is told to end.
    ///
    /// # Errors
    /// The address can't be had, or the server failed.
    pub async fn run(self) -> std::result::Result<(), StartError> {
        let address = self.config.listen;
        let failed = |why| StartError::Listen(address, why);
        let hub = self.hub.clone();
        let mail = self.ctx.mail.clone();
        // Before anybody asks for one.
        take_over_avatars(&self.ctx, &pictures(&self.config)).await;
        rt::spawn(metrics::serve(&self)?);
        let prepared = self.prepare().map_err(failed)?;
        let server = prepared.serve(bind(address).map_err(failed)?, cores()).map_err(failed)?;
        let handle = server.handle();
        let mut ended = pin!(server);
        let told = pin!(told_to_end());
        match select(ended.as_mut(), told).await {
            Either::Left((ended, _)) => ended.map_err(failed),
            Either::Right((_, _)) => {
                tracing::info!("finishing what is in flight");
                hub.drain();
                let stopped = handle.stop(true);
                let (ended, ()) = join(ended, stopped).await;
                mail.finish(MAIL_DRAIN).await;
                ended.map_err(failed)
            }
        }
    }

    /// Serves on a listener, with so many threads.
    ///
    /// # Errors
    /// The listener can't be used.
    pub fn serve(self, listener: TcpListener, threads: NonZero<usize>) -> io::Result<Server> {
        self.prepare()?.serve(listener, threads)
    }

    /// Makes everything that takes time, before anybody may connect: a caller would wait for it, and
    /// could have gone to another node.
    fn prepare(self) -> io::Result<Prepared> {
        let contracts = Contracts::shipped();
        let routes = Data::new(Routes::read(&contracts)?);
        let contracts = Data::new(contracts);
        let build = Data::new(Build(web::build()));
        Ok(Prepared { app: self, contracts, routes, build })
    }
}

/// A node that is about to serve.
struct Prepared {
    app: App,
    contracts: Data<Contracts>,
    routes: Data<Routes>,
    build: Data<Build>,
}

impl Prepared {
    fn serve(self, listener: TcpListener, threads: NonZero<usize>) -> io::Result<Server> {
        let Self { app, contracts, routes, build } = self;
        let site = Data::new(site(&app.config));
        let App { config, ctx, hub, repairs, metrics } = app;
        let metrics = Data::from(metrics);
        rt::spawn(repairs.run(ctx.clone(), hub.clone()));
        rt::spawn(finish_deletions(ctx.clone()));
        rt::spawn(keep_house(ctx.clone(), pictures(&config)));
        let ctx = Data::new(ctx);
        door::serve(listener, threads, move || {
            actix_web::App::new()
                .app_data(ctx.clone())
                .app_data(site.clone())
                .app_data(routes.clone())
                .app_data(build.clone())
                .app_data(contracts.clone())
                .app_data(metrics.clone())
                .app_data(Worker::new(ctx.as_ref().clone(), hub.clone()))
                .wrap(from_fn(api::admit::admit))
                .wrap(from_fn(api::cors::cors))
                .wrap(from_fn(api::host::host))
                .wrap(from_fn(api::envelope::envelope))
                .wrap(from_fn(metrics::count))
                .wrap(from_fn(api::pace::pace))
                .configure(gateway::configure)
                .configure(api::refuse_elsewhere)
                .configure(api::configure)
                .default_service(http::to(elsewhere))
        })
    }
}

/// Publishes, and counts what is published.
fn publish(relay: impl Relay + 'static, metrics: Arc<Metrics>) -> Publish {
    Arc::new(move |announced: Vec<Announced>| {
        let changes = announced.iter().filter(|it| matches!(it.what, Announcement::Change(_)));
        metrics.changed(u64::try_from(changes.count()).unwrap_or(u64::MAX));
        relay.publish(announced);
    })
}

/// The keys: from the secret file or, where nodes share a database and no file is named, from there.
///
/// # Errors
/// One sentence that says what is wrong and how to mend it.
pub fn keys(config: &Config, db: &Db) -> std::result::Result<Keys, SecretError> {
    match &config.secret_file {
        Some(path) => Keys::open(path),
        None => {
            let secret = db.secret(Keys::make);
            Keys::shared(&secret.map_err(|why| SecretError::Unshared(why.to_string()))?)
        }
    }
}

/// Runs a future on the runtime that the server's threads belong to.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    System::new().block_on(future)
}

/// What no handler answered: a file of the web client, its page, or nothing.
async fn elsewhere(request: HttpRequest, routes: Data<Routes>) -> Result<HttpResponse> {
    match web::find(&request) {
        Some(response) => Ok(response),
        None => api::not_found(request, routes).await,
    }
}

/// Waits until somebody tells the process to end. Where signals can't be had, nobody does.
async fn told_to_end() {
    let (Ok(mut term), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return pending().await;
    };
    select(pin!(term.recv()), pin!(interrupt.recv())).await;
}

/// Binds an address. The listener of the standard library would let only 128 connections wait.
fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    // Accepted sockets inherit it. The kernel would otherwise take some 4 MB for a socket whose other
    // end does not read, before the gateway notices.
    socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
    // Nor some 6 MB of what is said faster than it is read, only to be thrown away.
    socket.set_recv_buffer_size(RECEIVE_BUFFER_BYTES)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}

fn site(config: &Config) -> Site {
    Site {
        public_url: config.public_url.clone(),
        allowed_origins: config.allowed_origins.clone(),
        trusted_proxies: config.trusted_proxies.clone(),
        has_docs: config.api_docs,
    }
}

fn cores() -> NonZero<usize> {
    thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN)
}
