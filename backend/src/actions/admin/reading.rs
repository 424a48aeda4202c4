//! The lists of administration, and each thing by itself.

use super::{
    super::{
        Context, Viewer,
        pages::{self, search as search_term},
    },
    check, get, list,
};
use crate::{
    error::{Error, Flaw, Result},
    model::{
        MessageId, RoomId, SessionId, TokenId, UserId,
        admin::{
            audit::{AuditEntry, AuditId, ListAudit},
            list::AdminList,
            membership::{AdminMembership, ListAdminMemberships},
            message::{AdminMessage, AdminMessageOrdering, ListAdminMessages},
            room::{AdminRoom, ListAdminRooms},
            session::{AdminSession, AdminToken, ListAdminSessions, ListAdminTokens},
            user::{AdminUser, ListAdminUsers},
        },
    },
    store::{
        Conn,
        admin::{audit, memberships, messages, rooms, sessions, users},
        messages as sought,
        rooms::list_groups,
    },
};

/// In how many rooms, the newest, messages are searched for at once.
const ROOMS_MAX: i64 = 5_000;
/// The longest name of an event.
const EVENT_CHARS_MAX: usize = 64;

/// Lists the accounts.
///
/// # Errors
/// `invalid`, `forbidden`.
pub async fn list_users(
    ctx: &Context,
    viewer: &Viewer,
    which: ListAdminUsers,
) -> Result<AdminList<AdminUser>> {
    let query = users::query(&which, search_term(which.search.as_deref())?.as_deref());
    let name = format!("admin/users:{:?}", which.ordering);
    list::<users::Row>(ctx, viewer, name, &which.paging(), query).await
}

/// Gets one account.
///
/// # Errors
/// `not_found`, `forbidden`.
pub async fn get_user(ctx: &Context, viewer: &Viewer, id: UserId) -> Result<AdminUser> {
    get(ctx, viewer, move |conn| Ok(users::find(conn, id)?)).await
}

/// Lists the rooms, those that nobody else may know of among them.
///
/// # Errors
/// `invalid`, `forbidden`.
pub async fn list_rooms(
    ctx: &Context,
    viewer: &Viewer,
    which: ListAdminRooms,
) -> Result<AdminList<AdminRoom>> {
    let query = rooms::query(&which, search_term(which.search.as_deref())?.as_deref());
    let name = format!("admin/rooms:{:?}", which.ordering);
    list::<rooms::Row>(ctx, viewer, name, &which.paging(), query).await
}

/// Gets one room.
///
/// # Errors
/// `not_found`, `forbidden`.
pub async fn get_room(ctx: &Context, viewer: &Viewer, id: RoomId) -> Result<AdminRoom> {
    get(ctx, viewer, move |conn| Ok(rooms::find(conn, id)?)).await
}

/// Lists who is a member of what.
///
/// # Errors
/// `invalid`, `forbidden`.
pub async fn list_memberships(
    ctx: &Context,
    viewer: &Viewer,
    which: ListAdminMemberships,
) -> Result<AdminList<AdminMembership>> {
    let query = memberships::query(&which, search_term(which.search.as_deref())?.as_deref());
    let name = format!("admin/memberships:{:?}", which.ordering);
    list::<memberships::Row>(ctx, viewer, name, &which.paging(), query).await
}

/// Gets one membership.
///
/// # Errors
/// `not_found`, `forbidden`.
pub async fn get_membership(
    ctx: &Context,
    viewer: &Viewer,
    room_id: RoomId,
    user_id: UserId,
) -> Result<AdminMembership> {
    get(ctx, viewer, move |conn| Ok(memberships::find(conn, room_id, user_id)?)).await
}

/// Lists what people wrote. With a search, only what is found in group rooms.
///
/// # Errors
/// `invalid`, `forbidden`.
pub async fn list_messages(
    ctx: &Context,
    viewer: &Viewer,
    which: ListAdminMessages,
) -> Result<AdminList<AdminMessage>> {
    if let Some(text) = search_term(which.search.as_deref())? {
        return search(ctx, viewer, which, text).await;
    }
    let query = messages::query(&which);
    let name = format!("admin/messages:{:?}", which.ordering);
    list::<messages::Row>(ctx, viewer, name, &which.paging(), query).await
}

