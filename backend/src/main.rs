//! The command line: reads the settings, then serves, migrates, makes a superuser or writes the
//! contracts. It decides nothing else.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line speaks to a terminal"
)]

use std::{
    env, fs,
    io::{self, BufRead, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use clap::{Arg, ArgAction, ArgMatches, Command};
use parlor::{
    actions::{Context, accounts, setup},
    api::{self, contracts::Contracts},
    app::{self, App},
    config::{Config, Given, INSECURE, Redis, SETTINGS, SUPERUSER_PASSWORD},
    doctor,
    error::Error,
    keys::Keys,
    model::{SystemClock, presence::Nobody, profile::Locale},
    relay,
    store::{self, Db, Moved, Progress},
};
use tracing_subscriber::EnvFilter;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How a command ends that could not do what it was told: with one sentence for people.
type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let matches = command_line().get_matches();
    match run(&matches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("parlor: {why}");
            ExitCode::FAILURE
        }
    }
}

fn command_line() -> Command {
    let settings = SETTINGS.iter().map(|setting| {
        let arg = Arg::new(setting.name)
            .long(setting.flag)
            .env(setting.name)
            .hide_env_values(true)
            .value_name("VALUE")
            .help(setting.to_string())
            .global(true);
        if *setting == INSECURE {
            // Whoever writes the flag means it.
            arg.num_args(0..=1).require_equals(true).default_missing_value("on")
        } else {
            arg
        }
    });
    Command::new("parlor")
        .about(env!("CARGO_PKG_DESCRIPTION"))
        .version(env!("CARGO_PKG_VERSION"))
        .args(settings)
        .subcommand(
            Command::new("serve")
                .about("Serve rooms and messages (what happens without a command)"),
        )
        .subcommand(Command::new("migrate").about("Bring the schema of the database up to date"))
        .subcommand(
            Command::new("migrate-store")
                .about("Move everything from SQLite to Postgres or back, while no node runs")
                .arg(Arg::new("from").required(true).help("As DATABASE_URL; it is left as it is"))
                .arg(Arg::new("to").required(true).help("As DATABASE_URL; it must be empty")),
        )
        .subcommand(
            Command::new("createsuperuser")
                .about("Make an account that may administer everything; asks for what is not given")
                .arg(Arg::new("username").long("username").value_name("NAME"))
                .arg(Arg::new("email").long("email").value_name("ADDRESS"))
                .arg(
                    Arg::new("password-stdin")
                        .long("password-stdin")
                        .action(ArgAction::SetTrue)
                        .help("Read the password from standard input, and ask for nothing"),
                )
                .after_help(format!(
                    "The password may also stand in the variable {SUPERUSER_PASSWORD}; then nothing is asked for either."
                )),
        )
        .subcommand(
            Command::new("relay-check").about(
                "Say hello on test_channel and hear it; ends with 0 if it came back, else 1",
            ),
        )
        .subcommand(
            Command::new("doctor")
                .about("Look at every part that a node needs, and say how to mend what is wrong"),
        )
        .subcommand(
            Command::new("backup")
                .about("Copy everything into one file, also while the server runs (SQLite)")
                .arg(file("The file to make"))
                .arg(replace("Replace a file that is there")),
        )
        .subcommand(
            Command::new("restore")
                .about("Bring back what `parlor backup` has copied; the server must not run")
                .arg(file("The file to read"))
                .arg(replace("Replace the database that is there")),
        )
        .subcommand(
            Command::new("contracts")
                .about("Write both contracts from the code")
                .arg(Arg::new("into").default_value("openapi").help("The folder to write into")),
        )
}

fn file(meaning: &'static str) -> Arg {
    Arg::new("file").required(true).value_name("FILE").help(meaning)
}

fn replace(meaning: &'static str) -> Arg {
    Arg::new("replace").long("replace").action(ArgAction::SetTrue).help(meaning)
}

fn run(matches: &ArgMatches) -> Outcome {
    if let Some(("contracts", matches)) = matches.subcommand() {
        let into = matches.get_one::<String>("into").map(PathBuf::from).unwrap_or_default();
        return Ok(Contracts::of(&api::collect()).write(&into)?);
    }
    Config::check_names(env::vars_os().filter_map(|(name, _)| name.into_string().ok()))?;
    if let Some(("migrate-store", sides)) = matches.subcommand() {
        return migrate_store(&given(matches), sides);
    }
    let config = Config::read(&given(matches))?;
    match matches.subcommand() {
        Some(("migrate", _)) => migrate(&config),
        Some(("relay-check", _)) => relay_check(&config),
        Some(("doctor", _)) => examine(&config),
        Some(("createsuperuser", matches)) => create_superuser(&config, matches),
        Some(("backup", matches)) => back_up(&config, matches),
        Some(("restore", matches)) => restore(&config, matches),
        _ => serve(config),
    }
}

