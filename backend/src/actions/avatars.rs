//! Avatars: uploading one, taking it away, finding it, and deleting those that nobody has.

use std::time::Duration;

use bytes::Bytes;

pub use crate::media::{CONTENT_TYPE, PICTURE_BYTES_MAX};

use super::{Context, Viewer, profiles::telling};
use crate::{
    error::{Code, Error, Result},
    media::GRACE,
    model::profile::Me,
    store::{Tx, profiles},
};

/// Gives the viewer another avatar and answers the profile as it is then.
///
/// # Errors
/// `unsupported_media_type`, `too_large`, `invalid` naming `image`; `rate_limited`, `unavailable`
/// when too many pictures wait, `storage_full`.
pub async fn set(ctx: &Context, viewer: &Viewer, picture: Bytes) -> Result<Me> {
    let now = ctx.db.clock().now();
    ctx.limits.pictures_by_person.take(&viewer.user_id, now).check()?;
    let avatar = ctx.media.keep(picture).await?;
    change(ctx, viewer, Some(avatar)).await
}

/// Takes the viewer's avatar away, if there is one.
///
/// # Errors
/// `rate_limited`, `unavailable`.
pub async fn remove(ctx: &Context, viewer: &Viewer) -> Result<()> {
    let now = ctx.db.clock().now();
    ctx.limits.profile_changes_by_person.take(&viewer.user_id, now).check()?;
    change(ctx, viewer, None).await.map(drop)
}

async fn change(ctx: &Context, viewer: &Viewer, avatar: Option<String>) -> Result<Me> {
    let (id, here) = (viewer.user_id, ctx.here.clone());
    let write = move |tx: &mut Tx<'_>| {
        let change = |tx: &mut Tx<'_>| Ok(profiles::update_avatar(tx.conn, id, avatar.as_deref())?);
        let former = telling(tx, &*here, id, change)?;
        let me = profiles::find_me(tx.conn, &*here, id)?;
        Ok((former, me.ok_or(Error::from(Code::Unauthenticated))?))
    };
    let (former, me) = ctx.db.write(write).await?;
    if let Some(former) = former {
        ctx.media.retire(former).await;
    }
    Ok(me)
}

/// An avatar at one of its sizes. Whoever knows the id may see it.
///
/// # Errors
/// `not_found`.
pub async fn get(ctx: &Context, id: String, size: u32) -> Result<Bytes> {
    ctx.media.read(id, size).await?.ok_or(Code::NotFound.into())
}

/// Deletes the avatars that nobody has had for an hour, and what uploads left that came to nothing.
///
/// # Errors
/// `unavailable`.
pub async fn sweep(ctx: &Context) -> Result<()> {
    sweep_after(ctx, GRACE).await
}

async fn sweep_after(ctx: &Context, grace: Duration) -> Result<()> {
    let in_use = ctx.db.read(|conn| Ok(profiles::list_avatars(conn)?)).await?;
    let deleted = ctx.media.sweep(in_use.into_iter().collect(), grace).await?;
    if deleted > 0 {
        tracing::info!(deleted, "old avatars were deleted");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{actions::testing::World, media::Media};

    #[tokio::test(flavor = "multi_thread")]
    async fn fi_4_only_the_avatars_that_somebody_has_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut world = World::new();
        world.ctx.media = Media::new(folder.path().to_owned());
        let (ann, bob) = (world.person("ann").await, world.person("bob").await);
        let picture = Bytes::from_static(include_bytes!("../../tests/pictures/dot.png"));
        for viewer in [&ann, &ann, &bob] {
            set(&world.ctx, viewer, picture.clone()).await.unwrap();
        }
        let count = || std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(count(), 3);
        sweep(&world.ctx).await.unwrap();
        assert_eq!(count(), 3, "the one that was replaced has its grace");
        sweep_after(&world.ctx, Duration::ZERO).await.unwrap();
        assert_eq!(count(), 2);
        remove(&world.ctx, &ann).await.unwrap();
        remove(&world.ctx, &ann).await.unwrap();
        sweep_after(&world.ctx, Duration::ZERO).await.unwrap();
        assert_eq!(count(), 1);
    }
}
