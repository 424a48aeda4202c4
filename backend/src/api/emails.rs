//! `/api/auth/email`: showing that an address is one's own, and taking another one.

use actix_web::{HttpResponse, post, web::Data};

use super::extract::{Body, MaybeBody, MaybeViewer};
use super::services::Services;
use crate::{
    actions::{Caller, Context, Viewer, emails},
    error::Result,
    model::credentials::{ChangeEmail, ResendEmail, VerifyEmail},
};

pub(super) fn configure(service: &mut impl Services) {
    service.service(verify_email).service(resend_email).service(change_email);
}

/// Verify an address with what a mailed link carries.
///
/// A link is good once and for an hour. Nobody needs to be signed in.
#[utoipa::path(tag = "auth", request_body = VerifyEmail, responses(
    (status = 204, description = "The address is verified; if it was to replace another one, it has."),
    (status = 409, description = "`conflict`: another account has verified this address."),
    (status = 410, description = "`link_invalid`: the link was used already, is too old, or never was one."),
))]
#[post("/api/auth/email/verify")]
async fn verify_email(
    ctx: Data<Context>,
    caller: Caller,
    Body(body): Body<VerifyEmail>,
) -> Result<HttpResponse> {
    emails::verify(&ctx, &caller, &body).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Send the link once more that verifies an address.
///
/// Without a body to the caller's own address, which needs a session. With an address nobody needs to
/// be signed in, and the answer is the same whether or not an account has it.
#[utoipa::path(tag = "auth", security((), ("bearer" = [])), request_body = Option<ResendEmail>, responses(
    (status = 202, description = "If there is something to verify, a link was sent."),
))]
#[post("/api/auth/email/resend")]
async fn resend_email(
    ctx: Data<Context>,
    MaybeViewer(viewer): MaybeViewer,
    caller: Caller,
    MaybeBody(body): MaybeBody<ResendEmail>,
) -> Result<HttpResponse> {
    emails::resend(&ctx, viewer, &caller, &body.unwrap_or_default())?;
    Ok(HttpResponse::Accepted().finish())
}

/// Take another address.
///
/// A link is sent to the new address, which takes the place of the old one when the link is opened;
/// the old one is told. Where addresses are not verified, it takes its place at once. The caller's other
/// sessions end with the answer. The answer does not show whether somebody else has the address.
#[utoipa::path(tag = "auth", security(("bearer" = [])), request_body = ChangeEmail, responses(
    (status = 202, description = "A link was sent to the new address."),
    (status = 401, description = "`bad_credentials`: the password is wrong; or those of every call."),
))]
#[post("/api/auth/email/change")]
async fn change_email(
    ctx: Data<Context>,
    viewer: Viewer,
    caller: Caller,
    Body(body): Body<ChangeEmail>,
) -> Result<HttpResponse> {
    emails::change(&ctx, &viewer, &caller, body).await?;
    Ok(HttpResponse::Accepted().finish())
}
