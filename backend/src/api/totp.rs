//! `/api/auth/totp`: two-factor authentication.

use actix_web::{HttpResponse, delete, get, post, web::Data};

use super::{extract::Body, services::Services};
use crate::{
    actions::{Caller, Context, Viewer, totp},
    error::Result,
    model::credentials::{
        ConfirmTotp, EnrolTotp, RecoveryCodes, RemoveTotp, RenewRecoveryCodes, TotpSecret,
        TotpState,
    },
};

pub(super) fn configure(service: &mut impl Services) {
    service.service(get_totp).service(enrol_totp).service(confirm_totp).service(remove_totp);
    service.service(renew_recovery_codes);
}

/// Get whether the caller's signing in needs a code.
#[utoipa::path(tag = "auth", security(("bearer" = [])), responses(
    (status = 200, description = "Whether it does, and how many recovery codes are left.", body = TotpState),
))]
#[get("/api/auth/totp")]
async fn get_totp(ctx: Data<Context>, viewer: Viewer) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(totp::state(&ctx, &viewer).await?))
}

/// Begin two-factor authentication: make a secret for an authenticator.
///
/// Nothing asks for its codes before one was confirmed; calling again makes another secret.
#[utoipa::path(tag = "auth", security(("bearer" = [])), request_body = EnrolTotp, responses(
    (status = 200, description = "The secret, shown this once.", body = TotpSecret),
    (status = 401, description = "`bad_credentials`: the password is wrong; or those of every call."),
    (status = 409, description = "`conflict`: signing in needs a code already."),
))]
#[post("/api/auth/totp")]
async fn enrol_totp(
    ctx: Data<Context>,
    viewer: Viewer,
    caller: Caller,
    Body(body): Body<EnrolTotp>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(totp::enrol(&ctx, &viewer, &caller, body).await?))
}

/// Show that the authenticator works: from now on signing in needs its codes.
#[utoipa::path(tag = "auth", security(("bearer" = [])), request_body = ConfirmTotp, responses(
    (status = 200, description = "Ten codes, each of which stands in for the authenticator once; shown this once.", body = RecoveryCodes),
    (status = 401, description = "`totp_invalid`: the code is wrong or was used already; or those of every call."),
    (status = 404, description = "`not_found`: there is no secret to confirm."),
    (status = 409, description = "`conflict`: it was confirmed before."),
))]
#[post("/api/auth/totp/confirm")]
async fn confirm_totp(
    ctx: Data<Context>,
    viewer: Viewer,
    caller: Caller,
    Body(body): Body<ConfirmTotp>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(totp::confirm(&ctx, &viewer, &caller, body).await?))
}

/// Make other recovery codes; the old ones are void then.
#[utoipa::path(tag = "auth", security(("bearer" = [])), request_body = RenewRecoveryCodes, responses(
    (status = 200, description = "Ten codes, each of which stands in for the authenticator once; shown this once.", body = RecoveryCodes),
    (status = 401, description = "`bad_credentials`: the password is wrong; or those of every call."),
    (status = 404, description = "`not_found`: signing in needs no code."),
))]
#[post("/api/auth/totp/recovery-codes")]
async fn renew_recovery_codes(
    ctx: Data<Context>,
    viewer: Viewer,
    caller: Caller,
    Body(body): Body<RenewRecoveryCodes>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(totp::renew_codes(&ctx, &viewer, &caller, body).await?))
}

/// End two-factor authentication, with the password or with a code.
#[utoipa::path(tag = "auth", security(("bearer" = [])), request_body = RemoveTotp, responses(
    (status = 204, description = "Signing in needs the password only."),
    (status = 401, description = "`bad_credentials`, `totp_invalid`; or those of every call."),
    (status = 404, description = "`not_found`: there is nothing to end."),
))]
#[delete("/api/auth/totp")]
async fn remove_totp(
    ctx: Data<Context>,
    viewer: Viewer,
    caller: Caller,
    Body(body): Body<RemoveTotp>,
) -> Result<HttpResponse> {
    totp::remove(&ctx, &viewer, &caller, body).await?;
    Ok(HttpResponse::NoContent().finish())
}
