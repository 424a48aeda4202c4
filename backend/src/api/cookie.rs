//! The refresh token's cookie: the only one there is, and the only call that reads it is the refresh.

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
    http::header::{self, HeaderMap},
};

use super::headers::is_own_page;
use crate::{
    actions::accounts::Grant,
    error::{Code, Error, Result},
    model::Timestamp,
    site::Site,
};

/// Where people come by https, its name makes browsers refuse it from anywhere else.
const NAME_SECURE: &str = "__Host-parlor_refresh";
const NAME_PLAIN: &str = "parlor_refresh";
/// `__Host-` demands `/`; otherwise nothing but accounts gets to see it.
const PATH_SECURE: &str = "/";
const PATH_PLAIN: &str = "/api/auth";

/// Takes the refresh token out of what is answered and puts it into a cookie, which goes with the
/// browser's window unless the person asked to be remembered.
pub(super) fn take(site: &Site, grant: &mut Grant, now: Timestamp) -> Cookie<'static> {
    let token = grant.tokens.refresh_token.take().unwrap_or_default();
    let mut cookie = base(site, token);
    if grant.remember {
        let left = grant.expires_at.since(now).as_secs();
        cookie.set_max_age(Duration::seconds(i64::try_from(left).unwrap_or(0)));
    }
    cookie
}

/// A cookie that makes the browser forget the one it has.
pub(super) fn forget(site: &Site) -> Cookie<'static> {
    let mut cookie = base(site, String::new());
    cookie.make_removal();
    cookie
}

/// A header that no form and no picture of another site can send, and no script of it without being
/// allowed to, which it never is: it stands beside `Origin`, which proxies have been known to change. That
/// the body is JSON is such a header as well.
const MARK: &str = "X-Parlor";
const MARK_OF_JSON: &str = "application/json";

/// The refresh token of a browser's cookie, if the call comes from a page of ours.
///
/// # Errors
/// `unauthenticated` without a cookie; `forbidden` for the pages of others.
pub(super) fn read(site: &Site, request: &HttpRequest) -> Result<String> {
    let cookie = request.cookie(name(site)).ok_or_else(|| Error::from(Code::Unauthenticated))?;
    if !is_own_page(site, request) || !is_marked(request.headers()) {
        return Err(Code::Forbidden.into());
    }
    Ok(cookie.value().to_owned())
}

fn is_marked(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let essence = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    headers.contains_key(MARK) || essence.eq_ignore_ascii_case(MARK_OF_JSON)
}

fn name(site: &Site) -> &'static str {
    if site.is_https() { NAME_SECURE } else { NAME_PLAIN }
}

fn base(site: &Site, value: String) -> Cookie<'static> {
    let path = if site.is_https() { PATH_SECURE } else { PATH_PLAIN };
    Cookie::build(name(site), value)
        .path(path)
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(site.is_https())
        .finish()
}
