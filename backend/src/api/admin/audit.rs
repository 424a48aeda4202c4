//! `/api/admin/audit`.

use actix_web::{HttpResponse, get, web::Data};

use super::{
    super::extract::{Id, Query},
    super::services::Services,
    Staff,
};
use crate::{
    actions::{Context, admin::reading},
    error::Result,
    model::admin::{
        audit::{AuditEntry, AuditId, ListAudit},
        list::AdminList,
    },
};

pub(super) fn configure(service: &mut impl Services) {
    service.service(admin_list_audit).service(admin_get_audit_entry);
}

/// List what was done: the audit log, or the history of one thing.
#[utoipa::path(tag = "admin", security(("bearer" = [])), params(ListAudit), responses(
    (status = 200, description = "One page of them.", body = AdminList<AuditEntry>),
    (status = 403, description = "`forbidden`: the caller is not of staff."),
))]
#[get("/api/admin/audit")]
async fn admin_list_audit(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Query(which): Query<ListAudit>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(reading::list_audit(&ctx, &viewer, which).await?))
}

/// Get an entry of the audit log.
#[utoipa::path(tag = "admin", security(("bearer" = [])),
    params(("audit_id" = AuditId, Path, description = "Which one.")),
    responses(
        (status = 200, description = "It.", body = AuditEntry),
        (status = 403, description = "`forbidden`: the caller is not of staff."),
    ))]
#[get("/api/admin/audit/{audit_id}")]
async fn admin_get_audit_entry(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Id(id): Id<AuditId>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(reading::get_audit_entry(&ctx, &viewer, id).await?))
}
