//! What is fetched from a provider, and the bounds of it (SECURITY, FI-5): https only, no redirects, so
//! many bytes, so much time, and no address inside a network unless the operator's own issuer is there.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use serde::de::DeserializeOwned;
use ureq::{
    Agent, Body, Error,
    config::Config,
    http::{Request, Response, StatusCode, Uri, header},
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};
use url::Url;

use super::is_loopback;

/// How long one call may take, from the look-up of the name to the last byte.
const TIMEOUT: Duration = Duration::from_secs(8);
/// How much is read of an answer, in bytes: keys and tokens are some kilobytes.
const ANSWER_BYTES_MAX: u64 = 256 * 1024;
const JSON: &str = "application/json";

/// What calls a provider.
pub(super) struct Fetch {
    agent: Agent,
    /// The issuer itself is on this machine and speaks http.
    may_be_plain: bool,
}

/// Why nothing came of a call.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    /// The provider names an address that is not asked.
    #[error("{0} is not an address that is asked")]
    Address(String),
    /// It does not answer, or says too much.
    #[error(transparent)]
    Call(#[from] Error),
    /// It answers, but not with what was asked for.
    #[error("it answers {0}")]
    Status(StatusCode),
    /// What it answers can't be read.
    #[error("its answer can't be read: {0}")]
    Unreadable(#[from] serde_json::Error),
}

impl Fetch {
    /// For the provider at this address.
    pub(super) fn new(issuer: &Url) -> Self {
        let may_be_plain = issuer.scheme() == "http" && is_loopback(issuer);
        let config = Agent::config_builder()
            .https_only(!may_be_plain)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_global(Some(TIMEOUT))
            // A proxy would look names up itself, where nobody could check what comes of it.
            .proxy(None)
            .user_agent(concat!("Parlor/", env!("CARGO_PKG_VERSION")))
            .build();
        let resolver = Watched {
            own_host: issuer.host_str().unwrap_or_default().to_owned(),
            inner: DefaultResolver::default(),
        };
        let agent = Agent::with_parts(config, DefaultConnector::default(), resolver);
        Self { agent, may_be_plain }
    }

    /// Fetches a document.
    pub(super) fn get<T: DeserializeOwned>(&self, address: &str) -> Result<T, FetchError> {
        let request = Request::get(self.checked(address)?).header(header::ACCEPT, JSON).body(());
        self.read(self.agent.run(request.map_err(Error::from)?)?)
    }

    /// Fetches a document that whoever has this token may see.
    pub(super) fn get_with<T: DeserializeOwned>(
        &self,
        address: &str,
        token: &str,
    ) -> Result<T, FetchError> {
        let request = Request::get(self.checked(address)?)
            .header(header::ACCEPT, JSON)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(());
        self.read(self.agent.run(request.map_err(Error::from)?)?)
    }

    /// Sends a form.
    pub(super) fn post<T: DeserializeOwned>(
        &self,
        address: &str,
        form: String,
        authorization: Option<String>,
    ) -> Result<T, FetchError> {
        let mut request = Request::post(self.checked(address)?)
            .header(header::ACCEPT, JSON)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        self.read(self.agent.run(request.body(form).map_err(Error::from)?)?)
    }

    /// Reads an answer. A redirect is an answer like any other, and no good one.
    fn read<T: DeserializeOwned>(&self, response: Response<Body>) -> Result<T, FetchError> {
        if response.status() != StatusCode::OK {
            return Err(FetchError::Status(response.status()));
        }
        let mut body = response.into_body();
        let bytes = body.with_config().limit(ANSWER_BYTES_MAX).read_to_vec()?;
        Ok(serde_json::from_slice(&bytes)?)
    }

    fn checked<'a>(&self, address: &'a str) -> Result<&'a str, FetchError> {
        self.may_ask(address)
            .then_some(address)
            .ok_or_else(|| FetchError::Address(address.to_owned()))
    }

    /// Whether this is an address that may be called, or that a browser may be sent to.
    pub(super) fn may_ask(&self, address: &str) -> bool {
        let Ok(url) = address.parse::<Url>() else { return false };
        let is_safe = url.scheme() == "https"
            || (self.may_be_plain && url.scheme() == "http" && is_loopback(&url));
        is_safe && url.has_host() && url.username().is_empty() && url.password().is_none()
    }
}

/// Looks names up, and refuses what lies inside a network. The operator's own issuer may lie anywhere;
/// what it names beside itself may not lead to other machines beside this one. It is asked for every
/// connection, so that a name can't lead elsewhere a moment later.
#[derive(Debug)]
struct Watched {
    own_host: String,
    inner: DefaultResolver,
}

impl Resolver for Watched {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let is_own = uri.host().is_some_and(|host| host.eq_ignore_ascii_case(&self.own_host));
        if is_own || found.iter().all(|address| is_public(address.ip())) {
            Ok(found)
        } else {
            Err(Error::HostNotFound)
        }
    }
}

/// Whether an address is one of the open internet.
fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [first, second, ..] = ip.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    let is_benchmark = first == 198 && (18..20).contains(&second);
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        || first == 0
        || first >= 240
        || is_shared
        || is_benchmark)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    // Only what is given to networks of the open internet, 2000::/3, and of that neither examples nor
    // ways to write an IPv4 address (6to4, Teredo).
    let [first, second, ..] = ip.segments();
    let is_given = first & 0xe000 == 0x2000;
    let is_other = first == 0x2002 || (first == 0x2001 && (second == 0xdb8 || second < 0x200));
    is_given && !is_other
}

impl std::fmt::Debug for Fetch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fetch")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fi_5_only_safe_addresses_are_asked() {
        let public = Fetch::new(&"https://id.example.org".parse().unwrap());
        let local = Fetch::new(&"http://127.0.0.1:9000".parse().unwrap());
        assert!(public.may_ask("https://tokens.example.org/token"));
        assert!(local.may_ask("http://127.0.0.1:9001/token"));
        for address in [
            "http://id.example.org/token",
            "http://127.0.0.1:9000/token",
            "https://ann@id.example.org/token",
            "ftp://id.example.org/token",
            "file:///etc/passwd",
            "/token",
        ] {
            assert!(!public.may_ask(address), "{address}");
        }
        assert!(!local.may_ask("http://id.example.org/token"));
    }

    #[test]
    fn fi_5_addresses_inside_a_network_are_known() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "::ffff:10.0.0.1",
            "2002:0a00:0001::1",
            "2001::1",
            "2001:db8::1",
            "ff02::1",
            "64:ff9b::a00:1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "2a00:1450::1"] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn fi_5_what_the_issuer_names_inside_the_network_is_not_connected_to() {
        let fetch = Fetch::new(&"https://id.example.org".parse().unwrap());
        for inside in ["https://127.0.0.1:1/", "https://localhost:1/", "https://[::1]:1/"] {
            let refused = fetch.get::<serde_json::Value>(inside).unwrap_err();
            assert!(matches!(refused, FetchError::Call(Error::HostNotFound)), "{refused:?}");
        }
    }
}
