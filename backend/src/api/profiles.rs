//! `/api/profiles`: people, as others see them and as they see themselves.

use actix_web::{
    HttpResponse, get, patch,
    web::{Data, Path},
};

use super::extract::{Body, Id, Query};
use super::services::Services;
use crate::{
    actions::{Context, Viewer, profiles},
    error::Result,
    model::{
        UserId,
        page::List,
        profile::{ListProfiles, Me, Profile, UpdateMe},
    },
};

pub(super) fn configure(service: &mut impl Services) {
    // Names before ids: an address is given to the first that matches.
    service.service(list_profiles).service(get_me).service(update_me);
    service.service(get_profile_by_username).service(get_profile);
}

/// List the people who have an active account.
#[utoipa::path(tag = "profiles", security(("bearer" = [])), params(ListProfiles), responses(
    (status = 200, description = "One page of them.", body = List<Profile>),
))]
#[get("/api/profiles")]
async fn list_profiles(
    ctx: Data<Context>,
    viewer: Viewer,
    Query(wanted): Query<ListProfiles>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(profiles::list(&ctx, &viewer, wanted).await?))
}

/// Get the caller's own profile.
#[utoipa::path(tag = "profiles", security(("bearer" = [])), responses(
    (status = 200, description = "It, with what only the caller sees.", body = Me),
))]
#[get("/api/profiles/me")]
async fn get_me(ctx: Data<Context>, viewer: Viewer) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(profiles::me(&ctx, &viewer).await?))
}

/// Change the caller's own profile; what is left out stays as it is.
#[utoipa::path(tag = "profiles", security(("bearer" = [])), request_body = UpdateMe, responses(
    (status = 200, description = "The profile as it is now.", body = Me),
    (status = 409, description = "`username_taken`: somebody has this username."),
))]
#[patch("/api/profiles/me")]
async fn update_me(
    ctx: Data<Context>,
    viewer: Viewer,
    Body(update): Body<UpdateMe>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(profiles::update_me(&ctx, &viewer, update).await?))
}

/// Get a person by username, whichever case.
#[utoipa::path(tag = "profiles", security(("bearer" = [])),
    params(("username" = String, Path, description = "The username.")),
    responses((status = 200, description = "The person.", body = Profile)))]
#[get("/api/profiles/by-username/{username}")]
async fn get_profile_by_username(
    ctx: Data<Context>,
    viewer: Viewer,
    username: Path<String>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(profiles::get_by_username(&ctx, &viewer, &username).await?))
}

/// Get a person.
#[utoipa::path(tag = "profiles", security(("bearer" = [])),
    params(("user_id" = UserId, Path, description = "Who.")),
    responses((status = 200, description = "The person.", body = Profile)))]
#[get("/api/profiles/{user_id}")]
async fn get_profile(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<UserId>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(profiles::get(&ctx, &viewer, id).await?))
}
