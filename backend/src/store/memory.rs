//! What was read stays in memory for as long as nothing that it was made from has changed.
//!
//! Only where this process alone writes, that is, on the embedded database. Triggers on the writer's
//! connection (they are not in the file) name the people, rooms and sessions that a transaction
//! touches, whichever statement does it; once the commit stands, and before anybody hears of it,
//! the journal counts it here. An answer remembers what it was made from and the count before it was
//! read: if one of these was touched since, it is read anew. To keep another answer: a [`Kept`] in
//! `recall`. To make answers from another table: its triggers in [`TRIGGERS`].

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard},
    time::{Duration, Instant},
};

use diesel::{
    QueryResult,
    connection::SimpleConnection,
    sql_types::{BigInt, Integer},
};
use quick_cache::{Weighter, sync::Cache};

use super::conn::Conn;

/// Of how many things it is known when they were touched; with more, all is read anew.
const TOUCHED_MAX: usize = 65_536;
/// How long an answer is kept at the most: whoever changes the file by hand waits no longer.
const KEPT_FOR: Duration = Duration::from_secs(60);

/// What tells of changes, by the numbers of [`Touched::watch`]. A message that is written or changed
/// needs none of its own: the head of its room is raised with it.
const TRIGGERS: &str = "
    create temp trigger person_changed after update on main.users
        begin select touched(0, new.id); end;
    create temp trigger person_deleted after delete on main.users
        begin select touched(0, old.id); end;
    create temp trigger member_added after insert on main.members
        begin select touched(1, new.user_id); end;
    create temp trigger member_changed after update on main.members
        begin select touched(1, new.user_id); end;
    create temp trigger member_removed after delete on main.members
        begin select touched(1, old.user_id); end;
    create temp trigger block_added after insert on main.blocks
        begin select touched(1, new.user_id), touched(1, new.blocked_id); end;
    create temp trigger block_removed after delete on main.blocks
        begin select touched(1, old.user_id), touched(1, old.blocked_id); end;
    create temp trigger room_changed after update on main.rooms
        begin select touched(2, new.id); end;
    create temp trigger room_deleted after delete on main.rooms
        begin select touched(2, old.id); end;
    create temp trigger message_removed after delete on main.messages
        begin select touched(2, old.room_id); end;
    create temp trigger session_changed after update on main.sessions
        begin select touched(3, new.id); end;
    create temp trigger session_deleted after delete on main.sessions
        begin select touched(3, old.id); end;";

/// Something that answers are made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Thing {
    /// A person's row, by id.
    Person(i64),
    /// A person's memberships, and who takes nothing private from whom.
    Ties(i64),
    /// A room's row and messages, by id.
    Room(i64),
    /// A session's row, by id.
    Session(i64),
}

/// What a transaction has touched so far; shared with its connection.
#[derive(Clone, Default)]
pub(super) struct Touched(Arc<Mutex<Vec<Thing>>>);

/// When what was touched last. Without it, nothing is kept.
///
/// Read for every answer, by many at once and for less than a microsecond; written once for every commit,
/// by the journal, for which those who read make way.
#[derive(Clone, Default)]
pub(super) struct Memory(Option<Arc<RwLock<Marks>>>);

/// A moment between two commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark(u64);

/// Answers by what was asked.
pub(super) struct Kept<K, V> {
    memory: Memory,
    answers: Cache<K, Arc<Answer<V>>, Heavy>,
}

#[derive(Default)]
struct Marks {
    count: u64,
    /// Everything may have been touched here.
    all: u64,
    touched: HashMap<Thing, u64>,
}

struct Answer<V> {
    value: Arc<V>,
    made_from: Vec<Thing>,
    mark: Mark,
    read_at: Instant,
    bytes: u64,
}

/// Weighs an answer.
#[derive(Clone)]
struct Heavy;

impl<K, V> Weighter<K, Arc<Answer<V>>> for Heavy {
    fn weight(&self, _: &K, answer: &Arc<Answer<V>>) -> u64 {
        answer.bytes
    }
}

diesel::define_sql_function! {
    /// Notes that a transaction changes something; see [`TRIGGERS`].
    fn touched(kind: Integer, id: BigInt) -> Integer;
}

