//! Searching in what people wrote: any part of any word, whichever case, in every language.
//!
//! An index knows which messages have the same threes of characters as the text that is looked for;
//! each of them is then looked at. A text of one or two characters has no three, so the newest
//! messages of the caller's rooms are looked at instead. Either way one call looks at a bounded
//! number of messages, all of them in rooms that the caller may read: neither the answer nor the
//! time it takes tells of others. The index is written in the same commits as the texts.

use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Integer, Text},
};

use super::{
    super::{
        conn::Conn,
        page::{Key, Page, Position, Wanted},
        schema::{messages, users},
    },
    AUTHOR, Row, columns, shown,
};
use crate::model::{Message, MessageId, RoomId, Timestamp, UserId, text};

/// How many characters the index has together.
const GRAM_CHARS: usize = 3;
/// How many messages one call looks at. A page may therefore end before it is full; it says so.
const LOOKED_AT_MAX: usize = 5_000;
/// How many bytes of text one call looks at.
const LOOKED_AT_BYTES_MAX: usize = 1024 * 1024;
/// How many candidates are read at once.
const CHUNK_LEN: i64 = 256;

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
}

#[derive(QueryableByName)]
struct Candidate {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    body: String,
}

/// Makes a text findable.
pub(super) fn insert(conn: &mut Conn, id: MessageId, room: RoomId, key: &str) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(conn) => {
            sql_query("insert into message_search (rowid, room, body) values (?, ?, ?)")
                .bind::<BigInt, _>(id.0)
                .bind::<Text, _>(room_gram(room))
                .bind::<Text, _>(key)
                .execute(conn)?;
        }
        Conn::Postgres(conn) => {
            sql_query(
                "insert into message_search (message_id, room_id, grams) values ($1, $2, $3)",
            )
            .bind::<BigInt, _>(id.0)
            .bind::<BigInt, _>(room.0)
            .bind::<Array<Integer>, _>(grams(key))
            .execute(conn)?;
        }
    }
    Ok(())
}

/// Makes a text unfindable.
pub(super) fn delete(conn: &mut Conn, id: MessageId) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(conn) => sql_query("delete from message_search where rowid = ?")
            .bind::<BigInt, _>(id.0)
            .execute(conn)?,
        Conn::Postgres(conn) => sql_query("delete from message_search where message_id = $1")
            .bind::<BigInt, _>(id.0)
            .execute(conn)?,
    };
    Ok(())
}

/// A page of what was found, newest first. It may have fewer items than it could, and still not be
/// the last.
pub fn search(
    conn: &mut Conn,
    sought: &Sought,
    wanted: &Wanted,
    reader: UserId,
) -> QueryResult<Page<Message>> {
    let mut page = Page { items: Vec::new(), next: None };
    if sought.rooms.is_empty() {
        return Ok(page);
    }
    let (ids, next) = find(conn, sought, wanted)?;
    page.next = next.map(|id| Position { key: Key::Number(id), id });
    let rows = messages::table
        .inner_join(users::table)
        .filter(messages::id.eq_any(&ids))
        .order(messages::id.desc())
        .select(columns!())
        .load::<Row>(conn)?;
    page.items = shown(conn, rows, Some(reader))?;
    Ok(page)
}

/// The ids of a page, and the one after which the next begins.
fn find(conn: &mut Conn, sought: &Sought, wanted: &Wanted) -> QueryResult<(Vec<i64>, Option<i64>)> {
    let limit = usize::try_from(wanted.limit).unwrap_or(usize::MAX);
    let mut last = wanted.after.as_ref().map_or(i64::MAX, |after| after.id);
    let (mut found, mut looked_at, mut bytes) = (Vec::new(), 0_usize, 0_usize);
    loop {
        let chunk = candidates(conn, sought, last)?;
        let is_last = i64::try_from(chunk.len()).unwrap_or(i64::MAX) < CHUNK_LEN;
        for Candidate { id, body } in chunk {
            // Whatever comes now belongs to the next page.
            if found.len() == limit || looked_at == LOOKED_AT_MAX || bytes >= LOOKED_AT_BYTES_MAX {
                return Ok((found, Some(last)));
            }
            last = id;
            looked_at += 1;
            bytes = bytes.saturating_add(body.len());
            if sought.text.as_ref().is_none_or(|text| text::fold(&body).contains(text.as_str())) {
                found.push(id);
            }
        }
        if is_last {
            return Ok((found, None));
        }
    }
}

