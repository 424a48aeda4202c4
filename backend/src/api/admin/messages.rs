//! `/api/admin/messages`.

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
        MessageId,
        admin::{
            bulk::{BulkMessages, BulkOutcome, MessageAction},
            list::AdminList,
            message::{AdminMessage, ListAdminMessages},
        },
    },
};

pub(super) fn configure(service: &mut impl Services) {
    // Names before ids: an address is given to the first that matches.
    service.service(admin_bulk_messages).service(admin_delete_message);
    service.service(admin_list_messages).service(admin_get_message);
}

/// List what people wrote, without the texts of direct rooms.
#[utoipa::path(tag = "admin", security(("bearer" = [])), params(ListAdminMessages), responses(
    (status = 200, description = "One page of them.", body = AdminList<AdminMessage>),
    (status = 403, description = "`forbidden`: the caller is not of staff."),
))]
#[get("/api/admin/messages")]
async fn admin_list_messages(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Query(which): Query<ListAdminMessages>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(reading::list_messages(&ctx, &viewer, which).await?))
}

/// Get a message; of a direct room without its text.
#[utoipa::path(tag = "admin", security(("bearer" = [])),
    params(("message_id" = MessageId, Path, description = "Which one.")),
    responses(
        (status = 200, description = "It.", body = AdminMessage),
        (status = 403, description = "`forbidden`: the caller is not of staff."),
    ))]
#[get("/api/admin/messages/{message_id}")]
async fn admin_get_message(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Id(id): Id<MessageId>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(reading::get_message(&ctx, &viewer, id).await?))
}

/// Delete a message for ever, also of a direct room. Idempotent; a tombstone is left.
#[utoipa::path(tag = "admin", security(("bearer" = [])),
    params(("message_id" = MessageId, Path, description = "Which one.")),
    responses(
        (status = 200, description = "What was done, and what went along.", body = BulkOutcome),
        (status = 403, description = "`forbidden`: the caller is not of staff, or may not do this to it."),
    ))]
#[delete("/api/admin/messages/{message_id}")]
async fn admin_delete_message(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Id(id): Id<MessageId>,
    _: NoBody,
) -> Result<HttpResponse> {
    let body =
        BulkMessages { action: MessageAction::Delete, ids: vec![id], all: false, dry_run: false };
    let which = ListAdminMessages::default();
    let outcome = admin::bulk_messages(&ctx, &viewer, which, body).await?;
    Ok(HttpResponse::Ok().json(only(outcome)?))
}

/// Do something to several messages at once, or say what that would take along.
///
/// What may not be done to one of them is said of that one; the others are done. Ask with `dry_run`
/// first.
#[utoipa::path(tag = "admin", security(("bearer" = [])), params(ListAdminMessages), request_body = BulkMessages, responses(
    (status = 200, description = "What was done, or would be.", body = BulkOutcome),
    (status = 403, description = "`forbidden`: the caller is not of staff."),
))]
#[post("/api/admin/messages/bulk")]
async fn admin_bulk_messages(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Query(which): Query<ListAdminMessages>,
    Body(body): Body<BulkMessages>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(admin::bulk_messages(&ctx, &viewer, which, body).await?))
}
