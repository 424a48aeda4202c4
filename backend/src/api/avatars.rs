//! `/api/profiles/me/avatar`, and `/media/avatars`, where avatars are served.

use actix_web::{
    HttpResponse, delete, get,
    http::header,
    put,
    web::{Data, Path},
};

use super::{
    extract::{NoBody, Picture},
    services::Services,
};
use crate::{
    actions::{
        Context, Viewer,
        avatars::{self, CONTENT_TYPE},
    },
    error::{Code, Error, Result},
    model::profile::Me,
};

/// What a browser may do with an avatar that is opened by itself: show it.
const CSP: &str = "sandbox; default-src 'none'";
const FOR_EVER: &str = "public, max-age=31536000, immutable";

pub(super) fn configure(service: &mut impl Services) {
    service.service(set_avatar).service(remove_avatar).service(get_avatar);
}

/// Give the caller another avatar.
///
/// The body is the picture: PNG, JPEG or WebP as its content says, at most 2 MiB, at most 4096 pixels
/// on a side and 16 million altogether (less where decoding takes more than 64 MiB, as for JPEG in
/// many passes), not moving. The square in its middle is kept at 32, 64, 128 and 256 pixels; nothing
/// else of it is, no place and no camera. At most 10 an hour.
#[utoipa::path(tag = "profiles", security(("bearer" = [])),
    request_body(description = "The picture.", content(
        (String = "image/png"), (String = "image/jpeg"), (String = "image/webp"),
    )),
    responses(
        (status = 200, description = "The profile as it is now.", body = Me),
        (status = 413, description = "`too_large`: a picture may have 2 MiB."),
        (status = 415, description = "`unsupported_media_type`: this is no PNG, JPEG or WebP, by its `Content-Type` or by its content."),
        (status = 422, description = "`invalid`: `image` is `malformed`, `animated`, or has `too_many_pixels`."),
    ))]
#[put("/api/profiles/me/avatar")]
async fn set_avatar(
    ctx: Data<Context>,
    viewer: Viewer,
    Picture(picture): Picture,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(avatars::set(&ctx, &viewer, picture).await?))
}

/// Take the caller's avatar away, if there is one.
#[utoipa::path(tag = "profiles", security(("bearer" = [])), responses(
    (status = 204, description = "There is none now."),
))]
#[delete("/api/profiles/me/avatar")]
async fn remove_avatar(ctx: Data<Context>, viewer: Viewer, _: NoBody) -> Result<HttpResponse> {
    avatars::remove(&ctx, &viewer).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Get an avatar.
///
/// Addresses come from `avatar_url`. What is under one never changes, so it may be kept for ever.
#[utoipa::path(tag = "profiles", params(
    ("avatar_id" = String, Path, description = "Which avatar."),
    ("size" = u32, Path, description = "The side of the square, in pixels: 32, 64, 128 or 256."),
), responses((status = 200, description = "The picture.", content((String = "image/webp")))))]
#[get("/media/avatars/{avatar_id}/{size}")]
async fn get_avatar(ctx: Data<Context>, place: Path<(String, String)>) -> Result<HttpResponse> {
    let (id, size) = place.into_inner();
    // There is one way only to write a size, so that a picture has one address only.
    let number = size.parse::<u32>().ok().filter(|number| number.to_string() == size);
    let number = number.ok_or(Error::from(Code::NotFound))?;
    let picture = avatars::get(&ctx, id, number).await?;
    Ok(HttpResponse::Ok()
        .content_type(CONTENT_TYPE)
        .insert_header((header::CACHE_CONTROL, FOR_EVER))
        .insert_header((header::CONTENT_SECURITY_POLICY, CSP))
        .body(picture))
}
