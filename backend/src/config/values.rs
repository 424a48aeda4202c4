//! What a value may be: small readers of one text each, which know no setting.

use url::Url;

use super::Redis;
use crate::model::credentials::Verification;

pub(super) fn host_of(address: &str) -> String {
    let url = address.parse::<Url>().ok();
    url.as_ref().and_then(Url::host_str).unwrap_or(address).to_owned()
}

/// An `http` or `https` address that is nothing but an origin.
pub(super) fn origin(text: &str) -> Option<Url> {
    let url: Url = text.parse().ok()?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let named = url.username().is_empty() && url.password().is_none();
    // Nothing stands for other names: a star would be a name that nobody has.
    let exact = !text.contains('*');
    (matches!(url.scheme(), "http" | "https") && bare && named && exact && url.has_host())
        .then_some(url)
}

pub(super) fn list<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(parse).collect()
}

pub(super) fn verification(text: &str) -> Option<Verification> {
    match text {
        "none" => Some(Verification::None),
        "optional" => Some(Verification::Optional),
        "mandatory" => Some(Verification::Mandatory),
        _ => None,
    }
}

pub(super) fn is_postgres(text: &str) -> bool {
    let url = Url::parse(text.trim()).ok();
    url.is_some_and(|url| matches!(url.scheme(), "postgres" | "postgresql") && url.has_host())
}

/// An address without what stands before the `@`.
pub(super) fn without_password(text: &str) -> String {
    match (text.split_once("://"), text.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://***@{rest}"),
        _ => text.to_owned(),
    }
}

pub(super) fn redis(text: &str) -> Option<Redis> {
    let text = text.trim();
    let url = Url::parse(text).ok()?;
    let (family, kind) = url.scheme().split_once('-').unwrap_or((url.scheme(), ""));
    let is_known = matches!(family, "redis" | "rediss" | "valkey" | "valkeys")
        && matches!(kind, "" | "cluster" | "sentinel");
    (is_known && url.has_host()).then(|| Redis(text.to_owned()))
}

pub(super) fn switch(text: &str) -> Option<bool> {
    match text {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}
