//! Searching in what people wrote: any part of any word, whichever case, in every language.
//!
//! An index knows which messages have the same threes of characters as the text that is looked for;
//! each of them is then looked at. A text of one or two characters has no three, so the newest
//! messages of the caller's rooms are looked at instead. Either way one call looks at a bounded
//! number of messages, all of them in rooms that the caller may read: neither the answer nor the
//! time it takes tells of others.
//!
//! Postgres writes the index in the commit of the text. The embedded database writes it behind: a
//! thousand texts at once cost a third of what they cost one by one, and none of it while somebody
//! waits for a message to be stored. A mark says how far it has come; what is newer is few, and is
//! looked at without it, in the same snapshot: what is sent is found at once on both.

use std::collections::{BTreeSet, HashSet};

use diesel::{
    SqliteConnection,
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Integer, Nullable, Text},
};

use super::{
    super::{
        conn::Conn,
        fragment::{Fixed, fixed},
        page::{Key, Page, Position, Wanted},
        schema::{messages, meta},
    },
    Row, columns, kind_name, kind_of, shown,
};
use crate::model::{Message, MessageId, RoomId, Timestamp, UserId, message::MessageKind, text};

/// How many characters the index has together.
const GRAM_CHARS: usize = 3;
/// How many messages one call looks at. A page may therefore end before it is full; it says so.
const LOOKED_AT_MAX: usize = 1_024;
/// Up to how many rooms the index of the embedded database is asked for by name: each costs it as much
/// as a three of the text. With more, what it finds in other rooms is passed over.
const ROOMS_NAMED_MAX: usize = 64;
/// How many messages of all rooms are looked through at once by somebody who is in many and gives the
/// index nothing to look for.
const WINDOW_LEN: i64 = 8_192;
/// As how many messages that were looked at such a stretch counts.
const WINDOW_COST: usize = LOOKED_AT_MAX / 2;
/// How many bytes of text one call looks at.
const LOOKED_AT_BYTES_MAX: usize = 1024 * 1024;
/// How many candidates are read at once.
const CHUNK_LEN: i64 = 256;
/// How many threes of the text the index is asked for: enough to tell texts apart.
const GRAMS_MAX: usize = 32;
/// How far the clocks of nodes may be apart, in microseconds: a day. Messages are stored in the order of
/// ids, which is that of time but for this.
const CLOCKS_APART_US: i64 = 24 * 60 * 60 * 1_000_000;
/// How many messages on either side of a moment are asked whether that is so.
const AROUND_LEN: i64 = 256;
/// How many messages one commit of the embedded database adds to the index, and about how many may
/// wait for it.
pub(in crate::store) const BEHIND_MAX: usize = 1_024;
/// The key under which the embedded database keeps how far the index has come: a message's id.
const MARK: &str = "search_mark";

diesel::table! {
    /// The index of the embedded database: `room` is [`room_gram`], `body` is folded.
    message_search (rowid) {
        rowid -> BigInt,
        room -> Text,
        body -> Text,
    }
}

/// What to look for, and where.
#[derive(Clone, Debug)]
pub struct Sought {
    /// A part of the text, folded; everything if there is none.
    pub text: Option<String>,
    /// The rooms to look into: all that the caller may read, or some of them.
    pub rooms: Vec<RoomId>,
    /// Only what this person wrote.
    pub author_id: Option<UserId>,
    /// Only what was sent at this moment or later.
    pub after: Option<Timestamp>,
    /// Only what was sent before this moment.
    pub before: Option<Timestamp>,
    /// The newest first.
    pub down: bool,
}

/// The messages that are left to be looked at: those with ids between two that are not among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    above: i64,
    below: i64,
    /// The greatest first.
    down: bool,
}

impl Span {
    /// Everything.
    fn all(down: bool) -> Self {
        Self { above: 0, below: i64::MAX, down }
    }

    fn is_empty(self) -> bool {
        self.below.saturating_sub(self.above) <= 1
    }

    /// The part of it that is above an id.
    fn above(self, id: i64) -> Self {
        Self { above: self.above.max(id), ..self }
    }

    /// The part of it that is below an id.
    fn below(self, id: i64) -> Self {
        Self { below: self.below.min(id), ..self }
    }

    /// What is left of it behind an id.
    fn past(self, id: i64) -> Self {
        if self.down { self.below(id) } else { self.above(id) }
    }

