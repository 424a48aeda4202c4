//! One file that holds everything, made while the server runs, and the way back.
//!
//! The copy is a SQLite database: what the server keeps there, and the pictures that lie beside it as
//! rows of one more table. It never holds the secret that tokens are signed with. What was restored
//! has another epoch, so that clients are told to begin anew and not that nothing has changed
//! (GUARANTEES, G6). Postgres has tools of its own for all of this.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Component, Path, PathBuf},
};

use diesel::{
    connection::SimpleConnection,
    prelude::*,
    sql_query,
    sql_types::{Binary, Text},
};

use super::{Place, conn::Conn, lock::Lock, meta};

/// Why there is no copy, or nothing was restored: one sentence that says how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Postgres.
    #[error(
        "a Postgres database is backed up with pg_dump and restored with pg_restore, which know how; parlor does it for SQLite"
    )]
    Shared,
    /// Something is there already.
    #[error("{0} is there already: name another file, or add --replace")]
    Exists(PathBuf),
    /// There is nothing to copy.
    #[error("there is no {0}")]
    Missing(PathBuf),
    /// The file is not one that `parlor backup` has made.
    #[error("{0} is not a backup of Parlor, or it is damaged: {1}")]
    Damaged(PathBuf, String),
    /// Another process has the database.
    #[error(transparent)]
    Lock(#[from] super::LockError),
    /// A file could not be read or written.
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    /// A statement failed.
    #[error("the database does not answer: {0}")]
    Statement(#[from] diesel::result::Error),
    /// The database can't be opened.
    #[error("the database cannot be opened: {0}")]
    Connection(#[from] ConnectionError),
}

type Outcome<T> = Result<T, BackupError>;

#[derive(QueryableByName)]
struct Picture {
    #[diesel(sql_type = Text)]
    path: String,
    #[diesel(sql_type = Binary)]
    bytes: Vec<u8>,
}

/// Copies a database and the pictures below a folder into one file; a server may be at work on both.
///
/// # Errors
/// One sentence; the file is there whole, or not at all.
pub fn backup(place: &Place, pictures: &Path, into: &Path, replace: bool) -> Outcome<()> {
    let Place::Sqlite(database) = place else { return Err(BackupError::Shared) };
    if !database.exists() {
        return Err(BackupError::Missing(database.clone()));
    }
    if into.exists() && !replace {
        return Err(BackupError::Exists(into.to_owned()));
    }
    let draft = beside(into, ".part");
    begin(&draft)?;
    let Conn::Sqlite(mut conn) = place.open()? else { return Err(BackupError::Shared) };
    // One snapshot; an empty file of ours is taken, so that nobody else can ever read it.
    sql_query("vacuum into ?").bind::<Text, _>(draft.display().to_string()).execute(&mut conn)?;
    drop(conn);
    let mut copy = open(&draft)?;
    // Pictures that the snapshot names are there for longer than this takes: they have a grace.
    copy.transaction(|copy| keep(copy, pictures))?;
    drop(copy);
    finish(&draft, into)
}

/// Puts a copy in the place of a database, which no server may be at work on, and of its pictures.
///
/// # Errors
/// One sentence; the database is what it was, or restored whole.
pub fn restore(place: &Place, pictures: &Path, from: &Path, replace: bool) -> Outcome<()> {
    let Place::Sqlite(database) = place else { return Err(BackupError::Shared) };
    if !from.exists() {
        return Err(BackupError::Missing(from.to_owned()));
    }
    if let Some(folder) = database.parent() {
        fs::create_dir_all(folder).map_err(|why| BackupError::File(folder.to_owned(), why))?;
    }
    let _lock = Lock::take(database)?;
    if database.exists() && !replace {
        return Err(BackupError::Exists(database.clone()));
    }
    let draft = beside(database, ".part");
    begin(&draft)?;
    fs::copy(from, &draft).map_err(|why| BackupError::File(from.to_owned(), why))?;
    let mut copy = open(&draft)?;
    check(&mut copy, from)?;
    copy.transaction(|copy| bring(copy, pictures))?;
    copy.batch_execute("pragma journal_mode = delete")?;
    drop(copy);
    // What a former database has not yet moved out of these belongs to no other one.
    for ending in ["-wal", "-shm"] {
        remove(&beside(database, ending))?;
    }
    finish(&draft, database)
}

/// Makes an empty file for its owner alone.
fn begin(draft: &Path) -> Outcome<()> {
    remove(draft)?;
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft);
    made.map(drop).map_err(|why| BackupError::File(draft.to_owned(), why))
}

fn remove(path: &Path) -> Outcome<()> {
    match fs::remove_file(path) {
        Err(why) if why.kind() != io::ErrorKind::NotFound => {
            Err(BackupError::File(path.to_owned(), why))
        }
        _ => Ok(()),
    }
}

/// Gives a file its name once it is on the disk.
fn finish(draft: &Path, path: &Path) -> Outcome<()> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let finished = File::open(draft)
        .and_then(|file| file.sync_all())
        .and_then(|()| fs::rename(draft, path))
        .and_then(|()| File::open(folder)?.sync_all());
    finished.map_err(|why| BackupError::File(path.to_owned(), why))
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

fn open(path: &Path) -> Outcome<SqliteConnection> {
    Ok(SqliteConnection::establish(&path.display().to_string())?)
}

/// Puts every picture into the copy.
fn keep(copy: &mut SqliteConnection, folder: &Path) -> Outcome<()> {
    copy.batch_execute(
        "create table backup_pictures (path text not null primary key, bytes blob not null)",
    )?;
    let Ok(ids) = fs::read_dir(folder) else { return Ok(()) };
    for id in ids.filter_map(io::Result::ok) {
        let Ok(files) = fs::read_dir(id.path()) else { continue };
        for file in files.filter_map(io::Result::ok) {
            // One that is being taken away is not missed: nobody has it.
            let Ok(bytes) = fs::read(file.path()) else { continue };
            let (id, file) = (id.file_name(), file.file_name());
            let path = format!("{}/{}", id.to_string_lossy(), file.to_string_lossy());
            sql_query("insert into backup_pictures (path, bytes) values (?, ?)")
                .bind::<Text, _>(path)
                .bind::<Binary, _>(bytes)
                .execute(copy)?;
        }
    }
    Ok(())
}

/// Whether a file is a whole copy.
fn check(copy: &mut SqliteConnection, from: &Path) -> Outcome<()> {
    let damaged =
        |why: diesel::result::Error| BackupError::Damaged(from.to_owned(), why.to_string());
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        line: String,
    }
    let told: Vec<Line> = sql_query("select integrity_check as line from pragma_integrity_check")
        .load(copy)
        .map_err(damaged)?;
    if let Some(Line { line }) = told.into_iter().find(|it| it.line != "ok") {
        return Err(BackupError::Damaged(from.to_owned(), line));
    }
    sql_query("select path from backup_pictures limit 0").execute(copy).map_err(damaged)?;
    Ok(())
}

/// Brings the pictures back, and begins another history.
fn bring(copy: &mut SqliteConnection, folder: &Path) -> Outcome<()> {
    let pictures: Vec<String> = {
        #[derive(QueryableByName)]
        struct Named {
            #[diesel(sql_type = Text)]
            path: String,
        }
        let named: Vec<Named> = sql_query("select path from backup_pictures").load(copy)?;
        named.into_iter().map(|it| it.path).collect()
    };
    for path in pictures {
        let found: Picture = sql_query("select path, bytes from backup_pictures where path = ?")
            .bind::<Text, _>(path)
            .get_result(copy)?;
        let is_plain =
            Path::new(&found.path).components().all(|part| matches!(part, Component::Normal(_)));
        if !is_plain {
            continue;
        }
        let path = folder.join(&found.path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, &found.bytes))
            .map_err(|why| BackupError::File(path.clone(), why))?;
    }
    copy.batch_execute("drop table backup_pictures")?;
    Ok(meta::begin_anew(copy)?)
}
