//! Rooms: finding them, making them, changing them, coming and going, looking at them.

mod altering;
mod direct;
mod eviction;
mod managing;
mod membership;
mod telling;

use std::sync::Arc;

use super::{
    Context, Viewer, access,
    messages::{self, Page, number},
    pages, texts,
};
use crate::{
    error::{Code, Error, Flaw, Result},
    model::{
        Rev, Room, RoomId, UserId,
        page::{CHANGES_MAX, Entered, List},
        presence::Here,
        room::{
            ListMembers, ListRooms, Member, NewRoom, ROOM_NAME_CHARS_MAX, Role, TOPIC_CHARS_MAX,
        },
        text,
    },
    policy::{self, Deed},
    store::{
        Conn, Tx, accounts, members,
        rooms::{self, NewRow},
    },
};

pub(super) use altering::{begin_purge, bury, change, checked, news, told};
pub use altering::{delete, purge, update};
pub use direct::{Opened, open_direct};
pub use eviction::evict_from_staff_rooms;
pub use managing::{Put, put_member, remove, set_notify};
pub(super) use managing::{admit, promote, take_out, told as told_role};
pub(super) use membership::pass_on;
pub use membership::{join, leave};

/// How many of the newest messages come with entering a room when the caller does not say.
pub const ENTER_MESSAGES: i64 = 10;
/// How many of the newest messages come with entering a room at the most.
pub const ENTER_MESSAGES_MAX: i64 = 100;

/// Makes a group room; the viewer becomes its owner and first member.
///
/// # Errors
/// `invalid`; `conflict`, naming the field `name`, when a room that everybody may see has a name
/// that looks the same in an address; `room_staff_only`; `rate_limited`.
pub async fn create(ctx: &Context, viewer: &Viewer, room: NewRoom) -> Result<Room> {
    let NewRoom { name, topic, staff_only, invite_only, steady_while_occupied } = room;
    let owner_id = viewer.user_id;
    policy::may_create(viewer.is_staff, staff_only)?;
    let row = NewRow {
        name: texts::name("name", &name, ROOM_NAME_CHARS_MAX)?,
        topic: texts::line("topic", &topic, TOPIC_CHARS_MAX)?,
        staff_only,
        invite_only,
        steady_while_occupied,
        owner_id,
    };
    ctx.limits.rooms_by_person.take(&owner_id, ctx.db.clock().now()).check()?;
    let here = ctx.here.clone();
    let write = move |tx: &mut Tx<'_>| {
        if row.staff_only {
            // Whoever stops being of staff meanwhile is removed from the rooms that are seen then: not this one.
            accounts::hold_standing(tx, owner_id)?;
            let standing = accounts::find_standing(tx.conn, owner_id)?;
            policy::may_create(standing.is_some_and(|it| it.is_staff), true)?;
        }
        let id = rooms::insert(tx.conn, &row, tx.now)?;
        let (change, room) = members::insert(tx, &*here, id, owner_id, Role::Owner)?;
        tx.announce_change(change);
        Ok(room)
    };
    ctx.db.write(write).await
}

/// Lists the rooms that the viewer may see.
///
/// # Errors
/// `invalid`.
pub async fn list(ctx: &Context, viewer: &Viewer, wanted: ListRooms) -> Result<List<Room>> {
    let ListRooms { search, joined, kind, ordering, limit, cursor } = wanted;
    let user_id = viewer.user_id;
    let list = format!("rooms:{ordering:?}");
    let wanted = pages::wanted(&list, limit, cursor.as_deref())?;
    let search = pages::search(search.as_deref())?;
    let which = rooms::Which { search, joined, kind, ordering };
    let here = ctx.here.clone();
    let read = move |conn: &mut Conn| Ok(rooms::list(conn, &*here, &which, &wanted, user_id)?);
    Ok(pages::answer(&list, ctx.db.read(read).await?))
}

/// Lists every room of which the viewer is a member.
///
/// # Errors
/// `unavailable`.
pub async fn list_mine(ctx: &Context, viewer: &Viewer) -> Result<Vec<Room>> {
    let user_id = viewer.user_id;
    let here = ctx.here.clone();
    ctx.db.read(move |conn| Ok(rooms::list_mine(conn, &*here, user_id)?)).await
}

