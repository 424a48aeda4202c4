//! Where pictures are kept: a folder for each, under a random id, with a file for each size.
//!
//! A folder appears whole or not at all. When it was last touched says when its grace began: it was
//! written then, or given up.

use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use bytes::Bytes;

use super::{SIZES, picture::Square};
use crate::error::{Code, Error, Result};

/// Characters of an id: 128 random bits.
const ID_CHARS: usize = 32;
/// How a folder is called while it is being written.
const DRAFT: &str = ".draft";

pub(super) struct Files {
    folder: PathBuf,
}

impl Files {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Keeps a picture and answers its id.
    pub(super) fn write(&self, squares: &[Square]) -> Result<String> {
        let id = format!("{:032x}", rand::random::<u128>());
        let draft = self.folder.join(format!("{id}{DRAFT}"));
        let written = fs::create_dir_all(&draft)
            .and_then(|()| squares.iter().try_for_each(|square| write_one(&draft, square)))
            .and_then(|()| sync(&draft))
            .and_then(|()| fs::rename(&draft, self.folder.join(&id)))
            .and_then(|()| sync(&self.folder));
        written.map(|()| id).map_err(|why| {
            if why.kind() == io::ErrorKind::StorageFull {
                tracing::error!("the disk is full");
                return Code::StorageFull.into();
            }
            Error::internal("a picture was not written", why)
        })
    }

    /// A file; `None` where there is none, or where the id is not one that could have been given.
    pub(super) fn read(&self, id: &str, size: u32) -> Result<Option<Bytes>> {
        if !is_id(id) || !SIZES.contains(&size) {
            return Ok(None);
        }
        match fs::read(self.folder.join(id).join(name(size))) {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(why) => Err(Error::internal("a picture was not read", why)),
        }
    }

    /// Touches a folder: its grace begins now.
    pub(super) fn retire(&self, id: &str) -> Result<()> {
        if !is_id(id) {
            return Ok(());
        }
        let touched =
            File::open(self.folder.join(id)).and_then(|it| it.set_modified(SystemTime::now()));
        touched.map_err(|why| Error::internal("a picture was not touched", why))
    }

    /// Deletes what is not in use and was not touched within the grace; answers how many.
    pub(super) fn sweep(&self, in_use: &HashSet<String>, grace: Duration) -> Result<usize> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(why) => return Err(Error::internal("the pictures can't be listed", why)),
        };
        let mut deleted = 0;
        for entry in entries.filter_map(io::Result::ok) {
            let name = entry.file_name().to_string_lossy().into_owned();
            // Nothing that was not made here is touched.
            let is_ours = is_id(name.strip_suffix(DRAFT).unwrap_or(&name));
            let touched = entry.metadata().and_then(|it| it.modified());
            let is_over = touched.is_ok_and(|at| at.elapsed().is_ok_and(|age| age >= grace));
            if is_ours && is_over && !in_use.contains(&name) {
                match fs::remove_dir_all(entry.path()) {
                    Ok(()) => deleted += 1,
                    Err(why) => tracing::warn!(%why, "an old picture was not deleted"),
                }
            }
        }
        Ok(deleted)
    }
}

fn write_one(folder: &Path, square: &Square) -> io::Result<()> {
    let mut file = File::create_new(folder.join(name(square.size)))?;
    file.write_all(&square.bytes)?;
    file.sync_all()
}

/// Makes sure that the names in a folder survive a power cut, as the row that names it does.
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn name(size: u32) -> String {
    format!("{size}.webp")
}

fn is_id(text: &str) -> bool {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == ID_CHARS && text.bytes().all(is_hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squares() -> Vec<Square> {
        SIZES.iter().map(|size| Square { size: *size, bytes: vec![7; 3] }).collect()
    }

    #[test]
    fn fi_3_a_picture_is_found_by_its_random_id_only() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::new(folder.path().join("avatars"));
        fs::write(folder.path().join("128.webp"), "secret").unwrap();
        let id = files.write(&squares()).unwrap();
        assert_eq!(files.read(&id, 128).unwrap().unwrap(), vec![7; 3]);
        assert_eq!(files.read(&id, 100).unwrap(), None);
        let upper = id.to_uppercase();
        for wrong in ["..", "", ".", "../avatars", upper.as_str(), &"0".repeat(32), &id[1..]] {
            assert!(files.read(wrong, 128).unwrap().is_none(), "{wrong}");
        }
        assert_ne!(files.write(&squares()).unwrap(), id);
    }

    #[test]
    fn fi_4_what_nobody_has_goes_when_its_grace_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::new(folder.path().to_owned());
        let (kept, gone) = (files.write(&squares()).unwrap(), files.write(&squares()).unwrap());
        fs::create_dir(folder.path().join("something else")).unwrap();
        fs::create_dir(folder.path().join(format!("{}{DRAFT}", "a".repeat(32)))).unwrap();
        let in_use = HashSet::from([kept.clone()]);
        assert_eq!(files.sweep(&in_use, Duration::from_secs(60)).unwrap(), 0);
        let long_ago = SystemTime::now() - Duration::from_secs(120);
        for name in fs::read_dir(folder.path()).unwrap() {
            File::open(name.unwrap().path()).unwrap().set_modified(long_ago).unwrap();
        }
        files.retire(&gone).unwrap();
        assert_eq!(files.sweep(&in_use, Duration::from_secs(60)).unwrap(), 1, "the draft");
        assert!(files.read(&gone, 32).unwrap().is_some(), "it has just been given up");
        assert_eq!(files.sweep(&in_use, Duration::ZERO).unwrap(), 1);
        assert!(files.read(&gone, 32).unwrap().is_none());
        assert!(files.read(&kept, 32).unwrap().is_some());
        assert!(folder.path().join("something else").exists());
    }
}
