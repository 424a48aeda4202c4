//! What is asked so often that the answer is remembered: who asks, how things stand for them, and the
//! pages of history that many read.

use std::{collections::HashSet, sync::Arc};

use quick_cache::sync::Cache;
use tokio::sync::{Mutex, MutexGuard};

use super::{
    Conn, Db,
    members::{self, Standing},
    memory::{Kept, Mark, Memory, Thing},
    messages::Part,
    profiles::{self, Own},
    rooms::Mine,
    sessions::{self, Live},
};
use crate::{
    error::{Error, Result},
    model::{
        RoomId, SessionId, UserId,
        page::{History, Written},
    },
};

/// How many answers of a kind are expected.
const ANSWERS: usize = 4_096;
/// What is remembered of sessions, in bytes; a session is about 400.
const SESSIONS_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// What is remembered of people and their rooms, in bytes; a room is about 500.
const HOMES_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// What is remembered of who may do what in a room, in bytes; an answer is about 200.
const STANDINGS_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// What is remembered of history, in bytes.
const PAGES_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// How many people are asked about side by side at the most; who asks about the same one waits, and is
/// then answered from memory.
const TURNS: usize = 64;
/// What a room of somebody's takes, about, in bytes.
const ROOM_BYTES: usize = 512;

/// What somebody is told who comes in, from one snapshot, without who is here.
#[derive(Debug)]
pub struct Home {
    /// The session that came in; `None` if there is none.
    pub live: Option<Live>,
    /// Whose it is; `None` when the account is gone.
    pub own: Option<Own>,
    /// The rooms of which that person is a member.
    pub rooms: Mine,
}

/// Which page of history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PageAsked {
    /// Of which room.
    pub room_id: RoomId,
    /// Which part of it.
    pub part: Part,
    /// How many messages at the most.
    pub limit: i64,
}

/// A page as everybody sees it but those who wrote in it: they see their own nonces.
struct Shared {
    page: Written<History>,
    authors: HashSet<UserId>,
}

/// The answers that are kept.
pub(super) struct Recall {
    memory: Memory,
    sessions: Kept<SessionId, Live>,
    homes: Kept<(UserId, SessionId), Home>,
    standings: Kept<(RoomId, UserId), Standing>,
    pages: Kept<PageAsked, Shared>,
    own_pages: Kept<(PageAsked, UserId), Written<History>>,
    /// Which pages somebody has asked for lately, at most [`ANSWERS`].
    asked: Cache<PageAsked, ()>,
    /// One for the people whose ids are the same by their number.
    turns: Box<[Mutex<()>]>,
}

impl Recall {
    /// Waits until nobody else is asking about this one; at once, where nothing is remembered.
    async fn turn(&self, id: i64) -> Option<MutexGuard<'_, ()>> {
        self.memory.mark()?;
        let at = usize::try_from(id.unsigned_abs()).unwrap_or(0) % TURNS;
        Some(self.turns.get(at)?.lock().await)
    }

    /// Nothing yet.
    pub(super) fn new(memory: &Memory) -> Self {
        Self {
            memory: memory.clone(),
            sessions: Kept::new(memory.clone(), ANSWERS, SESSIONS_BYTES_MAX),
            homes: Kept::new(memory.clone(), ANSWERS, HOMES_BYTES_MAX),
            standings: Kept::new(memory.clone(), ANSWERS, STANDINGS_BYTES_MAX),
            pages: Kept::new(memory.clone(), ANSWERS, PAGES_BYTES_MAX / 2),
            own_pages: Kept::new(memory.clone(), ANSWERS, PAGES_BYTES_MAX / 2),
            asked: Cache::new(ANSWERS),
            turns: (0..TURNS).map(|_| Mutex::default()).collect(),
        }
    }
}

impl Db {
    /// A session with its account, whether or not it may still be used; `None` if there is none.
    ///
    /// # Errors
    /// Those of [`Db::check`].
    pub async fn session(&self, id: SessionId) -> Result<Option<Arc<Live>>> {
        let kept = &self.recall.sessions;
        if let Some(live) = kept.get(&id) {
            return Ok(Some(live));
        }
        // Many sockets of a session may come at once.
        let _turn = self.recall.turn(id.0).await;
        if let Some(live) = kept.get(&id) {
            return Ok(Some(live));
        }
        let mark = self.recall.memory.mark();
        let live = self.check(move |conn| Ok(sessions::find(conn, id)?)).await?;
        Ok(live.map(|live| {
            let made_from = vec![Thing::Session(id.0), Thing::Person(live.user_id.0)];
            kept.put(id, mark, made_from, live.salt.len(), live)
        }))
    }

