//! `/api/auth/password`: changing the password, and choosing a new one by a mailed link.

use actix_web::{HttpResponse, post, web::Data};

use super::{extract::Body, services::Services};
use crate::{
    actions::{Caller, Context, Viewer, passwords},
    error::Result,
    model::credentials::{ChangePassword, ConfirmReset, ResetPassword},
};

pub(super) fn configure(service: &mut impl Services) {
    service.service(change_password).service(reset_password).service(confirm_reset);
}

/// Change the password of the caller.
///
/// Ends every other session and every personal access token, with their sockets, and voids links
/// that were mailed for a new password. At most 5 a minute, right or wrong.
#[utoipa::path(tag = "auth", security(("bearer" = [])), request_body = ChangePassword, responses(
    (status = 204, description = "The password was changed; this session goes on."),
    (status = 401, description = "`bad_credentials`: the current password is wrong; or those of every call."),
))]
#[post("/api/auth/password/change")]
async fn change_password(
    ctx: Data<Context>,
    viewer: Viewer,
    caller: Caller,
    Body(body): Body<ChangePassword>,
) -> Result<HttpResponse> {
    passwords::change(&ctx, &viewer, &caller, body).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ask for a link to choose a new password.
///
/// The answer is the same whether or not an account has the address. At most 5 a minute for one
/// address, and 5 mails an hour.
#[utoipa::path(tag = "auth", request_body = ResetPassword, responses(
    (status = 202, description = "If an account has this address, a link was sent to it."),
))]
#[post("/api/auth/password/reset")]
async fn reset_password(
    ctx: Data<Context>,
    caller: Caller,
    Body(body): Body<ResetPassword>,
) -> Result<HttpResponse> {
    passwords::request_reset(&ctx, &caller, &body)?;
    Ok(HttpResponse::Accepted().finish())
}

/// Choose a new password with what a mailed link carries.
///
/// A link is good once and for one hour. Ends every session and every personal access token of the
/// account.
#[utoipa::path(tag = "auth", request_body = ConfirmReset, responses(
    (status = 204, description = "The password was changed: sign in with it."),
    (status = 410, description = "`link_invalid`: the link was used already, is too old, or never was one."),
))]
#[post("/api/auth/password/reset/confirm")]
async fn confirm_reset(
    ctx: Data<Context>,
    caller: Caller,
    Body(body): Body<ConfirmReset>,
) -> Result<HttpResponse> {
    passwords::confirm_reset(&ctx, &caller, body).await?;
    Ok(HttpResponse::NoContent().finish())
}
