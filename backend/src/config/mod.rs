//! Every setting: its name, its default and its meaning, and what was set, understood.
//!
//! A flag wins over the variable of the same name. A process with no environment at all starts.
//! To add a setting: a line in [`SETTINGS`], a field of [`Config`], its parsing in [`Config::read`].

mod providers;
mod settings;
#[cfg(test)]
mod tests;
mod values;

use std::{
    collections::BTreeMap,
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use url::Url;

use crate::{
    mail::{Destination, Sender, Smtp},
    model::credentials::Verification,
    oidc,
    store::{Durability, Place},
};
use providers::providers;
use settings::{
    ALLOWED_ORIGINS, API_DOCS, CREATE_MISSING_ROOMS, DATA_DIR, DATABASE, EMAIL_VERIFICATION,
    LISTEN, MAIL_FROM, METRICS_LISTEN, PUBLIC_URL, RATE_LIMITS, REDIS, SEAL_RELAY, SECRET_FILE,
    SMTP, TRUSTED_PROXIES, UNSAFE_DURABILITY,
};
pub use settings::{INSECURE, SETTINGS, Setting};
use values::{is_postgres, list, origin, redis, switch, verification, without_password};

/// The variable from which `createsuperuser` may take the password. Not a setting: a server has no use
/// for it.
pub const SUPERUSER_PASSWORD: &str = "PARLOR_SUPERUSER_PASSWORD";

const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8000);

const DEFAULT_METRICS_LISTEN: SocketAddr =
    SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9100);

/// A setting that can't be understood: one sentence that names it, its value and what is allowed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The value is not one that the setting takes.
    #[error("{name} (--{flag}) is {value:?}, but takes {allowed}")]
    Value {
        /// The variable.
        name: &'static str,
        /// The flag.
        flag: &'static str,
        /// What was given.
        value: String,
        /// What it takes.
        allowed: &'static str,
    },
    /// A variable that looks like a setting, and is none.
    #[error("{0} is not a setting of Parlor{hint}", hint = hint(.0))]
    Name(String),
    /// Others could reach the server without TLS, and nobody said that this is meant.
    #[error(
        "PARLOR_LISTEN (--listen) is {0}, where others can reach it without TLS, so that passwords and \
         messages could be read on their way: put a proxy with TLS in front and set PARLOR_PUBLIC_URL \
         to its https:// address, or listen on 127.0.0.1; where only a proxy can reach it, as in a \
         container, set PARLOR_INSECURE=on (--insecure)"
    )]
    Insecure(SocketAddr),
}

/// Says which setting was probably meant.
fn hint(name: &str) -> String {
    let meant = SETTINGS
        .iter()
        .map(|setting| (strsim::damerau_levenshtein(name, setting.name), setting.name))
        .min();
    match meant {
        Some((distance, meant)) if distance <= 4 => format!("; did you mean {meant}?"),
        _ => "; `parlor --help` lists them".to_owned(),
    }
}

/// What the settings say, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where to serve.
    pub listen: SocketAddr,
    /// Where messages are kept.
    pub database: Place,
    /// What carries news between nodes.
    pub redis: Option<Redis>,
    /// Whether everything that passes through it is sealed.
    pub seals_relay: bool,
    /// What is asked of the database.
    pub durability: Durability,
    /// The folder of the database and the secret.
    pub data_dir: PathBuf,
    /// The address that people open; none: whatever address they reach the server by.
    pub public_url: Option<Url>,
    /// Whether others may reach this server without TLS.
    pub insecure: bool,
    /// Other origins that may use the API and the gateway, as browsers write them.
    pub allowed_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// The key that tokens are signed with; nothing, if the nodes of a cluster keep it in their
    /// database.
    pub secret_file: Option<PathBuf>,
    /// The server that sends mails, or the folder that they are written into.
    pub mail: Destination,
    /// Who mails come from.
    pub mail_from: Sender,
    /// What is asked of e-mail addresses.
    pub email_verification: Verification,
    /// Others who know who somebody is.
    pub oidc: Vec<oidc::Setup>,
    /// Whether callers are slowed down.
    pub rate_limits: bool,
    /// Whether the web client makes a room at once that is opened by a name which none has.
    pub create_missing_rooms: bool,
    /// Whether Swagger UI is served.
    pub api_docs: bool,
    /// Where to serve metrics, and whether somebody asked for that.
    pub metrics: Option<(SocketAddr, bool)>,
}

/// The address of a Redis. `Debug` leaves it out, as it may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Redis(pub String);

impl Redis {
    /// The address without its password.
    pub fn shown(&self) -> String {
        without_password(&self.0)
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redis")
    }
}

/// What was given, by the name of the variable.
pub type Given = BTreeMap<&'static str, String>;

