//! `/api/auth/tokens`: personal access tokens, for programs.

use actix_web::{HttpResponse, delete, get, post, web::Data};

use super::{
    extract::{Body, Id, NoBody, Query},
    services::Services,
};
use crate::{
    actions::{Caller, Context, Viewer, tokens},
    error::Result,
    model::{
        TokenId,
        credentials::{ListTokens, MadeToken, NewToken, PersonalToken},
        page::List,
    },
};

pub(super) fn configure(service: &mut impl Services) {
    service.service(list_tokens).service(create_token).service(revoke_token);
}

/// List the personal access tokens of the caller.
#[utoipa::path(tag = "auth", security(("bearer" = [])), params(ListTokens), responses(
    (status = 200, description = "One page of them; there are at most 50.", body = List<PersonalToken>),
))]
#[get("/api/auth/tokens")]
async fn list_tokens(
    ctx: Data<Context>,
    viewer: Viewer,
    Query(wanted): Query<ListTokens>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(tokens::list(&ctx, &viewer, wanted).await?))
}

/// Make a personal access token.
///
/// It is used like an access token, in `Authorization` and in `hello`, as far as its scopes reach;
/// no token manages tokens, passwords, addresses or two-factor authentication. It ends when it is
/// deleted, when its days are over, and when the password is changed.
#[utoipa::path(tag = "auth", security(("bearer" = [])), request_body = NewToken, responses(
    (status = 201, description = "The token, shown this once.", body = MadeToken),
    (status = 409, description = "`conflict`: there are 50 already."),
))]
#[post("/api/auth/tokens")]
async fn create_token(
    ctx: Data<Context>,
    viewer: Viewer,
    caller: Caller,
    Body(body): Body<NewToken>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Created().json(tokens::create(&ctx, &viewer, &caller, body).await?))
}

/// End a personal access token of the caller, and its sockets.
#[utoipa::path(tag = "auth", security(("bearer" = [])),
    params(("token_id" = TokenId, Path, description = "Which token.")),
    responses(
        (status = 204, description = "The token has ended."),
    ))]
#[delete("/api/auth/tokens/{token_id}")]
async fn revoke_token(
    ctx: Data<Context>,
    viewer: Viewer,
    caller: Caller,
    Id(id): Id<TokenId>,
    _: NoBody,
) -> Result<HttpResponse> {
    tokens::revoke(&ctx, &viewer, &caller, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