    /// At most so many ids of it, the first.
    fn first(self, len: i64) -> Self {
        if self.down {
            self.above(self.below.saturating_sub(len.saturating_add(1)))
        } else {
            self.below(self.above.saturating_add(len.saturating_add(1)))
        }
    }

    /// The id behind which it is over.
    fn last(self) -> i64 {
        if self.down { self.above.saturating_add(1) } else { self.below.saturating_sub(1) }
    }

    /// How SQL calls its direction.
    fn direction(self) -> &'static str {
        if self.down { "desc" } else { "asc" }
    }
}

#[derive(QueryableByName)]
struct Candidate {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    room_id: i64,
    /// Nothing, if it is not for the caller to read, or not what was asked for.
    #[diesel(sql_type = Nullable<Text>)]
    body: Option<String>,
}

/// Some candidates of a span, in its direction.
struct Chunk {
    candidates: Vec<Candidate>,
    /// Behind which id the next ones are; nothing, if there are none.
    next: Option<i64>,
    /// As how many messages it counts beside its own.
    cost: usize,
}

impl Chunk {
    /// Of all that there are, as many as were asked for.
    fn of(candidates: Vec<Candidate>) -> Self {
        let is_full = i64::try_from(candidates.len()).is_ok_and(|len| len >= CHUNK_LEN);
        let next = candidates.last().filter(|_| is_full).map(|last| last.id);
        Self { candidates, next, cost: 0 }
    }
}

/// Makes a text findable that is about to be committed.
pub(super) fn insert(conn: &mut Conn, id: MessageId, room: RoomId, body: &str) -> QueryResult<()> {
    match conn {
        // Found without the index until [`index`] comes to it.
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(conn) => {
            sql_query("insert into message_search (message_id, room_id, grams) values ($1, $2, $3)")
                .bind::<BigInt, _>(id.0)
                .bind::<BigInt, _>(room.0)
                .bind::<Array<Integer>, _>(grams(&text::fold(body)))
                .execute(conn)
                .map(drop)
        }
    }
}

/// Makes another text findable instead of the one that a message had.
pub(super) fn replace(conn: &mut Conn, id: MessageId, room: RoomId, body: &str) -> QueryResult<()> {
    delete(conn, id)?;
    if let Conn::Sqlite(conn) = conn
        && id.0 <= mark(conn)?
    {
        return write(conn, id.0, room, body);
    }
    insert(conn, id, room, body)
}

/// Makes a text unfindable.
pub(super) fn delete(conn: &mut Conn, id: MessageId) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(conn) => diesel::delete(message_search::table.find(id.0)).execute(conn)?,
        Conn::Postgres(conn) => sql_query("delete from message_search where message_id = $1")
            .bind::<BigInt, _>(id.0)
            .execute(conn)?,
    };
    Ok(())
}

/// Adds the next texts to the index of the embedded database, at most [`BEHIND_MAX`]; answers
/// whether there may be more. To be run in a commit.
pub(in crate::store) fn index(conn: &mut Conn) -> QueryResult<bool> {
    let Conn::Sqlite(conn) = conn else { return Ok(false) };
    let limit = i64::try_from(BEHIND_MAX).unwrap_or(i64::MAX);
    let rows = messages::table
        .filter(messages::id.gt(mark(conn)?))
        .order(messages::id)
        .limit(limit)
        .select((messages::id, messages::room_id, messages::kind, messages::body))
        .load::<(i64, i64, String, Option<String>)>(conn)?;
    let Some((last, ..)) = rows.last() else { return Ok(false) };
    let (last, is_full) = (last.to_string(), rows.len() == BEHIND_MAX);
    for (id, room_id, kind, body) in &rows {
        if let (Some(body), MessageKind::Text) = (body, kind_of(kind)) {
            write(conn, *id, RoomId(*room_id), body)?;
        }
    }
    diesel::insert_into(meta::table)
        .values((meta::key.eq(MARK), meta::value.eq(&last)))
        .on_conflict(meta::key)
        .do_update()
        .set(meta::value.eq(&last))
        .execute(conn)?;
    Ok(is_full)
}

