//! Who may do what to what: pure functions, and the only source of 403 and 404.
//!
//! Who may not know that a room exists gets `not_found`, with the same bytes as for a room that
//! does not exist. Who may know, but not do, gets a 403 that says why.
//! To add a deed: a variant of [`Deed`], its line in [`decide`], its rows in the table below.

use crate::{
    error::{Code, Error, Flaw, Result},
    model::{
        credentials::{Reach, Scope, Verification},
        message::MessageKind,
        room::{Role, RoomKind},
    },
};

/// What a call needs of whoever makes it, before anything is looked at that it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// To read.
    Read,
    /// To change something.
    Write,
    /// To administer.
    Admin,
    /// To change what proves who somebody is. No token reaches that far: whoever finds one can't
    /// make himself at home.
    Session,
}

/// Allows a call as far as the scopes of a token go, or says why not.
///
/// # Errors
/// `forbidden`.
pub fn check_reach(reach: &Reach, need: Need) -> Result<()> {
    let Reach::Token(scopes) = reach else { return Ok(()) };
    let allowed = match need {
        Need::Read => scopes.contains(&Scope::Read),
        Need::Write => scopes.contains(&Scope::Write),
        Need::Admin => scopes.contains(&Scope::Admin),
        Need::Session => false,
    };
    if allowed { Ok(()) } else { Err(Code::Forbidden.into()) }
}

/// Allows somebody who has shown their password to begin a session, or says why not. An account
/// without an address is older than the rule, or the operator's own.
///
/// # Errors
/// `account_deactivated`, `email_not_verified`.
pub fn check_sign_in(
    is_active: bool,
    is_unverified: bool,
    verification: Verification,
) -> Result<()> {
    if !is_active {
        return Err(Code::AccountDeactivated.into());
    }
    if is_unverified && verification == Verification::Mandatory {
        return Err(Code::EmailNotVerified.into());
    }
    Ok(())
}

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
    /// Change its name, its topic and its flags.
    Change,
    /// Delete it.
    Delete,
    /// Add people and remove them; who may be removed by whom: [`may_remove`].
    Manage,
    /// Say what its members may do.
    Promote,
}

/// What somebody wants to do to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageDeed {
    /// Put an emoji on it, or take one's own away.
    React,
    /// Give it another text.
    Edit,
    /// Delete it.
    Delete,
    /// Read what it said before.
    History,
}

/// Allows a deed, or says why not.
///
/// Staff may enter staff-only rooms, and in every group room that they may know of they may do what its
/// owner may. What is hidden from others is hidden from them too: that they administer under
/// `/api/admin`.
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
    let is_group = room.kind == RoomKind::Group;
    let owns = asker.is_staff || asker.role == Some(Role::Owner);
    match deed {
        Deed::See | Deed::Join | Deed::Leave => Ok(()),
        Deed::Read | Deed::Send if asker.role.is_some() => Ok(()),
        Deed::Change | Deed::Manage if moderates(asker, room) => Ok(()),
        Deed::Delete | Deed::Promote if is_group && owns => Ok(()),
        Deed::Delete | Deed::Promote if is_group => Err(Code::NotRoomOwner.into()),
        _ => Err(Code::Forbidden.into()),
    }
}

/// Whether somebody may do to others' messages and memberships what nobody else may. A direct room
/// has no moderators, not even of staff.
fn moderates(asker: Asker, room: RoomRules) -> bool {
    let may = asker.is_staff || asker.role >= Some(Role::Moderator);
    room.kind == RoomKind::Group && may
}

/// Allows a deed to a message, or says why not. Who may not read the room may not know that the
/// message exists; a note of the room itself stays as it is.
pub fn decide_message(
    asker: Asker,
    room: RoomRules,
    kind: MessageKind,
    is_own: bool,
    deed: MessageDeed,
) -> Result<()> {
    decide(asker, room, Deed::Read).map_err(|_| Error::from(Code::NotFound))?;
    let may = match deed {
        MessageDeed::React => true,
        MessageDeed::Edit => is_own,
        MessageDeed::Delete | MessageDeed::History => is_own || moderates(asker, room),
    };
    if may && kind == MessageKind::Text { Ok(()) } else { Err(Code::Forbidden.into()) }
}

