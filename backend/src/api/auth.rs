//! `/api/auth`: signing up, signing in, staying signed in, signing out.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder, http::header::HeaderName, post, web::Data,
};

use super::{
    cookie,
    extract::{Body, MaybeBody, NoBody},
    services::Services,
};
use crate::{
    actions::{
        Caller, Context, Viewer,
        accounts::{self, Grant, Registered},
        sessions, setup,
    },
    error::Result,
    model::{
        account::{Carrier, Login, Refresh, Register, SetUp, Tokens},
        credentials::VerificationPending,
    },
    site::Site,
};

pub(super) fn configure(service: &mut impl Services) {
    service.service(register).service(login).service(refresh).service(logout).service(set_up);
}

/// Make an account and sign in.
#[utoipa::path(tag = "auth", request_body = Register, responses(
    (status = 201, description = "The account was made; these are its tokens.", body = Tokens),
    (status = 202, description = "The account was made. Where addresses must be verified, there are no tokens before the link in the mail was opened.", body = VerificationPending),
    (status = 409, description = "`username_taken`: somebody has this username."),
))]
#[post("/api/auth/register")]
async fn register(
    ctx: Data<Context>,
    site: Data<Site>,
    caller: Caller,
    Body(body): Body<Register>,
) -> Result<HttpResponse> {
    let carrier = body.session;
    Ok(match accounts::register(&ctx, &caller, body).await? {
        Registered::In(grant) => answer(HttpResponse::Created(), &ctx, &site, carrier, grant),
        Registered::Pending(pending) => HttpResponse::Accepted().json(pending),
    })
}

/// Make the first superuser of a fresh server, and sign in.
///
/// The token is in the link that a server shows when it starts and nobody may administer it:
/// `/setup/#token=…`. It is good once.
#[utoipa::path(tag = "auth", request_body = SetUp, responses(
    (status = 201, description = "The account was made; these are its tokens.", body = Tokens),
    (status = 409, description = "`username_taken`: somebody has this username; `conflict`: another account has shown this address to be its own."),
    (status = 410, description = "`link_invalid`: the token is none, was used, or somebody may administer this server by now."),
))]
#[post("/api/auth/setup")]
async fn set_up(
    ctx: Data<Context>,
    site: Data<Site>,
    caller: Caller,
    Body(body): Body<SetUp>,
) -> Result<HttpResponse> {
    let carrier = body.session;
    let grant = setup::set_up(&ctx, &caller, body).await?;
    Ok(answer(HttpResponse::Created(), &ctx, &site, carrier, grant))
}

/// Sign in, by username or e-mail address.
#[utoipa::path(tag = "auth", request_body = Login, responses(
    (status = 200, description = "These are the tokens.", body = Tokens),
    (status = 401, description = "`bad_credentials`: the name or the password is wrong, which of them is not said; `account_deactivated`. With two-factor authentication: `totp_required` (send the same again with `totp`), `totp_invalid`: the code is wrong or was used."),
    (status = 403, description = "`email_not_verified`: open the link in the mail first."),
))]
#[post("/api/auth/login")]
async fn login(
    ctx: Data<Context>,
    site: Data<Site>,
    caller: Caller,
    Body(body): Body<Login>,
) -> Result<HttpResponse> {
    let carrier = body.session;
    let grant = accounts::log_in(&ctx, &caller, body).await?;
    Ok(answer(HttpResponse::Ok(), &ctx, &site, carrier, grant))
}

/// Get the next tokens.
///
/// With the refresh token in the body, or, from a page of this server, without a body, with the cookie
/// and with the header `X-Parlor` (whatever it says). Each refresh token is good once; the one before it gives the same successor for 10 seconds more, and
/// using an older one ends the whole session.
#[utoipa::path(tag = "auth", request_body = Option<Refresh>, responses(
    (status = 200, description = "These are the next tokens; they come the way the last ones did.", body = Tokens),
    (status = 401, description = "`unauthenticated`: this is no refresh token; `session_revoked`: its session has ended; `account_deactivated`."),
    (status = 403, description = "`forbidden`: the cookie came from the page of another site, or without `X-Parlor`."),
))]
#[post("/api/auth/refresh")]
async fn refresh(
    ctx: Data<Context>,
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
    MaybeBody(body): MaybeBody<Refresh>,
) -> Result<HttpResponse> {
    let (token, carrier) = match body.and_then(|body| body.refresh_token) {
        Some(token) => (token, Carrier::Token),
        None => (cookie::read(&site, &request)?, Carrier::Cookie),
    };
    let grant = accounts::refresh(&ctx, &caller, &token).await?;
    Ok(answer(HttpResponse::Ok(), &ctx, &site, carrier, grant))
}

/// Sign out: ends this session, its tokens and its sockets.
#[utoipa::path(tag = "auth", security(("bearer" = [])), responses(
    (status = 204, description = "The session has ended."),
))]
#[post("/api/auth/logout")]
async fn logout(
    ctx: Data<Context>,
    site: Data<Site>,
    viewer: Viewer,
    _: NoBody,
) -> Result<HttpResponse> {
    sessions::log_out(&ctx, &viewer).await?;
    Ok(HttpResponse::NoContent()
        .cookie(cookie::forget(&site))
        .insert_header((HeaderName::from_static("clear-site-data"), "\"cache\""))
        .finish())
}

pub(super) fn answer(
    mut response: HttpResponseBuilder,
    ctx: &Context,
    site: &Site,
    carrier: Carrier,
    mut grant: Grant,
) -> HttpResponse {
    if carrier == Carrier::Cookie {
        response.cookie(cookie::take(site, &mut grant, ctx.db.clock().now()));
    }
    response.json(grant.tokens)
}
