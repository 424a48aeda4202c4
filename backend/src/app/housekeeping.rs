//! What a node does by itself: it ends what another has left half done, and throws away what nobody has
//! any more.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::time::sleep;

use crate::{
    actions::{Context, admin, avatars, files, rooms, sweep_audit, truth},
    config::Config,
};

/// How often what nobody has any more is thrown away.
const HOUSEKEEPING: Duration = Duration::from_secs(10 * 60);

/// Goes on with deletions in whose middle a node has ended.
pub(super) async fn finish_deletions(ctx: Context) {
    rooms::purge(&ctx).await;
    if let Err(error) = admin::users::purge(&ctx).await {
        tracing::warn!(%error, "the texts of a deleted account stay until the next start");
    }
}

/// Throws away what nobody has any more, for as long as the server runs.
pub(super) async fn keep_house(ctx: Context, pictures: PathBuf) {
    loop {
        // A node of an older version may still be writing there.
        take_over_avatars(&ctx, &pictures).await;
        if let Err(error) = avatars::sweep(&ctx).await {
            tracing::warn!(%error, "old avatars were not looked for");
        }
        if let Err(error) = files::sweep(&ctx).await {
            tracing::warn!(%error, "files that were not sent were not deleted");
        }
        if let Err(error) = sweep_audit(&ctx).await {
            tracing::warn!(%error, "old entries of the audit log were not thrown away");
        }
        truth::forget_announcements(&ctx.db).await;
        sleep(HOUSEKEEPING).await;
    }
}

/// Takes over the avatars that an older version kept as files.
pub(super) async fn take_over_avatars(ctx: &Context, pictures: &Path) {
    if let Err(error) = avatars::take_over(ctx, pictures).await {
        tracing::warn!(%error, "avatars stay files until it is tried again");
    }
}

/// Where older versions kept the pictures of people.
pub fn pictures(config: &Config) -> PathBuf {
    config.data_dir.join("media").join("avatars")
}
