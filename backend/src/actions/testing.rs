//! Actions on a store of their own: people, rooms, and who is here, set by the test.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use super::{Caller, Context, Viewer, messages, rooms};
use crate::{
    error::{Code, Result},
    keys::Keys,
    model::{
        Announcement, Change, Message, MessageId, Room, RoomId, SessionId, Timestamp, UserId,
        credentials::Reach,
        event::Event,
        live::{Live, Origin, Receipt, Whispered},
        message::{DeleteMessage, EditMessage, MessageKind, NewMessage, ReadHistory},
        presence::Here,
        profile::Locale,
        room::{NewRoom, Role},
    },
    store::{
        Sent, Tx,
        sessions::{self, NewSession},
        testing::TestDb,
    },
};

/// Everything an action needs.
pub(crate) struct World {
    pub(crate) ctx: Context,
    pub(crate) db: TestDb,
    pub(crate) present: Arc<Present>,
}

/// Who is here, as the test says.
#[derive(Default)]
pub(crate) struct Present {
    rooms: Mutex<BTreeMap<RoomId, BTreeSet<UserId>>>,
}

impl Present {
    pub(crate) fn put(&self, room: RoomId, user_id: UserId) {
        self.rooms.lock().unwrap().entry(room).or_default().insert(user_id);
    }
}

impl Here for Present {
    fn is_here(&self, user_id: UserId) -> bool {
        self.rooms.lock().unwrap().values().any(|people| people.contains(&user_id))
    }

    fn hears(&self, room: RoomId, user_id: UserId) -> bool {
        self.online_in(room).contains(&user_id)
    }

    fn hides(&self, _: UserId) -> bool {
        false
    }

    fn online(&self) -> Vec<UserId> {
        let rooms = self.rooms.lock().unwrap();
        rooms.values().flatten().copied().collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn online_in(&self, room: RoomId) -> Vec<UserId> {
        let rooms = self.rooms.lock().unwrap();
        rooms.get(&room).into_iter().flatten().copied().collect()
    }

    fn online_count(&self, room: RoomId) -> i64 {
        i64::try_from(self.online_in(room).len()).unwrap()
    }
}

/// What is kept nowhere is tested through the gateway.
impl Live for Present {
    fn typing_started(&self, _: RoomId, _: UserId, _: Origin, _: Timestamp) {}
    fn typing_stopped(&self, _: RoomId, _: UserId, _: Timestamp) {}
    fn whisper(&self, _: &Whispered, _: UserId, _: Option<Origin>, _: Receipt) {}
    fn roll_call(&self, _: Receipt) {}
}

impl World {
    pub(crate) fn new() -> Self {
        let db = TestDb::new();
        let present = Arc::<Present>::default();
        let ctx = Context::new(db.db.clone(), present.clone(), Keys::random(), false);
        Self { ctx, db, present }
    }

    /// Makes an account and speaks for it.
    pub(crate) async fn person(&self, name: &str) -> Viewer {
        let viewer = self.viewer(self.db.person(name).await);
        let session = NewSession {
            user_id: viewer.user_id,
            salt: String::new(),
            remember: false,
            ip: None,
            user_agent: None,
            expires_at: Timestamp(i64::MAX),
        };
        let begin = move |tx: &mut Tx<'_>| Ok(sessions::insert(tx, &session)?);
        Viewer { session_id: self.db.db.write(begin).await.unwrap(), ..viewer }
    }

    /// Somebody as a reader, without a session.
    fn viewer(&self, user_id: UserId) -> Viewer {
        Viewer {
            user_id,
            session_id: SessionId(0),
            is_staff: false,
            is_superuser: false,
            locale: Locale::En,
            expires_at: Timestamp(i64::MAX),
            reach: Reach::Session,
            caller: Caller::default(),
        }
    }

    /// The same, of staff.
    pub(crate) async fn staff(&self, name: &str) -> Viewer {
        let viewer = self.person(name).await;
        let id = viewer.user_id;
        self.db.execute(format!("update users set is_staff = true where id = {id}")).await;
        Viewer { is_staff: true, ..viewer }
    }

    /// Makes an open room.
    pub(crate) async fn room(&self, owner: &Viewer, name: &str) -> Room {
        let room = NewRoom { name: name.to_owned(), ..NewRoom::default() };
        rooms::create(&self.ctx, owner, room).await.unwrap()
    }

