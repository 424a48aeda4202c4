//! The pictures of people, a row for each size. An avatar is written in the commit that gives it to
//! somebody, and given up in the one that takes it away; it stays for a while after that.

use std::{collections::HashSet, fs, io, path::Path};

use bytes::Bytes;
use diesel::prelude::*;

use super::{
    Db,
    conn::{Conn, on_backend},
    journal::Tx,
    schema::{avatars, users},
};
use crate::{
    error::{Error, Result},
    model::Timestamp,
};

/// Characters of an id: 128 random bits.
const ID_CHARS: usize = 32;
/// How many rows one commit deletes at the most: others wait for it.
const SWEEP_LEN: i64 = 200;

/// An id that nobody can guess from another.
pub fn random_id() -> String {
    format!("{:032x}", rand::random::<u128>())
}

fn is_id(text: &str) -> bool {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == ID_CHARS && text.bytes().all(is_hex)
}

/// Keeps a picture at one of its sizes; one that is there already stays as it is.
pub fn insert(tx: &mut Tx<'_>, id: &str, size: u32, bytes: &[u8]) -> QueryResult<()> {
    let row = (
        avatars::id.eq(id),
        avatars::size.eq(i64::from(size)),
        avatars::bytes.eq(bytes),
        avatars::created_at.eq(tx.now.0),
    );
    on_backend!(&mut *tx.conn, conn => diesel::insert_into(avatars::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn)?);
    Ok(())
}

/// A picture at one of its sizes.
pub fn find(conn: &mut Conn, id: &str, size: u32) -> QueryResult<Option<Vec<u8>>> {
    let picture = avatars::table.find((id, i64::from(size))).select(avatars::bytes);
    picture.first(conn).optional()
}

/// Deletes a picture that its person does not want to be seen any more.
pub fn delete(conn: &mut Conn, id: &str) -> QueryResult<()> {
    diesel::delete(avatars::table.filter(avatars::id.eq(id))).execute(conn).map(drop)
}

/// Says that a picture was replaced: its grace begins.
pub fn retire(tx: &mut Tx<'_>, id: &str) -> QueryResult<()> {
    diesel::update(avatars::table.filter(avatars::id.eq(id)))
        .set(avatars::retired_at.eq(tx.now.0))
        .execute(tx.conn)
        .map(drop)
}

/// Deletes some of the pictures that nobody has had since a moment; answers how many rows.
pub fn sweep(conn: &mut Conn, before: Timestamp) -> QueryResult<usize> {
    let had = users::table.filter(users::avatar.is_not_null()).select(users::avatar);
    let is_over = avatars::retired_at.is_null().or(avatars::retired_at.lt(before.0));
    let ids = avatars::table
        .filter(avatars::created_at.lt(before.0).and(is_over))
        .filter(avatars::id.nullable().ne_all(had))
        .limit(SWEEP_LEN)
        .select(avatars::id)
        .load::<String>(conn)?;
    diesel::delete(avatars::table.filter(avatars::id.eq_any(ids))).execute(conn)
}

/// The pictures that somebody has and that are not here: they lie where an older version kept them.
fn list_missing(conn: &mut Conn) -> QueryResult<Vec<String>> {
    let here = avatars::table.select(avatars::id.nullable());
    let missing = users::table
        .filter(users::avatar.is_not_null().and(users::avatar.ne_all(here)))
        .select(users::avatar);
    Ok(missing.load::<Option<String>>(conn)?.into_iter().flatten().collect())
}

/// Takes over what an older version kept as files below a folder, and removes them; answers how many
/// pictures that were. Nodes that share the folder may do it side by side.
///
/// # Errors
/// `unavailable`, `storage_full`: what was not taken over is still there.
pub async fn take_over(db: &Db, folder: &Path, sizes: &'static [u32]) -> Result<usize> {
    let Some(found) = folders(folder) else { return Ok(0) };
    let missing: HashSet<_> = db.read(|conn| Ok(list_missing(conn)?)).await?.into_iter().collect();
    let mut count = 0;
    for id in found {
        let own = folder.join(&id);
        if missing.contains(&id) {
            let pictures = sizes.iter().filter_map(|size| {
                let bytes = fs::read(own.join(format!("{size}.webp"))).ok()?;
                Some((*size, Bytes::from(bytes)))
            });
            let pictures: Vec<_> = pictures.collect();
            // One that can't be read whole now may be being taken over elsewhere.
            if pictures.len() != sizes.len() {
                continue;
            }
            db.write(move |tx| {
                for (size, bytes) in &pictures {
                    insert(tx, &id, *size, bytes)?;
                }
                Ok(())
            })
            .await?;
            count += 1;
        }
        match fs::remove_dir_all(&own) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => {
                return Err(Error::internal("a picture that was taken over is not removed", why));
            }
            _ => {}
        }
    }
    // What is left in it was not made here.
    let _is_empty = fs::remove_dir(folder);
    Ok(count)
}

/// The pictures in a folder; none, if there is no folder.
fn folders(folder: &Path) -> Option<Vec<String>> {
    let entries = fs::read_dir(folder).ok()?.filter_map(io::Result::ok);
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    Some(names.filter(|name| is_id(name)).collect())
}