async fn search(
    ctx: &Context,
    viewer: &Viewer,
    which: ListAdminMessages,
    text: String,
) -> Result<AdminList<AdminMessage>> {
    let name = format!("admin/messages:search:{:?}", which.ordering);
    let wanted = pages::wanted(&name, which.limit, which.cursor.as_deref())?;
    let down = which.ordering == AdminMessageOrdering::CreatedAtDown;
    let who = viewer.into();
    let read = move |conn: &mut Conn| {
        check(conn, &who)?;
        if which.deleted == Some(true) {
            // No text is left in what was deleted.
            return Ok((Vec::new(), None));
        }
        let rooms = list_groups(conn, which.room_id, ROOMS_MAX)?;
        let sought = sought::Sought {
            text: Some(text),
            rooms,
            author_id: which.author_id,
            after: which.after,
            before: which.before,
            down,
        };
        let (ids, next) = sought::search_ids(conn, &sought, &wanted)?;
        Ok((messages::find_all(conn, &ids, down)?, next))
    };
    let (items, next) = ctx.db.read(read).await?;
    let page = pages::answer(&name, crate::store::page::Page { items, next });
    Ok(AdminList { items: page.items, next: page.next, total: None, dates: None })
}

/// Gets one message.
///
/// # Errors
/// `not_found`, `forbidden`.
pub async fn get_message(ctx: &Context, viewer: &Viewer, id: MessageId) -> Result<AdminMessage> {
    get(ctx, viewer, move |conn| Ok(messages::find(conn, id)?)).await
}

/// Lists the sessions.
///
/// # Errors
/// `invalid`, `forbidden`.
pub async fn list_sessions(
    ctx: &Context,
    viewer: &Viewer,
    which: ListAdminSessions,
) -> Result<AdminList<AdminSession>> {
    let now = ctx.db.clock().now();
    let query = sessions::sessions(&which, search_term(which.search.as_deref())?.as_deref(), now);
    let name = format!("admin/sessions:{:?}", which.ordering);
    list::<sessions::SessionRow>(ctx, viewer, name, &which.paging(), query).await
}

/// Gets one session.
///
/// # Errors
/// `not_found`, `forbidden`.
pub async fn get_session(ctx: &Context, viewer: &Viewer, id: SessionId) -> Result<AdminSession> {
    let now = ctx.db.clock().now();
    get(ctx, viewer, move |conn| Ok(sessions::find_session(conn, id, now)?)).await
}

/// Lists the personal access tokens.
///
/// # Errors
/// `invalid`, `forbidden`.
pub async fn list_tokens(
    ctx: &Context,
    viewer: &Viewer,
    which: ListAdminTokens,
) -> Result<AdminList<AdminToken>> {
    let now = ctx.db.clock().now();
    let query = sessions::tokens(&which, search_term(which.search.as_deref())?.as_deref(), now);
    let name = format!("admin/tokens:{:?}", which.ordering);
    list::<sessions::TokenRow>(ctx, viewer, name, &which.paging(), query).await
}

/// Gets one personal access token.
///
/// # Errors
/// `not_found`, `forbidden`.
pub async fn get_token(ctx: &Context, viewer: &Viewer, id: TokenId) -> Result<AdminToken> {
    let now = ctx.db.clock().now();
    get(ctx, viewer, move |conn| Ok(sessions::find_token(conn, id, now)?)).await
}

/// Lists what was done.
///
/// # Errors
/// `invalid`, `forbidden`.
pub async fn list_audit(
    ctx: &Context,
    viewer: &Viewer,
    which: ListAudit,
) -> Result<AdminList<AuditEntry>> {
    let event = which.event.as_deref().unwrap_or_default();
    if event.chars().count() > EVENT_CHARS_MAX || event.contains(char::is_control) {
        return Err(Error::field("event", Flaw::Malformed));
    }
    let query = audit::query(&which, search_term(which.search.as_deref())?.as_deref());
    let name = format!("admin/audit:{:?}", which.ordering);
    list::<audit::Row>(ctx, viewer, name, &which.paging(), query).await
}

/// Gets one entry of the audit log.
///
/// # Errors
/// `not_found`, `forbidden`.
pub async fn get_audit_entry(ctx: &Context, viewer: &Viewer, id: AuditId) -> Result<AuditEntry> {
    get(ctx, viewer, move |conn| Ok(audit::find(conn, id)?)).await
}
