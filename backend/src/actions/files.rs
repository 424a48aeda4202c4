//! Files: uploaded into a room, sent along with a message, read by who may read that, and gone with it.
//!
//! An upload has two halves, so that nobody's bytes are read before it is known that they may come:
//! [`begin`] looks at everything but the bytes, [`Begun::keep`] takes them.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures_util::stream::{self, Stream};
use tokio::{
    sync::{Mutex, OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};

pub use crate::model::file::FILE_BYTES_MAX;

use super::{Context, Viewer, access, texts};
use crate::{
    error::{Code, Error, Flaw, Result},
    media::Rewritten,
    model::{
        RoomId, UserId,
        file::{FILES_BYTES_PER_PERSON_MAX, File, MEDIA_TYPE_BYTES_MAX, OCTETS, UploadFile},
        id::FileId,
    },
    policy::{self, Deed, FileDeed},
    store::{
        Conn, Tx,
        files::{self, CHUNK_BYTES, NewFile, Stored},
        rooms,
    },
};

/// How many uploads one node takes at once; each may hold a whole file in memory.
pub const UPLOADS_AT_ONCE: usize = 16;
/// For how long a file may wait to be sent.
const LOOSE_MAX: Duration = Duration::from_secs(60 * 60);
/// Types that are given to what the server has written itself: nothing else may claim them.
const PICTURES: [&str; 3] = ["image/png", "image/jpeg", "image/webp"];

/// Those who upload to this node. Cheap to clone.
#[derive(Clone)]
pub struct Uploads {
    places: Arc<Semaphore>,
    /// Held by whose chunk is being written.
    writing: Arc<Mutex<()>>,
}

impl Default for Uploads {
    /// Nobody uploads yet.
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(UPLOADS_AT_ONCE)), writing: Arc::default() }
    }
}

/// An upload that may go on.
pub struct Begun {
    room_id: RoomId,
    name: String,
    media_type: String,
    /// One of [`UPLOADS_AT_ONCE`].
    place: OwnedSemaphorePermit,
}

/// Looks whether the viewer may upload a file into a room, and whether its name will do.
///
/// # Errors
/// `invalid` naming `name`; `not_found`, `forbidden`, `room_staff_only`, `blocked_by_you`,
/// `not_accepted`; `rate_limited`; `unavailable` when too many upload at once.
pub async fn begin(
    ctx: &Context,
    viewer: &Viewer,
    room_id: RoomId,
    wanted: UploadFile,
    media_type: Option<&str>,
) -> Result<Begun> {
    let user_id = viewer.user_id;
    let name = texts::file_name(&wanted.name)?;
    ctx.db.read(move |conn| access::check(conn, room_id, user_id, Deed::Send).map(drop)).await?;
    ctx.limits.files_by_person.take(&user_id, ctx.db.clock().now()).check()?;
    let place = ctx.uploads.places.clone().try_acquire_owned();
    let place = place.map_err(|_| Error::from(Code::Unavailable))?;
    Ok(Begun { room_id, name, media_type: informative(media_type), place })
}

impl Begun {
    /// Keeps the bytes. A picture is written anew first.
    ///
    /// # Errors
    /// Those of [`begin`]; `too_large`; `invalid` naming `file` for no bytes, and for a picture that is
    /// broken, moves or has too many pixels; `quota_reached`, `storage_full`.
    pub async fn keep(self, ctx: &Context, viewer: &Viewer, bytes: Bytes) -> Result<File> {
        let Self { room_id, name, media_type, place } = self;
        if bytes.is_empty() {
            return Err(Error::field("file", Flaw::Blank));
        }
        if bytes.len() > FILE_BYTES_MAX {
            return Err(Code::TooLarge.into());
        }
        let rewritten = ctx.media.rewrite(bytes.clone(), FILE_BYTES_MAX).await.map_err(of_file)?;
        let (bytes, file) = made(room_id, viewer.user_id, (name, media_type), bytes, rewritten);
        let kept = write(ctx, file, bytes).await;
        drop(place);
        kept
    }
}

/// What is kept: the picture as it was written anew, or the bytes as they came.
fn made(
    room_id: RoomId,
    uploader_id: UserId,
    (name, media_type): (String, String),
    bytes: Bytes,
    rewritten: Option<Rewritten>,
) -> (Bytes, NewFile) {
    let (bytes, name, media_type, sides) = match rewritten {
        None => (bytes, name, media_type, None),
        Some(picture) => {
            let Rewritten { bytes, media_type, endings, width, height } = picture;
            let name = texts::with_ending(&name, endings);
            (bytes.into(), name, media_type.to_owned(), Some((width, height)))
        }
    };
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    (bytes, NewFile { room_id, uploader_id, name, media_type, size, sides })
}

