//! The language of the tests: a server, people, what they say to it and what it answers.

mod answer;
mod app;
mod client;
mod clock;
mod cluster;
mod contract;
mod database;
mod machine;
mod mail;
mod node;
mod oidc;
mod p99;
mod patience;
mod port;
mod postgres;
mod redis;
mod small_disk;
mod smtp;
mod socket;
mod wire;

pub(crate) use answer::Answer;
pub(crate) use app::TestApp;
pub(crate) use client::{Client, Person};
pub(crate) use cluster::Cluster;
pub(crate) use contract::Contract;
pub(crate) use database::Database;
pub(crate) use machine::Machine;
pub(crate) use mail::Mail;
pub(crate) use node::{NodeProcess, program};
pub(crate) use oidc::{CLIENT_ID, CLIENT_SECRET, OidcProvider, SignKey};
pub(crate) use p99::p99_and_longest;
pub(crate) use patience::eventually;
pub(crate) use port::{free_address, free_port};
pub(crate) use postgres::PostgresServer;
pub(crate) use redis::RedisServer;
pub(crate) use small_disk::SmallDisk;
pub(crate) use smtp::SmtpServer;
pub(crate) use socket::{Socket, refusal};
pub(crate) use wire::{Cut, Wire};

/// A password that nobody would guess; people of the tests have it unless they say otherwise.
pub(crate) const PASSWORD: &str = "granite-Teapot 47 umbrella";
