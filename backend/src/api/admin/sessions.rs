//! `/api/admin/sessions`.

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
        SessionId,
        admin::{
            bulk::{BulkOutcome, BulkSessions, SessionAction},
            list::AdminList,
            session::{AdminSession, ListAdminSessions},
        },
    },
};

pub(super) fn configure(service: &mut impl Services) {
    // Names before ids: an address is given to the first that matches.
    service.service(admin_bulk_sessions).service(admin_delete_session);
    service.service(admin_list_sessions).service(admin_get_session);
}

/// List the sessions of everybody.
#[utoipa::path(tag = "admin", security(("bearer" = [])), params(ListAdminSessions), responses(
    (status = 200, description = "One page of them.", body = AdminList<AdminSession>),
    (status = 403, description = "`forbidden`: the caller is not of staff."),
))]
#[get("/api/admin/sessions")]
async fn admin_list_sessions(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Query(which): Query<ListAdminSessions>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(reading::list_sessions(&ctx, &viewer, which).await?))
}

/// Get a session.
#[utoipa::path(tag = "admin", security(("bearer" = [])),
    params(("session_id" = SessionId, Path, description = "Which one.")),
    responses(
        (status = 200, description = "It.", body = AdminSession),
        (status = 403, description = "`forbidden`: the caller is not of staff."),
    ))]
#[get("/api/admin/sessions/{session_id}")]
async fn admin_get_session(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Id(id): Id<SessionId>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(reading::get_session(&ctx, &viewer, id).await?))
}

/// End a session, and its sockets.
///
/// Superusers only: of other staff.
#[utoipa::path(tag = "admin", security(("bearer" = [])),
    params(("session_id" = SessionId, Path, description = "Which one.")),
    responses(
        (status = 200, description = "What was done, and what went along.", body = BulkOutcome),
        (status = 403, description = "`forbidden`: the caller is not of staff, or may not do this to it."),
    ))]
#[delete("/api/admin/sessions/{session_id}")]
async fn admin_delete_session(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Id(id): Id<SessionId>,
    _: NoBody,
) -> Result<HttpResponse> {
    let body =
        BulkSessions { action: SessionAction::Revoke, ids: vec![id], all: false, dry_run: false };
    let which = ListAdminSessions::default();
    let outcome = admin::bulk_sessions(&ctx, &viewer, which, body).await?;
    Ok(HttpResponse::Ok().json(only(outcome)?))
}

/// Do something to several sessions at once, or say what that would take along.
///
/// What may not be done to one of them is said of that one; the others are done. Ask with `dry_run`
/// first.
#[utoipa::path(tag = "admin", security(("bearer" = [])), params(ListAdminSessions), request_body = BulkSessions, responses(
    (status = 200, description = "What was done, or would be.", body = BulkOutcome),
    (status = 403, description = "`forbidden`: the caller is not of staff."),
))]
#[post("/api/admin/sessions/bulk")]
async fn admin_bulk_sessions(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Query(which): Query<ListAdminSessions>,
    Body(body): Body<BulkSessions>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(admin::bulk_sessions(&ctx, &viewer, which, body).await?))
}
