//! What the database says, in the words of the one [`Error`].

use diesel::result::{DatabaseErrorKind, Error as DbError};

use crate::error::{Code, Error};

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        match &error {
            DbError::NotFound => Code::NotFound.into(),
            DbError::DatabaseError(_, what) if what.message().contains("disk is full") => {
                tracing::error!("the disk is full");
                Code::StorageFull.into()
            }
            DbError::DatabaseError(_, what) if what.message().contains("database is locked") => {
                tracing::warn!("another program has locked the database");
                Code::Unavailable.into()
            }
            DbError::DatabaseError(DatabaseErrorKind::ClosedConnection, _) => {
                tracing::warn!("the connection to the database was closed");
                Code::Unavailable.into()
            }
            _ => Self::internal("a statement failed", error),
        }
    }
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
