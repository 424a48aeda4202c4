//! Messages: a room's history and what changed in it, sending, searching, and one by itself.

use actix_web::{
    HttpResponse, delete, get,
    http::header::ContentType,
    patch, post, put,
    web::{Data, Path},
};

use super::extract::{Body, Id, NoBody, Query};
use super::services::Services;
use crate::{
    actions::{Context, Viewer, messages},
    error::Result,
    model::{
        Message, MessageId, RoomId,
        message::{
            DeleteMessage, EditMessage, FormerBody, ListEdits, PostMessage, ReadHistory,
            SearchMessages,
        },
        page::{Changes, History, List, ReadChanges},
    },
};

pub(super) fn configure(service: &mut impl Services) {
    service.service(list_messages).service(send_message).service(list_changes);
    service.service(search_messages).service(get_message).service(edit_message);
    service.service(delete_message).service(list_former_bodies);
    service.service(add_reaction).service(remove_reaction);
}

/// Read a part of a room's history.
#[utoipa::path(tag = "messages", security(("bearer" = [])),
    params(("room_id" = RoomId, Path, description = "Which room."), ReadHistory),
    responses(
        (status = 200, description = "The messages, oldest first.", body = History),
        (status = 403, description = "`forbidden`: the caller is no member; `room_staff_only`."),
    ))]
#[get("/api/rooms/{room_id}/messages")]
async fn list_messages(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<RoomId>,
    Query(wanted): Query<ReadHistory>,
) -> Result<HttpResponse> {
    let page = messages::history(&ctx, &viewer, id, wanted).await?;
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(page.json().clone()))
}

/// Send a message.
///
/// With a `nonce` it may be repeated for ever: the same nonce never makes a second message.
#[utoipa::path(tag = "messages", security(("bearer" = [])), request_body = PostMessage,
    params(("room_id" = RoomId, Path, description = "Which room.")),
    responses(
        (status = 201, description = "The message, durable.", body = Message),
        (status = 200, description = "It had been stored before, under the same nonce; if it was deleted since, what is left of it, whatever it said.", body = Message,
            headers(("Idempotent-Replay" = String, description = "Always `true`."))),
        (status = 403, description = "`forbidden`: the caller is no member; `room_staff_only`."),
        (status = 409, description = "`nonce_reused`: this nonce already stands for another message."),
    ))]
#[post("/api/rooms/{room_id}/messages")]
async fn send_message(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<RoomId>,
    Body(message): Body<PostMessage>,
) -> Result<HttpResponse> {
    let sent = messages::send(&ctx, &viewer, message.to(id)).await?;
    let mut response = if sent.replayed { HttpResponse::Ok() } else { HttpResponse::Created() };
    if sent.replayed {
        response.insert_header(("Idempotent-Replay", "true"));
    }
    Ok(response.insert_header(ContentType::json()).body(sent.change.json_for(viewer.user_id)))
}

/// Read what changed in a room after a cursor.
#[utoipa::path(tag = "messages", security(("bearer" = [])),
    params(("room_id" = RoomId, Path, description = "Which room."), ReadChanges),
    responses(
        (status = 200, description = "Every message that is new or different, as it is now, ordered by `rev`.", body = Changes),
        (status = 403, description = "`forbidden`: the caller is no member; `room_staff_only`."),
    ))]
#[get("/api/rooms/{room_id}/changes")]
async fn list_changes(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<RoomId>,
    Query(wanted): Query<ReadChanges>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(messages::changes(&ctx, &viewer, id, wanted).await?))
}

/// Get one message.
#[utoipa::path(tag = "messages", security(("bearer" = [])),
    params(("message_id" = MessageId, Path, description = "Which message.")),
    responses((status = 200, description = "The message as it is now.", body = Message)))]
#[get("/api/messages/{message_id}")]
async fn get_message(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<MessageId>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(messages::get(&ctx, &viewer, id).await?))
}

/// Search the messages of the caller's rooms.
///
/// One call looks at a bounded number of messages: a page may be short of its limit, or empty, and
/// still have a `next`.
#[utoipa::path(tag = "messages", security(("bearer" = [])), params(SearchMessages),
    responses(
        (status = 200, description = "One page of what was found.", body = List<Message>),
        (status = 403, description = "Of the room that `room_id` names: `forbidden`, `room_staff_only`."),
        (status = 404, description = "`not_found`: the room that `room_id` names does not exist, or the caller may not know that it does."),
    ))]
