//! What this server is called from outside, and whom it believes. Both doors ask here.

use std::net::IpAddr;

use url::Url;

/// How much of a program's name is looked at, in characters.
const USER_AGENT_CHARS_MAX: usize = 512;

/// The token of `Authorization: Bearer`, given every such header as far as it is text; none if the header
/// stands there twice, since whoever looks at the other one would see somebody else.
pub fn bearer<'a>(mut given: impl Iterator<Item = Option<&'a str>>) -> Option<&'a str> {
    let (Some(one), None) = (given.next(), given.next()) else { return None };
    let (scheme, token) = one?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// What a program calls itself, as much of it as is looked at.
pub fn user_agent(given: &[u8]) -> String {
    String::from_utf8_lossy(given).chars().take(USER_AGENT_CHARS_MAX).collect()
}

/// As much of the settings as the doors need.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// The address that people open, if it was said.
    pub public_url: Option<Url>,
    /// Other origins whose pages may call.
    pub allowed_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Whether Swagger UI is served.
    pub has_docs: bool,
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

    /// Whether a request with this `Origin` and this `Host` comes from a page of this server, or of
    /// one that was allowed.
    pub fn is_own_page(&self, origin: &str, host: Option<&str>) -> bool {
        let own = match &self.public_url {
            Some(url) => url.origin().ascii_serialization(),
            None => format!("http://{}", host.unwrap_or_default()),
        };
        origin == own || self.is_allowed_origin(origin)
    }

    /// The address that a request comes from: the peer's, or, behind proxies that are trusted, the
    /// last one in `X-Forwarded-For` that is not such a proxy.
    pub fn address_of(&self, peer: IpAddr, forwarded: &[&str]) -> IpAddr {
        let mut address = peer.to_canonical();
        for hop in forwarded.iter().flat_map(|list| list.split(',')).rev() {
            if !self.trusted_proxies.contains(&address) {
                break;
            }
            match hop.trim().parse::<IpAddr>() {
                Ok(ip) => address = ip.to_canonical(),
                Err(_) => break,
            }
        }
        address
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_is_one_and_stands_there_once() {
        let bearer = |given: &[Option<&'static str>]| bearer(given.iter().copied());
        assert_eq!(bearer(&[Some("Bearer x.y")]), Some("x.y"));
        assert_eq!(bearer(&[Some("bEARER x")]), Some("x"));
        for none in [
            &[][..],
            &[None],
            &[Some("Basic x")],
            &[Some("Bearer")],
            &[Some("Bearer x"), Some("Bearer x")],
            &[Some("Bearer x"), None],
        ] {
            assert_eq!(bearer(none), None, "{none:?}");
        }
        assert_eq!(user_agent(&[b'x'; 600]).len(), 512);
    }

    fn site(public_url: Option<&str>) -> Site {
        Site {
            public_url: public_url.map(|url| url.parse().unwrap()),
            allowed_origins: vec!["https://app.example.org".to_owned()],
            trusted_proxies: vec!["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()],
            has_docs: true,
        }
    }

    #[test]
    fn cf_4_forwarded_addresses_are_believed_from_trusted_proxies_only() {
        let address = |peer: &str, forwarded: &[&str]| {
            site(None).address_of(peer.parse().unwrap(), forwarded).to_string()
        };
        assert_eq!(address("192.0.2.9", &["203.0.113.1"]), "192.0.2.9");
        assert_eq!(address("10.0.0.1", &["203.0.113.1"]), "203.0.113.1");
        assert_eq!(address("10.0.0.1", &["6.6.6.6, 203.0.113.1"]), "203.0.113.1");
        assert_eq!(address("10.0.0.1", &["6.6.6.6", "203.0.113.1, 10.0.0.2"]), "203.0.113.1");
        assert_eq!(address("10.0.0.1", &["6.6.6.6, nonsense"]), "10.0.0.1");
        assert_eq!(address("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn wb_3_only_our_own_pages_and_those_allowed_are_ours() {
        let host = Some("chat.example.org");
        let (plain, public) = (site(None), site(Some("https://chat.example.org")));
        assert!(plain.is_own_page("http://chat.example.org", host));
        assert!(public.is_own_page("https://chat.example.org", host));
        assert!(public.is_own_page("https://app.example.org", host));
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
            assert!(!public.is_own_page(origin, host), "{origin}");
        }
    }
}
