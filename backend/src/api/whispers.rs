//! Whispers over REST: the same action as `whisper.send`.

use actix_web::{HttpResponse, post, web::Data};

use super::extract::{Body, Id};
use super::services::Services;
use crate::{
    actions::{Context, Viewer, whispers},
    error::Result,
    model::{
        RoomId,
        live::{Delivered, PostWhisper},
    },
};

pub(super) fn configure(service: &mut impl Services) {
    service.service(send_whisper);
}

/// Say something to one person who is online in the room, and to nobody else.
///
/// It is kept nowhere: who is not online does not hear it.
#[utoipa::path(tag = "rooms", security(("bearer" = [])), request_body = PostWhisper,
    params(("room_id" = RoomId, Path, description = "The room that both are in.")),
    responses(
        (status = 200, description = "It was queued to a socket of that person.", body = Delivered),
        (status = 403, description = "`forbidden`: the caller is no member; `room_staff_only`."),
        (status = 409, description = "`not_online`: that person is a member, but not online right now."),
    ))]
#[post("/api/rooms/{room_id}/whispers")]
async fn send_whisper(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<RoomId>,
    Body(whisper): Body<PostWhisper>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(whispers::send(&ctx, &viewer, id, whisper, None).await?))
}