/// Allows a whisper to somebody, by a member who may write in the room, or says why not.
pub fn may_whisper_to(is_oneself: bool, is_member: bool) -> Result<()> {
    match (is_oneself, is_member) {
        (true, _) => Err(Error::field("to", Flaw::NotAllowed)),
        (false, false) => Err(Error::field("to", Flaw::NotFound)),
        (false, true) => Ok(()),
    }
}

/// Allows the removal of a member by somebody who may manage the room, or says why not: a moderator
/// removes neither the owner nor other moderators.
pub fn may_remove(asker: Asker, role: Role) -> Result<()> {
    let owns = asker.is_staff || asker.role == Some(Role::Owner);
    if owns || role == Role::Member { Ok(()) } else { Err(Code::NotRoomOwner.into()) }
}

/// Allows a person to be added to a room, or says why not: rooms for staff have nobody else.
pub fn may_be_added(is_staff: bool, room: RoomRules) -> Result<()> {
    if room.staff_only && !is_staff { Err(Code::RoomStaffOnly.into()) } else { Ok(()) }
}

/// Allows the making of a room, or the changing of `staff_only` to this, or says why not.
pub fn may_create(is_staff: bool, staff_only: bool) -> Result<()> {
    if staff_only && !is_staff { Err(Code::RoomStaffOnly.into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who asks × which room → what each deed answers; `.` allowed, `4` not_found, `f` forbidden,
    /// `s` room_staff_only, `o` not_room_owner. Columns: see, join, leave, read, send, change, delete,
    /// manage, promote.
    const TABLE: &[(&str, &str, &str)] = &[
        ("stranger", "open", "...fffofo"),
        ("stranger", "staff_only", ".s.ssssss"),
        ("stranger", "invite_only", "444444444"),
        ("stranger", "direct", "444444444"),
        ("staff", "open", "...ff...."),
        ("staff", "staff_only", "...ff...."),
        ("staff", "invite_only", "444444444"),
        ("staff", "direct", "444444444"),
        ("member", "open", ".....fofo"),
        ("member", "staff_only", ".s.ssssss"),
        ("member", "invite_only", ".....fofo"),
        ("member", "direct", "..f..ffff"),
        ("moderator", "open", "......o.o"),
        ("moderator", "staff_only", ".s.ssssss"),
        ("moderator", "invite_only", "......o.o"),
        ("staff_member", "open", "........."),
        ("staff_member", "staff_only", "........."),
        ("staff_member", "invite_only", "........."),
        ("staff_member", "direct", "..f..ffff"),
        ("owner", "open", "........."),
        ("owner", "staff_only", ".s.ssssss"),
        ("owner", "invite_only", "........."),
    ];

    /// Who asks × which room → what each deed to their own message, to another's and to a note of the
    /// room answers. Columns: react, edit, delete, history.
    const MESSAGES: &[(&str, &str, &str, &str, &str)] = &[
        ("stranger", "open", "4444", "4444", "4444"),
        ("stranger", "staff_only", "4444", "4444", "4444"),
        ("stranger", "invite_only", "4444", "4444", "4444"),
        ("stranger", "direct", "4444", "4444", "4444"),
        ("staff", "open", "4444", "4444", "4444"),
        ("staff", "direct", "4444", "4444", "4444"),
        ("member", "open", "....", ".fff", "ffff"),
        ("member", "invite_only", "....", ".fff", "ffff"),
        ("member", "direct", "....", ".fff", "ffff"),
        ("member", "staff_only", "4444", "4444", "4444"),
        ("moderator", "open", "....", ".f..", "ffff"),
        ("staff_member", "open", "....", ".f..", "ffff"),
        ("staff_member", "staff_only", "....", ".f..", "ffff"),
        ("staff_member", "direct", "....", ".fff", "ffff"),
        ("owner", "open", "....", ".f..", "ffff"),
        ("owner", "staff_only", "4444", "4444", "4444"),
    ];

    fn asker(who: &str) -> Asker {
        let role = match who {
            "member" | "staff_member" => Some(Role::Member),
            "moderator" => Some(Role::Moderator),
            "owner" => Some(Role::Owner),
            _ => None,
        };
        Asker { is_staff: who.starts_with("staff"), role }
    }

    fn room(which: &str) -> RoomRules {
        RoomRules {
            kind: if which == "direct" { RoomKind::Direct } else { RoomKind::Group },
            staff_only: which == "staff_only",
            invite_only: which == "invite_only",
        }
    }

    fn letter(decision: Result<()>) -> char {
        match decision.map_err(|error| error.code) {
            Ok(()) => '.',
            Err(Code::NotFound) => '4',
            Err(Code::Forbidden) => 'f',
            Err(Code::RoomStaffOnly) => 's',
            Err(Code::NotRoomOwner) => 'o',
            Err(other) => panic!("{other:?} is not a refusal"),
        }
    }

    #[test]
    fn the_table_of_rooms_holds() {
        use Deed::{Change, Delete, Join, Leave, Manage, Promote, Read, See, Send};
        for (who, which, expected) in TABLE {
            let deeds = [See, Join, Leave, Read, Send, Change, Delete, Manage, Promote];
            let answer = |deed| letter(decide(asker(who), room(which), deed));
            let answers: String = deeds.into_iter().map(answer).collect();
            assert_eq!(answers, *expected, "{who} and a room that is {which}");
        }
    }

    #[test]
    fn the_table_of_messages_holds() {
        use MessageDeed::{Delete, Edit, History, React};
        for (who, which, own, others, notes) in MESSAGES {
            let cases = [
                (MessageKind::Text, true, own),
                (MessageKind::Text, false, others),
                (MessageKind::Joined, true, notes),
                (MessageKind::Renamed, false, notes),
            ];
            for (kind, is_own, expected) in cases {
                let answer =
                    |deed| letter(decide_message(asker(who), room(which), kind, is_own, deed));
                let answers: String = [React, Edit, Delete, History].map(answer).iter().collect();
                assert_eq!(answers, *expected, "{who}, {which}, {kind:?}, own: {is_own}");
            }
        }
    }

    #[test]
    fn a_moderator_removes_members_only() {
        for (who, expected) in [("moderator", ".oo"), ("owner", "..."), ("staff", "...")] {
            let roles = [Role::Member, Role::Moderator, Role::Owner];
            let answers: String =
                roles.map(|role| letter(may_remove(asker(who), role))).iter().collect();
            assert_eq!(answers, expected, "{who}");
        }
        assert_eq!(letter(may_be_added(false, room("staff_only"))), 's');
        assert_eq!(letter(may_be_added(true, room("staff_only"))), '.');
        assert_eq!(letter(may_be_added(false, room("invite_only"))), '.');
    }

    #[test]
    fn a_whisper_goes_to_another_member() {
        let flaw = |whisper: Result<()>| whisper.unwrap_err().fields.remove(0).1;
        assert_eq!(may_whisper_to(false, true), Ok(()));
        assert_eq!(flaw(may_whisper_to(false, false)), Flaw::NotFound);
        assert_eq!(flaw(may_whisper_to(true, true)), Flaw::NotAllowed);
        assert_eq!(flaw(may_whisper_to(true, false)), Flaw::NotAllowed);
    }

    #[test]
    fn only_staff_make_rooms_for_staff() {
        assert!(may_create(false, false).is_ok());
        assert!(may_create(true, true).is_ok());
        assert_eq!(may_create(false, true).unwrap_err().code, Code::RoomStaffOnly);
    }

    #[test]
    fn a_token_reaches_as_far_as_its_scopes_and_never_to_credentials() {
        let needs = [Need::Read, Need::Write, Need::Admin, Need::Session];
        let allowed = |reach: &Reach| needs.map(|need| check_reach(reach, need).is_ok());
        assert_eq!(allowed(&Reach::Session), [true; 4]);
        assert_eq!(allowed(&Reach::Token(vec![])), [false; 4]);
        assert_eq!(allowed(&Reach::Token(vec![Scope::Read])), [true, false, false, false]);
        assert_eq!(allowed(&Reach::Token(vec![Scope::Write])), [false, true, false, false]);
        let all = vec![Scope::Read, Scope::Write, Scope::Admin];
        assert_eq!(allowed(&Reach::Token(all)), [true, true, true, false]);
    }

    #[test]
    fn an_unverified_address_holds_up_only_where_that_is_the_rule() {
        use Verification::{Mandatory, None, Optional};
        for (is_active, is_unverified, rule, expected) in [
            (true, true, None, Ok(())),
            (true, true, Optional, Ok(())),
            (true, true, Mandatory, Err(Code::EmailNotVerified)),
            (true, false, Mandatory, Ok(())),
            (false, true, Mandatory, Err(Code::AccountDeactivated)),
            (false, false, None, Err(Code::AccountDeactivated)),
        ] {
            let decided = check_sign_in(is_active, is_unverified, rule);
            assert_eq!(decided.map_err(|error| error.code), expected);
        }
    }
}
