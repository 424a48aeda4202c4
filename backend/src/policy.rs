//! Who may do what to what: pure functions, and the only source of 403 and 404.
//!
//! Who may not know that a room exists gets `not_found`, with the same bytes as for a room that
//! does not exist. Who may know, but not do, gets a 403 that says why.
//! To add a deed: a variant of [`Deed`], its line in [`decide`], its rows in the table below.

use std::time::Duration;

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

/// For how long having signed in proves who somebody is, where there is no password to show.
pub const FRESH: Duration = Duration::from_secs(5 * 60);

/// Allows somebody without a password to change what proves who they are, or says why not: by having
/// signed in a moment ago.
///
/// # Errors
/// `reauthentication_required`.
pub fn check_fresh(signed_in: Duration) -> Result<()> {
    if signed_in <= FRESH { Ok(()) } else { Err(Code::ReauthenticationRequired.into()) }
}

/// Allows an account to be made for whoever a provider says somebody is, or says why not. An address
/// that an account has shown to be its own belongs to that: its owner signs in there and connects the
/// provider. Only where the provider has seen that the address is this person's is that said, so that
/// nobody finds out about accounts by writing down addresses.
///
/// # Errors
/// `account_exists`.
pub fn may_sign_up_as(is_verified_by_provider: bool, is_held: bool) -> Result<()> {
    if is_verified_by_provider && is_held { Err(Code::AccountExists.into()) } else { Ok(()) }
}

/// Allows an identity to be connected with the account of whoever asks, or says why not. `is_own` says
/// whether it belongs to that account already; nothing, if it belongs to nobody.
///
/// # Errors
/// `identity_taken`, `conflict`.
pub fn may_connect(is_own: Option<bool>) -> Result<()> {
    match is_own {
        None => Ok(()),
        Some(true) => Err(Code::Conflict.into()),
        Some(false) => Err(Code::IdentityTaken.into()),
    }
}

/// Allows an identity to be taken from its account, or says why not: some way in has to be left.
///
/// # Errors
/// `last_way_in`.
pub fn may_disconnect(has_password: bool, other_identities: usize) -> Result<()> {
    if has_password || other_identities > 0 { Ok(()) } else { Err(Code::LastWayIn.into()) }
}

/// What stands between two people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Barrier {
    /// Nothing.
    #[default]
    None,
    /// Whoever asks has blocked the other.
    Own,
    /// The other has blocked whoever asks.
    Theirs,
}

/// Allows something that goes to one person alone, or says why not: neither of the two has blocked the
/// other. Whoever was blocked hears no more than that it is not taken.
///
/// # Errors
/// `blocked_by_you`, `not_accepted`.
pub fn may_reach(barrier: Barrier) -> Result<()> {
    match barrier {
        Barrier::None => Ok(()),
        Barrier::Own => Err(Code::BlockedByYou.into()),
        Barrier::Theirs => Err(Code::NotAccepted.into()),
    }
}

/// Allows somebody to be blocked, or says why not: nobody blocks themselves.
///
/// # Errors
/// `not_found`.
pub fn may_block(is_oneself: bool) -> Result<()> {
    if is_oneself { Err(Code::NotFound.into()) } else { Ok(()) }
}

/// Whoever asks, as far as a decision needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asker {
    /// Whether this person is staff.
    pub is_staff: bool,
    /// What the room has made of this person; `None` for who is not a member.
    pub role: Option<Role>,
    /// In a direct room, what stands between its two people.
    pub barrier: Barrier,
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
        Deed::Read if asker.role.is_some() => Ok(()),
        Deed::Send if asker.role.is_some() => may_reach(asker.barrier),
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
    if matches!(deed, MessageDeed::React | MessageDeed::Edit) {
        may_reach(asker.barrier)?;
    }
    let may = match deed {
        MessageDeed::React => true,
        MessageDeed::Edit => is_own,
        MessageDeed::Delete | MessageDeed::History => is_own || moderates(asker, room),
    };
    if may && kind == MessageKind::Text { Ok(()) } else { Err(Code::Forbidden.into()) }
}

