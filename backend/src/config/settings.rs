//! The settings as people read of them: name, flag, default, meaning, and what each takes.
//!
//! One table makes `--help`, the README's table and the errors. What a value means is not known here.

use std::fmt;

use super::{ConfigError, Given};

/// One setting, as people read of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The environment variable.
    pub name: &'static str,
    /// The flag.
    pub flag: &'static str,
    /// What it is without either.
    pub default: &'static str,
    /// What it does.
    pub meaning: &'static str,
    /// What it may be, in the words of an error message.
    allowed: &'static str,
}

impl Setting {
    /// What was given, understood; `None` when nothing was.
    ///
    /// # Errors
    /// It is not what the setting takes.
    pub(super) fn parse<T>(
        &self,
        given: &Given,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        match given.get(self.name) {
            None => Ok(None),
            Some(text) => parse(text.trim()).map(Some).ok_or_else(|| self.refuse(text)),
        }
    }

    /// Says that a value is not what the setting takes.
    pub(super) fn refuse(&self, value: &str) -> ConfigError {
        ConfigError::Value {
            name: self.name,
            flag: self.flag,
            value: value.to_owned(),
            allowed: self.allowed,
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [default: {}]", self.meaning, self.default)
    }
}

pub(super) const LISTEN: Setting = Setting {
    name: "PARLOR_LISTEN",
    flag: "listen",
    default: "127.0.0.1:8000",
    meaning: "The address and port to serve on",
    allowed: "an address and a port, like 127.0.0.1:8000 or [::]:8000",
};
pub(super) const DATABASE: Setting = Setting {
    name: "DATABASE_URL",
    flag: "database-url",
    default: "sqlite:parlor.db in the data directory",
    meaning: "Where messages are kept",
    allowed: "sqlite:FILE or postgres://USER:PASSWORD@HOST:PORT/DATABASE",
};
pub(super) const REDIS: Setting = Setting {
    name: "REDIS_URL",
    flag: "redis-url",
    default: "none: the nodes of a cluster ask the database what is new",
    meaning: "What carries news between the nodes of a cluster at once: redis://, rediss:// (TLS), redis-cluster:// or redis-sentinel://",
    allowed: "redis://USER:PASSWORD@HOST:PORT, rediss://…, redis-cluster://… or redis-sentinel://…?sentinelServiceName=NAME",
};
pub(super) const SEAL_RELAY: Setting = Setting {
    name: "PARLOR_SEAL_RELAY",
    flag: "seal-relay",
    default: "off: whispers alone are",
    meaning: "Whether everything that nodes tell each other through Redis is encrypted, with keys made from the one that signs tokens",
    allowed: "on or off",
};
pub(super) const METRICS_LISTEN: Setting = Setting {
    name: "PARLOR_METRICS_LISTEN",
    flag: "metrics-listen",
    default: "127.0.0.1:9100",
    meaning: "The address and port to serve metrics on, for Prometheus, at /metrics; off for none",
    allowed: "an address and a port, like 127.0.0.1:9100, or off",
};
pub(super) const UNSAFE_DURABILITY: Setting = Setting {
    name: "PARLOR_UNSAFE_DURABILITY",
    flag: "unsafe-durability",
    default: "off",
    meaning: "Whether a Postgres that may lose what it acknowledged (fsync or synchronous_commit off) is accepted",
    allowed: "on or off",
};
pub(super) const DATA_DIR: Setting = Setting {
    name: "PARLOR_DATA_DIR",
    flag: "data-dir",
    default: "./data",
    meaning: "The folder of the database and the secret; made when missing",
    allowed: "a path",
};
pub(super) const PUBLIC_URL: Setting = Setting {
    name: "PARLOR_PUBLIC_URL",
    flag: "public-url",
    default: "http:// and the address it listens on",
    meaning: "The address that people open, when it is another one (behind a proxy); https makes cookies secure",
    allowed: "an address without a path, like https://chat.example.org",
};
pub(super) const ALLOWED_ORIGINS: Setting = Setting {
    name: "PARLOR_ALLOWED_ORIGINS",
    flag: "allowed-origins",
    default: "none",
    meaning: "Other sites whose pages may use the API and the gateway, separated by commas",
    allowed: "origins separated by commas, like https://app.example.org,http://localhost:5173",
};
/// Whether to serve others without TLS: a flag that needs no value.
pub const INSECURE: Setting = Setting {
    name: "PARLOR_INSECURE",
    flag: "insecure",
    default: "off",
    meaning: "Whether others may reach this server without TLS: for a container or a network that only a proxy reaches",
    allowed: "on or off",
};
pub(super) const TRUSTED_PROXIES: Setting = Setting {
    name: "PARLOR_TRUSTED_PROXIES",
    flag: "trusted-proxies",
    default: "none",
    meaning: "Addresses of proxies whose X-Forwarded-For is believed, separated by commas",
    allowed: "addresses separated by commas, like 127.0.0.1,::1",
};
pub(super) const SECRET_FILE: Setting = Setting {
    name: "PARLOR_SECRET_FILE",
    flag: "secret-file",
    default: "secret in the data directory; with Postgres, in the database",
    meaning: "The key that tokens are signed with; made on the first start, readable by its owner only",
    allowed: "a path",
};
pub(super) const SMTP: Setting = Setting {
    name: "SMTP_URL",
    flag: "smtp-url",
    default: "none: mails become files under mail in the data directory",
    meaning: "The server that sends mails, with user and password if it asks for them; smtp:// (port 587) uses STARTTLS, smtps:// (port 465) TLS",
    allowed: "smtp://HOST:PORT or smtps://USER:PASSWORD@HOST:PORT",
};
pub(super) const MAIL_FROM: Setting = Setting {
    name: "PARLOR_MAIL_FROM",
    flag: "mail-from",
    default: "the name of the server, parlor at the host that people open",
    meaning: "Who mails come from",
    allowed: "an e-mail address, like chat@example.org or Chat <chat@example.org>",
};
pub(super) const EMAIL_VERIFICATION: Setting = Setting {
    name: "PARLOR_EMAIL_VERIFICATION",
    flag: "email-verification",
    default: "optional",
    meaning: "Whether new e-mail addresses are verified by a mailed link: none, optional, or mandatory (nobody signs in before)",
    allowed: "none, optional or mandatory",
};
pub(super) const OIDC_ISSUER: Setting = Setting {
    name: "PARLOR_OIDC_ISSUER",
    flag: "oidc-issuer",
    default: "none: people sign in with a password only",
    meaning: "A provider of OpenID Connect that people may sign in by, exactly as it names itself; several with commas between them, and then as many of the three below. Its redirect URI is /oidc/ at the address that people open",
    allowed: "https:// addresses separated by commas, like https://id.example.org/realms/chat (http:// on this machine only)",
};
pub(super) const OIDC_CLIENT_ID: Setting = Setting {
    name: "PARLOR_OIDC_CLIENT_ID",
    flag: "oidc-client-id",
    default: "parlor",
    meaning: "What the provider calls this server",
    allowed: "a name for every provider, separated by commas",
};
pub(super) const OIDC_CLIENT_SECRET: Setting = Setting {
    name: "PARLOR_OIDC_CLIENT_SECRET",
    flag: "oidc-client-secret",
    default: "none: a public client",
    meaning: "What this server shows the provider; a secret with a comma in it needs a file",
    allowed: "a secret for every provider, separated by commas, and not beside PARLOR_OIDC_CLIENT_SECRET_FILE",
};
pub(super) const OIDC_CLIENT_SECRET_FILE: Setting = Setting {
    name: "PARLOR_OIDC_CLIENT_SECRET_FILE",
    flag: "oidc-client-secret-file",
    default: "none",
    meaning: "The file with that secret, a line for every provider",
    allowed: "a file that can be read, with a line for every provider",
};
pub(super) const OIDC_LABEL: Setting = Setting {
    name: "PARLOR_OIDC_LABEL",
    flag: "oidc-label",
    default: "the provider's host",
    meaning: "What people call the provider: it stands on the button",
    allowed: "1 to 40 characters for every provider, separated by commas",
};
pub(super) const RATE_LIMITS: Setting = Setting {
    name: "PARLOR_RATE_LIMITS",
    flag: "rate-limits",
    default: "on",
    meaning: "Whether callers are slowed down; off is for load tests",
    allowed: "on or off",
};

pub(super) const API_DOCS: Setting = Setting {
    name: "PARLOR_API_DOCS",
    flag: "api-docs",
    default: "on",
    meaning: "Whether Swagger UI is served at /api/docs/; the contracts themselves always are",
    allowed: "on or off",
};

pub(super) const CREATE_MISSING_ROOMS: Setting = Setting {
    name: "PARLOR_CREATE_MISSING_ROOMS",
    flag: "create-missing-rooms",
    default: "off",
    meaning: "Whether the web client makes a room at once that somebody opens by a name which none has, instead of offering it",
    allowed: "on or off",
};

/// All of them, in the order in which people read them.
pub const SETTINGS: &[Setting] = &[
    LISTEN,
    DATABASE,
    REDIS,
    SEAL_RELAY,
    DATA_DIR,
    PUBLIC_URL,
    INSECURE,
    ALLOWED_ORIGINS,
    TRUSTED_PROXIES,
    SECRET_FILE,
    SMTP,
    MAIL_FROM,
    EMAIL_VERIFICATION,
    OIDC_ISSUER,
    OIDC_CLIENT_ID,
    OIDC_CLIENT_SECRET,
    OIDC_CLIENT_SECRET_FILE,
    OIDC_LABEL,
    RATE_LIMITS,
    CREATE_MISSING_ROOMS,
    API_DOCS,
    METRICS_LISTEN,
    UNSAFE_DURABILITY,
];
