//! Parlor as its users meet it: a real server on a port of its own, spoken to from outside.
//!
//! Every response and every frame that passes through the [`harness`] is held against the contracts.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected should stop there"
)]

mod acceptance;
mod api;
mod chaos;
mod cli;
mod cluster;
mod consistency;
mod contracts;
mod docker;
mod durability;
mod faults;
mod gateway;
mod harness;
mod moving;
mod relay;
mod security;
mod tidy;
