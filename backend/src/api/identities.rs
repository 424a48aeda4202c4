//! `/api/auth/oidc` and `/api/auth/identities`: signing in by a provider of OpenID Connect, and the
//! identities of an account.

use actix_web::{HttpRequest, HttpResponse, delete, get, http::header, post, web::Data};
use url::Url;

use super::{
    auth::answer,
    extract::{Body, Id, MaybeBody, Query},
    headers::is_own_page,
    services::Services,
};
use crate::{
    actions::{
        Caller, Context, Viewer,
        identities::{self, SignedIn},
    },
    error::{Error, Flaw, Result},
    model::{
        IdentityId,
        account::Tokens,
        identity::{
            BeginConnect, BeginSignIn, Begun, ConfirmSignIn, Disconnect, FinishConnect,
            FinishSignIn, Identity, ListIdentities, SignInPending,
        },
        page::List,
    },
    site::Site,
};

/// Where a browser comes back to: a page of the web client.
const PAGE: &str = "/oidc/";

pub(super) fn configure(service: &mut impl Services) {
    service.service(begin_sign_in).service(finish_sign_in).service(confirm_sign_in);
    service.service(list_identities).service(begin_connect).service(connect_identity);
    service.service(disconnect_identity);
}

/// Begin to sign in by a provider of OpenID Connect.
///
/// Which there are says `GET /api/server`. Send the browser to `authorization_url` and keep the ticket;
/// with it and with what the browser comes back with, finish.
#[utoipa::path(tag = "auth", request_body = BeginSignIn, responses(
    (status = 200, description = "Where to send the browser.", body = Begun),
))]
#[post("/api/auth/oidc/begin")]
async fn begin_sign_in(
    ctx: Data<Context>,
    site: Data<Site>,
    request: HttpRequest,
    caller: Caller,
    Body(body): Body<BeginSignIn>,
) -> Result<HttpResponse> {
    let redirect_uri = redirect_uri(&ctx, &site, &request, body.redirect_uri.as_deref())?;
    Ok(HttpResponse::Ok().json(identities::begin(&ctx, &caller, &body, redirect_uri).await?))
}

/// Finish signing in by a provider.
///
/// Who is not known here gets an account, without a password and under their name there, if it is free.
/// An account that exists is never entered because of an address: its owner signs in and connects the
/// provider.
#[utoipa::path(tag = "auth", request_body = FinishSignIn, responses(
    (status = 200, description = "These are the tokens.", body = Tokens),
    (status = 201, description = "An account was made; these are its tokens.", body = Tokens),
    (status = 202, description = "Something more is asked: a code of the authenticator, or to open the link in a mail.", body = SignInPending),
    (status = 401, description = "`provider_refused`: the provider did not confirm anybody, or its word was not believed; `account_deactivated`."),
    (status = 403, description = "`email_not_verified`: open the link in the mail first."),
    (status = 409, description = "`account_exists`: an account has shown that the address is its own; sign in to it and connect the provider."),
    (status = 410, description = "`sign_in_expired`: it was begun elsewhere, more than ten minutes ago, or was finished already."),
))]
#[post("/api/auth/oidc/finish")]
async fn finish_sign_in(
    ctx: Data<Context>,
    site: Data<Site>,
    caller: Caller,
    Body(body): Body<FinishSignIn>,
) -> Result<HttpResponse> {
    let carrier = body.session;
    Ok(match identities::finish(&ctx, &caller, body).await? {
        SignedIn::In(grant) => answer(HttpResponse::Ok(), &ctx, &site, carrier, grant),
        SignedIn::New(grant) => answer(HttpResponse::Created(), &ctx, &site, carrier, grant),
        SignedIn::Pending(pending) => HttpResponse::Accepted().json(pending),
    })
}

/// Finish signing in by a provider with the code of an authenticator.
#[utoipa::path(tag = "auth", request_body = ConfirmSignIn, responses(
    (status = 200, description = "These are the tokens.", body = Tokens),
    (status = 401, description = "`totp_invalid`: the code is wrong or was used; `account_deactivated`."),
    (status = 410, description = "`sign_in_expired`: the ticket is none, is too old, or was used."),
))]
#[post("/api/auth/oidc/confirm")]
async fn confirm_sign_in(
    ctx: Data<Context>,
    site: Data<Site>,
    caller: Caller,
    Body(body): Body<ConfirmSignIn>,
) -> Result<HttpResponse> {
    let carrier = body.session;
    let grant = identities::confirm(&ctx, &caller, body).await?;
    Ok(answer(HttpResponse::Ok(), &ctx, &site, carrier, grant))
}

/// List the identities of the caller: by which providers they may sign in.
#[utoipa::path(tag = "auth", security(("bearer" = [])), params(ListIdentities), responses(
    (status = 200, description = "One page of them; there is one of each provider at the most.", body = List<Identity>),
))]
#[get("/api/auth/identities")]
async fn list_identities(
    ctx: Data<Context>,
    viewer: Viewer,
    Query(wanted): Query<ListIdentities>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(identities::list(&ctx, &viewer, wanted).await?))
}