impl Config {
    /// Understands what was given; what was not is as in [`SETTINGS`].
    ///
    /// # Errors
    /// The first value that its setting does not take.
    pub fn read(given: &Given) -> Result<Self, ConfigError> {
        let data_dir = PathBuf::from(given.get(DATA_DIR.name).map_or("data", String::as_str));
        let database = match given.get(DATABASE.name) {
            None => Place::Sqlite(data_dir.join("parlor.db")),
            Some(value) if is_postgres(value) => Place::Postgres(value.trim().to_owned()),
            Some(value) if value.contains("://") && !value.starts_with("sqlite:") => {
                return Err(DATABASE.refuse(&without_password(value)));
            }
            Some(value) => {
                let path = value.strip_prefix("sqlite:").map(|path| path.trim_start_matches("//"));
                let path = path.filter(|path| !path.is_empty());
                Place::Sqlite(path.ok_or_else(|| DATABASE.refuse(value))?.into())
            }
        };
        let redis = match given.get(REDIS.name) {
            None => None,
            Some(text) => Some(redis(text).ok_or_else(|| REDIS.refuse(&without_password(text)))?),
        };
        let durability = match UNSAFE_DURABILITY.parse(given, switch)? {
            Some(true) => Durability::Any,
            _ => Durability::Full,
        };
        let secret_file = match (given.get(SECRET_FILE.name), &database) {
            (Some(path), _) => Some(PathBuf::from(path)),
            (None, Place::Sqlite(_)) => Some(data_dir.join("secret")),
            (None, Place::Postgres(_)) => None,
        };
        let public_url = PUBLIC_URL.parse(given, origin)?;
        let host = public_url.as_ref().and_then(Url::host_str);
        let from = host.and_then(Sender::of_host).or_else(|| Sender::of_host("localhost"));
        let from = MAIL_FROM.parse(given, Sender::parse)?.or(from);
        Ok(Self {
            listen: LISTEN.parse(given, |text| text.parse().ok())?.unwrap_or(DEFAULT_LISTEN),
            database,
            redis,
            seals_relay: SEAL_RELAY.parse(given, switch)?.unwrap_or(false),
            durability,
            mail: match SMTP.parse(given, Smtp::parse) {
                Ok(Some(smtp)) => Destination::Smtp(smtp),
                Ok(None) => Destination::Folder(data_dir.join("mail")),
                // The value may hold a password.
                Err(_) => return Err(SMTP.refuse("not shown")),
            },
            mail_from: from.ok_or_else(|| MAIL_FROM.refuse(""))?,
            email_verification: EMAIL_VERIFICATION.parse(given, verification)?.unwrap_or_default(),
            oidc: providers(given)?,
            public_url,
            insecure: INSECURE.parse(given, switch)?.unwrap_or(false),
            allowed_origins: ALLOWED_ORIGINS
                .parse(given, |text| {
                    list(text, |part| origin(part).map(|url| url.origin().ascii_serialization()))
                })?
                .unwrap_or_default(),
            trusted_proxies: TRUSTED_PROXIES
                .parse(given, |text| list(text, |part| part.parse().ok()))?
                .unwrap_or_default(),
            secret_file,
            rate_limits: RATE_LIMITS.parse(given, switch)?.unwrap_or(true),
            create_missing_rooms: CREATE_MISSING_ROOMS.parse(given, switch)?.unwrap_or(false),
            api_docs: API_DOCS.parse(given, switch)?.unwrap_or(true),
            metrics: METRICS_LISTEN
                .parse(given, |text| match text {
                    "off" => Some(None),
                    text => text.parse().ok().map(|address| Some((address, true))),
                })?
                .unwrap_or(Some((DEFAULT_METRICS_LISTEN, false))),
            data_dir,
        })
    }

    /// Refuses variables that look like settings and are none: a mistyped name would otherwise be
    /// the same as no setting at all.
    ///
    /// # Errors
    /// The first of them.
    pub fn check_names(names: impl IntoIterator<Item = String>) -> Result<(), ConfigError> {
        for name in names {
            let known =
                name == SUPERUSER_PASSWORD || SETTINGS.iter().any(|setting| setting.name == name);
            if name.starts_with("PARLOR_") && !known {
                return Err(ConfigError::Name(name));
            }
        }
        Ok(())
    }

    /// Whether others may reach this server without TLS, as far as can be seen from here: with an
    /// https address there is a proxy that speaks it.
    pub fn is_exposed(&self) -> bool {
        let is_https = self.public_url.as_ref().is_some_and(|url| url.scheme() == "https");
        !self.listen.ip().to_canonical().is_loopback() && !is_https
    }

    /// Refuses to serve others without TLS, unless that is meant.
    ///
    /// # Errors
    /// What to do about it.
    pub fn check_exposure(&self) -> Result<(), ConfigError> {
        if self.is_exposed() && !self.insecure {
            return Err(ConfigError::Insecure(self.listen));
        }
        Ok(())
    }

    /// The address to open in a browser.
    pub fn address(&self) -> String {
        match &self.public_url {
            Some(url) => url.origin().ascii_serialization(),
            None => format!("http://{}", self.listen),
        }
    }
}
