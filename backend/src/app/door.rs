//! Where callers come in: connections that must keep up, spoken to in HTTP/1.1.

use std::{fmt, future::poll_fn, io, net::TcpListener, num::NonZero, time::Duration};

use actix_http::{Request, Response, body::MessageBody};
use actix_server::ServerBuilder;
use actix_service::{
    IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt, apply_fn_factory, map_config,
};
use actix_web::{
    Error as HttpError,
    dev::{AppConfig, Server},
};
use tokio::net::TcpStream;

use crate::{
    heads::Heads,
    pace::{HEAD_WAIT, Paced},
};

/// For how long a connection may idle between two requests: ended within 75 s (SECURITY, DO-1).
const KEEP_ALIVE: Duration = Duration::from_secs(70);
/// How long a connection that is being ended may take over it.
const FAREWELL: Duration = Duration::from_secs(1);
/// How long what is in flight may take when the process is told to end.
const DRAIN: Duration = Duration::from_secs(10);

/// Serves on a listener, with so many threads, each with what `make` makes. What the framework's own
/// `HttpServer` does, but on streams of ours: it has no deadline for the head of a second request and
/// none for a caller that does not read, and takes a bare LF for the end of a line.
///
/// # Errors
/// The listener can't be used.
pub(super) fn serve<F, I, S, B>(
    listener: TcpListener,
    threads: NonZero<usize>,
    make: F,
) -> io::Result<Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request> + 'static,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<HttpError> + 'static,
    S::InitError: fmt::Debug,
    S::Response: Into<Response<B>> + 'static,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    let builder = ServerBuilder::new();
    let ending = builder.graceful_shutdown_signal();
    let address = listener.local_addr()?;
    let connection = move || {
        let ending = ending.clone();
        let app = make().into_factory().map_err(|error| error.into().error_response());
        let http = actix_http::HttpService::build()
            .graceful_shutdown_signal(move || {
                let ending = ending.clone();
                async move { ending.notified().await }
            })
            .keep_alive(KEEP_ALIVE)
            .client_request_timeout(HEAD_WAIT)
            .client_disconnect_timeout(FAREWELL)
            .local_addr(address)
            .on_connect_ext(|stream: &Heads<Paced>, data| {
                data.insert(stream.inner().activity());
                data.insert(stream.inner().wire());
            })
            .h1(map_config(app, |()| AppConfig::default()));
        apply_fn_factory(http, |stream: TcpStream, http| {
            // Whoever has gone already is noticed by whoever reads.
            let _gone = stream.set_nodelay(true);
            let peer = stream.peer_addr().ok();
            let stream = Heads::new(Paced::new(stream));
            let wire = stream.inner().wire();
            let spoken = Box::pin(http.call((stream, peer)));
            async move {
                let outcome = spoken.await;
                // HTTP is gone, with all that it kept. Who has the wire counts as served until its end:
                // before the process ends, it is waited for.
                if wire.is_taken() {
                    poll_fn(|cx| wire.poll_end(cx)).await;
                    return Ok(());
                }
                outcome
            }
        })
    };
    let builder = builder
        .workers(threads.get())
        .shutdown_timeout(DRAIN.as_secs())
        .disable_signals()
        .listen("parlor", listener, connection)?;
    Ok(builder.run())
}