/// What was given for each setting, by flag or variable, before or after the command.
fn given(matches: &ArgMatches) -> Given {
    let matches = matches.subcommand().map_or(matches, |(_, matches)| matches);
    let value = |name| matches.get_one::<String>(name).cloned();
    SETTINGS.iter().filter_map(|setting| Some((setting.name, value(setting.name)?))).collect()
}

fn serve(config: Config) -> Outcome {
    config.check_exposure()?;
    log();
    app::block_on(async {
        let address = config.address();
        warn(&config);
        let app = App::build(config, Arc::new(SystemClock))?;
        greet(&app, &address).await?;
        app.run().await?;
        Ok(())
    })
}

/// Says what is allowed and yet not wise.
fn warn(config: &Config) {
    if config.is_exposed() {
        tracing::warn!(
            "others may reach this node without TLS, as PARLOR_INSECURE says: passwords and messages \
             can be read on their way, unless only a proxy can reach it"
        );
    }
}

/// Tells whoever started it where to go next.
async fn greet(app: &App, address: &str) -> Outcome {
    let token = setup::prepare(app.context()).await?;
    let link = token.map(|token| format!("{}/setup/#token={token}", address.trim_end_matches('/')));
    // The link is a key to everything: it goes to a terminal or into a file, never into a log.
    if io::stderr().is_terminal() {
        eprintln!("Parlor is at {address}");
        if let Some(link) = link {
            eprintln!("Nobody may administer it yet. Make the first superuser, once:\n  {link}");
            eprintln!("`parlor createsuperuser` does the same.");
        }
        return Ok(());
    }
    let superuser = link.is_none();
    let file = app.keep_setup_link(link.as_deref())?;
    let setup_link = file.map(|file| file.display().to_string());
    tracing::info!(address, superuser, setup_link, "serving");
    Ok(())
}

/// Logs for people on a terminal, as JSON for programs otherwise.
fn log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(app::LOGGED));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    if io::stderr().is_terminal() {
        log.with_target(false).init();
    } else {
        log.json().flatten_event(true).init();
    }
}

fn migrate(config: &Config) -> Outcome {
    let ran = Db::migrate(&config.database)?;
    for migration in &ran {
        println!("ran {migration}");
    }
    println!(
        "{}",
        if ran.is_empty() { "the schema was up to date" } else { "the schema is up to date" }
    );
    Ok(())
}

fn migrate_store(given: &Given, sides: &ArgMatches) -> Outcome {
    let side = |name| {
        let url = sides.get_one::<String>(name).cloned().unwrap_or_default();
        let mut given = given.clone();
        given.insert("DATABASE_URL", url);
        Config::read(&given)
    };
    let (from, to) = (side("from")?, side("to")?);
    // What is signed and sealed by the one must be known to the other.
    let secret = match (&from.secret_file, &to.secret_file) {
        (Some(path), None) if path.exists() => Some(fs::read_to_string(path)?),
        (None, Some(path)) if path.exists() => {
            let path = path.display();
            return Err(format!(
                "{path} is there, and the secret of the nodes would have to take its place: move it away"
            )
            .into());
        }
        _ => None,
    };
    let mut bar = Bar::default();
    let moved = store::move_all(&from.database, &to.database, secret, &mut |at| bar.show(at))?;
    if let (Some(secret), Some(path)) = (&moved.secret, &to.secret_file) {
        Keys::keep(path, secret)?;
    }
    let Moved { tables, rows, hash, .. } = &moved;
    println!("{rows} rows of {tables} tables are the same on both sides, by their hash {hash}.");
    println!("Start the nodes with the new DATABASE_URL.");
    Ok(())
}

/// How far a long command is: a bar on a terminal, a line for each thing that is done elsewhere.
#[derive(Default)]
struct Bar {
    what: String,
}

impl Bar {
    /// How many characters it has.
    const WIDTH: u64 = 30;

