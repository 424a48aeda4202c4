//! The emoji that people put on messages. Each one taken or put away is a change of the message, so
//! the number of the change that brought it says in which order they came.

use std::collections::HashMap;

use diesel::{prelude::*, sql_types::BigInt};

use super::{
    super::{journal::Tx, schema::reactions},
    Stored,
    alter::{changed, next_rev},
};
use crate::{
    model::{
        Change, MessageId, UserId,
        change::ChangeKind,
        message::{REACTION_USERS_MAX, Reaction},
    },
    store::{conn::Conn, fragment::fixed},
};

/// What is on a message, as far as another reaction to it is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// This person has put this emoji on it.
    pub is_there: bool,
    /// Somebody has put this emoji on it.
    pub is_known: bool,
    /// How many different emoji this person has put on it.
    pub own: i64,
    /// How many different emoji are on it.
    pub all: i64,
}

/// Counts what is on a message.
pub fn tally(conn: &mut Conn, id: MessageId, emoji: &str, user_id: UserId) -> QueryResult<Tally> {
    let on_it = reactions::table.filter(reactions::message_id.eq(id.0));
    let this = on_it.filter(reactions::emoji.eq(emoji));
    let by = reactions::user_id.eq(user_id.0);
    Ok(Tally {
        is_there: this.filter(by).count().get_result::<i64>(conn)? > 0,
        is_known: this.count().get_result::<i64>(conn)? > 0,
        own: on_it.filter(by).count().get_result(conn)?,
        all: on_it.select(fixed::<BigInt>("count(distinct emoji)")).first(conn)?,
    })
}

/// Puts an emoji on a message, where this person has not put it yet.
pub fn insert(
    tx: &mut Tx<'_>,
    message: &Stored,
    emoji: &str,
    user_id: UserId,
) -> QueryResult<Change> {
    let rev = next_rev(tx.conn, message)?;
    diesel::insert_into(reactions::table)
        .values((
            reactions::message_id.eq(message.id.0),
            reactions::emoji.eq(emoji),
            reactions::user_id.eq(user_id.0),
            reactions::rev.eq(rev),
        ))
        .execute(tx.conn)?;
    changed(tx.conn, message, ChangeKind::Updated)
}

/// Takes this person's emoji from a message; `None` if it is not on it.
pub fn delete(
    tx: &mut Tx<'_>,
    message: &Stored,
    emoji: &str,
    user_id: UserId,
) -> QueryResult<Option<Change>> {
    let this = reactions::table.find((message.id.0, emoji, user_id.0));
    if diesel::delete(this).execute(tx.conn)? == 0 {
        return Ok(None);
    }
    next_rev(tx.conn, message)?;
    changed(tx.conn, message, ChangeKind::Updated).map(Some)
}

/// What is on each of these messages, the oldest emoji first, each with the people who gave it in
/// the order in which they did.
pub(super) fn list(conn: &mut Conn, ids: &[i64]) -> QueryResult<HashMap<i64, Vec<Reaction>>> {
    let mut found = HashMap::<i64, Vec<Reaction>>::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let rows = reactions::table
        .filter(reactions::message_id.eq_any(ids))
        .select((reactions::message_id, reactions::emoji, reactions::user_id, reactions::rev))
        .load::<(i64, String, i64, i64)>(conn)?;
    let mut rows = rows;
    rows.sort_unstable_by_key(|(_, _, _, rev)| *rev);
    for (message_id, emoji, user_id, _) in rows {
        let on_it = found.entry(message_id).or_default();
        let known = on_it.iter_mut().position(|reaction| reaction.emoji == emoji);
        let place = known.unwrap_or(on_it.len());
        if known.is_none() {
            on_it.push(Reaction { emoji, count: 0, user_ids: Vec::new() });
        }
        if let Some(reaction) = on_it.get_mut(place) {
            reaction.count += 1;
            if reaction.user_ids.len() < REACTION_USERS_MAX {
                reaction.user_ids.push(UserId(user_id));
            }
        }
    }
    Ok(found)
}