impl Touched {
    /// Watches what a connection writes.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) fn watch(&self, conn: &mut Conn) -> QueryResult<()> {
        let Conn::Sqlite(conn) = conn else { return Ok(()) };
        let touched = self.clone();
        touched_utils::register_nondeterministic_impl(conn, move |kind: i32, id: i64| {
            let thing = match kind {
                0 => Thing::Person(id),
                1 => Thing::Ties(id),
                2 => Thing::Room(id),
                _ => Thing::Session(id),
            };
            touched.lock().push(thing);
            0
        })?;
        conn.batch_execute(TRIGGERS)
    }

    /// All of it; nothing is left.
    pub(super) fn take(&self) -> Vec<Thing> {
        std::mem::take(&mut *self.lock())
    }

    /// Whether nothing but rooms was touched, and messages in them.
    pub(super) fn is_only_rooms(&self) -> bool {
        self.lock().iter().all(|thing| matches!(thing, Thing::Room(_)))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Thing>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    /// For a database to which only this process writes.
    pub(super) fn own() -> Self {
        Self(Some(Arc::default()))
    }

    /// A commit that touched these stands.
    pub(super) fn touch(&self, things: Vec<Thing>) {
        let Some(marks) = &self.0 else { return };
        if things.is_empty() {
            return;
        }
        let mut marks = marks.write().unwrap_or_else(PoisonError::into_inner);
        marks.count += 1;
        let count = marks.count;
        if marks.touched.len() > TOUCHED_MAX {
            marks.touched.clear();
            marks.all = count;
        }
        marks.touched.extend(things.into_iter().map(|thing| (thing, count)));
    }

    /// Now. To be asked before the reading begins.
    pub(super) fn mark(&self) -> Option<Mark> {
        Some(Mark(self.marks()?.count))
    }

    fn is_fresh<V>(&self, answer: &Answer<V>) -> bool {
        let Some(marks) = self.marks() else { return false };
        let since = |thing: &Thing| marks.touched.get(thing).copied().unwrap_or(0);
        let newest = answer.made_from.iter().map(since).max().unwrap_or(0);
        newest.max(marks.all) <= answer.mark.0 && answer.read_at.elapsed() < KEPT_FOR
    }

    fn marks(&self) -> Option<RwLockReadGuard<'_, Marks>> {
        Some(self.0.as_ref()?.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<K: Clone + Eq + Hash, V> Kept<K, V> {
    /// Keeps answers of at most so many bytes together; about so many are expected.
    pub(super) fn new(memory: Memory, answers: usize, bytes: u64) -> Self {
        Self { memory, answers: Cache::with_weighter(answers, bytes, Heavy) }
    }

    /// The answer, if it is known and nothing has changed.
    pub(super) fn get(&self, asked: &K) -> Option<Arc<V>> {
        let answer = self.answers.get(asked)?;
        self.memory.is_fresh(&answer).then(|| answer.value.clone())
    }

    /// Keeps an answer of about so many bytes, of which the reading began at a mark, and what it was
    /// made from.
    pub(super) fn put(
        &self,
        asked: K,
        mark: Option<Mark>,
        made_from: Vec<Thing>,
        bytes: usize,
        value: V,
    ) -> Arc<V> {
        let value = Arc::new(value);
        if let Some(mark) = mark {
            let own = made_from.len().saturating_mul(size_of::<Thing>());
            let bytes = bytes.saturating_add(own).saturating_add(size_of::<Answer<V>>());
            let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
            let (value, read_at) = (value.clone(), Instant::now());
            self.answers.insert(asked, Arc::new(Answer { value, made_from, mark, read_at, bytes }));
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept() -> (Memory, Kept<u32, u32>) {
        let memory = Memory::own();
        (memory.clone(), Kept::new(memory, 16, 10_000))
    }

    #[test]
    fn an_answer_is_good_until_something_it_was_made_from_changes() {
        let (memory, kept) = kept();
        let mark = memory.mark();
        kept.put(1, mark, vec![Thing::Room(1), Thing::Person(1)], 0, 7);
        memory.touch(vec![Thing::Room(2), Thing::Ties(1), Thing::Session(1)]);
        assert_eq!(kept.get(&1).as_deref(), Some(&7));
        memory.touch(vec![Thing::Person(1)]);
        assert_eq!(kept.get(&1), None);
        // What was read before a change and comes after it is not taken for new.
        kept.put(1, mark, vec![Thing::Person(1)], 0, 7);
        assert_eq!(kept.get(&1), None);
        kept.put(1, memory.mark(), vec![Thing::Person(1)], 0, 8);
        assert_eq!(kept.get(&1).as_deref(), Some(&8));
    }

    #[test]
    fn more_changes_than_are_told_apart_change_everything() {
        let (memory, kept) = kept();
        kept.put(1, memory.mark(), vec![Thing::Person(1)], 0, 7);
        let others = 1_000..1_000 + i64::try_from(TOUCHED_MAX).unwrap();
        memory.touch(others.map(Thing::Room).collect());
        assert!(kept.get(&1).is_some());
        memory.touch(vec![Thing::Room(1)]);
        memory.touch(vec![Thing::Room(2)]);
        assert_eq!(kept.get(&1), None);
        kept.put(1, memory.mark(), vec![Thing::Person(1)], 0, 7);
        assert!(kept.get(&1).is_some());
    }

    #[test]
    fn what_is_kept_has_a_bound_and_without_a_memory_nothing_is() {
        let (memory, kept) = kept();
        for asked in 0..1_000 {
            kept.put(asked, memory.mark(), vec![Thing::Person(1)], 500, 7);
        }
        assert!(kept.answers.weight() <= 10_000);
        assert!((0..1_000).any(|asked| kept.get(&asked).is_some()));
        let none = Kept::new(Memory::default(), 16, 10_000);
        none.put(1, Memory::default().mark(), vec![], 0, 7);
        assert_eq!(none.get(&1), None);
    }
}
