//! The language of the tests: a server, people, what they say to it and what it answers.

mod answer;
mod app;
mod client;
mod clock;
mod cluster;
mod contract;
mod database;
mod disk;
mod mail;
mod node;
mod postgres;
mod redis;
mod smtp;
mod socket;

pub(crate) use answer::Answer;
pub(crate) use app::TestApp;
pub(crate) use client::{Client, Person};
pub(crate) use cluster::Cluster;
pub(crate) use contract::Contract;
pub(crate) use database::Database;
pub(crate) use disk::Disk;
pub(crate) use mail::Mail;
pub(crate) use node::NodeProcess;
pub(crate) use postgres::PostgresServer;
pub(crate) use redis::RedisServer;
pub(crate) use smtp::SmtpServer;
pub(crate) use socket::{Socket, refusal};

/// A password that nobody would guess; people of the tests have it unless they say otherwise.
pub(crate) const PASSWORD: &str = "granite-Teapot 47 umbrella";
