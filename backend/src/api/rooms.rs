//! `/api/rooms`: finding rooms, making and changing them, coming and going.

use actix_web::{
    HttpResponse, delete, get, patch, post, put,
    web::{Data, Path},
};

use super::extract::{Body, Id, NoBody, Query};
use super::services::Services;
use crate::{
    actions::{Context, Viewer, reading, rooms},
    error::Result,
    model::{
        Room, RoomId, UserId,
        event::ReadUpdated,
        page::List,
        room::{ListRooms, MarkRead, Membership, NewRoom, SetNotify, UpdateRoom},
    },
};

pub(super) fn configure(service: &mut impl Services) {
    // Names before ids: an address is given to the first that matches.
    service.service(list_rooms).service(create_room).service(get_room_by_slug).service(get_room);
    service.service(update_room).service(delete_room).service(open_direct_room);
    service.service(join_room).service(leave_room).service(mark_read).service(set_notify);
}

/// List the rooms that the caller may know of.
#[utoipa::path(tag = "rooms", security(("bearer" = [])), params(ListRooms), responses(
    (status = 200, description = "One page of them.", body = List<Room>),
))]
#[get("/api/rooms")]
async fn list_rooms(
    ctx: Data<Context>,
    viewer: Viewer,
    Query(wanted): Query<ListRooms>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(rooms::list(&ctx, &viewer, wanted).await?))
}

/// Make a room; the caller becomes its owner and first member.
#[utoipa::path(tag = "rooms", security(("bearer" = [])), request_body = NewRoom, responses(
    (status = 201, description = "The room.", body = Room),
    (status = 403, description = "`room_staff_only`: only staff make rooms for staff."),
    (status = 409, description = "`conflict`: another room has this name in addresses (`name`: `taken`)."),
))]
#[post("/api/rooms")]
async fn create_room(
    ctx: Data<Context>,
    viewer: Viewer,
    Body(room): Body<NewRoom>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Created().json(rooms::create(&ctx, &viewer, room).await?))
}

/// Get a room by its name in addresses.
#[utoipa::path(tag = "rooms", security(("bearer" = [])),
    params(("slug" = String, Path, description = "The room's `slug`, or a name that has it.")),
    responses((status = 200, description = "The room as the caller sees it.", body = Room)))]
#[get("/api/rooms/by-slug/{slug}")]
async fn get_room_by_slug(
    ctx: Data<Context>,
    viewer: Viewer,
    slug: Path<String>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(rooms::get_by_slug(&ctx, &viewer, &slug).await?))
}

/// Get a room.
#[utoipa::path(tag = "rooms", security(("bearer" = [])),
    params(("room_id" = RoomId, Path, description = "Which room.")),
    responses((status = 200, description = "The room as the caller sees it.", body = Room)))]
#[get("/api/rooms/{room_id}")]
async fn get_room(ctx: Data<Context>, viewer: Viewer, Id(id): Id<RoomId>) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(rooms::get(&ctx, &viewer, id).await?))
}

/// Become a member. Idempotent.
#[utoipa::path(tag = "rooms", security(("bearer" = [])),
    params(("room_id" = RoomId, Path, description = "Which room.")),
    responses(
        (status = 200, description = "The room, with the caller as a member.", body = Room),
        (status = 403, description = "`room_staff_only`."),
    ))]
#[post("/api/rooms/{room_id}/join")]
async fn join_room(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<RoomId>,
    _: NoBody,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(rooms::join(&ctx, &viewer, id).await?))
}

/// Stop being a member. Idempotent.
#[utoipa::path(tag = "rooms", security(("bearer" = [])),
    params(("room_id" = RoomId, Path, description = "Which room.")),
    responses(
        (status = 204, description = "The caller is no member."),
        (status = 403, description = "`forbidden`: a direct room can't be left."),
    ))]
#[post("/api/rooms/{room_id}/leave")]
async fn leave_room(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<RoomId>,
    _: NoBody,
) -> Result<HttpResponse> {
    rooms::leave(&ctx, &viewer, id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Move the caller's read pointer forward, never back.
#[utoipa::path(tag = "rooms", security(("bearer" = [])), request_body = MarkRead,
    params(("room_id" = RoomId, Path, description = "Which room.")),
    responses(
        (status = 200, description = "Where it stands now and what is left unread.", body = ReadUpdated),
        (status = 403, description = "`forbidden`: the caller is no member; `room_staff_only`."),
    ))]
#[put("/api/rooms/{room_id}/read")]
async fn mark_read(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<RoomId>,
    Body(read): Body<MarkRead>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(reading::mark(&ctx, &viewer, id, read.seq).await?))
}

/// Change a room; what is left out stays as it is.
///
/// For its owner, its moderators, and staff.
#[utoipa::path(tag = "rooms", security(("bearer" = [])), request_body = UpdateRoom,
    params(("room_id" = RoomId, Path, description = "Which room.")),
    responses(
        (status = 200, description = "The room as the caller sees it now.", body = Room),
        (status = 403, description = "`forbidden`: the caller does not moderate it; `room_staff_only`: only staff make a room one for staff; `not_room_owner`: only its owner and staff say whether it is steady."),
        (status = 409, description = "`conflict`: another room has this name in addresses (`name`: `taken`); `room_occupied`: it is `steady_while_occupied`, and another member is online."),
    ))]
#[patch("/api/rooms/{room_id}")]
async fn update_room(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<RoomId>,
    Body(update): Body<UpdateRoom>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(rooms::update(&ctx, &viewer, id, update).await?))
}

/// Delete a room with everything in it, for ever.
///
/// For its owner, and staff.
#[utoipa::path(tag = "rooms", security(("bearer" = [])),
    params(("room_id" = RoomId, Path, description = "Which room.")),
    responses(
        (status = 204, description = "There is no such room any more."),
        (status = 403, description = "`not_room_owner`; `forbidden`: a direct room stays; `room_staff_only`."),
        (status = 409, description = "`room_occupied`: it is `steady_while_occupied`, and another member is online."),
    ))]
#[delete("/api/rooms/{room_id}")]
async fn delete_room(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<RoomId>,
    _: NoBody,
) -> Result<HttpResponse> {
    rooms::delete(&ctx, &viewer, id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Open the one direct room of the caller and somebody else. Idempotent.
#[utoipa::path(tag = "rooms", security(("bearer" = [])),
    params(("user_id" = UserId, Path, description = "Who else. With oneself there is no room.")),
    responses(
        (status = 201, description = "The room, which is new.", body = Room),
        (status = 200, description = "The room, which was there before.", body = Room),
    ))]
#[put("/api/rooms/direct/{user_id}")]
async fn open_direct_room(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<UserId>,
    _: NoBody,
) -> Result<HttpResponse> {
    let opened = rooms::open_direct(&ctx, &viewer, id).await?;
    let mut response = if opened.is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(response.json(opened.room))
}

/// Say what the caller wants to be notified of in a room.
#[utoipa::path(tag = "rooms", security(("bearer" = [])), request_body = SetNotify,
    params(("room_id" = RoomId, Path, description = "Which room.")),
    responses(
        (status = 200, description = "What the room is to the caller now.", body = Membership),
        (status = 403, description = "`forbidden`: the caller is no member; `room_staff_only`."),
    ))]
#[put("/api/rooms/{room_id}/notify")]
async fn set_notify(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<RoomId>,
    Body(wanted): Body<SetNotify>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(rooms::set_notify(&ctx, &viewer, id, wanted.notify).await?))
}
