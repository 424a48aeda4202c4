//! Rooms, as one person sees them.

mod altering;
mod direct;
mod mine;

use std::collections::HashMap;

use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{BigInt, Bool, Text},
};

use super::{
    conn::{Conn, on_backend},
    error::is_taken,
    fragment::fixed,
    page::{ESCAPE, Key, Page, Position, Wanted, anywhere, cut, ordered},
    profiles::{self, profile_of},
    reading::{MENTIONS, UNREAD},
    schema::{members, rooms, users},
};
use crate::{
    error::{Code, Error, Flaw, Result},
    model::{
        Room, RoomId, Timestamp, UserId,
        presence::Here,
        room::{Membership, Notify, Role, RoomKind, RoomOrdering},
        text,
    },
};

pub use altering::{Changed, delete, purge, update};
pub use direct::{find_direct, insert_direct};
pub use mine::{Mine, list_mine};

/// How many direct rooms one query finds the other person of.
const PEERS_AT_ONCE: usize = 1_000;

/// Which rooms, of those that somebody may see.
#[derive(Clone, Debug)]
pub struct Which {
    /// Only those with this in their name, folded.
    pub search: Option<String>,
    /// Only those of which this person is, or is not, a member.
    pub joined: Option<bool>,
    /// Only those of this kind.
    pub kind: Option<RoomKind>,
    /// The order.
    pub ordering: RoomOrdering,
}

/// A group room to be written; every field has been checked.
#[derive(Clone, Debug)]
pub struct NewRow {
    /// Its name.
    pub name: String,
    /// Its topic.
    pub topic: String,
    /// Only staff may enter.
    pub staff_only: bool,
    /// Only who is invited may know of it.
    pub invite_only: bool,
    /// Nobody renames or deletes it while another member is online.
    pub steady_while_occupied: bool,
    /// Who makes it.
    pub owner_id: UserId,
}

#[derive(Clone, Debug, Queryable)]
struct Row {
    id: i64,
    kind: String,
    name: String,
    name_key: String,
    slug: Option<String>,
    topic: String,
    staff_only: bool,
    invite_only: bool,
    steady_while_occupied: bool,
    owner_id: Option<i64>,
    head: i64,
    members_count: i64,
    created_at: i64,
    role: Option<String>,
    notify: Option<String>,
    last_read_seq: Option<i64>,
    unread: i64,
    mentions: i64,
}

/// The columns of a [`Row`], in its order: of a room and of the person's own membership.
macro_rules! columns {
    () => {
        (
            rooms::id,
            rooms::kind,
            rooms::name,
            rooms::name_key,
            rooms::slug,
            rooms::topic,
            rooms::staff_only,
            rooms::invite_only,
            rooms::steady_while_occupied,
            rooms::owner_id,
            rooms::head,
            rooms::members_count,
            rooms::created_at,
            members::role.nullable(),
            members::notify.nullable(),
            members::last_read_seq.nullable(),
            fixed::<BigInt>(UNREAD),
            fixed::<BigInt>(MENTIONS),
        )
    };
}
use columns;

/// Rooms beside the person's own membership in each.
macro_rules! seen_by {
    ($viewer:expr) => {
        rooms::table.left_join(
            members::table.on(members::room_id.eq(rooms::id).and(members::user_id.eq($viewer.0))),
        )
    };
}

/// What makes a room one that the person of [`seen_by!`] may know of; `policy::decide` says the same
/// of a single room, and a test holds the two together.
const VISIBLE: &str =
    "(members.user_id is not null or (rooms.kind = 'group' and not rooms.invite_only))";

/// One room as this person sees it, whether or not they may.
pub fn find(
    conn: &mut Conn,
    here: &dyn Here,
    id: RoomId,
    viewer: UserId,
) -> QueryResult<Option<Room>> {
    let row = seen_by!(viewer)
        .filter(rooms::id.eq(id.0))
        .select(columns!())
        .first::<Row>(conn)
        .optional()?;
    Ok(shown(conn, here, row.into_iter().collect(), viewer)?.pop())
}

/// The room of this name in an address: the one that everybody may see, or else the oldest of which
/// this person is a member.
pub fn find_by_slug(
    conn: &mut Conn,
    here: &dyn Here,
    slug: &str,
    viewer: UserId,
) -> QueryResult<Option<Room>> {
    let row = seen_by!(viewer)
        .filter(rooms::slug.eq(slug))
        .filter(fixed::<Bool>(VISIBLE))
        .order((rooms::invite_only, rooms::id))
        .select(columns!())
        .first::<Row>(conn)
        .optional()?;
    Ok(shown(conn, here, row.into_iter().collect(), viewer)?.pop())
}

