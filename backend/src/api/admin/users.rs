//! `/api/admin/users`.

use actix_web::{HttpResponse, delete, get, patch, post, put, web::Data};

use super::{
    super::extract::{Body, Id, NoBody, Query},
    super::services::Services,
    Staff, only,
};
use crate::{
    actions::{
        Context,
        admin::{self, reading, users},
    },
    error::Result,
    model::{
        UserId,
        admin::{
            bulk::{BulkOutcome, BulkUsers, UserAction},
            list::AdminList,
            user::{AdminUser, ListAdminUsers, NewUser, SetPassword, UpdateUser},
        },
    },
};

pub(super) fn configure(service: &mut impl Services) {
    // Names before ids: an address is given to the first that matches.
    service.service(admin_create_user).service(admin_bulk_users);
    service.service(admin_update_user).service(admin_delete_user).service(admin_set_password);
    service.service(admin_remove_totp).service(admin_end_sessions).service(admin_end_tokens);
    service.service(admin_list_users).service(admin_get_user);
}

/// List the accounts.
#[utoipa::path(tag = "admin", security(("bearer" = [])), params(ListAdminUsers), responses(
    (status = 200, description = "One page of them.", body = AdminList<AdminUser>),
    (status = 403, description = "`forbidden`: the caller is not of staff."),
))]
#[get("/api/admin/users")]
async fn admin_list_users(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Query(which): Query<ListAdminUsers>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(reading::list_users(&ctx, &viewer, which).await?))
}

/// Get an account.
#[utoipa::path(tag = "admin", security(("bearer" = [])),
    params(("user_id" = UserId, Path, description = "Which one.")),
    responses(
        (status = 200, description = "It.", body = AdminUser),
        (status = 403, description = "`forbidden`: the caller is not of staff."),
    ))]
#[get("/api/admin/users/{user_id}")]
async fn admin_get_user(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Id(id): Id<UserId>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(reading::get_user(&ctx, &viewer, id).await?))
}

/// Make an account.
///
/// Superusers only, signed in with the password: with `is_staff` or `is_superuser`.
#[utoipa::path(tag = "admin", security(("bearer" = [])), request_body = NewUser, responses(
    (status = 201, description = "The account.", body = AdminUser),
    (status = 403, description = "`forbidden`: the caller is not of staff, or gives flags and is no superuser."),
    (status = 409, description = "`username_taken`: somebody has this username; `conflict`: another account has shown this address to be its own (`email`: `taken`)."),
))]
#[post("/api/admin/users")]
async fn admin_create_user(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Body(body): Body<NewUser>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Created().json(users::create(&ctx, &viewer, body).await?))
}

/// Change an account; what is left out stays as it is.
///
/// Superusers only: accounts of other staff. Superusers only, signed in with the password: `is_staff`
/// and `is_superuser`, never one's own. `email` needs a session, too, and is not for one's own account:
/// that has other calls, which ask for the password.
#[utoipa::path(tag = "admin", security(("bearer" = [])), request_body = UpdateUser,
    params(("user_id" = UserId, Path, description = "Which one.")),
    responses(
        (status = 200, description = "The account as it is now.", body = AdminUser),
        (status = 403, description = "`forbidden`: the caller is not of staff, or may not change this."),
        (status = 409, description = "`username_taken`; `conflict`: another account has shown this address to be its own (`email`: `taken`), or this is the last superuser."),
    ))]
#[patch("/api/admin/users/{user_id}")]
async fn admin_update_user(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Id(id): Id<UserId>,
    Body(body): Body<UpdateUser>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(users::update(&ctx, &viewer, id, body).await?))
}

/// Give somebody another password, which ends all their sessions, tokens and sockets.
///
/// Needs a session. Superusers only: for other staff. Nobody's own: that is `/api/auth/password/change`.
#[utoipa::path(tag = "admin", security(("bearer" = [])), request_body = SetPassword,
    params(("user_id" = UserId, Path, description = "Whose.")),
    responses(
        (status = 204, description = "It is the password now."),
        (status = 403, description = "`forbidden`: the caller is not of staff, or may not do this to them."),
    ))]
