//! `/api/server`: what everybody may know of this server, before they sign in.

use actix_web::{HttpResponse, get, http::header, web::Data};

use super::services::Services;
use crate::{
    actions::{Context, server},
    error::Result,
    model::server::Server,
};

pub(super) fn configure(service: &mut impl Services) {
    service.service(get_server);
}

/// Get what this server is called, and by whom people may sign in.
#[utoipa::path(tag = "index", responses((status = 200, description = "That.", body = Server)))]
#[get("/api/server")]
async fn get_server(ctx: Data<Context>) -> Result<HttpResponse> {
    let server = server::get(&ctx).await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-cache")).json(server))
}
