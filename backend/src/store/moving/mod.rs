//! Moving everything from one kind of database to the other, in one transaction, compared afterwards.
//!
//! What there is to move is asked of the Postgres side, so a new table needs nothing here. What is made
//! from the rest is made anew: the index of texts, and the history's name, since clients that hold
//! numbers of the one must begin anew with the other (GUARANTEES, G6). What nodes are told while they
//! run (`announcements`) is not moved, as none may be running.

mod rows;
mod shape;

use sha2::{Digest, Sha256};

use super::{
    Conn, OpenError, Place, hold,
    lock::Lock,
    messages, meta,
    migrate::{self, MigrateError},
    postgres,
};
use shape::Table;

/// How many rows are written by one statement, …
const BATCH_LEN: usize = 500;
/// … unless they are larger than this together, in bytes.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// Why nothing was moved.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// Both are SQLite files, or both on Postgres.
    #[error(
        "one side must be SQLite and the other one Postgres: copy a file with sqlite3's .backup, a Postgres with pg_dump"
    )]
    SameKind,
    /// One side can't be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// There is no such file.
    #[error("there is no database at {0}")]
    Nothing(String),
    /// Somebody may be writing.
    #[error("{0} nodes are on that Postgres: stop them first")]
    InUse(i64),
    /// The target has something.
    #[error("the table {0} of the target is not empty: give it a new database")]
    NotEmpty(String),
    /// The target has another number of rows, or other rows.
    #[error("what was written is not what was read ({0}): nothing was kept")]
    Different(String),
    /// A column of a type that is not known.
    #[error("{0} has a type that can't be moved")]
    Unknown(String),
    /// A statement failed.
    #[error("a statement failed, and nothing was kept: {0}")]
    Statement(#[from] diesel::result::Error),
}

/// What was moved.
#[derive(Debug)]
pub struct Moved {
    /// How many tables.
    pub tables: usize,
    /// How many rows.
    pub rows: u64,
    /// The sum of the hashes of all rows, the same on both sides.
    pub hash: String,
    /// The secret that the nodes of the Postgres that was left had shared.
    pub secret: Option<String>,
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// What is being done.
    pub what: &'a str,
    /// How many rows of it are done, …
    pub done: u64,
    /// … of how many.
    pub all: u64,
}

/// The sum of the SHA-256 of all rows, whatever their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum {
    rows: u64,
    words: [u64; 4],
}

impl Sum {
    fn add(&mut self, table: &str, row: &str) {
        let mut hasher = Sha256::new();
        hasher.update(table);
        hasher.update([0]);
        hasher.update(row);
        let hash = hasher.finalize();
        for (word, bytes) in self.words.iter_mut().zip(hash.as_chunks::<8>().0) {
            *word = word.wrapping_add(u64::from_be_bytes(*bytes));
        }
        self.rows += 1;
    }

    fn shown(&self) -> String {
        self.words.iter().map(|word| format!("{word:016x}")).collect()
    }
}

