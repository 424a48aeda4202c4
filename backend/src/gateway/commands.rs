//! Commands: each calls an action and ends with its reply.

use std::rc::Rc;

use bytes::Bytes;
use futures_util::future::LocalBoxFuture;

use super::{frame, session::id_of, shared::Shared, worker::Worker};
use crate::{
    actions::{Need, Viewer, messages, profiles, reading, rooms, sessions, typing, whispers},
    error::{Code, Error, Result},
    model::{
        Message, Rev, RoomId,
        command::{
            AuthRenew, Command, CommandId, MessageDelete, MessageEdit, ReactionChange, RoomEnter,
            SyncRoom,
        },
        live::{Origin, PostWhisper, SendWhisper, SetPresence},
        message::{DeleteMessage, EditMessage},
        page::{Entered, ReadChanges},
        profile::UpdateMe,
        reply::{Done, ReplyData, Stored},
    },
};

/// Starts a command. A message is in line to be stored when this returns, so what one socket sends
/// in order is stored in order; replies come as they are ready.
pub(super) fn run(
    worker: &Rc<Worker>,
    shared: &Rc<Shared>,
    command: Command,
) -> LocalBoxFuture<'static, ()> {
    let (worker, shared) = (worker.clone(), shared.clone());
    let Some(viewer) = shared.viewer() else { return Box::pin(async {}) };
    let name = command.name();
    if let Err(error) = viewer.check(need(&command)) {
        viewer.note_refused(&worker.ctx, name, &error);
        let reply = id_of(command).map(|id| refused(&shared, id, &error));
        return Box::pin(async move {
            if let Some(reply) = reply {
                shared.say(reply).await;
            }
        });
    }
    match command {
        Command::MessageSend(message) => {
            let (id, message) = message.into_parts();
            let sending = messages::send(&worker.ctx, &viewer, message);
            Box::pin(async move {
                let reply = match sending.await {
                    Ok(sent) => frame::stored(&id, &sent.change, viewer.user_id),
                    Err(error) => {
                        viewer.note_refused(&worker.ctx, name, &error);
                        refused(&shared, id, &error)
                    }
                };
                shared.say(reply).await;
            })
        }
        command => Box::pin(async move {
            if let Some(reply) = reply(&worker, &shared, &viewer, command).await {
                shared.say(reply).await;
            }
        }),
    }
}

/// What a command needs of a personal access token. Those that change nothing are listed, so that
/// one that is added needs the right to write.
fn need(command: &Command) -> Need {
    match command {
        Command::Hello(_)
        | Command::RoomEnter(_)
        | Command::RoomExit(_)
        | Command::Sync(_)
        | Command::AuthRenew(_)
        | Command::Ping(_) => Need::Read,
        _ => Need::Write,
    }
}

