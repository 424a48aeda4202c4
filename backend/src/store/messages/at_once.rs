//! Storing messages on Postgres by one statement: rooms are locked, senders judged, nonces compared,
//! numbers given and rows written in `at_once.sql`, which commits by itself.
//!
//! `policy` decides here as everywhere: the statement is given every standing from which it allows
//! somebody to send, and whoever has another is refused in its words.

use std::{collections::HashMap, sync::Arc};

use diesel::{
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Bool, Integer, Nullable, Text},
};

use super::{
    super::{
        conn::Conn,
        rooms::{kind_name, kind_of, role_name, role_of},
    },
    AuthorRow, author_of, find,
    insert::{Borne, Draft, Sent, created, replay},
    search,
};
use crate::{
    error::{Code, Error, Flaw, Result},
    model::{
        Change, MessageId, Seq, Timestamp,
        message::ReplyTo,
        room::{Role, RoomKind},
        text,
    },
    policy::{self, Asker, Barrier, Deed, RoomRules},
};

/// What became of a draft.
pub(in crate::store) enum Outcome {
    /// It is stored.
    New(Arc<Change>),
    /// It was stored before, by another draft with the same nonce.
    Before(Replay),
    /// It is not stored.
    Refused(Error),
}

/// A draft whose nonce was used before.
pub(in crate::store) struct Replay {
    known: MessageId,
    draft: Draft,
}

impl Replay {
    /// What its sender is told.
    pub(in crate::store) fn read(self, conn: &mut Conn) -> QueryResult<Result<Sent>> {
        let Self { known, draft } = self;
        let known = find(conn, known, draft.author_id)?;
        match known {
            Some(known) => replay(conn, known, &draft),
            None => Ok(Err(Code::Internal.into())),
        }
    }
}

/// Stores what may be stored, all of it or, if the statement fails, nothing. To be called outside of a
/// transaction.
pub(in crate::store) fn store_at_once(
    conn: &mut Conn,
    now: Timestamp,
    drafts: &[Draft],
) -> QueryResult<Vec<Outcome>> {
    let Conn::Postgres(conn) = conn else { return Err(diesel::result::Error::NotInTransaction) };
    let rows = Statement::new(drafts, now).load::<Row>(conn)?;
    let mut stored = HashMap::new();
    for (draft, row) in drafts.iter().zip(&rows) {
        if let (Some(nonce), Some(id)) = (&draft.nonce, row.id) {
            stored.insert((draft.author_id, nonce.as_str()), MessageId(id));
        }
    }
    let settle = |(draft, row): (&Draft, Row)| {
        let twin = draft.nonce.as_deref().and_then(|nonce| stored.get(&(draft.author_id, nonce)));
        outcome(draft, row, twin.copied(), now)
    };
    Ok(drafts.iter().zip(rows).map(settle).collect())
}

/// What the statement says of a draft: the room, the sender, what it answers, what was stored under
/// its nonce before, and as what it is stored now.
#[derive(Queryable)]
struct Row {
    kind: Option<String>,
    staff_only: Option<bool>,
    invite_only: Option<bool>,
    sender_id: Option<i64>,
    username: Option<String>,
    display_name: Option<String>,
    avatar: Option<String>,
    is_staff: Option<bool>,
    role: Option<String>,
    barrier: Option<String>,
    target_seq: Option<i64>,
    target_beginning: Option<String>,
    target_author: Option<i64>,
    target_username: Option<String>,
    target_display_name: Option<String>,
    target_avatar: Option<String>,
    known_id: Option<i64>,
    id: Option<i64>,
    seq: Option<Seq>,
}

type Columns = (
    Nullable<Text>,
    Nullable<Bool>,
    Nullable<Bool>,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Bool>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Nullable<BigInt>,
);

impl Row {
    fn rules(&self) -> Option<RoomRules> {
        let (staff_only, invite_only) = (self.staff_only?, self.invite_only?);
        Some(RoomRules { kind: kind_of(self.kind.as_deref()?), staff_only, invite_only })
    }

    fn asker(&self) -> Option<Asker> {
        let barrier = match self.barrier.as_deref()? {
            "own" => Barrier::Own,
            "theirs" => Barrier::Theirs,
            _ => Barrier::None,
        };
        Some(Asker { is_staff: self.is_staff?, role: self.role.as_deref().map(role_of), barrier })
    }

    fn sender(&self) -> Option<AuthorRow> {
        let name = (self.username.clone()?, self.display_name.clone()?);
        Some((self.sender_id?, name.0, name.1, self.avatar.clone()))
    }

    /// What the draft answers.
    fn target(&self, id: MessageId) -> Option<ReplyTo> {
        let author = (
            self.target_author?,
            self.target_username.clone()?,
            self.target_display_name.clone()?,
            self.target_avatar.clone(),
        );
        let excerpt = text::excerpt(self.target_beginning.as_deref().unwrap_or_default());
        Some(ReplyTo { id, seq: self.target_seq?, author: author_of(author), excerpt })
    }
}

/// What became of a draft, of which another one of the batch may have been stored under the same nonce.
fn outcome(draft: &Draft, row: Row, twin: Option<MessageId>, now: Timestamp) -> Outcome {
    let refused = |code: Code| Outcome::Refused(code.into());
    let Some(rules) = row.rules() else { return refused(Code::NotFound) };
    let (Some(asker), Some(sender)) = (row.asker(), row.sender()) else {
        return refused(Code::Unauthenticated);
    };
    if let Err(refusal) = policy::decide(asker, rules, Deed::Send) {
        return Outcome::Refused(refusal);
    }
    let reply_to = draft.reply_to.and_then(|id| row.target(id));
    if let (Some(id), Some(seq)) = (row.id, row.seq) {
        let place = (MessageId(id), seq);
        let borne = Borne { author: author_of(sender), reply_to, files: Vec::new() };
        return Outcome::New(Arc::new(created(draft, place, borne, now)));
    }
    match row.known_id.map(MessageId).or(twin) {
        Some(known) => Outcome::Before(Replay { known, draft: draft.clone() }),
        None if draft.reply_to.is_some() && reply_to.is_none() => {
            Outcome::Refused(Error::from(Code::NotFound).and("reply_to", Flaw::NotFound))
        }
        None => refused(Code::Internal),
    }
}