/// What somebody who may read a room wants to do to a file in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileDeed {
    /// Read it.
    Read,
    /// Delete it by itself; one that stands in a message goes with that.
    Discard,
}

/// Allows a deed to a file in a room that may be read, or says why not. Nobody but its owner may know of
/// a file that was not sent.
///
/// # Errors
/// `not_found`, `forbidden`, `conflict`.
pub fn decide_file(is_own: bool, is_attached: bool, deed: FileDeed) -> Result<()> {
    match (deed, is_own, is_attached) {
        (_, false, false) => Err(Code::NotFound.into()),
        (FileDeed::Read, ..) | (FileDeed::Discard, true, false) => Ok(()),
        (FileDeed::Discard, true, true) => Err(Code::Conflict.into()),
        (FileDeed::Discard, false, true) => Err(Code::Forbidden.into()),
    }
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

/// Allows a room to be renamed or deleted as far as the people in it go, or says why not: a steady one
/// stays as it is while another member is online.
///
/// # Errors
/// `room_occupied`.
pub fn may_disturb(is_steady: bool, is_occupied: impl FnOnce() -> bool) -> Result<()> {
    if is_steady && is_occupied() { Err(Code::RoomOccupied.into()) } else { Ok(()) }
}

/// Whoever administers, as the snapshot or the commit sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Administrator {
    /// Whether the account may be used.
    pub is_active: bool,
    /// Whether this person is staff.
    pub is_staff: bool,
    /// Whether this person may administer everything.
    pub is_superuser: bool,
    /// Signed in with the password, and not a program with a token.
    pub has_session: bool,
}

/// Allows somebody to change the server itself, or says why not.
///
/// # Errors
/// `account_deactivated`, `forbidden`.
pub fn may_configure(admin: Administrator) -> Result<()> {
    may_administer(admin)?;
    if admin.is_superuser { Ok(()) } else { Err(Code::Forbidden.into()) }
}

/// The account that something is done to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// It is the administrator's own.
    pub is_self: bool,
    /// Its person is staff.
    pub is_staff: bool,
    /// Its person may administer everything.
    pub is_superuser: bool,
}

/// What administration does to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdminDeed {
    /// Change what others see of it.
    Profile,
    /// End its sessions and tokens.
    SignOut,
    /// Say whether it may be used, or delete it.
    Access,
    /// Change what proves who its person is: the password, the address, the second factor.
    Credentials,
    /// Say who is staff and who administers everything.
    Flags,
}

/// Allows somebody to look at what is administered, or says why not. That there is an administration
/// is no secret.
///
/// # Errors
/// `account_deactivated`, `forbidden`.
pub fn may_administer(admin: Administrator) -> Result<()> {
    if !admin.is_active {
        return Err(Code::AccountDeactivated.into());
    }
    if admin.is_staff || admin.is_superuser { Ok(()) } else { Err(Code::Forbidden.into()) }
}

/// Allows a deed to an account, or says why not. Staff administer people who are not of staff, and
/// superusers everybody. Nobody shuts themselves out, raises themselves, or changes their own
/// credentials without showing the password, for which there are other calls; and no token makes
/// whoever found it at home.
///
/// # Errors
/// `account_deactivated`, `forbidden`.
pub fn may_administer_account(
    admin: Administrator,
    subject: Subject,
    deed: AdminDeed,
) -> Result<()> {
    may_administer(admin)?;
    let is_above = subject.is_staff || subject.is_superuser;
    let reaches = admin.is_superuser || subject.is_self || !is_above;
    let may = match deed {
        AdminDeed::Profile | AdminDeed::SignOut => reaches,
        AdminDeed::Access => reaches && !subject.is_self,
        AdminDeed::Credentials => reaches && !subject.is_self && admin.has_session,
        AdminDeed::Flags => admin.is_superuser && !subject.is_self && admin.has_session,
    };
    if may { Ok(()) } else { Err(Code::Forbidden.into()) }
}

