//! Rooms.

use crate::model::room::{Role, RoomKind};

pub(super) fn kind_of(name: &str) -> RoomKind {
    if name == "direct" { RoomKind::Direct } else { RoomKind::Group }
}

pub(super) fn role_of(name: &str) -> Role {
    match name {
        "owner" => Role::Owner,
        "moderator" => Role::Moderator,
        _ => Role::Member,
    }
}
