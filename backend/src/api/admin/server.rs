//! `/api/admin/server`: the server itself.

use actix_web::{HttpResponse, patch, web::Data};

use super::{
    super::{extract::Body, services::Services},
    Staff,
};
use crate::{
    actions::{Context, server},
    error::Result,
    model::server::{Server, UpdateServer},
};

pub(super) fn configure(service: &mut impl Services) {
    service.service(admin_update_server);
}

/// Give the server another name. Superusers only.
///
/// Everybody who is connected is told by `server.updated`.
#[utoipa::path(tag = "admin", security(("bearer" = [])), request_body = UpdateServer, responses(
    (status = 200, description = "The server as it is now.", body = Server),
    (status = 403, description = "`forbidden`: the caller is no superuser."),
))]
#[patch("/api/admin/server")]
async fn admin_update_server(
    ctx: Data<Context>,
    Staff(viewer): Staff,
    Body(body): Body<UpdateServer>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(server::update(&ctx, &viewer, &body).await?))
}
