//! `/api/admin/rooms`.

use actix_web::{HttpResponse, delete, get, patch, post, web::Data};

use super::{
    super::extract::{Body, Id, NoBody, Query},
    super::services::Services,
    Staff, only,
};
use crate::{
    actions::{
        Context,
        admin::{self, reading},
    },
    error::Result,
    model::{
        RoomId,
        admin::{
            bulk::{BulkOutcome, BulkRooms, RoomAction},
            list::AdminList,
            room::{AdminRoom, ListAdminRooms, NewAdminRoom, UpdateAdminRoom},
        },
    },
};

pub(super) fn configure(service: &mut impl Services) {
    // Names before ids: an address is given to the first that matches.
    service.service(admin_create_room).service(admin_bulk_rooms);
    service.service(admin_update_room).service(admin_delete_room);
    service.service(admin_list_rooms).service(admin_get_room);
}

/// List the rooms, direct rooms and those that one must be invited to among them.
#[utoipa::path(tag = "admin", security(("bearer" = [])), params(ListAdminRooms), responses(
    (status = 200, description = "One page of them.", body = AdminList<AdminRoom>),
    (status = 403, description = "`forbidden`: the caller is not of staff."),
))]
#[get("/api/admin/rooms")]
async fn admin_list_rooms(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Query(which): Query<ListAdminRooms>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(reading::list_rooms(&ctx, &viewer, which).await?))
}

/// Get a room.
#[utoipa::path(tag = "admin", security(("bearer" = [])),
    params(("room_id" = RoomId, Path, description = "Which one.")),
    responses(
        (status = 200, description = "It.", body = AdminRoom),
        (status = 403, description = "`forbidden`: the caller is not of staff."),
    ))]
#[get("/api/admin/rooms/{room_id}")]
async fn admin_get_room(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Id(id): Id<RoomId>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(reading::get_room(&ctx, &viewer, id).await?))
}

/// Make a group room, also one for staff.
#[utoipa::path(tag = "admin", security(("bearer" = [])), request_body = NewAdminRoom, responses(
    (status = 201, description = "The room.", body = AdminRoom),
    (status = 403, description = "`forbidden`: the caller is not of staff."),
    (status = 409, description = "`conflict`: another room has this name in addresses (`name`: `taken`)."),
))]
#[post("/api/admin/rooms")]
async fn admin_create_room(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Body(body): Body<NewAdminRoom>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Created().json(admin::create_room(&ctx, &viewer, body).await?))
}

/// Change a group room, also its owner; what is left out stays as it is.
#[utoipa::path(tag = "admin", security(("bearer" = [])), request_body = UpdateAdminRoom,
    params(("room_id" = RoomId, Path, description = "Which one.")),
    responses(
        (status = 200, description = "The room as it is now.", body = AdminRoom),
        (status = 403, description = "`forbidden`: the caller is not of staff, or this is a direct room."),
        (status = 409, description = "`conflict`: another room has this name in addresses (`name`: `taken`)."),
    ))]
#[patch("/api/admin/rooms/{room_id}")]
async fn admin_update_room(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Id(id): Id<RoomId>,
    Body(body): Body<UpdateAdminRoom>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(admin::update_room(&ctx, &viewer, id, body).await?))
}

/// Delete a group room with everything in it, for ever.
#[utoipa::path(tag = "admin", security(("bearer" = [])),
    params(("room_id" = RoomId, Path, description = "Which one.")),
    responses(
        (status = 200, description = "What was done, and what went along.", body = BulkOutcome),
        (status = 403, description = "`forbidden`: the caller is not of staff, or may not do this to it."),
    ))]
#[delete("/api/admin/rooms/{room_id}")]
async fn admin_delete_room(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Id(id): Id<RoomId>,
    _: NoBody,
) -> Result<HttpResponse> {
    let body = BulkRooms { action: RoomAction::Delete, ids: vec![id], all: false, dry_run: false };
    let which = ListAdminRooms::default();
    let outcome = admin::bulk_rooms(&ctx, &viewer, which, body).await?;
    Ok(HttpResponse::Ok().json(only(outcome)?))
}

/// Do something to several rooms at once, or say what that would take along.
///
/// What may not be done to one of them is said of that one; the others are done. Ask with `dry_run`
/// first.
#[utoipa::path(tag = "admin", security(("bearer" = [])), params(ListAdminRooms), request_body = BulkRooms, responses(
    (status = 200, description = "What was done, or would be.", body = BulkOutcome),
    (status = 403, description = "`forbidden`: the caller is not of staff."),
))]
#[post("/api/admin/rooms/bulk")]
async fn admin_bulk_rooms(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Query(which): Query<ListAdminRooms>,
    Body(body): Body<BulkRooms>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(admin::bulk_rooms(&ctx, &viewer, which, body).await?))
}
