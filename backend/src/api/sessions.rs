//! `/api/auth/sessions`: where a person is signed in, and ending it from afar.

use actix_web::{HttpResponse, delete, get, web::Data};

use super::{
    extract::{Id, NoBody, Query},
    services::Services,
};
use crate::{
    actions::{Context, Viewer, sessions},
    error::Result,
    model::{
        SessionId,
        account::{ListSessions, Session},
        page::List,
    },
};

pub(super) fn configure(service: &mut impl Services) {
    service.service(list_sessions).service(revoke_session);
}

/// List the sessions of the caller.
#[utoipa::path(tag = "auth", security(("bearer" = [])), params(ListSessions), responses(
    (status = 200, description = "One page of them; there are at most 20.", body = List<Session>),
))]
#[get("/api/auth/sessions")]
async fn list_sessions(
    ctx: Data<Context>,
    viewer: Viewer,
    Query(wanted): Query<ListSessions>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(sessions::list(&ctx, &viewer, wanted).await?))
}

/// End a session of the caller, its tokens and its sockets.
#[utoipa::path(tag = "auth", security(("bearer" = [])),
    params(("session_id" = SessionId, Path, description = "Which session.")),
    responses((status = 204, description = "The session has ended.")))]
#[delete("/api/auth/sessions/{session_id}")]
async fn revoke_session(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<SessionId>,
    _: NoBody,
) -> Result<HttpResponse> {
    sessions::revoke(&ctx, &viewer, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
