//! Looking for something that was written, in all rooms that the viewer may read.

use super::super::{Context, Viewer, access, pages};
use crate::{
    error::Result,
    model::{
        Message,
        message::{MessageOrdering, SearchMessages},
        page::List,
    },
    policy::Deed,
    store::{
        Conn,
        messages::{self, Sought},
        rooms,
    },
};

/// Lists what people wrote in the viewer's rooms. A page may be short of its limit,
/// or empty, and still have a `next`: one call looks at a bounded number of messages.
///
/// # Errors
/// `invalid`; of the room that `room_id` names: `not_found`, `forbidden`, `room_staff_only`.
/// `rate_limited`.
pub async fn search(
    ctx: &Context,
    viewer: &Viewer,
    wanted: SearchMessages,
) -> Result<List<Message>> {
    let SearchMessages { search, room_id, author_id, before, after, ordering, limit, cursor } =
        wanted;
    let user_id = viewer.user_id;
    let list = format!("messages:{ordering:?}");
    let page = pages::wanted(&list, limit, cursor.as_deref())?;
    let down = ordering == MessageOrdering::CreatedAtDown;
    let text = pages::search(search.as_deref())?;
    ctx.limits.searches_by_person.take(&user_id, ctx.db.clock().now()).check()?;
    let read = move |conn: &mut Conn| {
        let rooms = match room_id {
            Some(id) => access::check(conn, id, user_id, Deed::Read).map(|_| vec![id])?,
            None => rooms::list_readable(conn, user_id)?,
        };
        let sought = Sought { text, rooms, author_id, after, before, down };
        Ok(messages::search(conn, &sought, &page, user_id)?)
    };
    Ok(pages::answer(&list, ctx.db.read(read).await?))
}
