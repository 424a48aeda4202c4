//! Settings that are given, not given, and mistyped.

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
    let readme = include_str!("../../../README.md");
    for Setting { name, flag, default, meaning, .. } in SETTINGS {
        let row = format!("| `{name}` | `--{flag}` | {default} | {meaning} |");
        assert!(readme.contains(&row), "README.md lacks this row: {row}");
    }
}

#[test]
fn the_russian_readme_tells_of_every_setting_in_the_same_order() {
    let readme = include_str!("../../../README.ru.md");
    let rows = readme.lines().filter_map(|line| line.split_once(" | `--"));
    let told: Vec<_> = rows.map(|(name, rest)| (name, rest.split('`').next().unwrap())).collect();
    let names: Vec<_> = SETTINGS.iter().map(|it| (format!("| `{}`", it.name), it.flag)).collect();
    let names: Vec<_> = names.iter().map(|(name, flag)| (name.as_str(), *flag)).collect();
    assert_eq!(told, names);
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
    assert_eq!(folder, Destination::Folder("data/mail".into()));
    let config = read("SMTP_URL", "smtps://ann:p4ssw0rd@mail.example.org").unwrap();
    assert!(matches!(config.mail, Destination::Smtp(_)));
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
