//! Who is a member of what. A membership begins and ends together with its note in the room, under
//! the same number, so that whoever handles the room's changes in order knows who may hear which.

use std::sync::Arc;

use diesel::prelude::*;

use super::{
    blocks,
    conn::Conn,
    journal::Tx,
    messages::insert_note,
    page::{ESCAPE, Key, Page, Position, Wanted, anywhere, cut, ordered},
    profiles::{self, profile_of},
    rooms::{self as store_rooms, kind_of, notify_name, role_name, role_of},
    schema::{members, rooms, users},
};
use crate::{
    model::{
        Change, Effect, Rev, Room, RoomId, Timestamp, UserId,
        message::MessageKind,
        presence::Here,
        room::{Member, MemberOrdering, Notify, Role, RoomKind},
    },
    policy::{Asker, Barrier, RoomRules},
};

/// Everything that a decision about one person and one room needs, from one snapshot.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// The person.
    pub asker: Asker,
    /// Whether the account is active.
    pub is_active: bool,
    /// The room.
    pub rules: RoomRules,
    /// The room's newest `rev`.
    pub head: Rev,
}

/// Which members of a room.
#[derive(Clone, Debug)]
pub struct Which {
    /// Only those with this in their names, folded.
    pub search: Option<String>,
    /// Only those who are online in the room, or only those who are not.
    pub online: Option<bool>,
    /// Only those who are this in the room.
    pub role: Option<Role>,
    /// The order.
    pub ordering: MemberOrdering,
}

/// How a person stands to a room; `None` when there is no such room, or no such person.
pub fn find_standing(
    conn: &mut Conn,
    room_id: RoomId,
    user_id: UserId,
) -> QueryResult<Option<Standing>> {
    let row = rooms::table
        .inner_join(users::table.on(users::id.eq(user_id.0)))
        .left_join(
            members::table.on(members::room_id.eq(rooms::id).and(members::user_id.eq(users::id))),
        )
        .filter(rooms::id.eq(room_id.0))
        .select((
            (rooms::kind, rooms::staff_only, rooms::invite_only, rooms::head),
            (users::is_active, users::is_staff),
            members::role.nullable(),
        ))
        .first::<((String, bool, bool, i64), (bool, bool), Option<String>)>(conn)
        .optional()?;
    let Some(((kind, staff_only, invite_only, head), (is_active, is_staff), role)) = row else {
        return Ok(None);
    };
    let kind = kind_of(&kind);
    let barrier = match kind {
        RoomKind::Direct => blocks::find_in_direct(conn, room_id, user_id)?,
        RoomKind::Group => Barrier::None,
    };
    Ok(Some(Standing {
        asker: Asker { is_staff, role: role.as_deref().map(role_of), barrier },
        is_active,
        rules: RoomRules { kind, staff_only, invite_only },
        head,
    }))
}

/// A page of a room's members.
pub fn list(
    conn: &mut Conn,
    here: &dyn Here,
    room_id: RoomId,
    which: &Which,
    wanted: &Wanted,
) -> QueryResult<Page<Member>> {
    let mut query =
        members::table.inner_join(users::table).filter(members::room_id.eq(room_id.0)).into_boxed();
    if let Some(search) = &which.search {
        query = query.filter(users::search_key.like(anywhere(search)).escape(ESCAPE));
    }
    if let Some(online) = which.online {
        query = query.filter(profiles::among(conn, &here.online_in(room_id), online));
    }
    if let Some(role) = which.role {
        query = query.filter(members::role.eq(role_name(role)));
    }
    let text = wanted.after.as_ref().map(|after| (after.key.text(), after.id));
    let number = wanted.after.as_ref().map(|after| (after.key.number(), after.id));
    use MemberOrdering as By;
    let query = match which.ordering {
        By::DisplayName => ordered!(query, up, users::search_key, members::user_id, text),
        By::DisplayNameDown => ordered!(query, down, users::search_key, members::user_id, text),
        By::JoinedAt => ordered!(query, up, members::joined_at, members::user_id, number),
        By::JoinedAtDown => ordered!(query, down, members::joined_at, members::user_id, number),
    };
    let mut rows = query
        .limit(wanted.limit + 1)
        .select((profiles::COLUMNS, users::search_key, members::role, members::joined_at))
        .load::<(profiles::Row, String, String, i64)>(conn)?;
    let next = cut(&mut rows, wanted.limit, |(row, search_key, _, joined_at)| Position {
        key: match which.ordering {
            By::DisplayName | By::DisplayNameDown => Key::Text(search_key.clone()),
            By::JoinedAt | By::JoinedAtDown => Key::Number(*joined_at),
        },
        id: row.0,
    });
    let member = |(row, _, role, joined_at): (profiles::Row, String, String, i64)| Member {
        profile: profile_of(row, here),
        role: role_of(&role),
        joined_at: Timestamp(joined_at),
    };
    Ok(Page { items: rows.into_iter().map(member).collect(), next })
}

