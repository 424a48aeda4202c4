//! Messages: a room's history and what changed in it, sending, and one by itself.

use actix_web::{HttpResponse, get, http::header::ContentType, post, web::Data};
use utoipa_actix_web::service_config::ServiceConfig;

use super::extract::{Body, Id, Query};
use crate::{
    actions::{Context, Viewer, messages},
    error::Result,
    model::{
        Message, MessageId, RoomId,
        message::{PostMessage, ReadHistory},
        page::{Changes, History, ReadChanges},
    },
};

pub(super) fn configure(service: &mut ServiceConfig<'_>) {
    service.service(list_messages).service(send_message).service(list_changes);
    service.service(get_message);
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
    Ok(HttpResponse::Ok().json(messages::history(&ctx, &viewer, id, wanted).await?))
}

/// Send a message.
///
/// With a `nonce` it may be repeated for ever: the same nonce never makes a second message.
#[utoipa::path(tag = "messages", security(("bearer" = [])), request_body = PostMessage,
    params(("room_id" = RoomId, Path, description = "Which room.")),
    responses(
        (status = 201, description = "The message, durable.", body = Message),
        (status = 200, description = "It had been stored before, under the same nonce.", body = Message,
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
