//! Files: what they are, and their bytes in chunks, so that neither a commit nor an answer holds a
//! whole one.
//!
//! A file is written in several commits and counts once it is complete. Until it stands in a message
//! it is its uploader's alone; whoever puts it into a message, or takes it away, has locked its room.

use std::collections::{BTreeSet, HashMap};

use diesel::{prelude::*, sql_types::BigInt};

use super::{
    conn::Conn,
    fragment::fixed,
    journal::Tx,
    rooms::lock,
    schema::{file_chunks, files, messages, users},
};
use crate::model::{
    MessageId, RoomId, Timestamp, UserId,
    file::File,
    id::{FileId, ID_MAX},
};

/// How many bytes one chunk has at the most, and so one commit: others wait for it.
pub const CHUNK_BYTES: usize = 256 * 1024;
/// How many files one commit deletes at the most where nobody waits for it.
const SWEEP_LEN: i64 = 8;

/// A file to be written; every field has been checked.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// Where it belongs.
    pub room_id: RoomId,
    /// Whose it is.
    pub uploader_id: UserId,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// How many bytes it has.
    pub size: i64,
    /// How wide and how high a picture is.
    pub sides: Option<(u32, u32)>,
}

/// A file as far as decisions about it are concerned.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The file.
    pub file: File,
    /// Whose it is.
    pub uploader_id: UserId,
    /// Whether it stands in a message.
    pub is_attached: bool,
}

type Row = (i64, i64, String, String, i64, Option<i64>, Option<i64>, i64);
type Columns = (
    files::id,
    files::room_id,
    files::name,
    files::media_type,
    files::size,
    files::width,
    files::height,
    files::created_at,
);

const COLUMNS: Columns = (
    files::id,
    files::room_id,
    files::name,
    files::media_type,
    files::size,
    files::width,
    files::height,
    files::created_at,
);

/// How many bytes a person's files have. Nobody adds to them before this commit is over.
pub fn count_bytes(conn: &mut Conn, id: UserId) -> QueryResult<i64> {
    if let Conn::Postgres(conn) = conn {
        let _whose = users::table
            .find(id.0)
            .select(users::id)
            .for_no_key_update()
            .first::<i64>(conn)
            .optional()?;
    }
    files::table
        .filter(files::uploader_id.eq(id.0))
        .select(fixed::<BigInt>("cast(coalesce(sum(size), 0) as bigint)"))
        .first(conn)
}