#[put("/api/admin/users/{user_id}/password")]
async fn admin_set_password(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Id(id): Id<UserId>,
    Body(body): Body<SetPassword>,
) -> Result<HttpResponse> {
    users::set_password(&ctx, &viewer, id, body).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Take away the second factor of somebody who has lost it.
///
/// Needs a session. Superusers only: of other staff.
#[utoipa::path(tag = "admin", security(("bearer" = [])),
    params(("user_id" = UserId, Path, description = "Whose.")),
    responses(
        (status = 204, description = "Signing in asks for no code."),
        (status = 403, description = "`forbidden`: the caller is not of staff, or may not do this to them."),
    ))]
#[delete("/api/admin/users/{user_id}/totp")]
async fn admin_remove_totp(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Id(id): Id<UserId>,
    _: NoBody,
) -> Result<HttpResponse> {
    users::remove_totp(&ctx, &viewer, id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// End all sessions of somebody, and their sockets.
///
/// Superusers only: of other staff.
#[utoipa::path(tag = "admin", security(("bearer" = [])),
    params(("user_id" = UserId, Path, description = "Whose.")),
    responses(
        (status = 204, description = "They are signed in nowhere."),
        (status = 403, description = "`forbidden`: the caller is not of staff, or may not do this to them."),
    ))]
#[delete("/api/admin/users/{user_id}/sessions")]
async fn admin_end_sessions(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Id(id): Id<UserId>,
    _: NoBody,
) -> Result<HttpResponse> {
    users::end_all(&ctx, &viewer, id, false).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// End all personal access tokens of somebody, and their sockets.
///
/// Superusers only: of other staff.
#[utoipa::path(tag = "admin", security(("bearer" = [])),
    params(("user_id" = UserId, Path, description = "Whose.")),
    responses(
        (status = 204, description = "They have none."),
        (status = 403, description = "`forbidden`: the caller is not of staff, or may not do this to them."),
    ))]
#[delete("/api/admin/users/{user_id}/tokens")]
async fn admin_end_tokens(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Id(id): Id<UserId>,
    _: NoBody,
) -> Result<HttpResponse> {
    users::end_all(&ctx, &viewer, id, true).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Delete an account with everything that its person wrote, for ever.
///
/// Superusers only: of other staff. What is left is a number, under which tombstones and notes stand.
/// The answer comes when the last text is gone, which may take a while.
#[utoipa::path(tag = "admin", security(("bearer" = [])),
    params(("user_id" = UserId, Path, description = "Which one.")),
    responses(
        (status = 200, description = "What was done, and what went along.", body = BulkOutcome),
        (status = 403, description = "`forbidden`: the caller is not of staff, or may not do this to it."),
        (status = 409, description = "`conflict`: this is the last superuser."),
    ))]
#[delete("/api/admin/users/{user_id}")]
async fn admin_delete_user(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Id(id): Id<UserId>,
    _: NoBody,
) -> Result<HttpResponse> {
    let body = BulkUsers { action: UserAction::Delete, ids: vec![id], all: false, dry_run: false };
    let which = ListAdminUsers::default();
    let outcome = admin::bulk_users(&ctx, &viewer, which, body).await?;
    Ok(HttpResponse::Ok().json(only(outcome)?))
}

/// Do something to several accounts at once, or say what that would take along.
///
/// What may not be done to one of them is said of that one; the others are done. Ask with `dry_run`
/// first.
#[utoipa::path(tag = "admin", security(("bearer" = [])), params(ListAdminUsers), request_body = BulkUsers, responses(
    (status = 200, description = "What was done, or would be.", body = BulkOutcome),
    (status = 403, description = "`forbidden`: the caller is not of staff."),
))]
#[post("/api/admin/users/bulk")]
async fn admin_bulk_users(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Query(which): Query<ListAdminUsers>,
    Body(body): Body<BulkUsers>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(admin::bulk_users(&ctx, &viewer, which, body).await?))
}
