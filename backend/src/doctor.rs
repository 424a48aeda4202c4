//! `parlor doctor`: looks at every part that a node needs, changes nothing, and says how to mend what is
//! wrong, in one sentence each.

use std::{fmt, fs, net::TcpListener};

use crate::{config::Config, relay, store::Db};

/// What was found of one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which part.
    pub part: &'static str,
    /// How it is, or what is wrong and how to mend it.
    pub what: Result<String, String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            Ok(what) => write!(f, "ok    {:<10} {what}", self.part),
            Err(why) => write!(f, "WRONG {:<10} {why}", self.part),
        }
    }
}

/// Looks at everything.
pub async fn examine(config: &Config) -> Vec<Finding> {
    vec![
        Finding { part: "data", what: data(config) },
        Finding { part: "database", what: database(config).await },
        Finding { part: "relay", what: relay(config).await },
        Finding { part: "address", what: address(config) },
    ]
}

fn data(config: &Config) -> Result<String, String> {
    let folder = config.data_dir.display();
    let probe = config.data_dir.join(format!("doctor.{}", std::process::id()));
    let tried = fs::create_dir_all(&config.data_dir)
        .and_then(|()| fs::write(&probe, b"?"))
        .and_then(|()| fs::remove_file(&probe));
    match tried {
        Ok(()) => Ok(format!("{folder} can be written")),
        Err(why) => Err(format!("{folder} can't be written ({why}); set PARLOR_DATA_DIR")),
    }
}

async fn database(config: &Config) -> Result<String, String> {
    let place = config.database.clone();
    let looked = tokio::task::spawn_blocking(move || Db::examine(&place));
    let looked = looked.await.map_err(|why| why.to_string())?;
    looked.map_err(|why| format!("{why}; correct DATABASE_URL, or start the database"))
}

async fn relay(config: &Config) -> Result<String, String> {
    let redis = config.redis.as_ref();
    let took = relay::check(redis.map(|redis| redis.0.as_str())).await;
    let took = took.map_err(|why| why.to_string())?;
    match (redis, config.database.is_shared()) {
        (Some(redis), _) => Ok(format!("{} answers in {:.2} ms", redis.shown(), millis(took))),
        (None, true) => {
            Ok("none: several nodes ask the database what is new; REDIS_URL makes it quicker"
                .into())
        }
        (None, false) => Ok("none is needed by one node".to_owned()),
    }
}

fn address(config: &Config) -> Result<String, String> {
    match TcpListener::bind(config.listen) {
        Ok(_) => Ok(format!("{} is free", config.listen)),
        Err(why) => Err(format!(
            "{} can't be listened on ({why}): stop what uses it, or set PARLOR_LISTEN",
            config.listen
        )),
    }
}

/// A duration in milliseconds.
pub fn millis(duration: std::time::Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