/// A page of the rooms that this person may see. A search reads them all, in the order asked for,
/// until the page is full: names are searched in the middle, where no index helps.
pub fn list(
    conn: &mut Conn,
    here: &dyn Here,
    which: &Which,
    wanted: &Wanted,
    viewer: UserId,
) -> QueryResult<Page<Room>> {
    let mut query = seen_by!(viewer).filter(fixed::<Bool>(VISIBLE)).into_boxed();
    if let Some(joined) = which.joined {
        let mine = "rooms.id in (select room_id from members where user_id = ";
        let begin = if joined { mine.to_owned() } else { format!("not {mine}") };
        query = query.filter(sql::<Bool>(&begin).bind::<BigInt, _>(viewer.0).sql(")"));
    }
    if let Some(kind) = which.kind {
        query = query.filter(rooms::kind.eq(kind_name(kind)));
    }
    if let Some(search) = &which.search {
        let pattern = anywhere(search);
        let peer = sql::<Bool>(
            "(rooms.kind = 'direct' and exists (select 1 from members other
              join users on users.id = other.user_id
              where other.room_id = rooms.id and other.user_id <> members.user_id
              and users.search_key like ",
        )
        .bind::<Text, _>(pattern.clone())
        .sql(" escape '\\'))");
        query = query.filter(rooms::name_key.like(pattern).escape(ESCAPE).or(peer));
    }
    let text = wanted.after.as_ref().map(|after| (after.key.text(), after.id));
    let number = wanted.after.as_ref().map(|after| (after.key.number(), after.id));
    use RoomOrdering as By;
    let query = match which.ordering {
        By::Name => ordered!(query, up, rooms::name_key, rooms::id, text),
        By::NameDown => ordered!(query, down, rooms::name_key, rooms::id, text),
        By::CreatedAt => ordered!(query, up, rooms::created_at, rooms::id, number),
        By::CreatedAtDown => ordered!(query, down, rooms::created_at, rooms::id, number),
        By::MembersCount => ordered!(query, up, rooms::members_count, rooms::id, number),
        By::MembersCountDown => ordered!(query, down, rooms::members_count, rooms::id, number),
    };
    let mut rows = query.limit(wanted.limit + 1).select(columns!()).load::<Row>(conn)?;
    let next = cut(&mut rows, wanted.limit, |row| Position {
        key: match which.ordering {
            By::Name | By::NameDown => Key::Text(row.name_key.clone()),
            By::CreatedAt | By::CreatedAtDown => Key::Number(row.created_at),
            By::MembersCount | By::MembersCountDown => Key::Number(row.members_count),
        },
        id: row.id,
    });
    Ok(Page { items: shown(conn, here, rows, viewer)?, next })
}

/// The ids of every room of which this person is a member, in their order.
pub fn list_ids(conn: &mut Conn, viewer: UserId) -> QueryResult<Vec<RoomId>> {
    let ids = members::table
        .filter(members::user_id.eq(viewer.0))
        .order(members::room_id)
        .select(members::room_id)
        .load::<i64>(conn)?;
    Ok(ids.into_iter().map(RoomId).collect())
}

/// The ids of every room that this person may read: as a member, and of staff where that is asked.
pub fn list_readable(conn: &mut Conn, viewer: UserId) -> QueryResult<Vec<RoomId>> {
    let ids = members::table
        .inner_join(rooms::table)
        .inner_join(users::table)
        .filter(members::user_id.eq(viewer.0))
        .filter(users::is_active.and(users::is_staff.or(diesel::dsl::not(rooms::staff_only))))
        .order(members::room_id)
        .select(members::room_id)
        .load::<i64>(conn)?;
    Ok(ids.into_iter().map(RoomId).collect())
}

/// The ids of the newest group rooms, or this one if it is a group room.
pub fn list_groups(conn: &mut Conn, only: Option<RoomId>, limit: i64) -> QueryResult<Vec<RoomId>> {
    let mut query = rooms::table
        .filter(rooms::kind.eq(kind_name(RoomKind::Group)).and(rooms::deleted_at.is_null()))
        .order(rooms::id.desc())
        .limit(limit)
        .select(rooms::id)
        .into_boxed();
    if let Some(id) = only {
        query = query.filter(rooms::id.eq(id.0));
    }
    Ok(query.load::<i64>(conn)?.into_iter().map(RoomId).collect())
}

/// A room's newest `rev`.
pub fn find_head(conn: &mut Conn, id: RoomId) -> QueryResult<Option<i64>> {
    let living = rooms::table.find(id.0).filter(rooms::deleted_at.is_null());
    living.select(rooms::head).first(conn).optional()
}

/// The newest `rev` of each of these rooms; those that are gone are left out.
pub fn list_heads(conn: &mut Conn, ids: &[RoomId]) -> QueryResult<Vec<(RoomId, i64)>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let living = rooms::table.filter(rooms::id.eq_any(ids)).filter(rooms::deleted_at.is_null());
    let heads = living.select((rooms::id, rooms::head)).load::<(i64, i64)>(conn)?;
    Ok(heads.into_iter().map(|(id, head)| (RoomId(id), head)).collect())
}

/// Takes a room for this commit, so that nobody sends, joins or leaves in between. On SQLite whoever
/// writes has everything already.
pub fn lock(conn: &mut Conn, id: RoomId) -> QueryResult<()> {
    if let Conn::Postgres(conn) = conn {
        let _known =
            rooms::table.find(id.0).select(rooms::id).for_update().first::<i64>(conn).optional()?;
    }
    Ok(())
}