    /// Makes a room that nobody else may know of.
    pub(crate) async fn hidden_room(&self, owner: &Viewer, name: &str) -> Room {
        let room = NewRoom { name: name.to_owned(), invite_only: true, ..NewRoom::default() };
        rooms::create(&self.ctx, owner, room).await.unwrap()
    }

    /// Opens the direct room of two people.
    pub(crate) async fn direct_room(&self, one: &Viewer, other: &Viewer) -> RoomId {
        rooms::open_direct(&self.ctx, one, other.user_id).await.unwrap().room.id
    }

    /// Makes somebody a member who may do this much.
    pub(crate) async fn put(&self, owner: &Viewer, room: RoomId, who: &Viewer, role: Role) {
        let put = rooms::put_member(&self.ctx, owner, room, who.user_id, Some(role)).await;
        assert_eq!(put.unwrap().member.role, role);
    }

    pub(crate) async fn join(&self, viewer: &Viewer, room: RoomId) -> Room {
        rooms::join(&self.ctx, viewer, room).await.unwrap()
    }

    pub(crate) async fn send(&self, viewer: &Viewer, room: RoomId, body: &str) -> Message {
        self.try_send(viewer, room, body).await.unwrap().change.message.clone()
    }

    pub(crate) async fn try_send(&self, viewer: &Viewer, id: RoomId, body: &str) -> Result<Sent> {
        let message = NewMessage {
            room_id: id,
            body: body.to_owned(),
            nonce: None,
            reply_to: None,
            file_ids: Vec::new(),
        };
        messages::send(&self.ctx, viewer, message).await
    }

    /// Changes a message's text, or deletes it, as its author; a note stays as it is.
    pub(crate) async fn alter(&self, message: &Message, body: Option<&str>) {
        let author = self.viewer(message.author.id);
        let altered = match body {
            Some(body) => self.edit(&author, message.id, body).await,
            None => self.delete(&author, message.id).await,
        };
        assert_eq!(altered.is_ok(), message.kind == MessageKind::Text);
    }

    pub(crate) async fn edit(&self, viewer: &Viewer, id: MessageId, body: &str) -> Result<Message> {
        let edit = EditMessage { body: body.to_owned(), if_rev: None };
        messages::edit(&self.ctx, viewer, id, edit).await
    }

    pub(crate) async fn delete(&self, viewer: &Viewer, id: MessageId) -> Result<Message> {
        messages::delete(&self.ctx, viewer, id, DeleteMessage::default()).await
    }

    /// The whole room, oldest first, read page by page.
    pub(crate) async fn all(&self, viewer: &Viewer, room: RoomId) -> Vec<Message> {
        let mut all = Vec::new();
        loop {
            let after = Some(all.last().map_or(0, |message: &Message| message.seq));
            let wanted = ReadHistory { after, limit: Some(100), ..ReadHistory::default() };
            let page = messages::history(&self.ctx, viewer, room, wanted).await.unwrap();
            let page = page.read().unwrap();
            all.extend(page.items);
            if !page.has_after {
                return all;
            }
        }
    }

    /// The changes told so far.
    pub(crate) fn changes(&self) -> Vec<Arc<Change>> {
        let change = |announcement| match announcement {
            Announcement::Change(change) => Some(change),
            _ => None,
        };
        self.db.told().into_iter().filter_map(change).collect()
    }

    /// The events told to everybody in a room so far, beside its order.
    pub(crate) fn told_in(&self, room: RoomId) -> Vec<Event> {
        let event = |announcement| match announcement {
            Announcement::Room { room_id, event } if room_id == room => Some(event),
            _ => None,
        };
        self.db.told().into_iter().filter_map(event).collect()
    }

    /// The events told to one person so far.
    pub(crate) fn told_to(&self, viewer: &Viewer) -> Vec<Event> {
        let event = |announcement| match announcement {
            Announcement::Person { user_id, event } if user_id == viewer.user_id => Some(event),
            _ => None,
        };
        self.db.told().into_iter().filter_map(event).collect()
    }
}

/// Which error it is.
pub(crate) fn code<T: std::fmt::Debug>(result: Result<T>) -> Code {
    result.unwrap_err().code
}
