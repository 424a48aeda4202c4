//! The contracts: generated from the handlers and the types that travel, checked in under
//! `openapi/`, served by this node, and held against every response and frame of the tests.
//!
//! What is the same for every call is said here once ([`openapi`]): the errors that any call may
//! answer, and the headers of all responses. To add to a contract, write the code; then run
//! `parlor contracts`.

mod asyncapi;
mod openapi;
mod schemas;

use std::{fs, io, path::Path};

use actix_web::web::Bytes;
use serde_json::Value;
use utoipa::openapi::OpenApi;

pub use openapi::base;

/// What is checked in; a test holds it against the code.
const OPENAPI: &[u8] = include_bytes!("../../../../openapi/openapi.json");
const ASYNCAPI: &[u8] = include_bytes!("../../../../openapi/asyncapi.json");

/// Both contracts as files.
#[derive(Clone, Debug)]
pub struct Contracts {
    /// `openapi/openapi.json`.
    pub openapi: Bytes,
    /// `openapi/asyncapi.json`.
    pub asyncapi: Bytes,
}

impl Contracts {
    /// What this node serves: the files as they were when it was built, since telling them anew on
    /// every start would cost megabytes for the same bytes.
    pub const fn shipped() -> Self {
        Self { openapi: Bytes::from_static(OPENAPI), asyncapi: Bytes::from_static(ASYNCAPI) }
    }

    /// The contracts of the code, from what was collected while its handlers were announced.
    pub fn of(collected: &OpenApi) -> Self {
        let openapi = openapi::complete(collected);
        let asyncapi = asyncapi::document(&openapi);
        Self { openapi: text(&openapi), asyncapi: text(&asyncapi) }
    }

    /// Writes both into a folder.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("openapi.json"), &self.openapi)?;
        fs::write(folder.join("asyncapi.json"), &self.asyncapi)
    }
}

/// Indented, with keys in a fixed order, so that a change shows as the lines that changed.
fn text(document: &Value) -> Bytes {
    let mut text = serde_json::to_vec_pretty(document).unwrap_or_default();
    text.push(b'\n');
    text.into()
}
