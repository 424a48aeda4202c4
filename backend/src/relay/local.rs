//! The relay of a node that is alone: what is published is delivered here, at once and in order.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::broadcast;

use super::{RedisError, Relay};
use crate::{hub::Hub, model::Announced};

/// Hands every announcement to the hub of this process. Its delivery is exact, not best effort.
pub struct LocalRelay {
    hub: Arc<Hub>,
}

impl LocalRelay {
    /// A relay for one hub.
    pub fn new(hub: Arc<Hub>) -> Self {
        Self { hub }
    }
}

impl Relay for LocalRelay {
    fn publish(&self, announced: Vec<Announced>) {
        self.hub.deliver(announced.into_iter().map(|told| told.what).collect());
    }
}

/// Says a word on a topic of this process and hears it.
pub(super) async fn check(topic: &str, word: &str) -> Result<Duration, RedisError> {
    let lost = || RedisError::Silent("what was said in this process was not heard".to_owned());
    let (mouth, mut ear) = broadcast::channel(1);
    let began = Instant::now();
    mouth.send((topic.to_owned(), word.to_owned())).map_err(|_| lost())?;
    let heard = ear.recv().await.map_err(|_| lost())?;
    if heard.0 == topic && heard.1 == word { Ok(began.elapsed()) } else { Err(lost()) }
}