/// Messages older than `last` that may have the text in them, newest first.
fn candidates(conn: &mut Conn, sought: &Sought, last: i64) -> QueryResult<Vec<Candidate>> {
    let author = sought.author_id.map_or(0, |author| author.0);
    let after = sought.after.map_or(i64::MIN, |after| after.0);
    let before = sought.before.map_or(i64::MAX, |before| before.0);
    let text = sought.text.as_deref().filter(|text| text.chars().count() >= GRAM_CHARS);
    match conn {
        Conn::Sqlite(conn) => sql_query(
            "select messages.id as id, messages.body as body
             from message_search join messages on messages.id = message_search.rowid
             where message_search match ?1 and message_search.rowid < ?2
             and (?3 = 0 or messages.author_id = ?3)
             and messages.created_at >= ?4 and messages.created_at < ?5
             and messages.body is not null
             order by message_search.rowid desc limit ?6",
        )
        .bind::<Text, _>(expression(&sought.rooms, text))
        .bind::<BigInt, _>(last)
        .bind::<BigInt, _>(author)
        .bind::<BigInt, _>(after)
        .bind::<BigInt, _>(before)
        .bind::<BigInt, _>(CHUNK_LEN)
        .load(conn),
        Conn::Postgres(conn) => {
            let rooms: Vec<i64> = sought.rooms.iter().map(|room| room.0).collect();
            let has_grams = if text.is_some() { "and found.grams @> $7" } else { "and $7 = '{}'" };
            sql_query(format!(
                "select messages.id as id, messages.body as body
                 from message_search found join messages on messages.id = found.message_id
                 where found.room_id = any($1) and found.message_id < $2
                 and ($3 = 0 or messages.author_id = $3)
                 and messages.created_at >= $4 and messages.created_at < $5
                 and messages.body is not null {has_grams}
                 order by found.message_id desc limit $6"
            ))
            .bind::<Array<BigInt>, _>(rooms)
            .bind::<BigInt, _>(last)
            .bind::<BigInt, _>(author)
            .bind::<BigInt, _>(after)
            .bind::<BigInt, _>(before)
            .bind::<BigInt, _>(CHUNK_LEN)
            .bind::<Array<Integer>, _>(grams(text.unwrap_or_default()))
            .load(conn)
        }
    }
}

/// What FTS5 is asked for. Everything stands in quotes, so nothing in it is an operator.
fn expression(rooms: &[RoomId], text: Option<&str>) -> String {
    let rooms: Vec<String> = rooms.iter().map(|room| format!("\"{}\"", room_gram(*room))).collect();
    let rooms = format!("room : ({})", rooms.join(" OR "));
    match text {
        Some(text) => format!("({rooms}) AND (body : \"{}\")", text.replace('"', "\"\"")),
        None => rooms,
    }
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
fn grams(text: &str) -> Vec<i32> {
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
    fn a_room_is_three_characters_of_its_own() {
        let grams: Vec<String> =
            [1, 2, 131_071, 131_072, 1 << 34, (1 << 51) - 1].map(|id| room_gram(RoomId(id))).into();
        assert!(grams.iter().all(|gram| gram.chars().count() == GRAM_CHARS));
        let different: std::collections::HashSet<_> = grams.iter().collect();
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
    fn operators_are_plain_text() {
        assert!(expression(&[RoomId(1)], Some("a\" OR b*")).ends_with("(body : \"a\"\" OR b*\")"));
    }
}
