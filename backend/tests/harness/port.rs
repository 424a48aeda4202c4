//! Ports for what a test starts, stops and starts again. They lie below those that the system lends to
//! whoever connects: one of these may be taken by anybody while its owner is away.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    ops::Range,
};

use rand::Rng;

const PORTS: Range<u16> = 10_000..30_000;

/// A port of this machine on which nobody listens.
pub(crate) fn free_port() -> u16 {
    for _ in 0..100 {
        let port = rand::rng().random_range(PORTS);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no free port in {PORTS:?}");
}

/// The same as an address.
pub(crate) fn free_address() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, free_port()).into()
}