/// Makes every text findable in a database that has messages and no index. To be run in a commit.
pub(in crate::store) fn index_everything(conn: &mut Conn) -> QueryResult<()> {
    if conn.indexes_later() {
        while index(conn)? {}
        return Ok(());
    }
    let mut last = 0;
    loop {
        let rows = messages::table
            .filter(messages::id.gt(last).and(messages::body.is_not_null()))
            .filter(messages::kind.eq(kind_name(MessageKind::Text)))
            .order(messages::id)
            .limit(CHUNK_LEN)
            .select((messages::id, messages::room_id, messages::body.assume_not_null()))
            .load::<(i64, i64, String)>(conn)?;
        let Some((newest, ..)) = rows.last() else { return Ok(()) };
        last = *newest;
        for (id, room_id, body) in &rows {
            insert(conn, MessageId(*id), RoomId(*room_id), body)?;
        }
    }
}

/// Writes one text into the index of the embedded database.
fn write(conn: &mut SqliteConnection, id: i64, room: RoomId, body: &str) -> QueryResult<()> {
    let row = (
        message_search::rowid.eq(id),
        message_search::room.eq(room_gram(room)),
        message_search::body.eq(text::fold(body)),
    );
    diesel::insert_into(message_search::table).values(row).execute(conn).map(drop)
}

/// The newest message that the index of the embedded database has come to.
fn mark(conn: &mut SqliteConnection) -> QueryResult<i64> {
    let mark = meta::table.find(MARK).select(meta::value).first::<String>(conn).optional()?;
    Ok(mark.and_then(|mark| mark.parse().ok()).unwrap_or(0))
}

/// A page of what was found. It may have fewer items than it could, and still not be
/// the last.
pub fn search(
    conn: &mut Conn,
    sought: &Sought,
    wanted: &Wanted,
    reader: UserId,
) -> QueryResult<Page<Message>> {
    let (ids, next) = search_ids(conn, sought, wanted)?;
    let rows = messages::table.filter(messages::id.eq_any(&ids)).select(columns!()).into_boxed();
    let rows = match sought.down {
        true => rows.order(messages::id.desc()),
        false => rows.order(messages::id.asc()),
    };
    let rows = rows.load::<Row>(conn)?;
    Ok(Page { items: shown(conn, rows, Some(reader))?, next })
}

/// The ids of such a page, and where it ends.
pub fn search_ids(
    conn: &mut Conn,
    sought: &Sought,
    wanted: &Wanted,
) -> QueryResult<(Vec<i64>, Option<Position>)> {
    if sought.rooms.is_empty() {
        return Ok((Vec::new(), None));
    }
    let (ids, next) = find(conn, sought, wanted)?;
    Ok((ids, next.map(|id| Position { key: Key::Number(id), id })))
}

/// The ids of a page, and the one after which the next begins.
fn find(conn: &mut Conn, sought: &Sought, wanted: &Wanted) -> QueryResult<(Vec<i64>, Option<i64>)> {
    let limit = usize::try_from(wanted.limit).unwrap_or(usize::MAX);
    let (mut found, mut looked_at, mut bytes) = (Vec::new(), 0_usize, 0_usize);
    let rooms: HashSet<i64> = sought.rooms.iter().map(|room| room.0).collect();
    let mut span = in_time(conn, sought)?;
    if let Some(after) = &wanted.after {
        span = span.past(after.id);
    }
    let mut last = 0;
    for (mut part, is_behind) in parts(conn, span)? {
        while !part.is_empty() {
            let chunk = match conn {
                Conn::Sqlite(conn) if is_behind => behind(conn, sought, part)?,
                _ => candidates(conn, sought, part)?,
            };
            for Candidate { id, room_id, body } in chunk.candidates {
                // Whatever comes now belongs to the next page.
                if found.len() == limit
                    || looked_at >= LOOKED_AT_MAX
                    || bytes >= LOOKED_AT_BYTES_MAX
                {
                    return Ok((found, Some(last)));
                }
                last = id;
                looked_at += 1;
                let Some(body) = body else { continue };
                bytes = bytes.saturating_add(body.len());
                // The index only hints: what somebody writes can look like another room to it.
                let is_found = rooms.contains(&room_id)
                    && sought
                        .text
                        .as_ref()
                        .is_none_or(|text| text::fold(&body).contains(text.as_str()));
                if is_found {
                    found.push(id);
                }
            }
            looked_at = looked_at.saturating_add(chunk.cost);
            last = chunk.next.unwrap_or(part.last());
            part = part.past(last);
            if chunk.next.is_some() && looked_at >= LOOKED_AT_MAX {
                return Ok((found, Some(last)));
            }
        }
    }
    Ok((found, None))
}