/// Begin to connect a provider with the account of the caller.
#[utoipa::path(tag = "auth", security(("bearer" = [])), request_body = BeginConnect, responses(
    (status = 200, description = "Where to send the browser.", body = Begun),
    (status = 401, description = "`bad_credentials`: the password is wrong; or those of every call."),
    (status = 403, description = "`reauthentication_required`: there is no password, and the sign-in was more than five minutes ago."),
))]
#[post("/api/auth/identities/begin")]
async fn begin_connect(
    ctx: Data<Context>,
    site: Data<Site>,
    request: HttpRequest,
    viewer: Viewer,
    caller: Caller,
    Body(body): Body<BeginConnect>,
) -> Result<HttpResponse> {
    let redirect_uri = redirect_uri(&ctx, &site, &request, body.redirect_uri.as_deref())?;
    let begun = identities::begin_connect(&ctx, &viewer, &caller, &body, redirect_uri).await?;
    Ok(HttpResponse::Ok().json(begun))
}

/// Connect the identity that the caller came back with, in the session that began.
#[utoipa::path(tag = "auth", security(("bearer" = [])), request_body = FinishConnect, responses(
    (status = 201, description = "It is connected: the caller may sign in by the provider.", body = Identity),
    (status = 401, description = "`provider_refused`: the provider did not confirm anybody, or its word was not believed; or those of every call."),
    (status = 409, description = "`identity_taken`: it belongs to another account; `conflict`: it is connected with this one already."),
    (status = 410, description = "`sign_in_expired`: it was begun elsewhere, more than ten minutes ago, or was finished already."),
))]
#[post("/api/auth/identities")]
async fn connect_identity(
    ctx: Data<Context>,
    viewer: Viewer,
    caller: Caller,
    Body(body): Body<FinishConnect>,
) -> Result<HttpResponse> {
    let identity = identities::connect(&ctx, &viewer, &caller, body).await?;
    Ok(HttpResponse::Created().json(identity))
}

/// Disconnect an identity of the caller.
#[utoipa::path(tag = "auth", security(("bearer" = [])),
    params(("identity_id" = IdentityId, Path, description = "Which identity.")),
    request_body = Option<Disconnect>,
    responses(
        (status = 204, description = "Nobody gets into the account by it any more."),
        (status = 401, description = "`bad_credentials`: the password is wrong; or those of every call."),
        (status = 403, description = "`reauthentication_required`: there is no password, and the sign-in was more than five minutes ago."),
        (status = 409, description = "`last_way_in`: there would be no way to sign in any more; set a password first."),
    ))]
#[delete("/api/auth/identities/{identity_id}")]
async fn disconnect_identity(
    ctx: Data<Context>,
    viewer: Viewer,
    caller: Caller,
    Id(id): Id<IdentityId>,
    MaybeBody(body): MaybeBody<Disconnect>,
) -> Result<HttpResponse> {
    let body = body.unwrap_or_default();
    identities::disconnect(&ctx, &viewer, &caller, id, &body).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Where the browser shall come back to. The page of this site that asks, or of another that was
/// allowed; a program on the same machine as its browser may listen itself (RFC 8252, 7.3).
fn redirect_uri(
    ctx: &Context,
    site: &Site,
    request: &HttpRequest,
    given: Option<&str>,
) -> Result<String> {
    let origin = request.headers().get(header::ORIGIN).and_then(|it| it.to_str().ok());
    let own = match origin.filter(|_| is_own_page(site, request)) {
        Some(origin) => format!("{origin}{PAGE}"),
        None => format!("{}{PAGE}", ctx.mail.address()),
    };
    match given {
        None => Ok(own),
        Some(given) if given == own || is_program(given) => Ok(given.to_owned()),
        Some(_) => Err(Error::field("redirect_uri", Flaw::NotAllowed)),
    }
}

fn is_program(address: &str) -> bool {
    let Ok(url) = address.parse::<Url>() else { return false };
    let is_here = match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        _ => false,
    };
    let is_bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    url.scheme() == "http" && is_here && is_bare
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wb_4_only_programs_on_this_machine_choose_where_to_come_back_to() {
        for good in ["http://127.0.0.1:5000/back", "http://[::1]:5000/", "http://127.0.0.1/"] {
            assert!(is_program(good), "{good}");
        }
        for bad in [
            "https://evil.example/",
            "http://localhost.evil.example/",
            "http://127.0.0.1.evil.example/",
            "http://127.0.0.1@evil.example/",
            "http://evil@127.0.0.1/",
            "javascript:alert(1)",
            "//127.0.0.1/",
            "http://127.0.0.1/#x",
        ] {
            assert!(!is_program(bad), "{bad}");
        }
    }
}
