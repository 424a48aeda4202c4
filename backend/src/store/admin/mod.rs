//! What administration reads and counts: lists of every noun from one generic piece ([`listing`]), a
//! file per noun that says what to select. What it changes is changed by the nouns' own files.

mod listing;

pub mod audit;
pub mod deletion;
pub mod memberships;
pub mod messages;
pub mod rooms;
pub mod sessions;
pub mod users;

pub use listing::{Listed, Listing, Query, read};

use diesel::{
    QueryableByName,
    sql_types::{BigInt, Nullable, Text},
};

use super::rooms::kind_of;
use crate::model::{
    RoomId, UserId,
    admin::{RoomRef, UserRef},
};

/// A person beside something else.
#[derive(QueryableByName)]
struct Person {
    #[diesel(sql_type = BigInt)]
    user_id: i64,
    #[diesel(sql_type = Text)]
    username: String,
    #[diesel(sql_type = Text)]
    display_name: String,
}

impl Person {
    fn shown(self) -> UserRef {
        let Self { user_id, username, display_name } = self;
        UserRef { id: UserId(user_id), username, display_name }
    }
}

/// The columns of a [`Person`], of the table `users`.
macro_rules! person {
    () => {
        "users.id as user_id, users.username as username, users.display_name as display_name"
    };
}
use person;

/// A room beside something else.
#[derive(QueryableByName)]
struct Place {
    #[diesel(sql_type = BigInt)]
    room_id: i64,
    #[diesel(sql_type = Text)]
    room_name: String,
    #[diesel(sql_type = Text)]
    room_kind: String,
}

impl Place {
    fn shown(self) -> RoomRef {
        let Self { room_id, room_name, room_kind } = self;
        RoomRef { id: RoomId(room_id), name: room_name, kind: kind_of(&room_kind) }
    }
}

/// The columns of a [`Place`], of the table `rooms`.
macro_rules! place {
    () => {
        "rooms.id as room_id, rooms.name as room_name, rooms.kind as room_kind"
    };
}
use place;

/// A person who may not be there.
fn maybe(
    id: Option<i64>,
    username: Option<String>,
    display_name: Option<String>,
) -> Option<UserRef> {
    let (username, display_name) = (username.unwrap_or_default(), display_name.unwrap_or_default());
    id.map(|id| UserRef { id: UserId(id), username, display_name })
}

/// The types of the columns that [`maybe`] takes.
type MaybeId = Nullable<BigInt>;
type MaybeText = Nullable<Text>;
