//! The truth: rooms with their messages, their members and everything that ever happened.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::model::{
    Change, Effect, Message, MessageId, Rev, Room, RoomId, Timestamp, UserId,
    change::ChangeKind,
    message::{Author, MessageKind, ReplyTo},
    room::RoomKind,
    span::{Fill, Span},
};

pub(super) const ROOMS: i64 = 2;
pub(super) const USERS: i64 = 3;
/// Small, so that pages are cut often.
const PAGE_LEN_MAX: usize = 4;

#[derive(Default)]
pub(super) struct Database {
    pub(super) rooms: BTreeMap<RoomId, Stored>,
    last_id: i64,
}

#[derive(Default)]
pub(super) struct Stored {
    pub(super) messages: BTreeMap<MessageId, Message>,
    pub(super) members: BTreeSet<UserId>,
    /// Everything that happened, by number.
    log: Vec<Arc<Change>>,
    seeds: BTreeSet<UserId>,
}

impl Stored {
    pub(super) fn head(&self) -> Rev {
        i64::try_from(self.log.len()).unwrap()
    }

    /// Whether a person was a member when the number was taken, that change included.
    pub(super) fn was_member(&self, user_id: UserId, rev: Rev) -> bool {
        let mut is_member = self.seeds.contains(&user_id);
        for change in self.log.iter().filter(|change| change.rev < rev) {
            match &change.effect {
                Some(Effect::Joined { user_id: who, .. }) if *who == user_id => is_member = true,
                Some(Effect::Gone { user_id: who }) if *who == user_id => is_member = false,
                _ => {}
            }
        }
        is_member
    }
}

impl Database {
    pub(super) fn new() -> Self {
        let mut database = Self::default();
        for room in 1..=ROOMS {
            let seeds = BTreeSet::from([UserId(1), UserId(room + 1)]);
            let stored = Stored { members: seeds.clone(), seeds, ..Stored::default() };
            database.rooms.insert(RoomId(room), stored);
        }
        database
    }

    pub(super) fn send(
        &mut self,
        room_id: RoomId,
        user_id: UserId,
        to: Option<MessageId>,
    ) -> Option<Arc<Change>> {
        let room = &self.rooms[&room_id];
        if !room.members.contains(&user_id) {
            return None;
        }
        let reply_to = to.map(|id| {
            let to = &room.messages[&id];
            let excerpt = to.body.clone().unwrap_or_default();
            ReplyTo { id, seq: to.seq, author: to.author.clone(), excerpt }
        });
        Some(self.insert(room_id, user_id, MessageKind::Text, reply_to, None))
    }

    pub(super) fn edit(&mut self, room_id: RoomId, id: MessageId) -> Option<Arc<Change>> {
        let mut message = self.rooms[&room_id].messages[&id].clone();
        if message.deleted_at.is_some() {
            return None;
        }
        message.rev = self.rooms[&room_id].head() + 1;
        message.edited_at = Some(Timestamp(message.rev));
        if message.kind == MessageKind::Text {
            message.body = Some(text(id, message.rev));
            self.requote(&message);
        }
        Some(self.commit(ChangeKind::Updated, message, None))
    }

    pub(super) fn delete(&mut self, room_id: RoomId, id: MessageId) -> Option<Arc<Change>> {
        let room = &self.rooms[&room_id];
        let mut message = room.messages[&id].clone();
        if message.deleted_at.is_some() || message.kind != MessageKind::Text {
            return None;
        }
        message.rev = room.head() + 1;
        message.deleted_at = Some(Timestamp(message.rev));
        message.body = None;
        self.requote(&message);
        Some(self.commit(ChangeKind::Deleted, message, None))
    }

    /// Replies show what the message that they answer says now.
    fn requote(&mut self, answered: &Message) {
        let messages = &mut self.rooms.get_mut(&answered.room_id).unwrap().messages;
        let replies = messages.values_mut().filter_map(|reply| reply.reply_to.as_mut());
        for reply_to in replies.filter(|reply_to| reply_to.id == answered.id) {
            reply_to.excerpt = answered.excerpt();
        }
    }

    pub(super) fn join(&mut self, room_id: RoomId, user_id: UserId) -> Option<Arc<Change>> {
        let room = self.rooms.get_mut(&room_id).unwrap();
        if !room.members.insert(user_id) {
            return None;
        }
        let shown = Arc::new(shown(room_id, room.head() + 1));
        let effect = Effect::Joined { user_id, room: shown };
        Some(self.insert(room_id, user_id, MessageKind::Joined, None, Some(effect)))
    }

