//! What the database says, in the words of the one [`Error`].

use diesel::result::{DatabaseErrorKind, Error as DbError};

use crate::error::{Code, Error};

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        match &error {
            DbError::NotFound => Code::NotFound.into(),
            DbError::DatabaseError(_, what) if says(what.message(), FULL) => {
                tracing::error!("the disk is full");
                Code::StorageFull.into()
            }
            DbError::DatabaseError(_, what) if says(what.message(), BUSY) => {
                tracing::warn!(why = what.message(), "somebody else stands in the way");
                Code::Unavailable.into()
            }
            DbError::DatabaseError(
                DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::UnableToSendCommand
                | DatabaseErrorKind::SerializationFailure
                | DatabaseErrorKind::ReadOnlyTransaction,
                what,
            ) => {
                tracing::warn!(why = what.message(), "the database can't be written to now");
                Code::Unavailable.into()
            }
            _ => Self::internal("a statement failed", error),
        }
    }
}

/// How SQLite and Postgres say that the disk is full: neither has a kind of error for it.
const FULL: &[&str] = &["disk is full", "No space left on device", "could not extend file"];
/// How they say that it may go well the next time.
const BUSY: &[&str] = &[
    "database is locked",
    DEADLOCK,
    "due to lock timeout",
    "due to statement timeout",
    "due to idle-in-transaction timeout",
    "due to administrator command",
    "the database system is",
    "too many clients already",
    "remaining connection slots",
];
/// How Postgres says that it ended a circle of waiting.
const DEADLOCK: &str = "deadlock detected";

fn says(message: &str, any_of: &[&str]) -> bool {
    any_of.iter().any(|part| message.contains(part))
}

/// Whether a statement was ended because others and it waited for each other.
pub(super) fn is_deadlock(error: &DbError) -> bool {
    matches!(error, DbError::DatabaseError(_, what) if what.message().contains(DEADLOCK))
}

/// Whether a statement failed because a unique key, by its name, is taken. SQLite names the columns
/// of the key instead of the key itself, so both are given.
pub(super) fn is_taken(error: &DbError, key: &str, columns: &str) -> bool {
    match error {
        DbError::DatabaseError(DatabaseErrorKind::UniqueViolation, what) => {
            what.constraint_name() == Some(key) || what.message().contains(columns)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(kind: DatabaseErrorKind, message: &str) -> Code {
        Error::from(DbError::DatabaseError(kind, Box::new(message.to_owned()))).code
    }

    #[test]
    fn what_may_go_well_the_next_time_is_unavailable_and_a_full_disk_says_so() {
        let unknown = |message| code(DatabaseErrorKind::Unknown, message);
        for message in [
            "database or disk is full",
            "could not extend file \"base/1/2\": No space left on device",
            "could not write to file \"pg_wal/xlogtemp.7\": No space left on device",
        ] {
            assert_eq!(unknown(message), Code::StorageFull, "{message}");
        }
        for message in [
            "database is locked",
            "deadlock detected",
            "canceling statement due to lock timeout",
            "terminating connection due to administrator command",
        ] {
            assert_eq!(unknown(message), Code::Unavailable, "{message}");
        }
        let read_only = "cannot execute UPDATE in a read-only transaction";
        assert_eq!(code(DatabaseErrorKind::ReadOnlyTransaction, read_only), Code::Unavailable);
        assert_eq!(unknown("division by zero"), Code::Internal);
    }
}
