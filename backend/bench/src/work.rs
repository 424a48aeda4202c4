//! The work that is measured.

use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use super::{Result, ask::Asker, people::Person, server::Server, socket::Socket};

/// What was said, so that a hundred bytes go over the wire.
const BODY: &str = "One hundred bytes of text, as people write them to each other all day long: short, dense and plain.";

/// How long from a send until the other person's socket has the message, one at a time.
pub(crate) async fn latency(
    server: &Server,
    people: &[Person],
    span: Duration,
) -> Result<Vec<Duration>> {
    let [writer, reader] = people else { return Err("a pair is needed".into()) };
    let (mut from, mut to) =
        (Socket::connect(server, writer).await?, Socket::connect(server, reader).await?);
    let (began, mut latencies) = (Instant::now(), Vec::new());
    while began.elapsed() < span {
        let sent = Instant::now();
        from.say(&send(writer.room_id, latencies.len(), "latency")).await?;
        while !is_created(to.hear().await?) {}
        latencies.push(sent.elapsed());
        while !is_reply(from.hear().await?) {}
    }
    Ok(latencies)
}

/// What the throughput figure came to.
pub(crate) struct Done {
    pub(crate) acknowledged: u64,
    pub(crate) took: Duration,
}

/// How many messages are acknowledged while everybody writes, each waiting for their own
/// acknowledgement before they write again.
pub(crate) async fn throughput(server: &Server, people: &[Person], span: Duration) -> Result<Done> {
    let mut sockets = Vec::new();
    for person in people {
        sockets.push((Socket::connect(server, person).await?, person.room_id));
    }
    let began = Instant::now();
    let mut writers = Vec::new();
    for (number, (mut socket, room_id)) in sockets.into_iter().enumerate() {
        writers.push(tokio::spawn(async move {
            let mut acknowledged = 0_u64;
            while began.elapsed() < span {
                let count = usize::try_from(acknowledged)?;
                socket.say(&send(room_id, count, &format!("writer-{number}"))).await?;
                while !is_reply(socket.hear().await?) {}
                acknowledged += 1;
            }
            Result::Ok(acknowledged)
        }));
    }
    done(writers, began).await
}

/// The same by REST: whoever writes listens to nothing, so that storing is what is measured.
pub(crate) async fn stored(server: &Server, people: &[Person], span: Duration) -> Result<Done> {
    let began = Instant::now();
    let mut writers = Vec::new();
    for (number, person) in people.iter().enumerate() {
        let mut asker = Asker::connect(server.address, &person.token).await?;
        let path = format!("/api/rooms/{}/messages", person.room_id);
        writers.push(tokio::spawn(async move {
            let mut acknowledged = 0_u64;
            while began.elapsed() < span {
                let body = format!(r#"{{"body":"{BODY}","nonce":"rest-{number}-{acknowledged}"}}"#);
                asker.post(&path, Some(&body)).await?;
                acknowledged += 1;
            }
            Result::Ok(acknowledged)
        }));
    }
    done(writers, began).await
}

/// What all writers together came to.
async fn done(writers: Vec<JoinHandle<Result<u64>>>, began: Instant) -> Result<Done> {
    let mut acknowledged = 0;
    for writer in writers {
        acknowledged += writer.await??;
    }
    Ok(Done { acknowledged, took: began.elapsed() })
}

pub(crate) fn send(room_id: i64, number: usize, tag: &str) -> String {
    format!(
        r#"{{"type":"message.send","id":"{number}","room_id":{room_id},"body":"{BODY}","nonce":"{tag}-{number}"}}"#
    )
}

pub(crate) fn is_created(frame: &[u8]) -> bool {
    frame.starts_with(br#"{"type":"message.created""#)
}

pub(crate) fn is_reply(frame: &[u8]) -> bool {
    frame.starts_with(br#"{"type":"reply""#)
}