    pub(super) fn leave(&mut self, room_id: RoomId, user_id: UserId) -> Option<Arc<Change>> {
        if !self.rooms.get_mut(&room_id).unwrap().members.remove(&user_id) {
            return None;
        }
        let effect = Effect::Gone { user_id };
        Some(self.insert(room_id, user_id, MessageKind::Removed, None, Some(effect)))
    }

    pub(super) fn rooms_of(&self, user_id: UserId) -> Vec<(RoomId, Rev)> {
        let mine = self.rooms.iter().filter(|(_, room)| room.members.contains(&user_id));
        mine.map(|(room_id, room)| (*room_id, room.head())).collect()
    }

    /// The room as a member sees it.
    pub(super) fn shown_to(&self, user_id: UserId, room_id: RoomId) -> Option<Arc<Room>> {
        let room = &self.rooms[&room_id];
        room.members.contains(&user_id).then(|| Arc::new(shown(room_id, room.head())))
    }

    /// A page of what has a number above `after`, as it is now.
    pub(super) fn changes(&self, room_id: RoomId, after: Rev) -> Span {
        let room = &self.rooms[&room_id];
        let mut messages: Vec<_> =
            room.messages.values().filter(|message| message.rev > after).cloned().collect();
        messages.sort_by_key(|message| message.rev);
        let to = match messages.get(PAGE_LEN_MAX) {
            Some(_) => messages[PAGE_LEN_MAX - 1].rev,
            None => room.head().max(after),
        };
        messages.truncate(PAGE_LEN_MAX);
        Span { after, to, messages }
    }

    pub(super) fn fill(&self, room_id: RoomId, after: Rev) -> Fill {
        let room = &self.rooms[&room_id];
        let mut newest = BTreeMap::new();
        for change in room.log.iter().filter(|change| change.rev > after) {
            if let Some(effect) = &change.effect {
                newest.insert(effect.user_id(), (change.rev, effect.clone()));
            }
        }
        let as_read = |(rev, effect): (Rev, Effect)| match effect {
            Effect::Joined { user_id, .. } => {
                let room = Arc::new(shown(room_id, room.head()));
                (room.head, Effect::Joined { user_id, room })
            }
            gone => (rev, gone),
        };
        let effects = newest.into_values().map(as_read).collect();
        Fill { span: self.changes(room_id, after), effects }
    }

    fn insert(
        &mut self,
        room_id: RoomId,
        user_id: UserId,
        kind: MessageKind,
        reply_to: Option<ReplyTo>,
        effect: Option<Effect>,
    ) -> Arc<Change> {
        self.last_id += 1;
        let id = MessageId(self.last_id);
        let rev = self.rooms[&room_id].head() + 1;
        let is_text = kind == MessageKind::Text;
        let message = Message {
            id,
            room_id,
            seq: rev,
            rev,
            kind,
            author: Author {
                id: user_id,
                username: user_id.to_string(),
                display_name: String::new(),
                avatar_url: None,
            },
            body: is_text.then(|| text(id, rev)),
            reply_to,
            reactions: Vec::new(),
            files: Vec::new(),
            created_at: Timestamp(rev),
            edited_at: None,
            deleted_at: None,
            nonce: is_text.then(|| format!("nonce-{id}")),
        };
        self.commit(ChangeKind::Created, message, effect)
    }

    fn commit(
        &mut self,
        kind: ChangeKind,
        message: Message,
        effect: Option<Effect>,
    ) -> Arc<Change> {
        let room = self.rooms.get_mut(&message.room_id).unwrap();
        room.messages.insert(message.id, message.clone());
        let change = Arc::new(Change::new(kind, message, effect));
        room.log.push(change.clone());
        change
    }
}

/// A text that tells whose it is, wherever it turns up.
fn text(id: MessageId, rev: Rev) -> String {
    format!("{}{rev}", mark_of(id))
}

pub(super) fn mark_of(id: MessageId) -> String {
    format!("text-{id}-")
}

fn shown(id: RoomId, head: Rev) -> Room {
    Room {
        id,
        name: String::new(),
        slug: None,
        topic: String::new(),
        kind: RoomKind::Group,
        is_private: false,
        staff_only: false,
        invite_only: false,
        steady_while_occupied: false,
        owner_id: None,
        created_at: Timestamp(0),
        head,
        members_count: 0,
        online_count: 0,
        peer: None,
        me: None,
    }
}