/// Allows staff to change, delete or manage a room, or says why not: a direct room has its two people
/// for ever, and nobody else's hands in it.
///
/// # Errors
/// `account_deactivated`, `forbidden`.
pub fn may_administer_room(admin: Administrator, kind: RoomKind) -> Result<()> {
    may_administer(admin)?;
    if kind == RoomKind::Group { Ok(()) } else { Err(Code::Forbidden.into()) }
}

/// Whether staff may read what people write in rooms of this kind without being in them.
pub fn may_be_read_by_staff(kind: RoomKind) -> bool {
    kind == RoomKind::Group
}

/// Allows a superuser to be one no longer, or to be no more, or says why not: somebody has to be left.
///
/// # Errors
/// `conflict`.
pub fn may_lose_superuser(others: i64) -> Result<()> {
    if others > 0 { Ok(()) } else { Err(Code::Conflict.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who asks × which room → what each deed answers; `.` allowed, `4` not_found, `f` forbidden,
    /// `s` room_staff_only, `o` not_room_owner, `b` blocked_by_you, `n` not_accepted. Columns: see, join, leave, read, send, change, delete,
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
        ("blocker", "direct", "..f.bffff"),
        ("blocked", "direct", "..f.nffff"),
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
        ("blocker", "direct", "bb..", "bbff", "bbff"),
        ("blocked", "direct", "nn..", "nnff", "nnff"),
        ("moderator", "open", "....", ".f..", "ffff"),
        ("staff_member", "open", "....", ".f..", "ffff"),
        ("staff_member", "staff_only", "....", ".f..", "ffff"),
        ("staff_member", "direct", "....", ".fff", "ffff"),
        ("owner", "open", "....", ".f..", "ffff"),
        ("owner", "staff_only", "4444", "4444", "4444"),
    ];

    fn asker(who: &str) -> Asker {
        let role = match who {
            "member" | "staff_member" | "blocker" | "blocked" => Some(Role::Member),
            "moderator" => Some(Role::Moderator),
            "owner" => Some(Role::Owner),
            _ => None,
        };
        let barrier = match who {
            "blocker" => Barrier::Own,
            "blocked" => Barrier::Theirs,
            _ => Barrier::None,
        };
        Asker { is_staff: who.starts_with("staff"), role, barrier }
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
            Err(Code::BlockedByYou) => 'b',
            Err(Code::NotAccepted) => 'n',
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
    fn az_1_a_file_that_was_not_sent_is_its_owner_s_alone() {
        for (is_own, is_attached, read, discard) in [
            (true, false, None, None),
            (true, true, None, Some(Code::Conflict)),
            (false, true, None, Some(Code::Forbidden)),
            (false, false, Some(Code::NotFound), Some(Code::NotFound)),
        ] {
            let answer = |deed| decide_file(is_own, is_attached, deed).err().map(|it| it.code);
            assert_eq!([FileDeed::Read, FileDeed::Discard].map(answer), [read, discard]);
        }
    }

    #[test]
    fn a_steady_room_is_disturbed_only_while_nobody_else_is_here() {
        for (is_steady, is_occupied, expected) in
            [(false, false, true), (false, true, true), (true, false, true), (true, true, false)]
        {
            assert_eq!(may_disturb(is_steady, || is_occupied).is_ok(), expected);
        }
        assert_eq!(may_disturb(true, || true).unwrap_err().code, Code::RoomOccupied);
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

    #[test]
    fn the_table_of_identities_holds() {
        let code = |decided: Result<()>| decided.err().map(|error| error.code);
        for (is_own, expected) in [
            (None, None),
            (Some(true), Some(Code::Conflict)),
            (Some(false), Some(Code::IdentityTaken)),
        ] {
            assert_eq!(code(may_connect(is_own)), expected, "connect, {is_own:?}");
        }
        for (has_password, others, expected) in
            [(true, 0, None), (true, 2, None), (false, 1, None), (false, 0, Some(Code::LastWayIn))]
        {
            assert_eq!(code(may_disconnect(has_password, others)), expected);
        }
        for (is_verified, is_held, expected) in [
            (true, true, Some(Code::AccountExists)),
            (true, false, None),
            (false, true, None),
            (false, false, None),
        ] {
            assert_eq!(code(may_sign_up_as(is_verified, is_held)), expected);
        }
        assert_eq!(code(check_fresh(FRESH)), None);
        let late = FRESH + Duration::from_micros(1);
        assert_eq!(code(check_fresh(late)), Some(Code::ReauthenticationRequired));
    }

    /// Who administers × whose account → what each deed answers; `.` allowed, `f` forbidden. Columns:
    /// profile, sign out, access, credentials, flags.
    const ACCOUNTS: &[(&str, &str, &str)] = &[
        ("member", "member", "fffff"),
        ("member", "self", "fffff"),
        ("staff", "member", "....f"),
        ("staff", "self", "..fff"),
        ("staff", "staff", "fffff"),
        ("staff", "superuser", "fffff"),
        ("superuser", "member", "....."),
        ("superuser", "self", "..fff"),
        ("superuser", "staff", "....."),
        ("superuser", "superuser", "....."),
        ("staff_token", "member", "...ff"),
        ("superuser_token", "member", "...ff"),
        ("superuser_token", "superuser", "...ff"),
    ];

    fn administrator(who: &str) -> Administrator {
        Administrator {
            is_active: true,
            is_staff: who != "member",
            is_superuser: who.starts_with("superuser"),
            has_session: !who.ends_with("token"),
        }
    }

    #[test]
    fn the_table_of_accounts_holds() {
        use AdminDeed::{Access, Credentials, Flags, Profile, SignOut};
        for (who, whose, expected) in ACCOUNTS {
            let admin = administrator(who);
            let is_self = *whose == "self";
            let subject = Subject {
                is_self,
                is_staff: matches!(*whose, "staff" | "superuser") || (is_self && admin.is_staff),
                is_superuser: *whose == "superuser" || (is_self && admin.is_superuser),
            };
            let answer = |deed| letter(may_administer_account(admin, subject, deed));
            let answers: String =
                [Profile, SignOut, Access, Credentials, Flags].map(answer).iter().collect();
            assert_eq!(answers, *expected, "{who} and the account of {whose}");
        }
    }

    #[test]
    fn staff_administer_group_rooms_and_never_read_direct_ones() {
        for (who, kind, expected) in [
            ("member", RoomKind::Group, 'f'),
            ("staff", RoomKind::Group, '.'),
            ("superuser", RoomKind::Direct, 'f'),
        ] {
            assert_eq!(letter(may_administer_room(administrator(who), kind)), expected, "{who}");
        }
        assert!(may_be_read_by_staff(RoomKind::Group));
        assert!(!may_be_read_by_staff(RoomKind::Direct));
        let gone = Administrator { is_active: false, ..administrator("superuser") };
        assert_eq!(may_administer(gone).unwrap_err().code, Code::AccountDeactivated);
    }

    #[test]
    fn only_superusers_change_the_server() {
        for (who, expected) in
            [("member", 'f'), ("staff", 'f'), ("superuser", '.'), ("superuser_token", '.')]
        {
            assert_eq!(letter(may_configure(administrator(who))), expected, "{who}");
        }
        let gone = Administrator { is_active: false, ..administrator("superuser") };
        assert_eq!(may_configure(gone).unwrap_err().code, Code::AccountDeactivated);
    }

    #[test]
    fn the_last_superuser_stays() {
        assert!(may_lose_superuser(1).is_ok());
        assert_eq!(may_lose_superuser(0).unwrap_err().code, Code::Conflict);
    }
}
