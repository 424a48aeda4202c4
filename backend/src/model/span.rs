//! Pieces of a room's history on their way from the database to the hub.

use super::{Effect, Message, Rev};

/// What changed in a room in `(after, to]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// The number after which it begins.
    pub after: Rev,
    /// The number with which it ends.
    pub to: Rev,
    /// Every message whose `rev` lies there, as its author sees it, ordered by `rev`.
    pub messages: Vec<Message>,
}

/// What mends a gap: a span, and who came and went, read in one snapshot.
#[derive(Clone, Debug)]
pub struct Fill {
    /// The beginning of what is missing, or all of it.
    pub span: Span,
    /// Of everybody whose membership changed after `span.after` (up to the snapshot's head, be it
    /// beyond the span): the newest change only. The number of a going is the one it took; that of
    /// a coming is the `head` of its room.
    pub effects: Vec<(Rev, Effect)>,
}

/// What somebody missed who was a member in the snapshot from which it was read.
#[derive(Clone, Debug)]
pub struct Page {
    /// The beginning of it, or all of it; with `reset`, the newest page.
    pub span: Span,
    /// The room's newest `rev` in that snapshot.
    pub head: Rev,
    /// Whether the client must drop what it holds of the room.
    pub reset: bool,
}