/// Moves everything. The source is left as it is, except that its schema is brought up to date; the
/// target must be empty, and is left so if anything goes wrong. A `secret` becomes the one that nodes
/// on a Postgres share.
///
/// # Errors
/// One sentence that says what is wrong and how to mend it.
pub fn move_all(
    from: &Place,
    to: &Place,
    secret: Option<String>,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Moved, MoveError> {
    if from.is_shared() == to.is_shared() {
        return Err(MoveError::SameKind);
    }
    if let Place::Sqlite(path) = from
        && !path.exists()
    {
        return Err(MoveError::Nothing(path.display().to_string()));
    }
    let (mut source, _source_lock) = open(from)?;
    let (mut target, _target_lock) = open(to)?;
    // Made before anything is there, so that it is this database's own.
    meta::epoch(&mut target)?;
    source.begin_read()?;
    target.begin_write()?;
    let mut moved = fill(&mut source, &mut target, progress)?;
    if to.is_shared() {
        if let Some(secret) = secret {
            meta::secret(&mut target, || secret)?;
        }
    } else {
        moved.secret = meta::find_secret(&mut source)?;
    }
    target.commit()?;
    Ok(moved)
}

/// A connection to a database that nobody else writes to, with its schema up to date.
fn open(place: &Place) -> Result<(Conn, Option<Lock>), MoveError> {
    let lock = match place {
        Place::Sqlite(path) => Some(hold(path)?),
        Place::Postgres(_) => None,
    };
    let mut conn = place.open().map_err(|why| OpenError::from(MigrateError::from(why)))?;
    if let Conn::Postgres(conn) = &mut conn {
        match postgres::count_nodes(conn)? {
            0 => {}
            nodes => return Err(MoveError::InUse(nodes)),
        }
    }
    migrate::run(&mut conn).map_err(OpenError::from)?;
    Ok((conn, lock))
}

/// Writes everything that the source has into the target, inside its transaction, and compares.
fn fill(
    source: &mut Conn,
    target: &mut Conn,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Moved, MoveError> {
    let tables = match (&mut *source, &mut *target) {
        (Conn::Postgres(conn), _) | (_, Conn::Postgres(conn)) => shape::read(conn)?,
        _ => return Err(MoveError::SameKind),
    };
    for table in &tables {
        if rows::count(target, table)? > 0 {
            return Err(MoveError::NotEmpty(table.name.clone()));
        }
    }
    let mut rows = 0;
    let mut hash = Sum::default();
    for table in &tables {
        let read = copy(source, target, table, progress)?;
        let mut written = Sum::default();
        rows::each(target, table, &mut |row| {
            written.add(&table.name, row);
            Ok(())
        })?;
        if read != written {
            return Err(MoveError::Different(table.name.clone()));
        }
        if let Some(column) = &table.numbered {
            let last = rows::last_number(source, table, column)?;
            rows::go_on_after(target, table, column, last)?;
        }
        rows += read.rows;
        for (sum, word) in hash.words.iter_mut().zip(read.words) {
            *sum = sum.wrapping_add(word);
        }
    }
    progress(Progress { what: "index of texts", done: 0, all: 0 });
    messages::index_everything(target)?;
    Ok(Moved { tables: tables.len(), rows, hash: hash.shown(), secret: None })
}

fn copy(
    source: &mut Conn,
    target: &mut Conn,
    table: &Table,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Sum, MoveError> {
    let all = rows::count(source, table)?;
    let mut read = Sum::default();
    let (mut batch, mut bytes) = (Vec::with_capacity(BATCH_LEN), 0_usize);
    progress(Progress { what: &table.name, done: 0, all });
    rows::each(source, table, &mut |row| {
        read.add(&table.name, row);
        batch.push(row.to_owned());
        bytes = bytes.saturating_add(row.len());
        if batch.len() == BATCH_LEN || bytes > BATCH_BYTES {
            rows::insert(target, table, &batch)?;
            batch.clear();
            bytes = 0;
            progress(Progress { what: &table.name, done: read.rows, all });
        }
        Ok(())
    })?;
    if !batch.is_empty() {
        rows::insert(target, table, &batch)?;
    }
    progress(Progress { what: &table.name, done: read.rows, all });
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_knows_rows_and_tables_but_no_order() {
        let sum = |rows: &[(&str, &str)]| {
            let mut sum = Sum::default();
            rows.iter().for_each(|(table, row)| sum.add(table, row));
            sum
        };
        let both = sum(&[("a", "[1]"), ("a", "[2]")]);
        assert_eq!(both, sum(&[("a", "[2]"), ("a", "[1]")]));
        assert_ne!(both, sum(&[("a", "[1]"), ("a", "[3]")]));
        assert_ne!(both, sum(&[("a", "[1]"), ("b", "[2]")]));
        assert_ne!(sum(&[("a", "[1]"), ("a", "[1]")]).rows, both.rows - 1);
        assert_eq!(both.shown().len(), 64);
    }
}
