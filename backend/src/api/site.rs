//! What this server is called from outside, and whom it believes.

use std::net::IpAddr;

use actix_web::{HttpRequest, http::header};
use url::Url;

use crate::model::profile::Locale;

/// As much of the settings as the doors need.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// The address that people open, if it was said.
    pub public_url: Option<Url>,
    /// Other origins whose pages may call.
    pub allowed_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

impl Site {
    /// Whether people reach this server by https only. A request can't claim it: the operator says so.
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    /// Whether an `Origin` is another one that was allowed. Exactly, or not at all.
    pub fn is_allowed_origin(&self, origin: &str) -> bool {
        self.allowed_origins.iter().any(|allowed| allowed == origin)
    }

    /// Whether a request comes from a page of this server, or of one that was allowed.
    pub fn is_own_page(&self, request: &HttpRequest) -> bool {
        let mut origins = request.headers().get_all(header::ORIGIN);
        let (Some(origin), None) = (origins.next(), origins.next()) else { return false };
        let Ok(origin) = origin.to_str() else { return false };
        let own = match &self.public_url {
            Some(url) => url.origin().ascii_serialization(),
            None => {
                let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
                format!("http://{}", host.unwrap_or_default())
            }
        };
        origin == own || self.is_allowed_origin(origin)
    }

    /// The address that a request comes from: the peer's, or, behind proxies that are trusted, the
    /// last one in `X-Forwarded-For` that is not such a proxy.
    pub fn address_of(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr()?.ip().to_canonical();
        let mut address = peer;
        let headers = request.headers().get_all("X-Forwarded-For");
        let listed: Vec<&str> = headers.filter_map(|list| list.to_str().ok()).collect();
        for hop in listed.iter().flat_map(|list| list.split(',')).rev() {
            if !self.trusted_proxies.contains(&address) {
                break;
            }
            match hop.trim().parse::<IpAddr>() {
                Ok(ip) => address = ip.to_canonical(),
                Err(_) => break,
            }
        }
        Some(address)
    }
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
    use actix_web::test::TestRequest;

    fn site(public_url: Option<&str>) -> Site {
        Site {
            public_url: public_url.map(|url| url.parse().unwrap()),
            allowed_origins: vec!["https://app.example.org".to_owned()],
            trusted_proxies: vec!["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()],
        }
    }

    fn address(peer: &str, forwarded: &[&str]) -> String {
        let mut request = TestRequest::default().peer_addr(format!("{peer}:1").parse().unwrap());
        for list in forwarded {
            request = request.append_header(("X-Forwarded-For", *list));
        }
        site(None).address_of(&request.to_http_request()).unwrap().to_string()
    }

    #[test]
    fn cf_4_forwarded_addresses_are_believed_from_trusted_proxies_only() {
        assert_eq!(address("192.0.2.9", &["203.0.113.1"]), "192.0.2.9");
        assert_eq!(address("10.0.0.1", &["203.0.113.1"]), "203.0.113.1");
        assert_eq!(address("10.0.0.1", &["6.6.6.6, 203.0.113.1"]), "203.0.113.1");
        assert_eq!(address("10.0.0.1", &["6.6.6.6", "203.0.113.1, 10.0.0.2"]), "203.0.113.1");
        assert_eq!(address("10.0.0.1", &["6.6.6.6, nonsense"]), "10.0.0.1");
        assert_eq!(address("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn wb_3_only_our_own_pages_and_those_allowed_are_ours() {
        let is_own = |site: &Site, origin: &str| {
            let request = TestRequest::default()
                .insert_header((header::HOST, "chat.example.org"))
                .insert_header((header::ORIGIN, origin));
            site.is_own_page(&request.to_http_request())
        };
        let (plain, public) = (site(None), site(Some("https://chat.example.org")));
        assert!(is_own(&plain, "http://chat.example.org"));
        assert!(is_own(&public, "https://chat.example.org"));
        assert!(is_own(&public, "https://app.example.org"));
        for origin in [
            "null",
            "",
            "http://chat.example.org",
            "https://chat.example.org.evil.example",
            "https://evilchat.example.org",
            "https://chat.example.org:8443",
            "https://chat.example.org/",
            "https://sub.app.example.org",
        ] {
            assert!(!is_own(&public, origin), "{origin}");
        }
        assert!(!public.is_own_page(&TestRequest::default().to_http_request()));
    }

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