/// Every standing, as the statement writes it, from which somebody may send.
fn standings() -> Vec<String> {
    let roles = [None, Some(Role::Member), Some(Role::Moderator), Some(Role::Owner)];
    let barriers = [(Barrier::None, "none"), (Barrier::Own, "own"), (Barrier::Theirs, "theirs")];
    let mut standings = Vec::new();
    for bits in 0..8_u8 {
        let [staff_only, invite_only, is_staff] = [1, 2, 4].map(|bit| bits & bit != 0);
        for kind in [RoomKind::Group, RoomKind::Direct] {
            for role in roles {
                for (barrier, barrier_name) in barriers {
                    let asker = Asker { is_staff, role, barrier };
                    let rules = RoomRules { kind, staff_only, invite_only };
                    if policy::decide(asker, rules, Deed::Send).is_ok() {
                        let flag = |flag| if flag { "t" } else { "f" };
                        standings.push(format!(
                            "{} {} {} {} {} {barrier_name}",
                            kind_name(kind),
                            flag(staff_only),
                            flag(invite_only),
                            flag(is_staff),
                            role.map_or("none", role_name),
                        ));
                    }
                }
            }
        }
    }
    standings
}

/// The statement with what it stores; the server keeps its plan.
struct Statement<'a> {
    rooms: Vec<i64>,
    authors: Vec<i64>,
    bodies: Vec<&'a str>,
    nonces: Vec<Option<&'a str>>,
    replies: Vec<Option<i64>>,
    /// Where the threes of each text begin and end among all of them, counted from 1.
    grams_from: Vec<i32>,
    grams_to: Vec<i32>,
    grams: Vec<i32>,
    standings: Vec<String>,
    /// Whom the texts mention: each name with the place of the draft, counted from 1.
    mention_places: Vec<i64>,
    mention_names: Vec<String>,
    now: i64,
}

impl<'a> Statement<'a> {
    fn new(drafts: &'a [Draft], now: Timestamp) -> Self {
        let mut statement = Self {
            rooms: drafts.iter().map(|draft| draft.room_id.0).collect(),
            authors: drafts.iter().map(|draft| draft.author_id.0).collect(),
            bodies: drafts.iter().map(|draft| draft.body.as_str()).collect(),
            nonces: drafts.iter().map(|draft| draft.nonce.as_deref()).collect(),
            replies: drafts.iter().map(|draft| draft.reply_to.map(|id| id.0)).collect(),
            grams_from: Vec::with_capacity(drafts.len()),
            grams_to: Vec::with_capacity(drafts.len()),
            grams: Vec::new(),
            standings: standings(),
            mention_places: Vec::new(),
            mention_names: Vec::new(),
            now: now.0,
        };
        for (place, draft) in (1..).zip(drafts) {
            statement.grams_from.push(count(&statement.grams).saturating_add(1));
            statement.grams.extend(search::grams(&text::fold(&draft.body)));
            statement.grams_to.push(count(&statement.grams));
            if draft.body.contains('@') {
                for name in text::mentions(&draft.body) {
                    statement.mention_places.push(place);
                    statement.mention_names.push(name);
                }
            }
        }
        statement
    }
}

fn count(grams: &[i32]) -> i32 {
    i32::try_from(grams.len()).unwrap_or(i32::MAX)
}

impl Query for Statement<'_> {
    type SqlType = Columns;
}

impl QueryId for Statement<'_> {
    type QueryId = Statement<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<PgConnection> for Statement<'_> {}

impl QueryFragment<Pg> for Statement<'_> {
    /// The parameters of `at_once.sql` stand in it by their numbers, so they are told of after it, in
    /// a comment that the server does not read.
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(include_str!("at_once.sql"));
        out.push_sql("-- ");
        out.push_bind_param::<Array<BigInt>, _>(&self.rooms)?;
        out.push_bind_param::<Array<BigInt>, _>(&self.authors)?;
        out.push_bind_param::<Array<Text>, _>(&self.bodies)?;
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.nonces)?;
        out.push_bind_param::<Array<Nullable<BigInt>>, _>(&self.replies)?;
        out.push_bind_param::<Array<Integer>, _>(&self.grams_from)?;
        out.push_bind_param::<Array<Integer>, _>(&self.grams_to)?;
        out.push_bind_param::<Array<Integer>, _>(&self.grams)?;
        out.push_bind_param::<Array<Text>, _>(&self.standings)?;
        out.push_bind_param::<Array<BigInt>, _>(&self.mention_places)?;
        out.push_bind_param::<Array<Text>, _>(&self.mention_names)?;
        out.push_bind_param::<BigInt, _>(&self.now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_may_send_is_a_member_and_not_blocked() {
        let standings = standings();
        assert!(standings.contains(&"group f f f member none".to_owned()));
        assert!(standings.contains(&"group t f t owner none".to_owned()));
        assert!(standings.contains(&"direct f f f member none".to_owned()));
        for standing in &standings {
            let words: Vec<_> = standing.split(' ').collect();
            assert_eq!(words.len(), 6, "{standing}");
            assert!(words[4] != "none" && words[5] == "none", "{standing}");
            assert!(words[1] == "f" || words[3] == "t", "{standing}: only staff");
        }
    }
}