/// Writes a file chunk by chunk, between which others write; what does not come to an end is swept away.
async fn write(ctx: &Context, file: NewFile, bytes: Bytes) -> Result<File> {
    let (room_id, user_id) = (file.room_id, file.uploader_id);
    let begin = move |tx: &mut Tx<'_>| {
        let used = files::count_bytes(tx.conn, user_id)?;
        if used.saturating_add(file.size) > FILES_BYTES_PER_PERSON_MAX {
            return Err(Code::QuotaReached.into());
        }
        Ok(files::insert(tx, &file)?)
    };
    let id = ctx.db.write(begin).await?;
    for (number, at) in (0..).zip((0..bytes.len()).step_by(CHUNK_BYTES)) {
        let chunk = bytes.slice(at..bytes.len().min(at + CHUNK_BYTES));
        let turn = async {
            let turn = ctx.uploads.writing.lock().await;
            let began = Instant::now();
            ctx.db.write(move |tx| Ok(files::insert_chunk(tx.conn, id, number, &chunk)?)).await?;
            Ok::<_, Error>((turn, began.elapsed()))
        };
        // The wait counts too: a turn behind others whose writes are stuck is no turn.
        let turn = timeout(ctx.db.deadline(), turn).await;
        let (turn, took) = turn.map_err(|_| Error::from(Code::Unavailable))??;
        // Half of the time is for those who only talk, however many upload.
        sleep(took).await;
        drop(turn);
    }
    let complete = move |tx: &mut Tx<'_>| {
        // Whoever was removed meanwhile leaves nothing behind.
        access::check_locked(tx.conn, room_id, user_id, Deed::Send)?;
        files::complete(tx.conn, id)?.ok_or(Error::from(Code::NotFound))
    };
    ctx.db.write(complete).await
}

/// A file that the viewer may read.
///
/// # Errors
/// `not_found`, also for a file that somebody else has not sent; `forbidden`, `room_staff_only`.
pub async fn find(ctx: &Context, viewer: &Viewer, room_id: RoomId, id: FileId) -> Result<File> {
    let user_id = viewer.user_id;
    let read = move |conn: &mut Conn| {
        check(conn, room_id, user_id, id, FileDeed::Read).map(|stored| stored.file)
    };
    ctx.db.read(read).await
}

/// The bytes of a file, piece by piece. Nothing more comes once it was deleted.
pub fn read(ctx: &Context, id: FileId) -> impl Stream<Item = Result<Bytes>> + use<> {
    let ctx = ctx.clone();
    stream::unfold(Some(0_i64), move |number| {
        let ctx = ctx.clone();
        async move {
            let number = number?;
            match ctx.db.read(move |conn| Ok(files::find_chunk(conn, id, number)?)).await {
                Ok(Some(chunk)) => Some((Ok(Bytes::from(chunk)), Some(number + 1))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        }
    })
}

/// Deletes a file that was not sent.
///
/// # Errors
/// `not_found`; `forbidden` for a file of somebody else; `conflict` for one that stands in a message.
pub async fn discard(ctx: &Context, viewer: &Viewer, room_id: RoomId, id: FileId) -> Result<()> {
    let user_id = viewer.user_id;
    let write = move |tx: &mut Tx<'_>| {
        rooms::lock(tx.conn, room_id)?;
        check(tx.conn, room_id, user_id, id, FileDeed::Discard)?;
        Ok(files::delete(tx.conn, id)?)
    };
    ctx.db.write(write).await
}

fn check(
    conn: &mut Conn,
    room_id: RoomId,
    user_id: UserId,
    id: FileId,
    deed: FileDeed,
) -> Result<Stored> {
    access::check(conn, room_id, user_id, Deed::Read)?;
    let stored = files::find(conn, room_id, id)?.ok_or(Error::from(Code::NotFound))?;
    policy::decide_file(stored.uploader_id == user_id, stored.is_attached, deed)?;
    Ok(stored)
}

/// Deletes the files that were uploaded an hour ago and not sent.
///
/// # Errors
/// `unavailable`.
pub async fn sweep(ctx: &Context) -> Result<()> {
    let before = ctx.db.clock().now().before(LOOSE_MAX);
    while ctx.db.write(move |tx| Ok(files::sweep(tx, before)?)).await? {}
    Ok(())
}

/// What a program says that a file is, as far as that is believed: nothing is served by it.
fn informative(claimed: Option<&str>) -> String {
    let essence = claimed.and_then(|it| it.split(';').next()).unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    let is_token = |part: &str| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
        !part.is_empty() && part.bytes().all(is_plain)
    };
    let is_type =
        essence.split_once('/').is_some_and(|(one, other)| is_token(one) && is_token(other));
    let is_believed =
        is_type && essence.len() <= MEDIA_TYPE_BYTES_MAX && !PICTURES.contains(&essence.as_str());
    if is_believed { essence } else { OCTETS.to_owned() }
}

/// The errors of pictures name the picture; here it is a file.
fn of_file(mut error: Error) -> Error {
    for (field, _) in &mut error.fields {
        *field = "file".into();
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_says_is_believed_where_it_does_no_harm() {
        for (claimed, kept) in [
            (None, OCTETS),
            (Some("application/pdf"), "application/pdf"),
            (Some("Text/Plain; charset=utf-8"), "text/plain"),
            (Some("image/gif"), "image/gif"),
            (Some("image/png"), OCTETS),
            (Some("text"), OCTETS),
            (Some("text/"), OCTETS),
            (Some("text/<script>"), OCTETS),
            (Some("a/b\u{202e}"), OCTETS),
        ] {
            assert_eq!(informative(claimed), kept, "{claimed:?}");
        }
        assert_eq!(informative(Some(&format!("a/{}", "b".repeat(200)))), OCTETS);
    }
}