    /// How things stand for whoever has this session.
    ///
    /// # Errors
    /// Those of [`Db::read`].
    pub async fn home(&self, user_id: UserId, id: SessionId) -> Result<Arc<Home>> {
        if let Some(home) = self.home_if_known(user_id, id) {
            return Ok(home);
        }
        let _turn = self.recall.turn(user_id.0).await;
        if let Some(home) = self.home_if_known(user_id, id) {
            return Ok(home);
        }
        let mark = self.recall.memory.mark();
        let read = move |conn: &mut Conn| {
            let live = sessions::find(conn, id)?;
            let own = profiles::find_own(conn, user_id)?;
            let rooms = Mine::read(conn, user_id)?;
            Ok(Home { live, own, rooms })
        };
        let home = self.read(read).await?;
        let mut made_from =
            vec![Thing::Session(id.0), Thing::Person(user_id.0), Thing::Ties(user_id.0)];
        made_from.extend(home.rooms.ids().map(|room_id| Thing::Room(room_id.0)));
        made_from.extend(home.rooms.peer_ids().map(|peer_id| Thing::Person(peer_id.0)));
        let bytes = made_from.len().saturating_mul(ROOM_BYTES);
        Ok(self.recall.homes.put((user_id, id), mark, made_from, bytes, home))
    }

    /// Whether what was read is remembered.
    pub fn remembers(&self) -> bool {
        self.recall.memory.mark().is_some()
    }

    /// The same, if nothing must be read for it.
    pub fn home_if_known(&self, user_id: UserId, id: SessionId) -> Option<Arc<Home>> {
        self.recall.homes.get(&(user_id, id))
    }

    /// How a person stands to a room; `None` when there is no such room, or no such person.
    ///
    /// # Errors
    /// Those of [`Db::read`].
    pub async fn standing(&self, room_id: RoomId, user_id: UserId) -> Result<Option<Standing>> {
        if let Some(standing) = self.recall.standings.get(&(room_id, user_id)) {
            return Ok(Some(*standing));
        }
        let mark = self.recall.memory.mark();
        let read = move |conn: &mut Conn| Ok(members::find_standing(conn, room_id, user_id)?);
        let standing = self.read(read).await?;
        // Only a member's: a room that is there must not answer others faster than one that is not.
        if let Some(standing) = standing.filter(|it| it.asker.role.is_some()) {
            self.recall.stands(room_id, user_id, mark, standing);
        }
        Ok(standing)
    }

    /// A page of history and how its reader stands to the room, if nothing must be read for them.
    /// The standing is as new as the page: what was written before it may be read by whoever is a
    /// member in it.
    pub fn page_if_known(
        &self,
        asked: PageAsked,
        reader: UserId,
    ) -> Option<(Written<History>, Standing)> {
        let Recall { standings, pages, own_pages, .. } = &*self.recall;
        let page = match pages.get(&asked) {
            Some(shared) if !shared.authors.contains(&reader) => shared.page.clone(),
            _ => own_pages.get(&(asked, reader))?.as_ref().clone(),
        };
        let standing = standings.get(&(asked.room_id, reader))?;
        Some((page, *standing))
    }

    /// Reads a page of history, in one snapshot with how its reader stands to the room.
    ///
    /// # Errors
    /// Those of the closure and of [`Db::read`].
    pub async fn page(
        &self,
        asked: PageAsked,
        reader: UserId,
        read: impl FnOnce(&mut Conn) -> Result<(Standing, History)> + Send + 'static,
    ) -> Result<Written<History>> {
        let mark = self.recall.memory.mark();
        let recall = self.recall.clone();
        let read = move |conn: &mut Conn| {
            let (standing, history) = read(conn)?;
            let page = Written::new(&history);
            let page = page.map_err(|why| Error::internal("a page was not written", why))?;
            if mark.is_some() {
                recall.stands(asked.room_id, reader, mark, standing);
                if recall.is_asked_often(asked) {
                    recall.shows(asked, reader, mark, &history, &page);
                }
            }
            Ok(page)
        };
        self.read(read).await
    }
}

impl Recall {
    fn stands(&self, room_id: RoomId, user_id: UserId, mark: Option<Mark>, standing: Standing) {
        let made_from =
            vec![Thing::Room(room_id.0), Thing::Person(user_id.0), Thing::Ties(user_id.0)];
        self.standings.put((room_id, user_id), mark, made_from, 0, standing);
    }

    /// Whether a page is worth remembering: the newest one of a room, or one that was asked for before.
    /// Whoever leafs through a room's past is alone there.
    fn is_asked_often(&self, asked: PageAsked) -> bool {
        let is_known = asked.part == Part::Newest || self.asked.get(&asked).is_some();
        if !is_known {
            self.asked.insert(asked, ());
        }
        is_known
    }

    fn shows(
        &self,
        asked: PageAsked,
        reader: UserId,
        mark: Option<Mark>,
        history: &History,
        page: &Written<History>,
    ) {
        let mut made_from = HashSet::from([Thing::Room(asked.room_id.0)]);
        let mut authors = HashSet::new();
        for message in &history.items {
            authors.insert(message.author.id);
            made_from.insert(Thing::Person(message.author.id.0));
            made_from.extend(message.reply_to.iter().map(|it| Thing::Person(it.author.id.0)));
        }
        let made_from = made_from.into_iter().collect();
        let bytes = page.json().len();
        if authors.contains(&reader) {
            self.own_pages.put((asked, reader), mark, made_from, bytes, page.clone());
        } else {
            let shared = Shared { page: page.clone(), authors };
            self.pages.put(asked, mark, made_from, bytes, shared);
        }
    }
}
