//! A store of its own for every test: a SQLite file in a folder that goes with it, or, when
//! `PARLOR_TEST_POSTGRES` gives the address of a server, a new database there.
//!
//! What is published is kept, after it was compared with what another connection sees: nothing may
//! be announced before it is committed, nor out of order. A broken promise shows in [`TestDb::told`].

use std::{
    collections::HashMap,
    env,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

use diesel::{Connection, PgConnection, connection::SimpleConnection, prelude::*, sql_query};
use tempfile::TempDir;

use super::{
    Conn, Db, Draft, Durability, Place, Publish,
    accounts::{self, NewAccount},
    members,
    rooms::{self, NewRow},
    schema,
};
use crate::model::{
    Announcement, Clock, RoomId, Timestamp, UserId, presence::Nobody, profile::Locale, room::Role,
    text,
};

/// A clock that goes on by a fixed step whenever it is looked at.
#[derive(Debug)]
pub(crate) struct TestClock {
    now: AtomicI64,
    step: AtomicI64,
}

impl TestClock {
    /// From now on it stands still: everything happens at the same moment.
    pub(crate) fn stop(&self) {
        self.step.store(0, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.now.fetch_add(self.step.load(Ordering::SeqCst), Ordering::SeqCst))
    }
}

/// A store, and everything that it has published.
pub(crate) struct TestDb {
    pub(crate) db: Db,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) place: Place,
    told: Arc<Mutex<Told>>,
    _ground: Ground,
}

#[derive(Default)]
struct Told {
    announcements: Vec<Announcement>,
    broken: Vec<String>,
}

/// What the data lies on, gone when the test is.
enum Ground {
    Folder { _folder: TempDir },
    Database { server: String, name: String },
}

impl Drop for Ground {
    fn drop(&mut self) {
        if let Self::Database { server, name } = self {
            let dropped = PgConnection::establish(server)
                .map(|mut conn| conn.batch_execute(&format!("drop database {name} with (force)")));
            drop(dropped);
        }
    }
}

impl Ground {
    fn new() -> (Self, Place) {
        let Ok(server) = env::var("PARLOR_TEST_POSTGRES") else {
            let folder = tempfile::tempdir().unwrap();
            let place = Place::Sqlite(folder.path().join("parlor.db"));
            return (Self::Folder { _folder: folder }, place);
        };
        let name = format!("parlor_test_{:016x}", rand::random::<u64>());
        let mut conn = PgConnection::establish(&server).unwrap();
        conn.batch_execute(&format!("create database {name}")).unwrap();
        let mut address = url::Url::parse(&server).unwrap();
        address.set_path(&name);
        (Self::Database { server, name }, Place::Postgres(address.into()))
    }
}

impl TestDb {
    pub(crate) fn new() -> Self {
        let (ground, place) = Ground::new();
        let clock = Arc::new(TestClock {
            now: AtomicI64::new(1_800_000_000_000_000),
            step: AtomicI64::new(1),
        });
        let told = Arc::<Mutex<Told>>::default();
        let publish = publish(place.clone(), told.clone());
        let db = Db::open(&place, clock.clone(), publish, Durability::Full).unwrap();
        Self { db, clock, place, told, _ground: ground }
    }

    /// A connection of its own, outside the store.
    pub(crate) fn conn(&self) -> Conn {
        self.place.open().unwrap()
    }

    /// Everything published so far, after a check that all of it was committed and in order.
    pub(crate) fn told(&self) -> Vec<Announcement> {
        let told = self.told.lock().unwrap();
        assert!(told.broken.is_empty(), "{:?}", told.broken);
        told.announcements.clone()
    }

    /// Runs a statement as it stands.
    pub(crate) async fn execute(&self, sql: impl Into<String>) {
        let sql = sql.into();
        self.db.write(move |tx| Ok(sql_query(sql).execute(tx.conn)?)).await.unwrap();
    }

