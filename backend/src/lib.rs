//! Parlor, a self-hosted chat server. ARCHITECTURE.md has the map of the house.
#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        reason = "a test that meets the unexpected should stop there"
    )
)]

pub mod actions;
pub mod api;
pub mod app;
pub mod aside;
pub mod config;
pub mod doctor;
pub mod error;
pub mod flaws;
pub mod gateway;
pub mod heads;
pub mod hub;
pub mod keys;
pub mod limits;
pub mod mail;
pub mod media;
pub mod metrics;
pub mod model;
pub mod oidc;
pub mod pace;
pub mod passwords;
pub mod policy;
pub mod relay;
pub mod site;
pub mod store;
pub mod tally;
pub mod waiting;
pub mod web;
