//! `/api/admin/tokens`.

use actix_web::{HttpResponse, delete, get, post, web::Data};

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
        TokenId,
        admin::{
            bulk::{BulkOutcome, BulkTokens, SessionAction},
            list::AdminList,
            session::{AdminToken, ListAdminTokens},
        },
    },
};

pub(super) fn configure(service: &mut impl Services) {
    // Names before ids: an address is given to the first that matches.
    service.service(admin_bulk_tokens).service(admin_delete_token);
    service.service(admin_list_tokens).service(admin_get_token);
}

/// List the personal access tokens of everybody, without the tokens themselves.
#[utoipa::path(tag = "admin", security(("bearer" = [])), params(ListAdminTokens), responses(
    (status = 200, description = "One page of them.", body = AdminList<AdminToken>),
    (status = 403, description = "`forbidden`: the caller is not of staff."),
))]
#[get("/api/admin/tokens")]
async fn admin_list_tokens(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Query(which): Query<ListAdminTokens>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(reading::list_tokens(&ctx, &viewer, which).await?))
}

/// Get a personal access token, without the token itself.
#[utoipa::path(tag = "admin", security(("bearer" = [])),
    params(("token_id" = TokenId, Path, description = "Which one.")),
    responses(
        (status = 200, description = "It.", body = AdminToken),
        (status = 403, description = "`forbidden`: the caller is not of staff."),
    ))]
#[get("/api/admin/tokens/{token_id}")]
async fn admin_get_token(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Id(id): Id<TokenId>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(reading::get_token(&ctx, &viewer, id).await?))
}

/// End a personal access token, and its sockets.
///
/// Superusers only: of other staff.
#[utoipa::path(tag = "admin", security(("bearer" = [])),
    params(("token_id" = TokenId, Path, description = "Which one.")),
    responses(
        (status = 200, description = "What was done, and what went along.", body = BulkOutcome),
        (status = 403, description = "`forbidden`: the caller is not of staff, or may not do this to it."),
    ))]
#[delete("/api/admin/tokens/{token_id}")]
async fn admin_delete_token(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Id(id): Id<TokenId>,
    _: NoBody,
) -> Result<HttpResponse> {
    let body =
        BulkTokens { action: SessionAction::Revoke, ids: vec![id], all: false, dry_run: false };
    let which = ListAdminTokens::default();
    let outcome = admin::bulk_tokens(&ctx, &viewer, which, body).await?;
    Ok(HttpResponse::Ok().json(only(outcome)?))
}

/// Do something to several personal access tokens at once, or say what that would take along.
///
/// What may not be done to one of them is said of that one; the others are done. Ask with `dry_run`
/// first.
#[utoipa::path(tag = "admin", security(("bearer" = [])), params(ListAdminTokens), request_body = BulkTokens, responses(
    (status = 200, description = "What was done, or would be.", body = BulkOutcome),
    (status = 403, description = "`forbidden`: the caller is not of staff."),
))]
#[post("/api/admin/tokens/bulk")]
async fn admin_bulk_tokens(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Query(which): Query<ListAdminTokens>,
    Body(body): Body<BulkTokens>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(admin::bulk_tokens(&ctx, &viewer, which, body).await?))
}