async fn reply(
    worker: &Worker,
    shared: &Shared,
    viewer: &Viewer,
    command: Command,
) -> Option<Bytes> {
    let ctx = &worker.ctx;
    let name = command.name();
    let (id, outcome) = match command {
        Command::RoomEnter(RoomEnter { id, room_id, after, last }) => {
            let after = after.map(|cursor| (cursor.epoch, cursor.rev));
            let entered = enter(worker, shared, viewer, room_id, after, last).await;
            (id, entered.map(|entered| ReplyData::Entered(Box::new(entered))))
        }
        Command::Sync(SyncRoom { id, room_id, after }) => {
            let wanted = ReadChanges { epoch: Some(after.epoch), after: after.rev, limit: None };
            let changes = messages::changes(ctx, viewer, room_id, wanted).await;
            (id, changes.map(|changes| ReplyData::Changes(Box::new(changes))))
        }
        Command::MessageEdit(MessageEdit { id, message_id, body, if_rev }) => {
            let edit = EditMessage { body, if_rev };
            (id, messages::edit(ctx, viewer, message_id, edit).await.map(stored))
        }
        Command::MessageDelete(MessageDelete { id, message_id, if_rev }) => {
            let how = DeleteMessage { if_rev };
            (id, messages::delete(ctx, viewer, message_id, how).await.map(stored))
        }
        Command::ReactionAdd(ReactionChange { id, message_id, emoji }) => {
            (id, messages::react(ctx, viewer, message_id, &emoji).await.map(stored))
        }
        Command::ReactionRemove(ReactionChange { id, message_id, emoji }) => {
            (id, messages::unreact(ctx, viewer, message_id, &emoji).await.map(stored))
        }
        Command::ReadMark(mark) => {
            let marked = reading::mark(ctx, viewer, mark.room_id, mark.seq).await;
            (mark.id, marked.map(|_| DONE))
        }
        Command::AuthRenew(AuthRenew { id, token }) => {
            (id, renew(worker, shared, viewer, &token).await.map(|()| DONE))
        }
        Command::RoomExit(exit) => {
            shared.key.get().inspect(|key| worker.listeners().exit(*key, exit.room_id));
            (exit.id, Ok(DONE))
        }
        Command::TypingStart(start) => {
            let started = match origin(worker, shared) {
                Some(origin) => typing::start(ctx, viewer, start.room_id, origin).await,
                None => Ok(()),
            };
            (start.id, started.map(|()| DONE))
        }
        Command::TypingStop(stop) => {
            (stop.id, typing::stop(ctx, viewer, stop.room_id).await.map(|()| DONE))
        }
        Command::WhisperSend(SendWhisper { id, room_id, to, body }) => {
            let (whisper, origin) = (PostWhisper { to, body }, origin(worker, shared));
            let whispered = whispers::send(ctx, viewer, room_id, whisper, origin).await;
            (id, whispered.map(ReplyData::Whispered))
        }
        Command::PresenceSet(SetPresence { id, presence, status_text }) => {
            let presence = Some(presence);
            let update = UpdateMe { presence, status_text, ..UpdateMe::default() };
            (id, profiles::update_me(ctx, viewer, update).await.map(|_| DONE))
        }
        Command::Ping(ping) => (ping.id, Ok(DONE)),
        // The session takes the one, `run` the other.
        Command::Hello(_) | Command::MessageSend(_) => return None,
    };
    Some(match outcome {
        Ok(data) => frame::done(id, data),
        Err(error) => {
            viewer.note_refused(ctx, name, &error);
            refused(shared, id, &error)
        }
    })
}

fn stored(message: Message) -> ReplyData {
    ReplyData::Message(Box::new(Stored { message }))
}

const DONE: ReplyData = ReplyData::Done(Done {});

/// Looks at a room. It is looked at before it is read who is in it, so that nobody comes unseen in
/// between.
async fn enter(
    worker: &Worker,
    shared: &Shared,
    viewer: &Viewer,
    room_id: RoomId,
    after: Option<(String, Rev)>,
    last: Option<i64>,
) -> Result<Entered> {
    let key = shared.key.get();
    let is_new = key.is_some_and(|key| worker.listeners().enter(key, room_id));
    let entered = rooms::enter(&worker.ctx, viewer, room_id, after, last).await;
    if let (Some(key), true, true) = (key, is_new, entered.is_err()) {
        worker.listeners().exit(key, room_id);
    }
    entered
}

fn origin(worker: &Worker, shared: &Shared) -> Option<Origin> {
    shared.key.get().map(|key| worker.listeners().origin(key))
}

/// A fresh token of the same session.
async fn renew(worker: &Worker, shared: &Shared, viewer: &Viewer, token: &str) -> Result<()> {
    let fresh = sessions::authenticate(&worker.ctx, token).await?;
    if (fresh.user_id, fresh.session_id) != (viewer.user_id, viewer.session_id) {
        return Err(Error::from(Code::Unauthenticated));
    }
    shared.signed_in(Viewer { caller: viewer.caller.clone(), ..fresh });
    Ok(())
}

fn refused(shared: &Shared, id: CommandId, error: &Error) -> Bytes {
    frame::refused(Some(id), error, shared.session().locale())
}
