//! `/api/rooms/{room_id}/members`: who is in a room, and what they may do there.

use actix_web::{HttpResponse, delete, get, put, web::Data};

use super::extract::{Id, MaybeBody, NoBody, Query};
use super::services::Services;
use crate::{
    actions::{Context, Viewer, rooms},
    error::Result,
    model::{
        RoomId, UserId,
        page::List,
        room::{ListMembers, Member, PutMember},
    },
};

pub(super) fn configure(service: &mut impl Services) {
    service.service(list_members).service(put_member).service(remove_member);
}

/// List the members of a room.
#[utoipa::path(tag = "rooms", security(("bearer" = [])),
    params(("room_id" = RoomId, Path, description = "Which room."), ListMembers),
    responses(
        (status = 200, description = "One page of them.", body = List<Member>),
        (status = 403, description = "`forbidden`: the caller is no member; `room_staff_only`."),
    ))]
#[get("/api/rooms/{room_id}/members")]
async fn list_members(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<RoomId>,
    Query(wanted): Query<ListMembers>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(rooms::members(&ctx, &viewer, id, wanted).await?))
}

/// Make somebody a member, say what a member may do, or both. Idempotent.
///
/// For the owner, the moderators, and staff; what members may do, only the owner and staff say. Whoever
/// names another owner is a moderator from then on.
#[utoipa::path(tag = "rooms", security(("bearer" = [])), request_body = Option<PutMember>,
    params(
        ("room_id" = RoomId, Path, description = "Which room."),
        ("user_id" = UserId, Path, description = "Who."),
    ),
    responses(
        (status = 201, description = "The member, who is new.", body = Member),
        (status = 200, description = "The member, who was there before.", body = Member),
        (status = 403, description = "`forbidden`: the caller does not moderate the room; `not_room_owner`; `room_staff_only`: one of the two is not of staff."),
        (status = 409, description = "`conflict`: this is the owner, and nobody is named in their place."),
    ))]
#[put("/api/rooms/{room_id}/members/{user_id}")]
async fn put_member(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<RoomId>,
    Id(user_id): Id<UserId>,
    MaybeBody(wanted): MaybeBody<PutMember>,
) -> Result<HttpResponse> {
    let role = wanted.unwrap_or_default().role;
    let put = rooms::put_member(&ctx, &viewer, id, user_id, role).await?;
    let mut response = if put.is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(response.json(put.member))
}

/// Remove somebody from a room. Idempotent; to remove oneself is to leave.
///
/// For the owner, the moderators, and staff; the owner and the moderators are removed only by the owner
/// and staff.
#[utoipa::path(tag = "rooms", security(("bearer" = [])),
    params(
        ("room_id" = RoomId, Path, description = "Which room."),
        ("user_id" = UserId, Path, description = "Who."),
    ),
    responses(
        (status = 204, description = "They are no member."),
        (status = 403, description = "`forbidden`: the caller does not moderate the room; `not_room_owner`; `room_staff_only`."),
    ))]
#[delete("/api/rooms/{room_id}/members/{user_id}")]
async fn remove_member(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<RoomId>,
    Id(user_id): Id<UserId>,
    _: NoBody,
) -> Result<HttpResponse> {
    rooms::remove(&ctx, &viewer, id, user_id).await?;
    Ok(HttpResponse::NoContent().finish())
}