/// Lists the ids of every room of which the viewer is a member, in their order.
///
/// # Errors
/// `unavailable`.
pub async fn room_ids(ctx: &Context, viewer: &Viewer) -> Result<Vec<RoomId>> {
    let user_id = viewer.user_id;
    // Whoever asks for this will ask for all of it next, and is then answered from memory.
    if ctx.db.remembers() {
        return Ok(ctx.db.home(user_id, viewer.session_id).await?.rooms.ids().collect());
    }
    ctx.db.read(move |conn| Ok(rooms::list_ids(conn, user_id)?)).await
}

/// Gets one room.
///
/// # Errors
/// `not_found`.
pub async fn get(ctx: &Context, viewer: &Viewer, id: RoomId) -> Result<Room> {
    let user_id = viewer.user_id;
    let here = ctx.here.clone();
    let read = move |conn: &mut Conn| {
        access::check(conn, id, user_id, Deed::See)?;
        seen(conn, &here, id, user_id)
    };
    ctx.db.read(read).await
}

/// Gets the room that has this name in an address, however it is written: its slug is that of the name.
///
/// # Errors
/// `not_found`.
pub async fn get_by_slug(ctx: &Context, viewer: &Viewer, slug: &str) -> Result<Room> {
    // Slugs have no control characters, and Postgres would refuse to look for a NUL.
    if slug.contains(char::is_control) || slug.chars().count() > SLUG_CHARS_MAX {
        return Err(Code::NotFound.into());
    }
    let user_id = viewer.user_id;
    let slug = text::slug(slug);
    let here = ctx.here.clone();
    let read = move |conn: &mut Conn| Ok(rooms::find_by_slug(conn, &*here, &slug, user_id)?);
    ctx.db.read(read).await?.ok_or(Code::NotFound.into())
}

/// Longer than any slug of a name, whose characters may each become several.
const SLUG_CHARS_MAX: usize = 20 * ROOM_NAME_CHARS_MAX;

/// Lists the members of a room.
///
/// # Errors
/// `invalid`, `not_found`, `forbidden`, `room_staff_only`.
pub async fn members(
    ctx: &Context,
    viewer: &Viewer,
    room_id: RoomId,
    wanted: ListMembers,
) -> Result<List<Member>> {
    let ListMembers { search, online, role, ordering, limit, cursor } = wanted;
    let user_id = viewer.user_id;
    let list = format!("members:{room_id}:{ordering:?}");
    let wanted = pages::wanted(&list, limit, cursor.as_deref())?;
    let search = pages::search(search.as_deref())?;
    let which = members::Which { search, online, role, ordering };
    let here = ctx.here.clone();
    let read = move |conn: &mut Conn| {
        access::check(conn, room_id, user_id, Deed::Read)?;
        Ok(members::list(conn, &*here, room_id, &which, &wanted)?)
    };
    Ok(pages::answer(&list, ctx.db.read(read).await?))
}

/// Looks at a room: what it is, who is online, and its newest `last` messages (10, at most 100), or
/// what changed after a cursor (one page: `sync` has the rest). All from one snapshot.
///
/// # Errors
/// `invalid`, `not_found`, `forbidden`, `room_staff_only`.
pub async fn enter(
    ctx: &Context,
    viewer: &Viewer,
    room_id: RoomId,
    after: Option<(String, Rev)>,
    last: Option<i64>,
) -> Result<Entered> {
    let user_id = viewer.user_id;
    let last = last.unwrap_or(ENTER_MESSAGES);
    if !(1..=ENTER_MESSAGES_MAX).contains(&last) {
        return Err(Error::field("last", Flaw::OutOfRange(1, ENTER_MESSAGES_MAX)));
    }
    let epoch = ctx.db.epoch().to_string();
    let after = match after {
        Some((known, rev)) => Some(number("after.rev", rev)?).filter(|_| known == epoch),
        None => None,
    };
    let here = ctx.here.clone();
    let read = move |conn: &mut Conn| {
        let head = access::check(conn, room_id, user_id, Deed::Read)?.head;
        let room = seen(conn, &here, room_id, user_id)?;
        let page = messages::page(conn, room_id, user_id, head, after, CHANGES_MAX, last)?;
        let Page { from, to, reset, messages } = page;
        let online = here.online_in(room_id);
        Ok(Entered { room, epoch, from, to, reset, messages, online })
    };
    ctx.db.read(read).await
}

/// A room that has just been checked, as the viewer sees it.
pub(super) fn seen(
    conn: &mut Conn,
    here: &Arc<dyn Here>,
    id: RoomId,
    viewer: UserId,
) -> Result<Room> {
    rooms::find(conn, &**here, id, viewer)?.ok_or(Code::NotFound.into())
}