/// Between which ids everything lies that was sent in the time that is asked for, so that nobody walks
/// through years to come to a day.
fn in_time(conn: &mut Conn, sought: &Sought) -> QueryResult<Span> {
    let mut span = Span::all(sought.down);
    if let Some(after) = sought.after
        && let Some((last, _)) = edge(conn, after.0.saturating_sub(CLOCKS_APART_US))?
    {
        span = span.above(last);
    }
    if let Some(before) = sought.before
        && let Some((_, first)) = edge(conn, before.0.saturating_add(CLOCKS_APART_US))?
    {
        span = span.below(first);
    }
    Ok(span)
}

/// The last id before a moment and the first one since. Nothing where a clock was wrong by more than it
/// should be and ids do not tell: then everything is walked through, and nothing is missed.
fn edge(conn: &mut Conn, moment: i64) -> QueryResult<Option<(i64, i64)>> {
    let earlier = messages::table
        .filter(messages::created_at.lt(moment))
        .order((messages::created_at.desc(), messages::id.desc()))
        .limit(AROUND_LEN)
        .select(messages::id)
        .load::<i64>(conn)?;
    let later = messages::table
        .filter(messages::created_at.ge(moment))
        .order((messages::created_at.asc(), messages::id.asc()))
        .limit(AROUND_LEN)
        .select(messages::id)
        .load::<i64>(conn)?;
    let last = earlier.into_iter().max().unwrap_or(0);
    let first = later.into_iter().min().unwrap_or(i64::MAX);
    Ok((last < first).then_some((last, first)))
}

/// A span in the parts in which it is looked at, in its direction; the flag is true of the one to which
/// the index of the embedded database has not come.
fn parts(conn: &mut Conn, span: Span) -> QueryResult<Vec<(Span, bool)>> {
    let mark = match conn {
        Conn::Sqlite(conn) => mark(conn)?,
        Conn::Postgres(_) => return Ok(vec![(span, false)]),
    };
    let indexed = (span.below(mark.saturating_add(1)), false);
    let behind = (span.above(mark), true);
    Ok(if span.down { vec![behind, indexed] } else { vec![indexed, behind] })
}

/// Columns whose indexes are of no use: the span leads to few messages, and those in order.
const ROOM: Fixed<BigInt> = fixed("+messages.room_id");
const CREATED: Fixed<BigInt> = fixed("+messages.created_at");
const AUTHOR: Fixed<BigInt> = fixed("+messages.author_id");

/// Messages to which the index of the embedded database has not come.
fn behind(conn: &mut SqliteConnection, sought: &Sought, span: Span) -> QueryResult<Chunk> {
    let rooms = sought.rooms.iter().map(|room| room.0);
    let mut query = messages::table
        .filter(messages::id.gt(span.above).and(messages::id.lt(span.below)))
        .filter(ROOM.eq_any(rooms))
        .filter(messages::kind.eq(kind_name(MessageKind::Text)))
        .filter(messages::body.is_not_null())
        .limit(CHUNK_LEN)
        .select((messages::id, messages::room_id, messages::body))
        .into_boxed();
    query = match span.down {
        true => query.order(messages::id.desc()),
        false => query.order(messages::id.asc()),
    };
    if let Some(author) = sought.author_id {
        query = query.filter(AUTHOR.eq(author.0));
    }
    if let Some(after) = sought.after {
        query = query.filter(CREATED.ge(after.0));
    }
    if let Some(before) = sought.before {
        query = query.filter(CREATED.lt(before.0));
    }
    let rows = query.load::<(i64, i64, Option<String>)>(conn)?;
    let candidate = |(id, room_id, body)| Candidate { id, room_id, body };
    Ok(Chunk::of(rows.into_iter().map(candidate).collect()))
}

