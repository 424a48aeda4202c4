//! Avatars: uploading one, taking it away, finding it, and deleting those that nobody has.

use std::path::Path;

use bytes::Bytes;

pub use crate::media::{CONTENT_TYPE, PICTURE_BYTES_MAX};

use super::{Context, Viewer, profiles::telling};
use crate::{
    error::{Code, Error, Result},
    media::{GRACE, SIZES, Square},
    model::profile::Me,
    store::{Tx, avatars, profiles},
};

/// Gives the viewer another avatar and answers the profile as it is then.
///
/// # Errors
/// `unsupported_media_type`, `too_large`, `invalid` naming `image`; `rate_limited`, `unavailable`
/// when too many pictures wait, `storage_full`.
pub async fn set(ctx: &Context, viewer: &Viewer, picture: Bytes) -> Result<Me> {
    let now = ctx.db.clock().now();
    ctx.limits.pictures_by_person.take(&viewer.user_id, now).check()?;
    let squares = ctx.media.squares(picture).await?;
    change(ctx, viewer, Some(squares)).await
}

/// Takes the viewer's avatar away, if there is one: nobody gets it any more.
///
/// # Errors
/// `rate_limited`, `unavailable`.
pub async fn remove(ctx: &Context, viewer: &Viewer) -> Result<()> {
    let now = ctx.db.clock().now();
    ctx.limits.profile_changes_by_person.take(&viewer.user_id, now).check()?;
    change(ctx, viewer, None).await.map(drop)
}

async fn change(ctx: &Context, viewer: &Viewer, squares: Option<Vec<Square>>) -> Result<Me> {
    let (user_id, here) = (viewer.user_id, ctx.here.clone());
    let write = move |tx: &mut Tx<'_>| {
        let avatar = squares.as_ref().map(|_| avatars::random_id());
        let change = |tx: &mut Tx<'_>| {
            for Square { size, bytes } in squares.iter().flatten() {
                avatars::insert(tx, avatar.as_deref().unwrap_or_default(), *size, bytes)?;
            }
            let former = profiles::update_avatar(tx.conn, user_id, avatar.as_deref())?;
            let former = former.as_deref().unwrap_or_default();
            match avatar {
                Some(_) => Ok(avatars::retire(tx, former)?),
                None => Ok(avatars::delete(tx.conn, former)?),
            }
        };
        telling(tx, &*here, user_id, change)?;
        let me = profiles::find_me(tx.conn, &*here, user_id)?;
        me.ok_or(Error::from(Code::Unauthenticated))
    };
    ctx.db.write(write).await
}

/// An avatar at one of its sizes. Whoever knows the id may see it.
///
/// # Errors
/// `not_found`, `unavailable`.
pub async fn get(ctx: &Context, id: String, size: u32) -> Result<Bytes> {
    let found = ctx.db.read(move |conn| Ok(avatars::find(conn, &id, size)?)).await?;
    found.map(Bytes::from).ok_or(Code::NotFound.into())
}

/// Takes over the avatars that an older version has left in a folder. On a cluster every node that has
/// the folder does it.
///
/// # Errors
/// `unavailable`, `storage_full`.
pub async fn take_over(ctx: &Context, folder: &Path) -> Result<()> {
    let count = avatars::take_over(&ctx.db, folder, &SIZES).await?;
    if count > 0 {
        tracing::info!(count, "avatars were moved from files into the database");
    }
    Ok(())
}

/// Deletes the avatars that nobody has had for an hour.
///
/// # Errors
/// `unavailable`.
pub async fn sweep(ctx: &Context) -> Result<()> {
    let mut deleted = 0;
    loop {
        let sweep = |tx: &mut Tx<'_>| Ok(avatars::sweep(tx.conn, tx.now.before(GRACE))?);
        let count = ctx.db.write(sweep).await?;
        deleted += count;
        if count == 0 {
            break;
        }
    }
    if deleted > 0 {
        tracing::info!(deleted, "pictures that nobody has were deleted");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::testing::World;
    use std::fs;

    const PICTURE: &[u8] = include_bytes!("../../tests/pictures/dot.png");

    async fn avatar_of(world: &World, viewer: &Viewer) -> String {
        let url = super::super::profiles::me(&world.ctx, viewer).await.unwrap().avatar_url;
        url.unwrap().split('/').nth(3).unwrap().to_owned()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn fi_4_only_the_avatars_that_somebody_has_are_kept() {
        let world = World::new();
        let (ann, bob) = (world.person("ann").await, world.person("bob").await);
        let mut ids = Vec::new();
        for viewer in [&ann, &ann, &bob] {
            set(&world.ctx, viewer, Bytes::from_static(PICTURE)).await.unwrap();
            ids.push(avatar_of(&world, viewer).await);
        }
        let there = async || {
            let mut there = Vec::new();
            for id in &ids {
                there.push(get(&world.ctx, id.clone(), 128).await.is_ok());
            }
            there
        };
        remove(&world.ctx, &bob).await.unwrap();
        remove(&world.ctx, &bob).await.unwrap();
        sweep(&world.ctx).await.unwrap();
        assert_eq!(there().await, [true, true, false], "what was replaced has its grace");
        world.db.execute("update avatars set created_at = 0".to_owned()).await;
        sweep(&world.ctx).await.unwrap();
        assert_eq!(there().await, [true, true, false], "it was replaced just now");
        let later = "update avatars set retired_at = 0 where retired_at is not null";
        world.db.execute(later.to_owned()).await;
        sweep(&world.ctx).await.unwrap();
        assert_eq!(there().await, [false, true, false]);
    }

    /// A picture as an older version kept it.
    fn write_files(folder: &Path, id: &str) {
        fs::create_dir_all(folder.join(id)).unwrap();
        for size in SIZES {
            fs::write(folder.join(id).join(format!("{size}.webp")), size.to_string()).unwrap();
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn avatars_that_lie_in_a_folder_are_taken_over_once_and_the_folder_goes() {
        let world = World::new();
        let ann = world.person("ann").await;
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("avatars");
        let (own, nobody) = ("a".repeat(32), "b".repeat(32));
        write_files(&folder, &own);
        write_files(&folder, &nobody);
        let (id, avatar) = (ann.user_id, own.clone());
        let give = move |tx: &mut Tx<'_>| Ok(profiles::update_avatar(tx.conn, id, Some(&avatar))?);
        world.ctx.db.write(give).await.unwrap();
        take_over(&world.ctx, &folder).await.unwrap();
        for size in SIZES {
            let picture = get(&world.ctx, own.clone(), size).await.unwrap();
            assert_eq!(picture, size.to_string());
        }
        assert!(get(&world.ctx, nobody, 128).await.is_err(), "nobody had it");
        assert!(!folder.exists());
        take_over(&world.ctx, &folder).await.unwrap();
        // Something that was not made here stays, and so does what is not whole.
        write_files(&folder, "something else");
        fs::create_dir_all(folder.join("c".repeat(32))).unwrap();
        let give =
            move |tx: &mut Tx<'_>| Ok(profiles::update_avatar(tx.conn, id, Some(&"c".repeat(32)))?);
        world.ctx.db.write(give).await.unwrap();
        take_over(&world.ctx, &folder).await.unwrap();
        assert!(folder.join("something else").exists() && folder.join("c".repeat(32)).exists());
    }
}