/// Makes somebody a member who is none yet, and writes the note. Everything up to the note counts as
/// read. Answers the change to announce and the room as the new member sees it.
pub fn insert(
    tx: &mut Tx<'_>,
    here: &dyn Here,
    room_id: RoomId,
    user_id: UserId,
    role: Role,
) -> QueryResult<(Change, Room)> {
    let head = diesel::update(rooms::table.find(room_id.0))
        .set(rooms::members_count.eq(rooms::members_count + 1))
        .returning(rooms::head)
        .get_result::<i64>(tx.conn)?;
    // The number that the note is about to take: the room's row is held by this commit.
    let seq = head + 1;
    diesel::insert_into(members::table)
        .values((
            members::room_id.eq(room_id.0),
            members::user_id.eq(user_id.0),
            members::role.eq(role_name(role)),
            members::last_read_seq.eq(seq),
            members::joined_at.eq(tx.now.0),
        ))
        .execute(tx.conn)?;
    let room = store_rooms::find(tx.conn, here, room_id, user_id)?;
    let mut room = room.ok_or(diesel::result::Error::NotFound)?;
    room.head = seq;
    let effect = Effect::Joined { user_id, room: Arc::new(room.clone()) };
    let kind = MessageKind::Joined;
    let change = insert_note(tx, room_id, kind, user_id, None, |_| Some(effect))?;
    Ok((change, room))
}

/// Ends a membership and writes the note, `left` or `removed`. Answers the change to announce.
pub fn delete(
    tx: &mut Tx<'_>,
    room_id: RoomId,
    user_id: UserId,
    kind: MessageKind,
) -> QueryResult<Change> {
    diesel::update(rooms::table.find(room_id.0))
        .set(rooms::members_count.eq(rooms::members_count - 1))
        .execute(tx.conn)?;
    diesel::delete(members::table.find((room_id.0, user_id.0))).execute(tx.conn)?;
    insert_note(tx, room_id, kind, user_id, None, |_| Some(Effect::Gone { user_id }))
}

/// Makes two people the members of their direct room, without notes: they have been, and will be.
pub fn insert_pair(tx: &mut Tx<'_>, room_id: RoomId, pair: [UserId; 2]) -> QueryResult<()> {
    for user_id in pair {
        diesel::insert_into(members::table)
            .values((
                members::room_id.eq(room_id.0),
                members::user_id.eq(user_id.0),
                members::role.eq(role_name(Role::Member)),
                members::joined_at.eq(tx.now.0),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// One member of a room.
pub fn find(
    conn: &mut Conn,
    here: &dyn Here,
    room_id: RoomId,
    user_id: UserId,
) -> QueryResult<Option<Member>> {
    let row = members::table
        .inner_join(users::table)
        .filter(members::room_id.eq(room_id.0).and(members::user_id.eq(user_id.0)))
        .select((profiles::COLUMNS, members::role, members::joined_at))
        .first::<(profiles::Row, String, i64)>(conn)
        .optional()?;
    Ok(row.map(|(row, role, joined_at)| Member {
        profile: profile_of(row, here),
        role: role_of(&role),
        joined_at: Timestamp(joined_at),
    }))
}

/// The members of a room who are not of staff, in the order of ids, with what they may do there.
pub fn list_outsiders(conn: &mut Conn, room_id: RoomId) -> QueryResult<Vec<(UserId, Role)>> {
    let rows = members::table
        .inner_join(users::table)
        .filter(members::room_id.eq(room_id.0).and(diesel::dsl::not(users::is_staff)))
        .order(members::user_id)
        .select((members::user_id, members::role))
        .load::<(i64, String)>(conn)?;
    Ok(rows.into_iter().map(|(id, role)| (UserId(id), role_of(&role))).collect())
}

/// Holds who of a room's members is of staff: until this commit is over none of them stops being it.
pub fn hold_staff(tx: &mut Tx<'_>, room_id: RoomId) -> QueryResult<()> {
    if let Conn::Postgres(conn) = tx.conn {
        members::table
            .inner_join(users::table)
            .filter(members::room_id.eq(room_id.0).and(users::is_staff))
            .order(users::id)
            .select(users::id)
            .for_share()
            .load::<i64>(conn)?;
    }
    Ok(())
}

/// The rooms for staff of which this person is a member, in the order of ids.
pub fn list_staff_rooms(conn: &mut Conn, user_id: UserId) -> QueryResult<Vec<RoomId>> {
    let ids = members::table
        .inner_join(rooms::table)
        .filter(members::user_id.eq(user_id.0).and(rooms::staff_only))
        .order(members::room_id)
        .select(members::room_id)
        .load::<i64>(conn)?;
    Ok(ids.into_iter().map(RoomId).collect())
}

/// Changes what a member is notified of; says whether that is something else than before.
pub fn update_notify(
    conn: &mut Conn,
    room_id: RoomId,
    user_id: UserId,
    notify: Notify,
) -> QueryResult<bool> {
    let name = notify_name(notify);
    let changed = diesel::update(members::table.find((room_id.0, user_id.0)))
        .filter(members::notify.ne(name))
        .set(members::notify.eq(name))
        .execute(conn)?;
    Ok(changed > 0)
}

/// Who a room passes to: the longest-standing moderator, or else the longest-standing member.
pub fn find_successor(conn: &mut Conn, room_id: RoomId) -> QueryResult<Option<UserId>> {
    for role in [Role::Moderator, Role::Member] {
        let successor = members::table
            .filter(members::room_id.eq(room_id.0).and(members::role.eq(role_name(role))))
            .order((members::joined_at, members::user_id))
            .select(members::user_id)
            .first::<i64>(conn)
            .optional()?;
        if successor.is_some() {
            return Ok(successor.map(UserId));
        }
    }
    Ok(None)
}

/// Gives a member another role and writes the note. Answers the change to announce.
pub fn update_role(
    tx: &mut Tx<'_>,
    room_id: RoomId,
    user_id: UserId,
    role: Role,
) -> QueryResult<Change> {
    diesel::update(members::table.find((room_id.0, user_id.0)))
        .set(members::role.eq(role_name(role)))
        .execute(tx.conn)?;
    let kind = MessageKind::RoleChanged;
    insert_note(tx, room_id, kind, user_id, Some(role_name(role)), |_| None)
}