/// Begins a file; its bytes follow.
pub fn insert(tx: &mut Tx<'_>, file: &NewFile) -> QueryResult<FileId> {
    let id = random_id();
    let side = |of: fn((u32, u32)) -> u32| file.sides.map(|sides| i64::from(of(sides)));
    diesel::insert_into(files::table)
        .values((
            files::id.eq(id.0),
            files::room_id.eq(file.room_id.0),
            files::uploader_id.eq(file.uploader_id.0),
            files::name.eq(&file.name),
            files::media_type.eq(&file.media_type),
            files::size.eq(file.size),
            files::width.eq(side(|(width, _)| width)),
            files::height.eq(side(|(_, height)| height)),
            files::created_at.eq(tx.now.0),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// An id that nobody can guess from another.
fn random_id() -> FileId {
    let random = rand::random::<u64>() % ID_MAX.unsigned_abs();
    FileId(i64::try_from(random).unwrap_or(0).saturating_add(1))
}

/// Writes a chunk of a file.
pub fn insert_chunk(conn: &mut Conn, id: FileId, number: i64, chunk: &[u8]) -> QueryResult<()> {
    diesel::insert_into(file_chunks::table)
        .values((
            file_chunks::file_id.eq(id.0),
            file_chunks::number.eq(number),
            file_chunks::bytes.eq(chunk),
        ))
        .execute(conn)
        .map(drop)
}

/// Says that all bytes of a file are there, and answers it; `None` if it is gone.
pub fn complete(conn: &mut Conn, id: FileId) -> QueryResult<Option<File>> {
    diesel::update(files::table.find(id.0)).set(files::is_complete.eq(true)).execute(conn)?;
    let row = files::table.find(id.0).select(COLUMNS).first::<Row>(conn).optional()?;
    Ok(row.map(file_of))
}

/// A complete file of a room.
pub fn find(conn: &mut Conn, room_id: RoomId, id: FileId) -> QueryResult<Option<Stored>> {
    let row = files::table
        .find(id.0)
        .filter(files::room_id.eq(room_id.0).and(files::is_complete))
        .select((COLUMNS, files::uploader_id, files::message_id))
        .first::<(Row, i64, Option<i64>)>(conn)
        .optional()?;
    Ok(row.map(|(row, uploader_id, message_id)| Stored {
        file: file_of(row),
        uploader_id: UserId(uploader_id),
        is_attached: message_id.is_some(),
    }))
}

/// One chunk of a file; `None` behind the last, and of a file that is gone.
pub fn find_chunk(conn: &mut Conn, id: FileId, number: i64) -> QueryResult<Option<Vec<u8>>> {
    let chunk = file_chunks::table.find((id.0, number)).select(file_chunks::bytes);
    chunk.first(conn).optional()
}

/// Deletes a file with its bytes.
pub fn delete(conn: &mut Conn, id: FileId) -> QueryResult<()> {
    delete_all(conn, &[id.0])
}

fn delete_all(conn: &mut Conn, ids: &[i64]) -> QueryResult<()> {
    diesel::delete(file_chunks::table.filter(file_chunks::file_id.eq_any(ids))).execute(conn)?;
    diesel::delete(files::table.filter(files::id.eq_any(ids))).execute(conn)?;
    Ok(())
}

/// A person's own files of a room that stand in no message, in the order of `ids`; `None` unless all
/// of them are there.
pub(super) fn find_loose(
    conn: &mut Conn,
    room_id: RoomId,
    uploader_id: UserId,
    ids: &[FileId],
) -> QueryResult<Option<Vec<File>>> {
    if ids.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let rows = files::table
        .filter(files::id.eq_any(ids.iter().map(|id| id.0)))
        .filter(files::room_id.eq(room_id.0).and(files::uploader_id.eq(uploader_id.0)))
        .filter(files::is_complete.and(files::message_id.is_null()))
        .select(COLUMNS)
        .load::<Row>(conn)?;
    let mut found: HashMap<_, _> =
        rows.into_iter().map(file_of).map(|file| (file.id, file)).collect();
    Ok(ids.iter().map(|id| found.remove(id)).collect())
}

/// Puts files into a message that was just written, in this order.
pub(super) fn attach(conn: &mut Conn, message_id: MessageId, files: &[File]) -> QueryResult<()> {
    for (position, file) in (0_i64..).zip(files) {
        diesel::update(files::table.find(file.id.0))
            .set((files::message_id.eq(message_id.0), files::position.eq(position)))
            .execute(conn)?;
    }
    let count = i64::try_from(files.len()).unwrap_or(i64::MAX);
    diesel::update(messages::table.find(message_id.0))
        .set(messages::files_count.eq(count))
        .execute(conn)?;
    Ok(())
}

/// The files in each of these messages.
pub(super) fn list(conn: &mut Conn, ids: &[i64]) -> QueryResult<HashMap<i64, Vec<File>>> {
    let mut found = HashMap::<i64, Vec<File>>::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let rows = files::table
        .filter(files::message_id.eq_any(ids))
        .order((files::message_id, files::position))
        .select((files::message_id.assume_not_null(), COLUMNS))
        .load::<(i64, Row)>(conn)?;
    for (message_id, row) in rows {
        found.entry(message_id).or_default().push(file_of(row));
    }
    Ok(found)
}

/// Deletes the files in a message with their bytes.
pub(super) fn delete_in(conn: &mut Conn, message_id: MessageId) -> QueryResult<()> {
    let within = files::table.filter(files::message_id.eq(message_id.0));
    let ids = within.select(files::id).load::<i64>(conn)?;
    delete_all(conn, &ids)
}

/// Deletes some files of a deleted room; says whether there were any.
pub(super) fn purge(conn: &mut Conn, room_id: RoomId) -> QueryResult<bool> {
    let ids = files::table
        .filter(files::room_id.eq(room_id.0))
        .limit(SWEEP_LEN)
        .select(files::id)
        .load::<i64>(conn)?;
    delete_all(conn, &ids)?;
    Ok(!ids.is_empty())
}

/// Deletes some files that were uploaded before a moment and stand in no message, or never came to
/// an end; says whether there may be more.
pub fn sweep(tx: &mut Tx<'_>, before: Timestamp) -> QueryResult<bool> {
    let loose = files::message_id.is_null().and(files::created_at.lt(before.0));
    let rows = files::table
        .filter(loose)
        .order(files::created_at)
        .limit(SWEEP_LEN)
        .select((files::id, files::room_id))
        .load::<(i64, i64)>(tx.conn)?;
    let (ids, rooms): (Vec<i64>, BTreeSet<i64>) = rows.into_iter().unzip();
    for room_id in rooms {
        lock(tx.conn, RoomId(room_id))?;
    }
    // One of them may have been sent before its room was locked.
    let still = files::table.filter(files::id.eq_any(&ids)).filter(loose);
    let still = still.select(files::id).load::<i64>(tx.conn)?;
    delete_all(tx.conn, &still)?;
    Ok(!still.is_empty())
}

fn file_of((id, room_id, name, media_type, size, width, height, created_at): Row) -> File {
    let side = |side: Option<i64>| side.and_then(|side| u32::try_from(side).ok());
    File {
        id: FileId(id),
        room_id: RoomId(room_id),
        name,
        media_type,
        size,
        width: side(width),
        height: side(height),
        created_at: Timestamp(created_at),
    }
}
