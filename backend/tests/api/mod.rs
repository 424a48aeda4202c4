//! The REST API, endpoint by endpoint.

mod accounts;
mod bad_input;
mod cors;
mod hidden_rooms;
mod http;
mod index;
mod message_changes;
mod messages;
mod profiles;
mod refresh;
mod rooms;
mod sessions;
mod throttles;
mod web;
