//! What a socket keeps in memory while nothing is said: of somebody who is signed in and in ten rooms.
//!
//! The server is started anew before anybody connects, and a thousand sockets are there before the ones
//! that are counted: what signing people up and the first sockets leave behind would be taken up by the
//! next ones, which would seem to cost nothing.

use std::{path::Path, time::Duration};

use tokio::time::sleep;

use super::{Result, crowd::Crowd, people, scale, server::Server};

/// How many people there are, with twenty sockets each; a fifth of them comes first.
const PEOPLE: usize = 250;
/// After how long what was needed on the way is given back: the allocator does so when a thread that was
/// idle has something to do, and every twenty seconds there is a ping.
const CALM: Duration = Duration::from_secs(45);

/// Bytes for each of four thousand sockets.
pub(crate) async fn each(binary: &Path) -> Result<u64> {
    let mut server = Server::start(binary).await?;
    let people = people::sign_up(&server, PEOPLE, PEOPLE, "idle").await?;
    server.pause().await?;
    scale::fill(
        server.folder(),
        "with recursive n(i) as (values (1) union all select i + 1 from n where i < 9)
         insert into rooms (id, kind, name, name_key, slug, created_at)
         select 1000 + i, 'group', 'Room ' || i, 'room ' || i, 'room-' || i, 0 from n;
         insert into members (room_id, user_id, joined_at)
         select rooms.id, users.id, 0 from rooms cross join users where rooms.id > 1000;",
    )?;
    server.resume().await?;
    let (few, many) = people.split_at(PEOPLE / 5);
    let first = Crowd::gather(&server, few).await?;
    sleep(CALM).await;
    let before = server.pss_bytes()?;
    let more = Crowd::gather(&server, many).await?;
    sleep(CALM).await;
    let each = server.pss_bytes()?.saturating_sub(before) / more.len().max(1);
    drop((first, more));
    server.stop().await?;
    Ok(each)
}
