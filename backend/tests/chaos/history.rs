//! What happened, and whether it may have.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
    sync::Mutex,
    time::Duration,
};

use serde_json::Value;
use tokio::time::Instant;

use super::{guest::Guest, listener::Listener};

/// A promise that can be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Breach {
    Lost,
    Doubled,
    Gap,
    Divergence,
    Leak,
    Refusal,
}

/// What was acknowledged of one send.
#[derive(Clone, Copy)]
pub(super) struct Ack {
    pub(super) id: i64,
    pub(super) seq: i64,
    pub(super) began: Instant,
    pub(super) at: Instant,
}

/// Something that the demon did.
pub(super) struct Strike {
    pub(super) kind: &'static str,
    pub(super) what: String,
    pub(super) began: Instant,
    /// When it was undone.
    pub(super) healed: Instant,
    /// The node that it hit, if it was one.
    pub(super) node: Option<usize>,
}

#[derive(Default)]
pub(super) struct History {
    acknowledged: Mutex<HashMap<String, Ack>>,
    /// What became of messages that were edited or deleted, by their ids.
    changed: Mutex<HashMap<i64, Option<String>>>,
    broken: Mutex<Vec<(Breach, String)>>,
    strikes: Mutex<Vec<Strike>>,
    guest: Mutex<String>,
}

impl History {
    pub(super) fn struck(&self, strike: Strike) {
        self.strikes.lock().unwrap().push(strike);
    }

    /// A promise was broken.
    pub(super) fn broke(&self, breach: Breach, what: String) {
        self.broken.lock().unwrap().push((breach, what));
    }

    pub(super) fn acknowledged(&self, nonce: &str, message: &Value, began: Instant) {
        let (id, seq) = (message["id"].as_i64().unwrap(), message["seq"].as_i64().unwrap());
        let ack = Ack { id, seq, began, at: Instant::now() };
        let before = self.acknowledged.lock().unwrap().insert(nonce.to_owned(), ack);
        assert!(before.is_none(), "a nonce is used once");
    }

    /// An edit or a deletion was acknowledged.
    pub(super) fn changed(&self, message: &Value, body: Option<&str>) {
        let id = message["id"].as_i64().unwrap();
        self.changed.lock().unwrap().insert(id, body.map(str::to_owned));
    }

    /// Notes everything that is wrong.
    pub(super) fn judge(
        &self,
        head: i64,
        stored: &BTreeMap<i64, Value>,
        listeners: &[&Listener],
        guest: &Guest,
    ) {
        self.judge_sends(stored);
        self.judge_numbers(head, stored);
        for listener in listeners {
            for what in listener.differs(head, stored) {
                self.broke(Breach::Divergence, what);
            }
        }
        for what in guest.leaks(stored) {
            self.broke(Breach::Leak, what);
        }
        let received = guest.received();
        for path in ["live", "sync", "history", "search"] {
            if !received.contains_key(path) {
                self.broke(Breach::Leak, format!("nothing came by {path}: nothing was tried"));
            }
        }
        *self.guest.lock().unwrap() =
            format!("a guest was removed {} times and got {received:?}", guest.removals());
    }

    /// Whatever was acknowledged is there, as it was said last; and nothing else is.
    fn judge_sends(&self, stored: &BTreeMap<i64, Value>) {
        let (acknowledged, changed) =
            (self.acknowledged.lock().unwrap(), self.changed.lock().unwrap());
        for (nonce, Ack { id, seq, .. }) in &*acknowledged {
            let body = changed.get(id).cloned().unwrap_or_else(|| Some(nonce.clone()));
            let there = stored.get(seq).filter(|it| it["id"] == *id);
            if there.is_none_or(|it| it["body"].as_str() != body.as_deref()) {
                let what = format!("{nonce} was acknowledged as {seq}, but there is {there:?}");
                self.broke(Breach::Lost, what);
            }
        }
        let known: HashSet<i64> = acknowledged.values().map(|ack| ack.id).collect();
        let mut bodies = HashSet::new();
        for message in stored.values().filter(|it| it["kind"] == "text") {
            let is_second = message["body"].as_str().is_some_and(|body| !bodies.insert(body));
            if is_second || !known.contains(&message["id"].as_i64().unwrap()) {
                self.broke(Breach::Doubled, format!("nobody was told of {message}"));
            }
        }
    }

    /// Every number up to the head is that of a message, or was taken by an edit or a deletion.
    fn judge_numbers(&self, head: i64, stored: &BTreeMap<i64, Value>) {
        let revs: HashSet<i64> = stored.values().map(|it| it["rev"].as_i64().unwrap()).collect();
        if revs.len() != stored.len() || revs.iter().max() != Some(&head) {
            self.broke(
                Breach::Gap,
                format!("two changes have the same number, or none has {head}"),
            );
        }
        let taken = stored.len() + self.changed.lock().unwrap().len();
        if usize::try_from(head) != Ok(taken) {
            self.broke(Breach::Gap, format!("{taken} changes were made, and {head} numbers taken"));
        }
    }

    /// Everything that is wrong, with what had been done.
    pub(super) fn verdict(&self) -> Vec<String> {
        let broken = self.broken.lock().unwrap();
        let mut verdict: Vec<_> =
            broken.iter().map(|(breach, what)| format!("{breach:?}: {what}")).collect();
        if !verdict.is_empty() {
            let strikes = self.strikes.lock().unwrap();
            verdict.extend(strikes.iter().map(|strike| format!("after: {}", strike.what)));
        }
        verdict
    }

    pub(super) fn acks(&self) -> Vec<Ack> {
        self.acknowledged.lock().unwrap().values().copied().collect()
    }

    pub(super) fn strikes<T>(&self, look: impl FnOnce(&[Strike]) -> T) -> T {
        look(&self.strikes.lock().unwrap())
    }

    fn count(&self, breach: Breach) -> usize {
        self.broken.lock().unwrap().iter().filter(|(it, _)| *it == breach).count()
    }
}

impl Ack {
    /// How long its sender waited, with everything that was tried in between.
    pub(super) fn took(&self) -> Duration {
        self.at - self.began
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let acknowledged = self.acknowledged.lock().unwrap().len();
        let changed = self.changed.lock().unwrap().len();
        writeln!(f, "acknowledged {acknowledged} messages, {changed} edits and deletions")?;
        let count = |breach| self.count(breach);
        writeln!(
            f,
            "lost {}, doubled {}, gaps {}, divergences {}, leaks {}",
            count(Breach::Lost),
            count(Breach::Doubled),
            count(Breach::Gap),
            count(Breach::Divergence),
            count(Breach::Leak)
        )?;
        write!(f, "{}", self.guest.lock().unwrap())
    }
}
