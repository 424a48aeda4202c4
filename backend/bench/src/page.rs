//! Reading a page of history by REST, over connections that stay open.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::{Result, ask::Asker, people::Person, server::Server};

/// How many connections ask at once.
const CONNECTIONS: u64 = 8;

/// Whether everybody asks for the same page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    /// The newest, again and again.
    Newest,
    /// Another one each time.
    Other,
}

/// The server's processor time for one page of 50.
pub(crate) async fn cost(
    server: &Server,
    person: &Person,
    which: Which,
    span: Duration,
) -> Result<Duration> {
    let before = server.cpu()?;
    let began = Instant::now();
    let mut asking = JoinSet::new();
    for number in 0..CONNECTIONS {
        let (address, person) = (server.address, person.clone());
        asking.spawn(async move {
            let mut asker = Asker::connect(address, &person.token).await?;
            let mut count = 0_u64;
            while began.elapsed() < span {
                let query = match which {
                    Which::Newest => String::new(),
                    Which::Other => format!("&before={}", 1_000 + count * CONNECTIONS + number),
                };
                asker
                    .get(&format!("/api/rooms/{}/messages?limit=50{query}", person.room_id))
                    .await?;
                count += 1;
            }
            Result::Ok(count)
        });
    }
    let mut pages = 0;
    while let Some(count) = asking.join_next().await {
        pages += count??;
    }
    let cpu = server.cpu()?.saturating_sub(before);
    Ok(cpu / u32::try_from(pages.max(1))?)
}