/// Writes a group room without members.
///
/// # Errors
/// `conflict`, naming the field `name`, when a room that everybody may see has the same slug.
pub fn insert(conn: &mut Conn, room: &NewRow, now: Timestamp) -> Result<RoomId> {
    let inserted: QueryResult<i64> = on_backend!(conn, conn => diesel::insert_into(rooms::table)
            .values((
                rooms::kind.eq(kind_name(RoomKind::Group)),
                rooms::name.eq(&room.name),
                rooms::name_key.eq(text::fold(&room.name)),
                rooms::slug.eq(text::slug(&room.name)),
                rooms::topic.eq(&room.topic),
                rooms::staff_only.eq(room.staff_only),
                rooms::invite_only.eq(room.invite_only),
                rooms::steady_while_occupied.eq(room.steady_while_occupied),
                rooms::owner_id.eq(room.owner_id.0),
                rooms::created_at.eq(now.0),
            ))
            .returning(rooms::id)
            .get_result(conn));
    inserted.map(RoomId).map_err(name_taken)
}

fn name_taken(error: diesel::result::Error) -> Error {
    if is_taken(&error, "rooms_slug_key", "rooms.slug") {
        Error::from(Code::Conflict).and("name", Flaw::Taken)
    } else {
        error.into()
    }
}

/// Gives a room to somebody, or to nobody.
pub fn update_owner(conn: &mut Conn, id: RoomId, owner_id: Option<UserId>) -> QueryResult<()> {
    diesel::update(rooms::table.find(id.0))
        .set(rooms::owner_id.eq(owner_id.map(|owner| owner.0)))
        .execute(conn)?;
    Ok(())
}

/// Rows as rooms, with the other people of direct rooms found together.
fn shown(
    conn: &mut Conn,
    here: &dyn Here,
    rows: Vec<Row>,
    viewer: UserId,
) -> QueryResult<Vec<Room>> {
    let mut peers = peers(conn, &rows, viewer)?;
    let room = |row: Row| {
        let peer = peers.remove(&row.id);
        room_of(row, here, peer)
    };
    Ok(rows.into_iter().map(room).collect())
}

/// The other people of direct rooms, by the room.
fn peers(
    conn: &mut Conn,
    rows: &[Row],
    viewer: UserId,
) -> QueryResult<HashMap<i64, profiles::Row>> {
    let direct: Vec<i64> =
        rows.iter().filter(|row| row.kind == "direct").map(|row| row.id).collect();
    let mut peers = HashMap::with_capacity(direct.len());
    for ids in direct.chunks(PEERS_AT_ONCE) {
        let rows = members::table
            .inner_join(users::table)
            .filter(members::room_id.eq_any(ids))
            .filter(members::user_id.ne(viewer.0))
            .select((members::room_id, profiles::COLUMNS))
            .load::<(i64, profiles::Row)>(conn)?;
        peers.extend(rows);
    }
    Ok(peers)
}

fn room_of(row: Row, here: &dyn Here, peer: Option<profiles::Row>) -> Room {
    let id = RoomId(row.id);
    let kind = kind_of(&row.kind);
    let peer = peer.map(|peer| profile_of(peer, here));
    // Whoever sees its lock does not see who is behind it.
    let is_shut = row.staff_only && row.role.is_none();
    let me = row.role.map(|role| Membership {
        role: role_of(&role),
        last_read_seq: row.last_read_seq.unwrap_or(0),
        unread: row.unread,
        mentions: row.mentions,
        notify: notify_of(&row.notify.unwrap_or_default()),
    });
    Room {
        id,
        name: peer.as_ref().map_or(row.name, |peer| peer.display_name.clone()),
        slug: row.slug,
        topic: row.topic,
        kind,
        is_private: kind == RoomKind::Direct,
        staff_only: row.staff_only,
        invite_only: row.invite_only,
        steady_while_occupied: row.steady_while_occupied,
        owner_id: row.owner_id.map(UserId),
        created_at: Timestamp(row.created_at),
        head: row.head,
        members_count: row.members_count,
        online_count: if is_shut { 0 } else { here.online_count(id) },
        peer,
        me,
    }
}

pub(super) fn kind_of(name: &str) -> RoomKind {
    if name == "direct" { RoomKind::Direct } else { RoomKind::Group }
}

pub(super) fn kind_name(kind: RoomKind) -> &'static str {
    match kind {
        RoomKind::Group => "group",
        RoomKind::Direct => "direct",
    }
}

pub(super) fn role_of(name: &str) -> Role {
    match name {
        "owner" => Role::Owner,
        "moderator" => Role::Moderator,
        _ => Role::Member,
    }
}

pub(super) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Moderator => "moderator",
        Role::Member => "member",
    }
}

pub(super) fn notify_name(notify: Notify) -> &'static str {
    match notify {
        Notify::All => "all",
        Notify::Mentions => "mentions",
        Notify::None => "none",
    }
}

fn notify_of(name: &str) -> Notify {
    match name {
        "mentions" => Notify::Mentions,
        "none" => Notify::None,
        _ => Notify::All,
    }
}
