//! Whose pages may open a socket: our own, and those that were allowed. Exactly, or not at all.

use url::Url;

/// As much of the settings as that takes.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    /// The address that people open, if it was said.
    pub public_url: Option<Url>,
    /// Other origins, as browsers write them.
    pub allowed: Vec<String>,
}

impl Origins {
    /// Whether a request with these headers may become a socket. Without `Origin` it comes from a
    /// program, which may: no cookie ever authenticates a socket.
    pub fn allow(&self, origin: Option<&str>, host: Option<&str>) -> bool {
        let Some(origin) = origin else { return true };
        let own = match &self.public_url {
            Some(url) => url.origin().ascii_serialization(),
            None => format!("http://{}", host.unwrap_or_default()),
        };
        origin == own || self.allowed.iter().any(|allowed| allowed == origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_those_allowed_and_programs_come_in() {
        let allowed = vec!["https://app.example.org".to_owned()];
        let public_url = Some("https://chat.example.org".parse().unwrap());
        let plain = Origins { public_url: None, allowed: allowed.clone() };
        let public = Origins { public_url, allowed };
        let host = Some("chat.example.org");
        assert!(plain.allow(None, host));
        assert!(plain.allow(Some("http://chat.example.org"), host));
        assert!(public.allow(Some("https://chat.example.org"), host));
        assert!(public.allow(Some("https://app.example.org"), host));
        for foreign in [
            "",
            "null",
            "http://chat.example.org",
            "https://chat.example.org.evil.example",
            "https://evilchat.example.org",
            "https://chat.example.org:8443",
            "https://chat.example.org/",
            "https://sub.app.example.org",
        ] {
            assert!(!public.allow(Some(foreign), host), "{foreign}");
        }
    }
}
