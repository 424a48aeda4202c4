//! Every setting: its name, its default and its meaning. One table makes `--help`, the README's
//! table and the errors; a test holds the README to it.
//!
//! A flag wins over the variable of the same name. A process with no environment at all starts.
//! To add a setting: a line in [`SETTINGS`], a field of [`Config`], its parsing in [`Config::read`].

use std::{
    collections::BTreeMap,
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use url::Url;

use crate::{
    mail::{Carrier, Sender, Smtp},
    model::credentials::Verification,
    oidc,
    store::{Durability, Place},
};

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

/// The variable from which `createsuperuser` may take the password. Not a setting: a server has no use
/// for it.
pub const SUPERUSER_PASSWORD: &str = "PARLOR_SUPERUSER_PASSWORD";

const LISTEN: Setting = Setting {
    name: "PARLOR_LISTEN",
    flag: "listen",
    default: "127.0.0.1:8000",
    meaning: "The address and port to serve on",
    allowed: "an address and a port, like 127.0.0.1:8000 or [::]:8000",
};
const DATABASE: Setting = Setting {
    name: "DATABASE_URL",
    flag: "database-url",
    default: "sqlite:parlor.db in the data directory",
    meaning: "Where messages are kept",
    allowed: "sqlite:FILE or postgres://USER:PASSWORD@HOST:PORT/DATABASE",
};
const REDIS: Setting = Setting {
    name: "REDIS_URL",
    flag: "redis-url",
    default: "none: the nodes of a cluster ask the database what is new",
    meaning: "What carries news between the nodes of a cluster at once: redis://, rediss:// (TLS), redis-cluster:// or redis-sentinel://",
    allowed: "redis://USER:PASSWORD@HOST:PORT, rediss://…, redis-cluster://… or redis-sentinel://…?sentinelServiceName=NAME",
};
const SEAL_RELAY: Setting = Setting {
    name: "PARLOR_SEAL_RELAY",
    flag: "seal-relay",
    default: "off: whispers alone are",
    meaning: "Whether everything that nodes tell each other through Redis is encrypted, with keys made from the one that signs tokens",
    allowed: "on or off",
};
const METRICS_LISTEN: Setting = Setting {
    name: "PARLOR_METRICS_LISTEN",
    flag: "metrics-listen",
    default: "127.0.0.1:9100",
    meaning: "The address and port to serve metrics on, for Prometheus, at /metrics; off for none",
    allowed: "an address and a port, like 127.0.0.1:9100, or off",
};
const UNSAFE_DURABILITY: Setting = Setting {
    name: "PARLOR_UNSAFE_DURABILITY",
    flag: "unsafe-durability",
    default: "off",
    meaning: "Whether a Postgres that may lose what it acknowledged (fsync or synchronous_commit off) is accepted",
    allowed: "on or off",
};
const DATA_DIR: Setting = Setting {
    name: "PARLOR_DATA_DIR",
    flag: "data-dir",
    default: "./data",
    meaning: "The folder of the database and the secret; made when missing",
    allowed: "a path",
};
const PUBLIC_URL: Setting = Setting {
    name: "PARLOR_PUBLIC_URL",
    flag: "public-url",
    default: "http:// and the address it listens on",
    meaning: "The address that people open, when it is another one (behind a proxy); https makes cookies secure",
    allowed: "an address without a path, like https://chat.example.org",
};
const ALLOWED_ORIGINS: Setting = Setting {
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
const TRUSTED_PROXIES: Setting = Setting {
    name: "PARLOR_TRUSTED_PROXIES",
    flag: "trusted-proxies",
    default: "none",
    meaning: "Addresses of proxies whose X-Forwarded-For is believed, separated by commas",
    allowed: "addresses separated by commas, like 127.0.0.1,::1",
};
const SECRET_FILE: Setting = Setting {
    name: "PARLOR_SECRET_FILE",
    flag: "secret-file",
    default: "secret in the data directory; with Postgres, in the database",
    meaning: "The key that tokens are signed with; made on the first start, readable by its owner only",
    allowed: "a path",
};
const SMTP: Setting = Setting {
    name: "SMTP_URL",
    flag: "smtp-url",
    default: "none: mails become files under mail in the data directory",
    meaning: "The server that sends mails, with user and password if it asks for them; smtp:// (port 587) uses STARTTLS, smtps:// (port 465) TLS",
    allowed: "smtp://HOST:PORT or smtps://USER:PASSWORD@HOST:PORT",
};
const MAIL_FROM: Setting = Setting {
    name: "PARLOR_MAIL_FROM",
    flag: "mail-from",
    default: "the name of the server, parlor at the host that people open",
    meaning: "Who mails come from",
    allowed: "an e-mail address, like chat@example.org or Chat <chat@example.org>",
};
const EMAIL_VERIFICATION: Setting = Setting {
    name: "PARLOR_EMAIL_VERIFICATION",
    flag: "email-verification",
    default: "optional",
    meaning: "Whether new e-mail addresses are verified by a mailed link: none, optional, or mandatory (nobody signs in before)",
    allowed: "none, optional or mandatory",
};
const OIDC_ISSUER: Setting = Setting {
    name: "PARLOR_OIDC_ISSUER",
    flag: "oidc-issuer",
    default: "none: people sign in with a password only",
    meaning: "A provider of OpenID Connect that people may sign in by, exactly as it names itself; several with commas between them, and then as many of the three below. Its redirect URI is /oidc/ at the address that people open",
    allowed: "https:// addresses separated by commas, like https://id.example.org/realms/chat (http:// on this machine only)",
};
const OIDC_CLIENT_ID: Setting = Setting {
    name: "PARLOR_OIDC_CLIENT_ID",
    flag: "oidc-client-id",
    default: "parlor",
    meaning: "What the provider calls this server",
    allowed: "a name for every provider, separated by commas",
};
const OIDC_CLIENT_SECRET: Setting = Setting {
    name: "PARLOR_OIDC_CLIENT_SECRET",
    flag: "oidc-client-secret",
    default: "none: a public client",
    meaning: "What this server shows the provider; a secret with a comma in it needs a file",
    allowed: "a secret for every provider, separated by commas, and not beside PARLOR_OIDC_CLIENT_SECRET_FILE",
};
const OIDC_CLIENT_SECRET_FILE: Setting = Setting {
    name: "PARLOR_OIDC_CLIENT_SECRET_FILE",
    flag: "oidc-client-secret-file",
    default: "none",
    meaning: "The file with that secret, a line for every provider",
    allowed: "a file that can be read, with a line for every provider",
};
const OIDC_LABEL: Setting = Setting {
    name: "PARLOR_OIDC_LABEL",
    flag: "oidc-label",
    default: "the provider's host",
    meaning: "What people call the provider: it stands on the button",
    allowed: "1 to 40 characters for every provider, separated by commas",
};
const RATE_LIMITS: Setting = Setting {
    name: "PARLOR_RATE_LIMITS",
    flag: "rate-limits",
    default: "on",
    meaning: "Whether callers are slowed down; off is for load tests",
    allowed: "on or off",
};

const API_DOCS: Setting = Setting {
    name: "PARLOR_API_DOCS",
    flag: "api-docs",
    default: "on",
    meaning: "Whether Swagger UI is served at /api/docs/; the contracts themselves always are",
    allowed: "on or off",
};

const CREATE_MISSING_ROOMS: Setting = Setting {
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
    pub mail: Carrier,
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
                Ok(Some(smtp)) => Carrier::Smtp(smtp),
                Ok(None) => Carrier::Folder(data_dir.join("mail")),
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

const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8000);

const DEFAULT_METRICS_LISTEN: SocketAddr =
    SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9100);

impl Setting {
    fn parse<T>(
        &self,
        given: &Given,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        match given.get(self.name) {
            None => Ok(None),
            Some(text) => parse(text.trim()).map(Some).ok_or_else(|| self.refuse(text)),
        }
    }

    fn refuse(&self, value: &str) -> ConfigError {
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

/// The providers that people may sign in by. What is said of them is said in the order of their issuers.
fn providers(given: &Given) -> Result<Vec<oidc::Setup>, ConfigError> {
    let has_several = given.get(OIDC_ISSUER.name).is_some_and(|issuers| issuers.contains(','));
    let of = |setting: &Setting| -> Option<Vec<String>> {
        let text = given.get(setting.name)?;
        let parts = if has_several { text.split(',').collect() } else { vec![text.as_str()] };
        Some(parts.into_iter().map(|part| part.trim().to_owned()).collect())
    };
    let Some(issuers) = of(&OIDC_ISSUER) else {
        let rest = [&OIDC_CLIENT_ID, &OIDC_CLIENT_SECRET, &OIDC_CLIENT_SECRET_FILE, &OIDC_LABEL];
        // Half of it would look as if it were set up.
        return match rest.into_iter().find(|setting| given.contains_key(setting.name)) {
            Some(_) => Err(OIDC_ISSUER.refuse("")),
            None => Ok(Vec::new()),
        };
    };
    let raw = given.get(OIDC_ISSUER.name).map(String::as_str).unwrap_or_default();
    let are_different =
        (1..issuers.len()).all(|at| !issuers.iter().take(at).any(|it| issuers.get(at) == Some(it)));
    if !are_different || !issuers.iter().all(|issuer| oidc::is_issuer(issuer)) {
        return Err(OIDC_ISSUER.refuse(raw));
    }
    let checked =
        |setting: &Setting, values: Option<Vec<String>>, is_good: fn(&str) -> bool, shown: &str| {
            match values {
                Some(values)
                    if values.len() != issuers.len() || !values.iter().all(|it| is_good(it)) =>
                {
                    Err(setting.refuse(shown))
                }
                values => Ok(values),
            }
        };
    let shown = |setting: &Setting| given.get(setting.name).cloned().unwrap_or_default();
    let is_named = |text: &str| !text.is_empty() && text.len() <= 255;
    let client_ids =
        checked(&OIDC_CLIENT_ID, of(&OIDC_CLIENT_ID), is_named, &shown(&OIDC_CLIENT_ID))?;
    let is_label = |text: &str| (1..=40).contains(&text.chars().count());
    let labels = checked(&OIDC_LABEL, of(&OIDC_LABEL), is_label, &shown(&OIDC_LABEL))?;
    let is_secret = |text: &str| !text.is_empty();
    let secrets =
        match (given.get(OIDC_CLIENT_SECRET.name), given.get(OIDC_CLIENT_SECRET_FILE.name)) {
            (Some(_), Some(_)) => return Err(OIDC_CLIENT_SECRET.refuse("not shown")),
            (None, Some(path)) => {
                let text = std::fs::read_to_string(path);
                let text = text.map_err(|_| OIDC_CLIENT_SECRET_FILE.refuse(path))?;
                let lines = text.lines().map(|line| line.trim().to_owned());
                let lines = lines.filter(|line| !line.is_empty()).collect();
                checked(&OIDC_CLIENT_SECRET_FILE, Some(lines), is_secret, path)?
            }
            _ => checked(&OIDC_CLIENT_SECRET, of(&OIDC_CLIENT_SECRET), is_secret, "not shown")?,
        };
    let nth = |values: &Option<Vec<String>>, at: usize| values.as_ref()?.get(at).cloned();
    let setups = issuers.iter().enumerate().map(|(at, issuer)| oidc::Setup {
        issuer: issuer.clone(),
        client_id: nth(&client_ids, at).unwrap_or_else(|| "parlor".to_owned()),
        client_secret: nth(&secrets, at),
        label: nth(&labels, at).unwrap_or_else(|| host_of(issuer)),
    });
    Ok(setups.collect())
}

fn host_of(address: &str) -> String {
    let url = address.parse::<Url>().ok();
    url.as_ref().and_then(Url::host_str).unwrap_or(address).to_owned()
}

/// An `http` or `https` address that is nothing but an origin.
fn origin(text: &str) -> Option<Url> {
    let url: Url = text.parse().ok()?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let named = url.username().is_empty() && url.password().is_none();
    // Nothing stands for other names: a star would be a name that nobody has.
    let exact = !text.contains('*');
    (matches!(url.scheme(), "http" | "https") && bare && named && exact && url.has_host())
        .then_some(url)
}

fn list<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(parse).collect()
}

fn verification(text: &str) -> Option<Verification> {
    match text {
        "none" => Some(Verification::None),
        "optional" => Some(Verification::Optional),
        "mandatory" => Some(Verification::Mandatory),
        _ => None,
    }
}

fn is_postgres(text: &str) -> bool {
    let url = Url::parse(text.trim()).ok();
    url.is_some_and(|url| matches!(url.scheme(), "postgres" | "postgresql") && url.has_host())
}

/// An address without what stands before the `@`.
fn without_password(text: &str) -> String {
    match (text.split_once("://"), text.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://***@{rest}"),
        _ => text.to_owned(),
    }
}

fn redis(text: &str) -> Option<Redis> {
    let text = text.trim();
    let url = Url::parse(text).ok()?;
    let (family, kind) = url.scheme().split_once('-').unwrap_or((url.scheme(), ""));
    let is_known = matches!(family, "redis" | "rediss" | "valkey" | "valkeys")
        && matches!(kind, "" | "cluster" | "sentinel");
    (is_known && url.has_host()).then(|| Redis(text.to_owned()))
}

fn switch(text: &str) -> Option<bool> {
    match text {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &'static str, value: &str) -> Result<Config, ConfigError> {
        Config::read(&Given::from([(name, value.to_owned())]))
    }

    fn error_of(name: &'static str, value: &str) -> String {
        read(name, value).unwrap_err().to_string()
    }

    #[test]
    fn nothing_given_is_a_node_on_loopback() {
        let config = Config::read(&Given::new()).unwrap();
        assert_eq!(config.listen.to_string(), LISTEN.default);
        assert_eq!(config.database, Place::Sqlite("data/parlor.db".into()));
        assert!(config.rate_limits);
        assert_eq!(config.address(), "http://127.0.0.1:8000");
    }

    #[test]
    fn the_readme_tells_of_every_setting() {
        let readme = include_str!("../../README.md");
        for Setting { name, flag, default, meaning, .. } in SETTINGS {
            let row = format!("| `{name}` | `--{flag}` | {default} | {meaning} |");
            assert!(readme.contains(&row), "README.md lacks this row: {row}");
        }
    }

    #[test]
    fn what_is_given_is_followed() {
        assert_eq!(read("PARLOR_LISTEN", "[::]:80").unwrap().listen.port(), 80);
        let path = read("DATABASE_URL", "sqlite:///srv/chat.db").unwrap().database;
        assert_eq!(path, Place::Sqlite("/srv/chat.db".into()));
        let origins = read("PARLOR_ALLOWED_ORIGINS", "https://a.example/, http://b:5173").unwrap();
        assert_eq!(origins.allowed_origins, ["https://a.example", "http://b:5173"]);
        assert!(!read("PARLOR_RATE_LIMITS", "off").unwrap().rate_limits);
    }

    #[test]
    fn a_mistyped_value_is_named_with_what_is_allowed() {
        for (name, value) in [
            ("PARLOR_LISTEN", "localhost"),
            ("DATABASE_URL", "mysql://x"),
            ("DATABASE_URL", "sqlite:"),
            ("DATABASE_URL", "postgres:"),
            ("PARLOR_PUBLIC_URL", "chat.example.org"),
            ("PARLOR_PUBLIC_URL", "https://chat.example.org/path"),
            ("PARLOR_ALLOWED_ORIGINS", "*"),
            ("PARLOR_TRUSTED_PROXIES", "proxy"),
            ("PARLOR_RATE_LIMITS", "no"),
            ("PARLOR_METRICS_LISTEN", "9100"),
            ("PARLOR_MAIL_FROM", "somebody"),
            ("PARLOR_EMAIL_VERIFICATION", "yes"),
        ] {
            let error = read(name, value).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains(value), "{error}");
            assert!(error.contains("takes "), "{error}");
        }
    }

    #[test]
    fn cf_2_others_are_not_served_without_tls_unless_that_is_meant() {
        let check = |settings: &[(&'static str, &str)]| {
            let given = settings.iter().map(|(name, value)| (*name, (*value).to_owned()));
            Config::read(&given.collect()).unwrap().check_exposure()
        };
        for listen in ["0.0.0.0:8000", "[::]:8000", "192.0.2.7:80", "[::ffff:192.0.2.7]:80"] {
            let listen = ("PARLOR_LISTEN", listen);
            let refused = check(&[listen]).unwrap_err().to_string();
            assert!(refused.contains(listen.1) && refused.contains("--insecure"), "{refused}");
            assert!(check(&[listen, ("PARLOR_PUBLIC_URL", "http://chat.example.org")]).is_err());
            assert!(check(&[listen, ("PARLOR_INSECURE", "off")]).is_err());
            assert!(check(&[listen, ("PARLOR_PUBLIC_URL", "https://chat.example.org")]).is_ok());
            assert!(check(&[listen, ("PARLOR_INSECURE", "on")]).is_ok());
        }
        for listen in ["127.0.0.1:8000", "[::1]:8000", "127.9.9.9:1", "[::ffff:127.0.0.1]:80"] {
            assert!(check(&[("PARLOR_LISTEN", listen)]).is_ok(), "{listen}");
        }
    }

    #[test]
    fn mails_go_to_the_server_that_was_set_and_its_password_is_never_shown() {
        let folder = Config::read(&Given::new()).unwrap().mail;
        assert_eq!(folder, Carrier::Folder("data/mail".into()));
        let config = read("SMTP_URL", "smtps://ann:p4ssw0rd@mail.example.org").unwrap();
        assert!(matches!(config.mail, Carrier::Smtp(_)));
        assert!(!format!("{config:?}").contains("p4ssw0rd"));
        let error = read("SMTP_URL", "smtps://ann:p4ssw0rd@").unwrap_err().to_string();
        assert!(error.contains("SMTP_URL") && !error.contains("p4ssw0rd"), "{error}");
        let config = read("PARLOR_PUBLIC_URL", "https://chat.example.org").unwrap();
        assert_eq!(config.mail_from, Sender::of_host("chat.example.org").unwrap());
    }

    #[test]
    fn two_variables_make_a_cluster_and_their_passwords_are_never_shown() {
        let both = [
            ("DATABASE_URL", "postgres://ann:p4ssw0rd@db/chat".to_owned()),
            ("REDIS_URL", "rediss-cluster://:p4ssw0rd@redis:6379".to_owned()),
        ];
        let config = Config::read(&Given::from(both)).unwrap();
        assert!(matches!(config.database, Place::Postgres(_)) && config.redis.is_some());
        assert!(!format!("{config:?}").contains("p4ssw0rd"));
        for (name, value) in
            [("REDIS_URL", "http://:p4ssw0rd@redis"), ("DATABASE_URL", "mysql://a:p4ssw0rd@b/c")]
        {
            let error = error_of(name, value);
            assert!(error.contains(name) && !error.contains("p4ssw0rd"), "{error}");
            assert!(error.contains("://***@"), "the rest of the address is shown: {error}");
        }
        assert!(error_of("REDIS_URL", "nothing").contains("\"nothing\""));
    }

    #[test]
    fn providers_are_set_up_in_the_order_of_their_issuers() {
        let of = |pairs: &[(&'static str, &str)]| {
            let given = pairs.iter().map(|(name, value)| (*name, (*value).to_owned()));
            Config::read(&given.collect()).map(|config| config.oidc)
        };
        let one = of(&[
            ("PARLOR_OIDC_ISSUER", "https://id.example.org/realms/chat"),
            ("PARLOR_OIDC_CLIENT_SECRET", "a,b"),
        ]);
        let [one] = one.unwrap().try_into().unwrap();
        assert_eq!((one.client_id.as_str(), one.label.as_str()), ("parlor", "id.example.org"));
        assert_eq!(one.client_secret.as_deref(), Some("a,b"));
        let two = of(&[
            ("PARLOR_OIDC_ISSUER", "https://a.example.org, https://b.example.org"),
            ("PARLOR_OIDC_CLIENT_ID", "x,y"),
            ("PARLOR_OIDC_CLIENT_SECRET", "1,2"),
            ("PARLOR_OIDC_LABEL", "A, B"),
        ]);
        let [first, second] = two.unwrap().try_into().unwrap();
        assert_eq!((first.client_id.as_str(), first.label.as_str()), ("x", "A"));
        assert_eq!(second.issuer, "https://b.example.org");
        assert_eq!(second.client_secret.as_deref(), Some("2"));
        assert_eq!(of(&[]), Ok(Vec::new()));

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("oidc");
        std::fs::write(&path, "canary\n").unwrap();
        let path = path.to_str().unwrap();
        let issuer = ("PARLOR_OIDC_ISSUER", "https://id.example.org");
        let file = ("PARLOR_OIDC_CLIENT_SECRET_FILE", path);
        let read = of(&[issuer, file]).unwrap();
        assert_eq!(read.first().unwrap().client_secret.as_deref(), Some("canary"));

        let secret = ("PARLOR_OIDC_CLIENT_SECRET", "canary");
        for wrong in [
            vec![("PARLOR_OIDC_ISSUER", "http://id.example.org")],
            vec![("PARLOR_OIDC_ISSUER", "https://a.example.org,https://a.example.org")],
            vec![("PARLOR_OIDC_ISSUER", "https://a.example.org,https://b.example.org"), secret],
            vec![issuer, secret, file],
            vec![issuer, ("PARLOR_OIDC_CLIENT_SECRET_FILE", "/nowhere")],
            vec![issuer, ("PARLOR_OIDC_LABEL", "")],
            vec![secret],
        ] {
            let error = of(&wrong).unwrap_err().to_string();
            assert!(error.contains("PARLOR_OIDC_"), "{error}");
            assert!(!error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn a_mistyped_name_is_refused_with_the_one_that_was_meant() {
        let names = |name: &str| Config::check_names([name.to_owned()]);
        let error = names("PARLOR_LISTN").unwrap_err().to_string();
        assert_eq!(error, "PARLOR_LISTN is not a setting of Parlor; did you mean PARLOR_LISTEN?");
        assert!(names("PARLOR_WHATEVER_ELSE").unwrap_err().to_string().contains("--help"));
        assert!(names("REDIS_URL").is_ok());
        assert!(names("PATH").is_ok());
    }
}
