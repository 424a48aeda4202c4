//! `/healthz` and `/readyz`: for whoever watches over the node.

use actix_web::{HttpResponse, get, http::header, web::Data};

use super::services::Services;
use crate::{
    actions::{Context, health},
    model::health::{Readiness, State},
};

/// When it is worth asking again how a node is that can't serve, in seconds.
const RETRY_AFTER_S: &str = "3";

pub(super) fn configure(service: &mut impl Services) {
    service.service(is_alive).service(is_ready);
}

/// Say that the process is alive. Touches nothing.
#[utoipa::path(tag = "health", responses(
    (status = 200, description = "It is.", body = String, content_type = "text/plain"),
))]
#[get("/healthz")]
async fn is_alive() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// Say how every part is. Worth asking every few seconds, not more.
#[utoipa::path(tag = "health", responses(
    (status = 200, description = "The node serves; `degraded` names what is worse than it should be.", body = Readiness),
    (status = 503, description = "The node can't serve: a part is down.", body = Readiness),
))]
#[get("/readyz")]
async fn is_ready(ctx: Data<Context>) -> HttpResponse {
    let readiness = health::readiness(&ctx).await;
    let mut response = match readiness.state {
        State::Down => HttpResponse::ServiceUnavailable(),
        State::Ok | State::Degraded => HttpResponse::Ok(),
    };
    if readiness.state == State::Down {
        response.insert_header((header::RETRY_AFTER, RETRY_AFTER_S));
    }
    response.json(readiness)
}
