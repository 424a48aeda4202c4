//! The server itself: what it is called, and how people may come in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::identity::ProviderRef;

/// What a server is called that nobody has named.
pub const UNNAMED: &str = "Parlor";
/// The longest name of a server, in code points.
pub const SERVER_NAME_CHARS_MAX: usize = 40;

/// What everybody may know of a server, signed in or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// What it is called.
    pub name: String,
    /// By whom people may sign in, beside a password.
    pub providers: Vec<ProviderRef>,
    /// Whether a client that opens a room by a name which none has makes it at once, instead of offering it.
    pub creates_missing_rooms: bool,
}

/// What a server is called from now on.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateServer {
    /// 1–40 characters on one line.
    #[schema(min_length = 1, max_length = 40)]
    pub name: String,
}
