//! Pictures: what is taken, and what is made of it.
//!
//! A picture that a person uploads is never kept and never served: it is looked at ([`probe`]), decoded
//! within bounds, and written anew, so that nothing is left of it but what it shows (SECURITY, FI-1 to
//! FI-4): an avatar cut square at a few sizes, one that is sent to a room as a whole ([`rewrite`]).
//! This folder must not know accounts or the store: whoever calls keeps what is made here. To add a
//! size: a line in [`SIZES`].

mod picture;
mod probe;
mod rewrite;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use tokio::sync::Semaphore;

use crate::{
    aside::aside,
    error::{Code, Error, Result},
    waiting::Waiters,
};
pub use picture::Square;
pub use rewrite::Rewritten;

/// The sides of the squares that are kept, in pixels. The largest comes first.
pub const SIZES: [u32; 4] = [256, 128, 64, 32];
/// The largest picture that is taken, in bytes.
pub const PICTURE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// What every picture is served as.
pub const CONTENT_TYPE: &str = "image/webp";
/// How many pictures are worked on at once. Each may take 64 MiB and a second of a core.
const TURNS: usize = 1;
/// How many wait for that; one more is refused with `unavailable`.
const WAITING_MAX: usize = 8;
/// How long a picture that nobody has any more is still served: clients go on showing it until they
/// hear of the new one.
pub const GRACE: Duration = Duration::from_secs(60 * 60);

/// Makes pictures, a few at once. Cheap to clone.
#[derive(Clone)]
pub struct Media {
    turns: Arc<Semaphore>,
    waiters: Waiters,
}

impl Media {
    /// Nobody waits yet.
    pub fn new() -> Self {
        let turns = Arc::new(Semaphore::new(TURNS));
        Self { turns, waiters: Waiters::at_most(WAITING_MAX) }
    }

    /// Makes squares of an uploaded picture, one of each size.
    ///
    /// # Errors
    /// `unsupported_media_type` for what is no PNG, JPEG or WebP; `too_large`; `invalid` naming
    /// `image` for one that is broken, moves, or has too many pixels; `unavailable` when too many
    /// wait.
    pub async fn squares(&self, picture: Bytes) -> Result<Vec<Square>> {
        if picture.len() > PICTURE_BYTES_MAX {
            return Err(Code::TooLarge.into());
        }
        // Cheap, so that whoever sends something else does not stand in the line.
        let probed = probe::probe(&picture)?;
        let place = self.waiters.line_up()?;
        let turn = self.turns.clone().acquire_owned().await;
        drop(place);
        let turn = turn.map_err(|why| Error::internal("no turn to decode a picture", why))?;
        aside("picture", move || {
            // The turn goes along: it ends with the work, not with whoever stopped waiting for it.
            let _turn = turn;
            picture::squares(&picture, &probed)
        })
        .await
    }

    /// Writes a picture anew, with at most so many bytes; `None` for what is no PNG, JPEG or WebP. It may
    /// wait long: whoever calls bounds how many do.
    ///
    /// # Errors
    /// `too_large`; `invalid` naming `image` for one that is broken, moves, or has too many pixels.
    pub async fn rewrite(&self, picture: Bytes, bytes_max: usize) -> Result<Option<Rewritten>> {
        let probed = match probe::probe(&picture) {
            Err(Error { code: Code::UnsupportedMediaType, .. }) => return Ok(None),
            probed => probed?,
        };
        let turn = self.turns.clone().acquire_owned().await;
        let turn = turn.map_err(|why| Error::internal("no turn to decode a picture", why))?;
        aside("picture", move || {
            let _turn = turn;
            rewrite::rewrite(&picture, &probed, bytes_max).map(Some)
        })
        .await
    }
}

impl Default for Media {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn fi_2_the_line_before_decoding_is_bounded() {
        let media = Media::new();
        let held = media.turns.clone().acquire_many_owned(1).await.unwrap();
        let picture = Bytes::from(picture::tests::png(8, 8));
        let tries: Vec<_> = (0..=WAITING_MAX)
            .map(|_| {
                let (media, picture) = (media.clone(), picture.clone());
                tokio::spawn(async move { media.squares(picture).await })
            })
            .collect();
        tokio::task::yield_now().await;
        drop(held);
        let mut refused = 0;
        for one in tries {
            refused += usize::from(one.await.unwrap().is_err());
        }
        assert_eq!(refused, 1);
        assert_eq!(media.waiters.count(), 0);
    }
}
