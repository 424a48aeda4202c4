//! `/api/profiles/{user_id}/block`: people from whom the caller takes nothing private.

use actix_web::{HttpResponse, delete, get, put, web::Data};

use super::{
    extract::{Id, NoBody, Query},
    services::Services,
};
use crate::{
    actions::{Context, Viewer, blocks},
    error::Result,
    model::{
        UserId,
        block::{Block, ListBlocks},
        page::List,
    },
};

pub(super) fn configure(service: &mut impl Services) {
    service.service(list_blocks).service(block_profile).service(unblock_profile);
}

/// List the people whom the caller has blocked.
#[utoipa::path(tag = "profiles", security(("bearer" = [])), params(ListBlocks), responses(
    (status = 200, description = "One page of them.", body = List<Block>),
))]
#[get("/api/profiles/blocks")]
async fn list_blocks(
    ctx: Data<Context>,
    viewer: Viewer,
    Query(wanted): Query<ListBlocks>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(blocks::list(&ctx, &viewer, wanted).await?))
}

/// Block somebody. Idempotent.
///
/// From then on neither of the two writes, reacts or types in their direct room, whispers to the other
/// or puts them into a room. The one who is blocked hears `not_accepted`, the caller
/// `blocked_by_you`. What both write in group rooms stays where it is.
#[utoipa::path(tag = "profiles", security(("bearer" = [])),
    params(("user_id" = UserId, Path, description = "Whom.")),
    responses(
        (status = 204, description = "They are blocked."),
        (status = 409, description = "`conflict`: nobody blocks more than 1,000 people."),
    ))]
#[put("/api/profiles/{user_id}/block")]
async fn block_profile(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<UserId>,
    _: NoBody,
) -> Result<HttpResponse> {
    blocks::block(&ctx, &viewer, id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Unblock somebody. Idempotent.
#[utoipa::path(tag = "profiles", security(("bearer" = [])),
    params(("user_id" = UserId, Path, description = "Whom.")),
    responses(
        (status = 204, description = "They are not blocked."),
    ))]
#[delete("/api/profiles/{user_id}/block")]
async fn unblock_profile(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<UserId>,
    _: NoBody,
) -> Result<HttpResponse> {
    blocks::unblock(&ctx, &viewer, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
