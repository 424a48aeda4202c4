//! What a request's headers say: which page it comes from, from where, in which language.

use std::net::IpAddr;

use actix_web::{HttpRequest, http::header};

use crate::{model::profile::Locale, site::Site};

/// Whether a request comes from a page of this server, or of one that was allowed.
pub(super) fn is_own_page(site: &Site, request: &HttpRequest) -> bool {
    let mut origins = request.headers().get_all(header::ORIGIN);
    let (Some(origin), None) = (origins.next(), origins.next()) else { return false };
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    origin.to_str().is_ok_and(|origin| site.is_own_page(origin, host))
}

/// The address that a request comes from.
pub(super) fn address_of(site: &Site, request: &HttpRequest) -> Option<IpAddr> {
    let headers = request.headers().get_all("X-Forwarded-For");
    let forwarded: Vec<&str> = headers.filter_map(|list| list.to_str().ok()).collect();
    Some(site.address_of(request.peer_addr()?.ip(), &forwarded))
}

/// The language that a request asks for: of those spoken here, the one it likes best.
pub(super) fn locale_of(accept_language: &str) -> Locale {
    let mut best = (0.0, Locale::default());
    for part in accept_language.split(',').take(32) {
        let mut part = part.split(';');
        let tag = part.next().unwrap_or_default().trim().to_ascii_lowercase();
        let quality = part.find_map(|it| it.trim().strip_prefix("q=")?.trim().parse::<f32>().ok());
        let quality = quality.unwrap_or(1.0);
        let language = tag.split('-').next().unwrap_or_default();
        if matches!(language, "en" | "ru") && quality > best.0 {
            best = (quality, Locale::of(language));
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_liked_best_is_spoken() {
        for (asked, spoken) in [
            ("", Locale::En),
            ("ru", Locale::Ru),
            ("ru-RU,ru;q=0.9,en;q=0.8", Locale::Ru),
            ("de,en;q=0.5,ru;q=0.7", Locale::Ru),
            ("en,ru", Locale::En),
            ("fr", Locale::En),
            ("ru;q=0", Locale::En),
        ] {
            assert_eq!(locale_of(asked), spoken, "{asked}");
        }
    }
}