    /// Brings the index of texts to where the messages are.
    pub(crate) async fn index(&self) {
        let index = |tx: &mut super::Tx<'_>| {
            while super::messages::index(tx.conn)? {}
            Ok(())
        };
        self.db.write(index).await.unwrap();
    }

    /// How many rows a table has, as another connection sees it.
    pub(crate) fn count(&self, table: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            count: i64,
        }
        let sql = format!("select count(*) as count from {table}");
        sql_query(sql).get_result::<Count>(&mut self.conn()).unwrap().count
    }

    /// Makes an account.
    pub(crate) async fn person(&self, name: &str) -> UserId {
        let account = NewAccount {
            username: name.to_owned(),
            username_key: text::fold(name),
            display_name: name.to_owned(),
            email: None,
            password_hash: String::new(),
            locale: Locale::En,
            standing: accounts::Standing::PERSON,
            is_email_verified: false,
        };
        self.db.write(move |tx| accounts::insert(tx, &account)).await.unwrap()
    }

    /// Makes a room with these members, the first of whom owns it.
    pub(crate) async fn room(&self, name: &str, people: &[UserId]) -> RoomId {
        let row = NewRow {
            name: name.to_owned(),
            topic: String::new(),
            staff_only: false,
            invite_only: false,
            steady_while_occupied: false,
            owner_id: people[0],
        };
        let people = people.to_vec();
        let make = move |tx: &mut super::Tx<'_>| {
            let id = rooms::insert(tx.conn, &row, tx.now)?;
            for (at, user_id) in people.into_iter().enumerate() {
                let role = if at == 0 { Role::Owner } else { Role::Member };
                let (change, _) = members::insert(tx, &Nobody, id, user_id, role)?;
                tx.announce_change(change);
            }
            Ok(id)
        };
        self.db.write(make).await.unwrap()
    }

    /// The newest `rev` of a room, as another connection sees it.
    pub(crate) fn head(&self, id: RoomId) -> i64 {
        head(&mut self.conn(), id)
    }

    /// The `seq`s of a room, as another connection sees them.
    pub(crate) fn seqs(&self, id: RoomId) -> Vec<i64> {
        use schema::messages;
        messages::table
            .filter(messages::room_id.eq(id.0))
            .order(messages::seq)
            .select(messages::seq)
            .load(&mut self.conn())
            .unwrap()
    }
}

/// A message to be sent.
pub(crate) fn draft(room_id: RoomId, author_id: UserId, body: &str, nonce: Option<&str>) -> Draft {
    let nonce = nonce.map(str::to_owned);
    Draft { room_id, author_id, body: body.to_owned(), nonce, reply_to: None, file_ids: Vec::new() }
}

fn head(conn: &mut Conn, id: RoomId) -> i64 {
    use schema::rooms;
    rooms::table.find(id.0).select(rooms::head).first(conn).unwrap()
}

/// Keeps what is published, and every promise that it breaks.
fn publish(place: Place, told: Arc<Mutex<Told>>) -> Publish {
    let witness = Mutex::new((None, HashMap::<RoomId, i64>::new()));
    Arc::new(move |announcements| {
        let mut witness = witness.lock().unwrap();
        let (conn, last) = &mut *witness;
        let conn = conn.get_or_insert_with(|| place.open().unwrap());
        let mut told = told.lock().unwrap();
        for announcement in announcements.into_iter().map(|announced| announced.what) {
            if let Announcement::Change(change) = &announcement {
                let (room, rev) = (change.room_id, change.rev);
                let before = last.insert(room, rev).unwrap_or(0);
                if rev != before + 1 {
                    told.broken.push(format!("room {room}: {rev} was told after {before}"));
                }
                if head(conn, room) < rev {
                    told.broken.push(format!("room {room}: {rev} was told before its commit"));
                }
            }
            told.announcements.push(announcement);
        }
    })
}