    fn show(&mut self, at: Progress<'_>) {
        let Progress { what, done, all } = at;
        if !io::stdout().is_terminal() {
            if done == all {
                println!("{what}: {all} rows");
            }
            return;
        }
        let full = (done * Self::WIDTH).checked_div(all).unwrap_or(Self::WIDTH);
        let part = |char: &str, count: u64| char.repeat(usize::try_from(count).unwrap_or(0));
        let bar = part("█", full) + &part("·", Self::WIDTH.saturating_sub(full));
        if *what != self.what && !self.what.is_empty() {
            println!();
        }
        what.clone_into(&mut self.what);
        print!("\r{what:<20} {bar} {done}/{all}");
        // Who does not want to see it does not stop it.
        drop(io::stdout().flush());
    }
}

fn back_up(config: &Config, matches: &ArgMatches) -> Outcome {
    let file = matches.get_one::<String>("file").map(PathBuf::from).unwrap_or_default();
    let pictures = app::pictures(config);
    store::backup(&config.database, &pictures, &file, matches.get_flag("replace"))?;
    println!("Everything is in {}, but the key in the data directory.", file.display());
    Ok(())
}

fn restore(config: &Config, matches: &ArgMatches) -> Outcome {
    let file = matches.get_one::<String>("file").map(PathBuf::from).unwrap_or_default();
    let pictures = app::pictures(config);
    store::restore(&config.database, &pictures, &file, matches.get_flag("replace"))?;
    println!(
        "Everything is as it was in {}. Whoever is connected anew begins anew.",
        file.display()
    );
    Ok(())
}

fn relay_check(config: &Config) -> Outcome {
    let url = config.redis.as_ref().map(|redis| redis.0.as_str());
    let name = config.redis.as_ref().map_or_else(|| "local".to_owned(), Redis::shown);
    let took = tokio::runtime::Runtime::new()?.block_on(relay::check(url));
    let took = took.map_err(|why| format!("the relay {name} does not work: {why}"))?;
    let (word, topic, ms) = (relay::CHECK_WORD, relay::CHECK_TOPIC, doctor::millis(took));
    println!("{word}");
    println!("The relay {name} brought that back on {topic} in {ms:.2} ms.");
    Ok(())
}

fn examine(config: &Config) -> Outcome {
    let findings = tokio::runtime::Runtime::new()?.block_on(doctor::examine(config));
    for finding in &findings {
        println!("{finding}");
    }
    let wrong = findings.iter().filter(|finding| finding.what.is_err()).count();
    if wrong == 0 {
        Ok(())
    } else {
        Err(format!("{wrong} of {} parts need care", findings.len()).into())
    }
}

fn create_superuser(config: &Config, matches: &ArgMatches) -> Outcome {
    let from_stdin = matches.get_flag("password-stdin");
    let from_variable = env::var(SUPERUSER_PASSWORD).ok().filter(|_| !from_stdin);
    let silent = from_stdin || from_variable.is_some();
    let given = |name: &str| matches.get_one::<String>(name).cloned();
    let username = match given("username") {
        Some(username) => username,
        None if silent => return Err("a password that is given also needs --username".into()),
        None => ask("Username: ")?,
    };
    let email = match given("email") {
        None if !silent => Some(ask("E-mail address (may be left empty): ")?),
        email => email,
    };
    let email = email.filter(|email| !email.is_empty());
    let password = match from_variable {
        Some(password) => password,
        None if silent => line(&mut io::stdin().lock())?,
        None => ask_password()?,
    };

    let db = Db::attach(&config.database, Arc::new(SystemClock))?;
    let keys = app::keys(config, &db)?;
    let made = tokio::runtime::Runtime::new()?.block_on(async {
        let context = Context::new(db, Arc::new(Nobody), keys, false);
        accounts::create_superuser(&context, &username, email.as_deref(), &password).await
    });
    made.map_err(|error| in_words(&error))?;
    println!("{username} may now sign in and administer everything.");
    Ok(())
}

fn ask(question: &str) -> io::Result<String> {
    print!("{question}");
    io::stdout().flush()?;
    line(&mut io::stdin().lock())
}

fn ask_password() -> Result<String, Box<dyn std::error::Error>> {
    let password = rpassword::prompt_password("Password: ")?;
    if rpassword::prompt_password("The same password again: ")? != password {
        return Err("the two passwords are not the same".into());
    }
    Ok(password)
}

fn line(from: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    from.read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// A refusal as one line.
fn in_words(error: &Error) -> String {
    let reply = error.reply(Locale::En);
    let fields = reply.errors.unwrap_or_default().into_iter();
    let fields: Vec<_> = fields.map(|field| format!("{}: {}", field.field, field.detail)).collect();
    if fields.is_empty() { reply.detail } else { fields.join(" ") }
}
