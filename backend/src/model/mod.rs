//! Nouns: the JSON shapes that travel, shared by REST and the gateway.
//!
//! A shape is written once and leaves by both doors; `utoipa` reads the OpenAPI and the AsyncAPI
//! document off these types, so a doc comment here is what a client's author reads.
//! This module must not know how things are stored, carried or served: it imports nothing of ours.
//! To add a noun: one file named in the singular, `#[serde(deny_unknown_fields)]` on every struct.

pub mod account;
pub mod admin;
pub mod announcement;
pub mod block;
pub mod change;
pub mod close;
pub mod command;
pub mod credentials;
pub mod event;
pub mod file;
pub mod frame;
pub mod health;
pub mod id;
pub mod identity;
pub mod live;
pub mod message;
mod object;
pub mod page;
pub mod presence;
pub mod problem;
pub mod profile;
pub mod reply;
pub mod room;
pub mod server;
pub mod span;
pub mod text;
pub mod time;

pub use announcement::{Announced, Announcement, Topic};
pub use change::{Change, Effect};
pub use close::Close;
pub use id::{AnnouncementId, IdentityId, MessageId, Rev, RoomId, Seq, SessionId, TokenId, UserId};
pub use message::Message;
pub use presence::{Attendance, NodeId};
pub use profile::Profile;
pub use room::Room;
pub use time::{Clock, SystemClock, Timestamp};
