//! Providers of OpenID Connect: others who know who somebody is, and say so.
//!
//! Here is what is said to them and what is believed of what they say: discovery, the address to send a
//! browser to, the exchange of a code, and the check of an ID token. Which account that is, and what
//! may be done with it, is decided by the actions. This module must not know accounts or the store.
//! What it fetches it fetches from the addresses that the operator's issuer names, within bounds:
//! see [`fetch`].

mod fetch;
mod id_token;
mod provider;

use std::fmt;

use url::Url;

pub use provider::{Asked, Brought, Claimed, Provider};

/// A provider, as the operator names it. `Debug` leaves the secret out.
#[derive(Clone, PartialEq, Eq)]
pub struct Setup {
    /// Its address, exactly as it names itself.
    pub issuer: String,
    /// What it calls this server.
    pub client_id: String,
    /// What this server shows it; a public client has none.
    pub client_secret: Option<String>,
    /// What people read on the button.
    pub label: String,
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// Whether an address may be an issuer's: `https`, or `http` on this machine, for those who try it out.
pub fn is_issuer(text: &str) -> bool {
    let Ok(url) = text.parse::<Url>() else { return false };
    let is_bare = url.query().is_none() && url.fragment().is_none();
    let is_named = url.username().is_empty() && url.password().is_none();
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
    is_bare && is_named && is_safe && url.has_host()
}

/// Whether an address is on this machine, by what it says and without asking anybody.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fi_5_an_issuer_is_https_or_on_this_machine() {
        for good in [
            "https://id.example.org",
            "https://id.example.org/realms/chat",
            "https://id.example.org:8443/",
            "http://127.0.0.1:9000",
            "http://localhost:9000/x",
            "http://[::1]:9000",
        ] {
            assert!(is_issuer(good), "{good}");
        }
        for bad in [
            "http://id.example.org",
            "http://localhost.example.org",
            "http://127.0.0.1.example.org",
            "https://ann:secret@id.example.org",
            "https://id.example.org/?x=1",
            "https://id.example.org/#x",
            "ftp://id.example.org",
            "file:///etc/passwd",
            "id.example.org",
            "",
        ] {
            assert!(!is_issuer(bad), "{bad}");
        }
    }

    #[test]
    fn tk_6_a_secret_is_not_printed() {
        let setup = Setup {
            issuer: "https://id.example.org".to_owned(),
            client_id: "parlor".to_owned(),
            client_secret: Some("canary".to_owned()),
            label: "Example".to_owned(),
        };
        assert!(!format!("{setup:?}").contains("canary"));
    }
}