/// Messages that may have the text in them.
fn candidates(conn: &mut Conn, sought: &Sought, span: Span) -> QueryResult<Chunk> {
    let author = sought.author_id.map_or(0, |author| author.0);
    let after = sought.after.map_or(i64::MIN, |after| after.0);
    let before = sought.before.map_or(i64::MAX, |before| before.0);
    let text = sought.text.as_deref().filter(|text| text.chars().count() >= GRAM_CHARS);
    let direction = span.direction();
    match conn {
        Conn::Sqlite(conn) if sought.rooms.len() > ROOMS_NAMED_MAX => {
            far_and_wide(conn, sought, text, span)
        }
        Conn::Sqlite(conn) => sql_query(format!(
            "select messages.id as id, messages.room_id as room_id, messages.body as body
             from message_search join messages on messages.id = message_search.rowid
             where message_search match ?1
             and message_search.rowid > ?2 and message_search.rowid < ?3
             and (?4 = 0 or messages.author_id = ?4)
             and messages.created_at >= ?5 and messages.created_at < ?6
             and messages.body is not null
             order by message_search.rowid {direction} limit ?7"
        ))
        .bind::<Text, _>(expression(&sought.rooms, text))
        .bind::<BigInt, _>(span.above)
        .bind::<BigInt, _>(span.below)
        .bind::<BigInt, _>(author)
        .bind::<BigInt, _>(after)
        .bind::<BigInt, _>(before)
        .bind::<BigInt, _>(CHUNK_LEN)
        .load(conn)
        .map(Chunk::of),
        Conn::Postgres(conn) => {
            let rooms: Vec<i64> = sought.rooms.iter().map(|room| room.0).collect();
            let has_grams = if text.is_some() { "and found.grams @> $8" } else { "and $8 = '{}'" };
            sql_query(format!(
                "select messages.id as id, messages.room_id as room_id, messages.body as body
                 from message_search found join messages on messages.id = found.message_id
                 where found.room_id = any($1)
                 and found.message_id > $2 and found.message_id < $3
                 and ($4 = 0 or messages.author_id = $4)
                 and messages.created_at >= $5 and messages.created_at < $6
                 and messages.body is not null {has_grams}
                 order by found.message_id {direction} limit $7"
            ))
            .bind::<Array<BigInt>, _>(rooms)
            .bind::<BigInt, _>(span.above)
            .bind::<BigInt, _>(span.below)
            .bind::<BigInt, _>(author)
            .bind::<BigInt, _>(after)
            .bind::<BigInt, _>(before)
            .bind::<BigInt, _>(CHUNK_LEN)
            .bind::<Array<Integer>, _>(grams(text.unwrap_or_default()))
            .load(conn)
            .map(Chunk::of)
        }
    }
}

/// The same for somebody who is in many rooms: the index is asked for the text alone, or, where that is
/// too short, a stretch of all messages is looked through; of others' rooms no text is read.
fn far_and_wide(
    conn: &mut SqliteConnection,
    sought: &Sought,
    text: Option<&str>,
    span: Span,
) -> QueryResult<Chunk> {
    let author = sought.author_id.map_or(0, |author| author.0);
    let after = sought.after.map_or(i64::MIN, |after| after.0);
    let before = sought.before.map_or(i64::MAX, |before| before.0);
    let rooms: Vec<String> = sought.rooms.iter().map(|room| room.0.to_string()).collect();
    let rooms = format!("[{}]", rooms.join(","));
    let direction = span.direction();
    let (expression, part) = match text {
        Some(text) => (expression(&[], Some(text)), span),
        None => (String::new(), span.first(WINDOW_LEN)),
    };
    let source = if text.is_some() {
        "select rowid as id from message_search where message_search match ?1 and rowid > ?2
         and rowid < ?3 order by rowid"
    } else {
        "select id from messages where ?1 = '' and id > ?2 and id < ?3
         and +room_id in (select value from json_each(?8)) order by id"
    };
    let candidates: Vec<Candidate> = sql_query(format!(
        "select messages.id as id, messages.room_id as room_id,
           case when messages.room_id in (select value from json_each(?8))
             and (?4 = 0 or messages.author_id = ?4)
             and messages.created_at >= ?5 and messages.created_at < ?6
             and messages.kind = 'text' then messages.body end as body
         from ({source} {direction} limit ?7) found cross join messages on messages.id = found.id
         order by messages.id {direction}"
    ))
    .bind::<Text, _>(expression)
    .bind::<BigInt, _>(part.above)
    .bind::<BigInt, _>(part.below)
    .bind::<BigInt, _>(author)
    .bind::<BigInt, _>(after)
    .bind::<BigInt, _>(before)
    .bind::<BigInt, _>(CHUNK_LEN)
    .bind::<Text, _>(rooms)
    .load(conn)?;
    let chunk = Chunk::of(candidates);
    let (rest, cost) = match text {
        Some(_) => (None, 0),
        None => (Some(part.last()).filter(|last| !span.past(*last).is_empty()), WINDOW_COST),
    };
    Ok(Chunk { next: chunk.next.or(rest), cost, ..chunk })
}

