//! Door 2: REST under `/api`, one file per noun, handlers of a few lines that call an action.
//!
//! What is the same for every call stands around the handlers: [`envelope`] (request ids, errors as
//! problems, headers), [`cors`], [`admit`] (who is asking, and is it too much), and in
//! [`extract`] what a handler may ask for. This folder must not know SQL, sockets or the store.
//! To add an endpoint: a handler with `#[utoipa::path]` in the file of its noun, its line in that
//! file's `configure`, its row in the tests; the contract is written by `parlor contracts`.

mod address;
pub mod admit;
pub mod contracts;
pub mod cors;
pub mod envelope;
pub mod host;
pub mod pace;

mod admin;
mod auth;
mod avatars;
mod blocks;
mod cookie;
mod docs;
mod emails;
mod extract;
mod fallback;
mod files;
mod headers;
mod health;
mod identities;
mod index;
mod members;
mod messages;
mod passwords;
mod problem;
mod profiles;
mod rooms;
mod server;
mod services;
mod sessions;
mod tokens;
mod totp;
mod version;
mod whispers;

use actix_web::{App, guard, web};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use services::Services;
use sha2::{Digest, Sha256};
use utoipa::openapi::OpenApi;
use utoipa_actix_web::AppExt;

pub use fallback::{Routes, not_found};
pub use version::Build;

/// Everything below `/api`, and the two questions whether this node is well.
pub fn configure(service: &mut impl Services) {
    // A request is held against one address after another: what is asked most comes first.
    messages::configure(service);
    rooms::configure(service);
    members::configure(service);
    index::configure(service);
    version::configure(service);
    server::configure(service);
    docs::configure(service);
    auth::configure(service);
    sessions::configure(service);
    passwords::configure(service);
    emails::configure(service);
    totp::configure(service);
    tokens::configure(service);
    identities::configure(service);
    // Before profiles: an address is given to the first that matches.
    avatars::configure(service);
    blocks::configure(service);
    profiles::configure(service);
    files::configure(service);
    whispers::configure(service);
    admin::configure(service);
    health::configure(service);
}

/// What must not come to an address that an id stands in, because another one is written out: `bulk` and
/// `begin` are no ids of anything.
pub fn refuse_elsewhere(service: &mut web::ServiceConfig) {
    for written in ["/api/admin/{noun:[a-z]+}/bulk", "/api/auth/identities/begin"] {
        let elsewhere = web::resource(written).guard(guard::Not(guard::Post()));
        service.service(elsewhere.to(not_found));
    }
}

/// The contract as the handlers tell it.
pub fn collect() -> OpenApi {
    let app = App::new()
        .into_utoipa_app()
        .openapi(contracts::base())
        .configure(|service| configure(service));
    app.split_for_parts().1
}

/// A short name for a file's content, for `ETag`.
fn digest(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    BASE64.encode(digest.get(..12).unwrap_or_default())
}
