//! A wire between two programs that can be cut: one way, or both. What is on its way while it is cut
//! waits, as it does where packets are lost and sent again; not even an end is heard.

use std::{net::TcpListener, thread};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    runtime, select,
    sync::watch,
};

/// Which ways are cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) to_server: bool,
    pub(crate) to_client: bool,
}

pub(crate) struct Wire {
    port: u16,
    cut: watch::Sender<Cut>,
}

impl Wire {
    /// A wire to a port of this machine.
    pub(crate) fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (cut, seen) = watch::channel(Cut::default());
        // A test may stand still; the wire does not.
        thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(listener, server, seen));
        });
        Self { port, cut }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn cut(&self, cut: Cut) {
        self.cut.send_replace(cut);
    }

    pub(crate) fn mend(&self) {
        self.cut(Cut::default());
    }
}

async fn serve(listener: TcpListener, server: u16, cut: watch::Receiver<Cut>) {
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    let mut ended = cut.clone();
    loop {
        select! {
            accepted = listener.accept() => {
                let (near, _) = accepted.unwrap();
                tokio::spawn(join(near, server, cut.clone()));
            }
            changed = ended.changed() => if changed.is_err() { return },
        }
    }
}

async fn join(near: TcpStream, server: u16, cut: watch::Receiver<Cut>) {
    // Whoever finds nobody is cut off, as by the server itself.
    let Ok(far) = TcpStream::connect(("127.0.0.1", server)).await else { return };
    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
    tokio::spawn(pump(near_in, far_out, cut.clone(), |cut| cut.to_server));
    pump(far_in, near_out, cut, |cut| cut.to_client).await;
}

async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut cut: watch::Receiver<Cut>,
    is_cut: fn(&Cut) -> bool,
) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let count = from.read(&mut buffer).await.unwrap_or(0);
        let is_whole = cut.wait_for(|cut| !is_cut(cut)).await.is_ok();
        if !is_whole || count == 0 || to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