/// What FTS5 is asked for: it knows which threes a text has, not where they stand. Everything is
/// quoted, so nothing in it is an operator.
fn expression(rooms: &[RoomId], text: Option<&str>) -> String {
    let rooms: Vec<String> = rooms.iter().map(|room| quoted(&room_gram(*room))).collect();
    let chars: Vec<char> = text.unwrap_or_default().chars().collect();
    let threes: BTreeSet<&[char]> = chars.windows(GRAM_CHARS).collect();
    let rooms = (!rooms.is_empty()).then(|| format!("({})", rooms.join(" OR ")));
    let threes = threes.into_iter().take(GRAMS_MAX);
    let terms = rooms.into_iter().chain(threes.map(|it| quoted(&it.iter().collect::<String>())));
    terms.collect::<Vec<_>>().join(" AND ")
}

fn quoted(term: &str) -> String {
    format!("\"{}\"", term.replace('"', "\"\""))
}

/// The first of the 2^17 characters that Unicode leaves to whoever wants them.
const PRIVATE: i64 = 0xf_0000;
/// How many bits of a room's id one of them holds; three of them hold more rooms than there will be.
const PRIVATE_BITS: u32 = 17;

/// A room's id as three characters, so that the index of threes has each room under one entry.
fn room_gram(room: RoomId) -> String {
    let digit = |place: u32| {
        let digit = (room.0 >> (place * PRIVATE_BITS)) & ((1 << PRIVATE_BITS) - 1);
        u32::try_from(PRIVATE + digit).ok().and_then(char::from_u32).unwrap_or_default()
    };
    [digit(2), digit(1), digit(0)].iter().collect()
}

/// The threes of a text as numbers, each once. Different threes may have the same number: what is
/// found is looked at. The numbers are stored, so they must never be made in another way.
pub(super) fn grams(text: &str) -> Vec<i32> {
    let chars: Vec<u64> = text.chars().map(|char| u64::from(u32::from(char))).collect();
    let gram = |three: &[u64]| {
        let joined = three.iter().fold(0_u64, |joined, char| (joined << 21) | char);
        let [a, b, c, d, ..] = joined.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
        i32::from_be_bytes([a, b, c, d])
    };
    let mut grams: Vec<i32> = chars.windows(GRAM_CHARS).map(gram).collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_walked_through_in_either_direction() {
        for down in [true, false] {
            let whole = Span::all(down).above(10).below(16);
            let (mut left, mut seen) = (whole, Vec::new());
            while !left.is_empty() {
                let part = left.first(2);
                let mut ids: Vec<i64> = (part.above + 1..part.below).collect();
                if down {
                    ids.reverse();
                }
                assert_eq!(ids.last(), Some(&part.last()));
                left = left.past(part.last());
                seen.extend(ids);
            }
            seen.sort_unstable();
            assert_eq!(seen, [11, 12, 13, 14, 15]);
            assert!(whole.below(11).is_empty() && whole.above(i64::MAX).is_empty());
            assert!(!whole.below(12).is_empty());
        }
    }

    #[test]
    fn a_room_is_three_characters_of_its_own() {
        let grams: Vec<String> =
            [1, 2, 131_071, 131_072, 1 << 34, (1 << 51) - 1].map(|id| room_gram(RoomId(id))).into();
        assert!(grams.iter().all(|gram| gram.chars().count() == GRAM_CHARS));
        let different: HashSet<_> = grams.iter().collect();
        assert_eq!(different.len(), grams.len());
    }

    #[test]
    fn the_numbers_of_threes_are_fixed() {
        assert_eq!(grams("ab"), [0; 0]);
        assert_eq!(grams("aaaa"), grams("aaa"));
        let all = grams("общий чат");
        assert!(grams("щий").iter().all(|gram| all.contains(gram)));
        assert_eq!(grams("abc"), [870_004_524]);
    }

    #[test]
    fn the_index_is_asked_for_threes_and_operators_are_plain_text() {
        let room = room_gram(RoomId(1));
        let asked = expression(&[RoomId(1)], Some("a\" *"));
        assert_eq!(asked, format!("(\"{room}\") AND \"\"\" *\" AND \"a\"\" \""));
        assert_eq!(expression(&[RoomId(1)], Some("aaaaa")).matches("aaa").count(), 1);
        let long: String = ('а'..='я').chain('a'..='z').collect();
        assert_eq!(expression(&[RoomId(1)], Some(&long)).matches(" AND ").count(), GRAMS_MAX);
    }
}
