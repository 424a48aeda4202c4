//! What happened, and whether it may have.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::Value;

use super::talker::Talker;

#[derive(Default)]
pub(super) struct History {
    /// What was acknowledged, by its nonce: the message's id and number.
    acknowledged: Mutex<HashMap<String, (i64, i64)>>,
    broken: Mutex<Vec<String>>,
    events: Mutex<Vec<String>>,
    heard: AtomicUsize,
}

impl History {
    pub(super) fn note(&self, what: String) {
        self.events.lock().unwrap().push(what);
    }

    /// A promise was broken.
    pub(super) fn broke(&self, what: String) {
        self.broken.lock().unwrap().push(what);
    }

    pub(super) fn heard(&self) {
        self.heard.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn acknowledged(&self, nonce: &str, message: &Value) {
        let (id, seq) = (message["id"].as_i64().unwrap(), message["seq"].as_i64().unwrap());
        let before = self.acknowledged.lock().unwrap().insert(nonce.to_owned(), (id, seq));
        if before.is_some_and(|before| before != (id, seq)) {
            self.broke(format!("{nonce} became two messages: {before:?} and {:?}", (id, seq)));
        }
    }

    /// Everything that is wrong.
    pub(super) fn judge(
        &self,
        head: i64,
        stored: &BTreeMap<i64, Value>,
        talkers: &[Talker],
    ) -> Vec<String> {
        let mut wrong = self.broken.lock().unwrap().clone();
        let numbers: Vec<i64> = stored.keys().copied().collect();
        if numbers != (1..=head).collect::<Vec<_>>() {
            wrong.push(format!("the room's numbers up to {head} have holes: {numbers:?}"));
        }
        let mut nonces = HashMap::<&str, usize>::new();
        for message in stored.values() {
            if let Some(body) = message["body"].as_str() {
                *nonces.entry(body).or_default() += 1;
            }
        }
        for (nonce, times) in &nonces {
            if *times != 1 {
                wrong.push(format!("{nonce} is there {times} times"));
            }
        }
        for (nonce, (id, seq)) in &*self.acknowledged.lock().unwrap() {
            let there = stored.get(seq).is_some_and(|it| it["id"] == *id && it["body"] == **nonce);
            if !there {
                wrong.push(format!("{nonce} was acknowledged as {seq}, and is not there"));
            }
        }
        for talker in talkers {
            wrong.extend(talker.differs(head, stored));
        }
        if !wrong.is_empty() {
            wrong.push(format!("after {:?}", self.events.lock().unwrap()));
        }
        wrong
    }

    pub(super) fn summary(&self) -> String {
        format!(
            "{} messages were acknowledged and {} changes heard, while {} things broke",
            self.acknowledged.lock().unwrap().len(),
            self.heard.load(Ordering::Relaxed),
            self.events.lock().unwrap().len()
        )
    }
}
