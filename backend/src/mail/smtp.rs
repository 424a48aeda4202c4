//! The server that mails are handed to, as `SMTP_URL` names it.

use std::{fmt, net::IpAddr, time::Duration};

use lettre::{
    AsyncSmtpTransport, Tokio1Executor,
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};
use url::{Host, Url};

/// How long one step of the conversation may take.
const STEP_WAIT: Duration = Duration::from_secs(20);
/// Where mail is handed in with STARTTLS.
const PORT: u16 = 587;
/// Where TLS comes first.
const PORT_TLS: u16 = 465;

/// A mail server: `smtp://` or `smtps://`, a user and a password if it asks for them, host and port.
#[derive(Clone, PartialEq, Eq)]
pub struct Smtp {
    host: String,
    port: u16,
    security: Security,
    login: Option<(String, String)>,
}

/// How the connection is kept from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Security {
    /// It does not leave the machine.
    Local,
    /// STARTTLS where the server offers it.
    Offered,
    /// STARTTLS or nothing: a password never goes out in the clear.
    Required,
    /// TLS from the first byte.
    Wrapped,
}

impl Smtp {
    /// Reads an address; `None` for what is none.
    pub fn parse(text: &str) -> Option<Self> {
        let url: Url = text.parse().ok()?;
        let is_bare = matches!(url.path(), "" | "/") && url.query().is_none();
        if !is_bare || url.fragment().is_some() {
            return None;
        }
        let host = url.host_str().filter(|host| !host.is_empty())?.to_owned();
        let login = match (url.username(), url.password()) {
            ("", None) => None,
            ("", Some(_)) | (_, None) => return None,
            (user, Some(password)) => Some((percent_decode(user)?, percent_decode(password)?)),
        };
        let (security, port) = match url.scheme() {
            "smtps" => (Security::Wrapped, PORT_TLS),
            "smtp" if is_local(&host) => (Security::Local, PORT),
            "smtp" if login.is_some() => (Security::Required, PORT),
            "smtp" => (Security::Offered, PORT),
            _ => return None,
        };
        Some(Self { host, port: url.port().unwrap_or(port), security, login })
    }

    /// What talks to it.
    pub(super) fn transport(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, Error> {
        let tls = || TlsParameters::new(self.host.clone());
        let tls = match self.security {
            Security::Local => Tls::None,
            Security::Offered => Tls::Opportunistic(tls()?),
            Security::Required => Tls::Required(tls()?),
            Security::Wrapped => Tls::Wrapper(tls()?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&self.host)
            .port(self.port)
            .timeout(Some(STEP_WAIT))
            .tls(tls);
        if let Some((user, password)) = self.login.clone() {
            builder = builder.credentials(Credentials::new(user, password));
        }
        Ok(builder.build())
    }
}

/// Whether a host is this machine.
fn is_local(host: &str) -> bool {
    match Host::parse(host) {
        Ok(Host::Domain(name)) => name == "localhost",
        Ok(Host::Ipv4(ip)) => IpAddr::from(ip).is_loopback(),
        Ok(Host::Ipv6(ip)) => IpAddr::from(ip).is_loopback(),
        Err(_) => false,
    }
}

/// What percent signs stand for; `None` for what is not UTF-8.
fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        bytes.push(u8::from_str_radix(str::from_utf8(&digits).ok()?, 16).ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// Without the password.
impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}:{}", self.security, self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn security(text: &str) -> Option<(Security, u16)> {
        Smtp::parse(text).map(|smtp| (smtp.security, smtp.port))
    }

    #[test]
    fn a_password_never_leaves_the_machine_in_the_clear() {
        assert_eq!(security("smtp://mail.example.org"), Some((Security::Offered, 587)));
        assert_eq!(security("smtp://a:b@mail.example.org:25"), Some((Security::Required, 25)));
        assert_eq!(security("smtps://a:b@mail.example.org"), Some((Security::Wrapped, 465)));
        for local in ["smtp://a:b@localhost:25", "smtp://127.0.0.1:25", "smtp://a:b@[::1]:25"] {
            assert_eq!(security(local), Some((Security::Local, 25)), "{local}");
        }
        for smtp in ["smtp://mail.example.org", "smtps://a:b@mail.example.org"] {
            assert!(Smtp::parse(smtp).unwrap().transport().is_ok());
        }
    }

    #[test]
    fn user_and_password_may_hold_any_character_and_are_not_shown() {
        let smtp = Smtp::parse("smtps://ann%40example.org:p%2Fw%3A@mail.example.org").unwrap();
        assert_eq!(smtp.login.clone().unwrap(), ("ann@example.org".into(), "p/w:".into()));
        assert_eq!(format!("{smtp:?}"), "Wrapped mail.example.org:465");
    }

    #[test]
    fn what_is_no_mail_server_is_refused() {
        for wrong in ["", "mail.example.org", "http://x", "smtp://", "smtp://x/y", "smtp://u@x"] {
            assert_eq!(Smtp::parse(wrong), None, "{wrong}");
        }
    }
}
