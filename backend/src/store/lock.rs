//! One process per SQLite file: a second one would hand out the same numbers, so it is refused.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    path::Path,
    process,
};

/// Held as long as the store is open; the kernel lets go of it when the process dies.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

/// Why the file could not be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process has it.
    #[error(
        "the database {path} is in use by another Parlor (process {holder}): stop it first, or give this one a PARLOR_DATA_DIR of its own"
    )]
    Held {
        /// The database file.
        path: String,
        /// The other process's id, or `unknown`.
        holder: String,
    },
    /// The lock file cannot be made.
    #[error("cannot write {path}: {why}; make the data directory writable or set PARLOR_DATA_DIR")]
    Unwritable {
        /// The lock file.
        path: String,
        /// What the system says.
        why: io::Error,
    },
}

impl Lock {
    /// Takes the lock beside the database file.
    pub(super) fn take(database: &Path) -> Result<Self, LockError> {
        let path = database.with_extension("lock");
        let unwritable = |why| LockError::Unwritable { path: path.display().to_string(), why };
        let mut file = OpenOptions::new()
            .create(true)
            .read(true)
            .write(true)
            .truncate(false)
            .open(&path)
            .map_err(unwritable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let read = file.read_to_string(&mut holder);
                let known = read.is_ok() && !holder.trim().is_empty();
                return Err(LockError::Held {
                    path: database.display().to_string(),
                    holder: if known { holder.trim().to_owned() } else { "unknown".to_owned() },
                });
            }
            Err(TryLockError::Error(why)) => return Err(unwritable(why)),
        }
        file.set_len(0).map_err(unwritable)?;
        file.rewind().map_err(unwritable)?;
        write!(file, "{}", process::id()).map_err(unwritable)?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holder_is_refused_and_told_who_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("parlor.db");
        let held = Lock::take(&database).unwrap();
        let refusal = Lock::take(&database).unwrap_err().to_string();
        assert!(refusal.contains(&process::id().to_string()), "{refusal}");
        drop(held);
        Lock::take(&database).unwrap();
    }
}