#[get("/api/messages")]
async fn search_messages(
    ctx: Data<Context>,
    viewer: Viewer,
    Query(wanted): Query<SearchMessages>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(messages::search(&ctx, &viewer, wanted).await?))
}

/// Give the caller's own message another text. The same text as it has changes nothing.
#[utoipa::path(tag = "messages", security(("bearer" = [])), request_body = EditMessage,
    params(("message_id" = MessageId, Path, description = "Which message.")),
    responses(
        (status = 200, description = "The message as it is now.", body = Message),
        (status = 403, description = "`forbidden`: somebody else wrote it, or it is a note of the room."),
        (status = 409, description = "`conflict`: it was deleted, or it changed since `if_rev`."),
    ))]
#[patch("/api/messages/{message_id}")]
async fn edit_message(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<MessageId>,
    Body(edit): Body<EditMessage>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(messages::edit(&ctx, &viewer, id, edit).await?))
}

/// Delete a message for ever; a tombstone is left. Idempotent.
///
/// For its author, for the owner and the moderators of its room, and for staff in it.
#[utoipa::path(tag = "messages", security(("bearer" = [])),
    params(("message_id" = MessageId, Path, description = "Which message."), DeleteMessage),
    responses(
        (status = 200, description = "The tombstone.", body = Message),
        (status = 403, description = "`forbidden`: it is not the caller's to delete, or it is a note of the room."),
        (status = 409, description = "`conflict`: it changed since `if_rev`."),
    ))]
#[delete("/api/messages/{message_id}")]
async fn delete_message(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<MessageId>,
    Query(how): Query<DeleteMessage>,
    _: NoBody,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(messages::delete(&ctx, &viewer, id, how).await?))
}

/// List what a message said before each of its edits.
///
/// For its author, for the owner and the moderators of its room, and for staff in it.
#[utoipa::path(tag = "messages", security(("bearer" = [])),
    params(("message_id" = MessageId, Path, description = "Which message."), ListEdits),
    responses(
        (status = 200, description = "One page of its former texts; none of a deleted message.", body = List<FormerBody>),
        (status = 403, description = "`forbidden`: it is not for the caller to read."),
    ))]
#[get("/api/messages/{message_id}/history")]
async fn list_former_bodies(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<MessageId>,
    Query(wanted): Query<ListEdits>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(messages::edits(&ctx, &viewer, id, wanted).await?))
}

/// Put an emoji on a message. Idempotent.
#[utoipa::path(tag = "messages", security(("bearer" = [])),
    params(
        ("message_id" = MessageId, Path, description = "Which message."),
        ("emoji" = String, Path, description = "One emoji (RGI), percent-encoded."),
    ),
    responses(
        (status = 200, description = "The message with the emoji on it.", body = Message),
        (status = 403, description = "`forbidden`: it is a note of the room."),
        (status = 409, description = "`conflict`: it was deleted."),
        (status = 422, description = "`invalid`: not one emoji (`emoji`: `not_allowed`), or more than 20 of the caller or 50 of all on this message (`too_many`)."),
    ))]
#[put("/api/messages/{message_id}/reactions/{emoji}")]
async fn add_reaction(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<MessageId>,
    path: Path<(String, String)>,
    _: NoBody,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(messages::react(&ctx, &viewer, id, &path.1).await?))
}

/// Take the caller's emoji from a message. Idempotent.
#[utoipa::path(tag = "messages", security(("bearer" = [])),
    params(
        ("message_id" = MessageId, Path, description = "Which message."),
        ("emoji" = String, Path, description = "One emoji (RGI), percent-encoded."),
    ),
    responses(
        (status = 200, description = "The message without it.", body = Message),
        (status = 403, description = "`forbidden`: it is a note of the room."),
        (status = 422, description = "`invalid`: not one emoji (`emoji`: `not_allowed`)."),
    ))]
#[delete("/api/messages/{message_id}/reactions/{emoji}")]
async fn remove_reaction(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<MessageId>,
    path: Path<(String, String)>,
    _: NoBody,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(messages::unreact(&ctx, &viewer, id, &path.1).await?))
}
