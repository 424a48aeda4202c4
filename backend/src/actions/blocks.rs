//! Blocking people: they reach one no longer by direct rooms, whispers or invitations. What they write
//! in group rooms is still there; a client may hide it.

use super::{Context, Viewer, pages};
use crate::{
    error::{Code, Error, Flaw, Result},
    model::{
        Announcement, UserId,
        block::{Block, ListBlocks},
        event::{BlockChanged, Event},
        page::List,
    },
    policy,
    store::{
        Conn, Tx, accounts,
        blocks::{self, BLOCKS_MAX},
    },
};

/// Blocks somebody, and tells the viewer's own devices. Idempotent.
///
/// # Errors
/// `not_found`, also for oneself; `conflict` when there are too many.
pub async fn block(ctx: &Context, viewer: &Viewer, other: UserId) -> Result<()> {
    let user_id = viewer.user_id;
    let write = move |tx: &mut Tx<'_>| {
        policy::may_block(user_id == other)?;
        accounts::find_standing(tx.conn, other)?.ok_or_else(|| Error::from(Code::NotFound))?;
        if !blocks::insert(tx, user_id, other)? {
            return Ok(());
        }
        if blocks::count(tx.conn, user_id)? > BLOCKS_MAX {
            return Err(Error::from(Code::Conflict).and("user_id", Flaw::TooMany(BLOCKS_MAX)));
        }
        tell(tx, user_id, other, true);
        Ok(())
    };
    ctx.db.write(write).await
}

/// Unblocks somebody, and tells the viewer's own devices. Idempotent.
///
/// # Errors
/// `not_found` for oneself.
pub async fn unblock(ctx: &Context, viewer: &Viewer, other: UserId) -> Result<()> {
    let user_id = viewer.user_id;
    let write = move |tx: &mut Tx<'_>| {
        policy::may_block(user_id == other)?;
        if blocks::delete(tx, user_id, other)? {
            tell(tx, user_id, other, false);
        }
        Ok(())
    };
    ctx.db.write(write).await
}

fn tell(tx: &mut Tx<'_>, user_id: UserId, other: UserId, is_blocked: bool) {
    let event = Event::BlockChanged(BlockChanged { user_id: other, is_blocked });
    tx.announce(Announcement::Person { user_id, event });
}

/// Lists the people whom the viewer has blocked.
///
/// # Errors
/// `invalid`.
pub async fn list(ctx: &Context, viewer: &Viewer, wanted: ListBlocks) -> Result<List<Block>> {
    let ListBlocks { search, ordering, limit, cursor } = wanted;
    let user_id = viewer.user_id;
    let list = format!("blocks:{ordering:?}");
    let wanted = pages::wanted(&list, limit, cursor.as_deref())?;
    let which = blocks::Which { search: pages::search(search.as_deref())?, ordering };
    let here = ctx.here.clone();
    let read = move |conn: &mut Conn| Ok(blocks::list(conn, &*here, user_id, &which, &wanted)?);
    Ok(pages::answer(&list, ctx.db.read(read).await?))
}
