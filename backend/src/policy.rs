//! Who may do what to what: pure functions, and the only source of 403 and 404.
//!
//! Who may not know that a room exists gets `not_found`, with the same bytes as for a room that
//! does not exist. Who may know, but not do, gets a 403 that says why.
//! To add a deed: a variant of [`Deed`], its line in [`decide`], its rows in the table below.

use crate::{
    error::{Code, Error, Result},
    model::room::{Role, RoomKind},
};

/// Whoever asks, as far as a decision needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asker {
    /// Whether this person is staff.
    pub is_staff: bool,
    /// What the room has made of this person; `None` for who is not a member.
    pub role: Option<Role>,
}

/// The room, as far as a decision needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomRules {
    /// `group` or `direct`.
    pub kind: RoomKind,
    /// Only staff may enter; others see it with a lock.
    pub staff_only: bool,
    /// Only who is invited may know of it.
    pub invite_only: bool,
}

/// What somebody wants to do to a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Know that it exists: its name, its topic, how many people are in it.
    See,
    /// Become a member.
    Join,
    /// Stop being one; a direct room has its two people for ever.
    Leave,
    /// Read its messages and its members, hear it live, move the read pointer.
    Read,
    /// Write a message.
    Send,
}

/// Allows a deed, or says why not.
///
/// Staff have no more rights in a room through these doors than anybody else, except that they may
/// enter staff-only rooms: what they administer, they administer under `/api/admin`.
pub fn decide(asker: Asker, room: RoomRules, deed: Deed) -> Result<()> {
    let hidden = room.kind == RoomKind::Direct || room.invite_only;
    if hidden && asker.role.is_none() {
        return Err(Code::NotFound.into());
    }
    if deed == Deed::Leave && room.kind == RoomKind::Direct {
        return Err(Code::Forbidden.into());
    }
    if deed == Deed::See || deed == Deed::Leave {
        return Ok(());
    }
    if room.staff_only && !asker.is_staff {
        return Err(Code::RoomStaffOnly.into());
    }
    match deed {
        Deed::Read | Deed::Send if asker.role.is_none() => Err(Error::from(Code::Forbidden)),
        _ => Ok(()),
    }
}

/// Allows the making of a room, or says why not.
pub fn may_create(is_staff: bool, staff_only: bool) -> Result<()> {
    if staff_only && !is_staff { Err(Code::RoomStaffOnly.into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who asks × which room → what each deed answers; `.` allowed, `4` not_found, `f` forbidden,
    /// `s` room_staff_only. Columns: see, join, leave, read, send.
    const TABLE: &[(&str, &str, &str)] = &[
        ("stranger", "open", "...ff"),
        ("stranger", "staff_only", ".s.ss"),
        ("stranger", "invite_only", "44444"),
        ("stranger", "direct", "44444"),
        ("staff", "open", "...ff"),
        ("staff", "staff_only", "...ff"),
        ("staff", "invite_only", "44444"),
        ("staff", "direct", "44444"),
        ("member", "open", "....."),
        ("member", "staff_only", ".s.ss"),
        ("member", "invite_only", "....."),
        ("member", "direct", "..f.."),
        ("staff_member", "staff_only", "....."),
        ("owner", "open", "....."),
        ("owner", "staff_only", ".s.ss"),
    ];

    #[test]
    fn the_table_holds() {
        let deeds = [Deed::See, Deed::Join, Deed::Leave, Deed::Read, Deed::Send];
        for (who, which, expected) in TABLE {
            let asker = Asker {
                is_staff: who.starts_with("staff"),
                role: match *who {
                    "member" | "staff_member" => Some(Role::Member),
                    "owner" => Some(Role::Owner),
                    _ => None,
                },
            };
            let room = RoomRules {
                kind: if *which == "direct" { RoomKind::Direct } else { RoomKind::Group },
                staff_only: *which == "staff_only",
                invite_only: *which == "invite_only",
            };
            let answer = |deed: &Deed| match decide(asker, room, *deed).map_err(|error| error.code)
            {
                Ok(()) => '.',
                Err(Code::NotFound) => '4',
                Err(Code::Forbidden) => 'f',
                Err(Code::RoomStaffOnly) => 's',
                Err(other) => panic!("{other:?} is not a refusal"),
            };
            let answers: String = deeds.iter().map(answer).collect();
            assert_eq!(answers, *expected, "{who} and a room that is {which}");
        }
    }

    #[test]
    fn only_staff_make_rooms_for_staff() {
        assert!(may_create(false, false).is_ok());
        assert!(may_create(true, true).is_ok());
        assert_eq!(may_create(false, true).unwrap_err().code, Code::RoomStaffOnly);
    }
}
