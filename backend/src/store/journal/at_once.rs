//! Sends on Postgres: stored by one statement outside of any transaction, so that the server alone
//! decides how long a room is locked. A node that is stopped between two statements of a transaction
//! would hold the room for everybody (GUARANTEES, "one number per change").

use std::{slice, time::Instant};

use diesel::result::{DatabaseErrorKind as Kind, Error as DbError};

use super::{
    super::{
        conn::Conn,
        error::is_deadlock,
        messages::{self, Draft, Outcome, Sent},
    },
    SendDone,
    writer::{Failure, Writer, caught},
};
use crate::{
    error::{Code, Error, Result},
    model::{Announced, Announcement},
};

/// How often a statement that another one got in the way of is tried again.
const RETRIES_MAX: usize = 3;

impl Writer {
    /// Stores a batch, publishes what is new, answers whoever waits.
    pub(super) fn store_at_once(&mut self, sends: Vec<(Draft, SendDone)>) {
        let (drafts, waiters): (Vec<Draft>, Vec<SendDone>) = sends.into_iter().unzip();
        let until = Instant::now() + self.deadline();
        let outcomes = match self.store(&drafts, until) {
            Ok(outcomes) => outcomes,
            // One row that the database refuses must not fail the others.
            Err(failure) if failure.is_answer() && drafts.len() > 1 => {
                drafts.iter().flat_map(|draft| self.store_one(draft, until)).collect()
            }
            Err(failure) => drafts.iter().map(|_| Err(failure.of_send())).collect(),
        };
        for (outcome, done) in outcomes.into_iter().zip(waiters) {
            // Whoever asked may have gone away; the message stands all the same.
            let _gone = done.send(outcome);
        }
    }

    fn store_one(&mut self, draft: &Draft, until: Instant) -> Vec<Result<Sent>> {
        if Instant::now() > until {
            return vec![Err(Code::Unavailable.into())];
        }
        let stored = self.store(slice::from_ref(draft), until);
        stored.unwrap_or_else(|failure| vec![Err(failure.of_send())])
    }

    /// Runs the statement until it stands, is refused, or its outcome is unknown; and publishes.
    fn store(
        &mut self,
        drafts: &[Draft],
        until: Instant,
    ) -> std::result::Result<Vec<Result<Sent>>, Failure> {
        let mut retries = 0;
        loop {
            let mut conn = self.sound().map_err(Failure::certain)?;
            let now = self.clock.now();
            match caught(|| Some(messages::store_at_once(&mut conn, now, drafts))) {
                Some(Ok(stored)) => {
                    self.publish(&stored);
                    let sent = stored.into_iter().map(|it| settle(&mut conn, it)).collect();
                    self.keep(conn);
                    return Ok(sent);
                }
                // It became another's copy: whoever writes now is found by connecting anew.
                Some(Err(error @ DbError::DatabaseError(Kind::ReadOnlyTransaction, _))) => {
                    return Err(Failure::certain(error));
                }
                Some(Err(error)) if is_answer(&error) => {
                    self.keep(conn);
                    if !is_passing(&error) || retries == RETRIES_MAX || Instant::now() > until {
                        return Err(Failure::certain(error));
                    }
                    tracing::debug!(%error, "a batch of messages is stored again");
                    retries += 1;
                }
                failed => {
                    self.lost_sight();
                    let error = match failed {
                        Some(Err(error)) => error.into(),
                        _ => Error::from(Code::Internal),
                    };
                    return Err(Failure { error, is_unknown: true });
                }
            }
        }
    }

    fn publish(&self, stored: &[Outcome]) {
        let change = |stored: &Outcome| match stored {
            Outcome::New(change) => Some(Announced::from(Announcement::Change(change.clone()))),
            _ => None,
        };
        self.tell(stored.iter().filter_map(change).collect());
    }
}

/// What its sender is told. What was stored under the same nonce before is read now that it is known.
fn settle(conn: &mut Conn, stored: Outcome) -> Result<Sent> {
    match stored {
        Outcome::New(change) => Ok(Sent { change, replayed: false }),
        Outcome::Refused(refusal) => Err(refusal),
        Outcome::Before(replay) => {
            // That it is there is certain, so the same call will find it.
            replay.read(conn).unwrap_or_else(|_| Err(Code::RetrySameNonce.into()))
        }
    }
}

/// Whether the server itself said no: nothing was stored, and the connection is sound.
fn is_answer(error: &DbError) -> bool {
    matches!(error, DbError::DatabaseError(kind, _) if !matches!(kind, Kind::ClosedConnection | Kind::UnableToSendCommand))
}

/// Whether it may go well the next time. A nonce that was taken while the statement waited for its room
/// is seen by the next one.
fn is_passing(error: &DbError) -> bool {
    let is_another = matches!(
        error,
        DbError::DatabaseError(Kind::SerializationFailure | Kind::UniqueViolation, _)
    );
    is_another || is_deadlock(error)
}
