//! `/api/admin/memberships`.

use actix_web::{HttpResponse, delete, get, post, put, web::Data};

use super::{
    super::extract::{Body, Id, MaybeBody, NoBody, Query},
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
        RoomId, UserId,
        admin::{
            bulk::{BulkMemberships, BulkOutcome, MembershipAction, MembershipId},
            list::AdminList,
            membership::{AdminMembership, ListAdminMemberships},
        },
        room::PutMember,
    },
};

pub(super) fn configure(service: &mut impl Services) {
    // Names before ids: an address is given to the first that matches.
    service.service(admin_bulk_memberships).service(admin_put_membership);
    service.service(admin_delete_membership);
    service.service(admin_list_memberships).service(admin_get_membership);
}

/// List who is a member of what.
#[utoipa::path(tag = "admin", security(("bearer" = [])), params(ListAdminMemberships), responses(
    (status = 200, description = "One page of them.", body = AdminList<AdminMembership>),
    (status = 403, description = "`forbidden`: the caller is not of staff."),
))]
#[get("/api/admin/memberships")]
async fn admin_list_memberships(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Query(which): Query<ListAdminMemberships>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(reading::list_memberships(&ctx, &viewer, which).await?))
}

/// Get a membership.
#[utoipa::path(tag = "admin", security(("bearer" = [])),
    params(
        ("room_id" = RoomId, Path, description = "Of which room."),
        ("user_id" = UserId, Path, description = "Whose."),
    ),
    responses(
        (status = 200, description = "It.", body = AdminMembership),
        (status = 403, description = "`forbidden`: the caller is not of staff."),
    ))]
#[get("/api/admin/memberships/{room_id}/{user_id}")]
async fn admin_get_membership(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Id(room_id): Id<RoomId>,
    Id(user_id): Id<UserId>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(reading::get_membership(&ctx, &viewer, room_id, user_id).await?))
}

/// Make somebody a member of a group room, say what a member may do, or both. Idempotent.
///
/// Whoever owned the room is a moderator when somebody else is named its owner.
#[utoipa::path(tag = "admin", security(("bearer" = [])), request_body = Option<PutMember>,
    params(
        ("room_id" = RoomId, Path, description = "Of which room."),
        ("user_id" = UserId, Path, description = "Who."),
    ),
    responses(
        (status = 201, description = "The membership, which is new.", body = AdminMembership),
        (status = 200, description = "The membership, which was there before.", body = AdminMembership),
        (status = 403, description = "`forbidden`: the caller is not of staff, or this is a direct room; `room_staff_only`: the person is not of staff."),
        (status = 409, description = "`conflict`: this is the owner, and nobody is named in their place."),
    ))]
#[put("/api/admin/memberships/{room_id}/{user_id}")]
async fn admin_put_membership(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Id(room_id): Id<RoomId>,
    Id(user_id): Id<UserId>,
    MaybeBody(wanted): MaybeBody<PutMember>,
) -> Result<HttpResponse> {
    let role = wanted.unwrap_or_default().role;
    let put = admin::put_membership(&ctx, &viewer, room_id, user_id, role).await?;
    let mut response = if put.is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(response.json(put.membership))
}

/// Remove somebody from a group room.
#[utoipa::path(tag = "admin", security(("bearer" = [])),
    params(
        ("room_id" = RoomId, Path, description = "Of which room."),
        ("user_id" = UserId, Path, description = "Who."),
    ),
    responses(
        (status = 200, description = "What was done, and what went along.", body = BulkOutcome),
        (status = 403, description = "`forbidden`: the caller is not of staff, or this is a direct room."),
    ))]
#[delete("/api/admin/memberships/{room_id}/{user_id}")]
async fn admin_delete_membership(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Id(room_id): Id<RoomId>,
    Id(user_id): Id<UserId>,
    _: NoBody,
) -> Result<HttpResponse> {
    let (action, ids) = (MembershipAction::Remove, vec![MembershipId { room_id, user_id }]);
    let body = BulkMemberships { action, ids, all: false, dry_run: false };
    let which = ListAdminMemberships::default();
    let outcome = admin::bulk_memberships(&ctx, &viewer, which, body).await?;
    Ok(HttpResponse::Ok().json(only(outcome)?))
}

/// Do something to several memberships at once, or say what that would take along.
///
/// What may not be done to one of them is said of that one; the others are done. Ask with `dry_run`
/// first.
#[utoipa::path(tag = "admin", security(("bearer" = [])), params(ListAdminMemberships), request_body = BulkMemberships, responses(
    (status = 200, description = "What was done, or would be.", body = BulkOutcome),
    (status = 403, description = "`forbidden`: the caller is not of staff."),
))]
#[post("/api/admin/memberships/bulk")]
async fn admin_bulk_memberships(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Query(which): Query<ListAdminMemberships>,
    Body(body): Body<BulkMemberships>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(admin::bulk_memberships(&ctx, &viewer, which, body).await?))
}
