//! The transport of the real door, before a gateway that says back what it hears.

use std::{
    net::TcpListener,
    num::NonZero,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context as Waking, Poll},
    time::Duration,
};

use actix_web::{
    body::{BodySize, BoxBody, MessageBody},
    dev::{Server, Service},
    middleware::from_fn,
    rt,
};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Error as SocketError, Message},
};

use super::{App, block_on, door};
use crate::{
    api,
    config::{Config, Given},
    gateway::{self, Worker},
    model::SystemClock,
};

/// How long anything may take that the test waits for.
const WAIT: Duration = Duration::from_secs(20);

/// Serves an echo at `/echo`, with a folder for its data.
pub(super) fn echo(listener: TcpListener, data: String, bodies: &Arc<Bodies>) -> Server {
    let bodies = bodies.clone();
    let given = [("PARLOR_DATA_DIR", data), ("PARLOR_RATE_LIMITS", "off".to_owned())];
    let config = Config::read(&Given::from(given)).unwrap();
    let App { ctx, hub, .. } = App::build(config, Arc::new(SystemClock)).unwrap();
    let server = door::serve(listener, NonZero::<usize>::MIN, move || {
        let bodies = bodies.clone();
        actix_web::App::new()
            .app_data(Worker::new(ctx.clone(), hub.clone()))
            .wrap_fn(move |request, inner| {
                let (called, bodies) = (inner.call(request), bodies.clone());
                async move { Ok(called.await?.map_body(|_, body| Counted::new(body, bodies))) }
            })
            .wrap(from_fn(api::pace::pace))
            .configure(gateway::echo::configure)
    });
    server.unwrap()
}

/// How many answers there were, and of how many nothing is left.
#[derive(Default)]
pub(super) struct Bodies {
    made: AtomicUsize,
    gone: AtomicUsize,
}

struct Counted {
    body: BoxBody,
    bodies: Arc<Bodies>,
}

impl Counted {
    fn new(body: BoxBody, bodies: Arc<Bodies>) -> Self {
        bodies.made.fetch_add(1, SeqCst);
        Self { body, bodies }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.bodies.gone.fetch_add(1, SeqCst);
    }
}

impl MessageBody for Counted {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Waking<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}

#[test]
fn who_is_upgraded_keeps_nothing_of_http_and_is_waited_for_before_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/echo", listener.local_addr().unwrap());
    block_on(async move {
        let bodies = Arc::<Bodies>::default();
        let server = echo(listener, data, &bodies);
        let handle = server.handle();
        rt::spawn(server);
        let (mut socket, _) = connect_async(url).await.unwrap();
        for said in ["one", "two"] {
            socket.send(Message::text(said)).await.unwrap();
            assert_eq!(socket.next().await.unwrap().unwrap(), Message::text(said));
        }
        let let_go = async {
            while bodies.gone.load(SeqCst) == 0 {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(WAIT, let_go).await.unwrap();
        assert_eq!(bodies.made.load(SeqCst), 1);

        let ended = rt::spawn(handle.stop(true));
        sleep(Duration::from_millis(300)).await;
        assert!(!ended.is_finished());
        socket.send(Message::text("still here")).await.unwrap();
        assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("still here"));
        socket.close(None).await.unwrap();
        let farewell = async {
            while !matches!(socket.next().await, None | Some(Err(SocketError::ConnectionClosed))) {}
            ended.await.unwrap();
        };
        timeout(WAIT, farewell).await.unwrap();
    });
}
