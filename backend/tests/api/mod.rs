//! The REST API, endpoint by endpoint.

mod accounts;
mod admin;
mod avatars;
mod bad_input;
mod blocks;
mod cors;
mod emails;
mod files;
mod hidden_rooms;
mod http;
mod index;
mod mails;
mod message_changes;
mod messages;
mod passwords;
mod profiles;
mod raw;
mod refresh;
mod room_changes;
mod rooms;
mod sessions;
mod setup;
mod throttles;
mod tokens;
mod totp;
mod web;
