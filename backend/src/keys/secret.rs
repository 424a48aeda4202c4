//! The secret file: one key per line, base64url, at least 256 random bits each.

use std::{
    collections::HashSet,
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    process,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};

/// The shortest key, in bytes.
pub(super) const SECRET_BYTES_MIN: usize = 32;
/// 32 random bytes have fewer different values than this about never; a pass phrase, or one
/// character repeated, has.
const DIFFERENT_BYTES_MIN: usize = 16;

/// Why there are no keys: one sentence that says how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// It can't be read.
    #[error("cannot read the secret file {0}: {1}; make it readable or set PARLOR_SECRET_FILE")]
    Unreadable(PathBuf, io::Error),
    /// It can't be made.
    #[error(
        "cannot make the secret file {0}: {1}; make its folder writable or set PARLOR_SECRET_FILE"
    )]
    Unwritable(PathBuf, io::Error),
    /// Others may read it.
    #[error("the secret file {0} can be read by others than its owner: chmod 600 it")]
    Exposed(PathBuf),
    /// A line is no key.
    #[error(
        "the secret file {0} holds something that is no random key of 256 bits: delete it, and a new one is made (everybody signs in again)"
    )]
    Unusable(PathBuf),
    /// The nodes share no key.
    #[error("the key that the nodes share can't be read from the database: {0}")]
    Unshared(String),
}

/// The keys in the file, which is made if there is none.
pub(super) fn read_or_make(path: &Path) -> Result<Vec<Vec<u8>>, SecretError> {
    if !path.exists() {
        make(path).map_err(|why| SecretError::Unwritable(path.to_owned(), why))?;
    }
    let unreadable = |why| SecretError::Unreadable(path.to_owned(), why);
    let mode = fs::metadata(path).map_err(unreadable)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(SecretError::Exposed(path.to_owned()));
    }
    let text = fs::read_to_string(path).map_err(unreadable)?;
    read(&text).ok_or_else(|| SecretError::Unusable(path.to_owned()))
}

/// The keys in a text; none if a line is no key, or there is no line.
pub(super) fn read(text: &str) -> Option<Vec<Vec<u8>>> {
    let keys: Option<Vec<_>> = text.lines().filter(|line| !line.is_empty()).map(key).collect();
    keys.filter(|keys| !keys.is_empty())
}

/// A new key, as a line.
pub(super) fn make_line() -> String {
    BASE64.encode(rand::random::<[u8; SECRET_BYTES_MIN]>())
}

fn make(path: &Path) -> io::Result<()> {
    keep(path, &make_line())
}

/// Makes the file whole or not at all, and leaves alone one that another process made meanwhile.
pub(super) fn keep(path: &Path, secret: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let draft = path.with_extension(format!("{}.new", process::id()));
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&draft)?;
    let written = writeln!(file, "{}", secret.trim_end()).and_then(|()| file.sync_all());
    let linked = written.and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    match linked {
        Err(why) if why.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

fn key(line: &str) -> Option<Vec<u8>> {
    let bytes = BASE64.decode(line.trim()).ok()?;
    let different = bytes.iter().collect::<HashSet<_>>().len();
    (bytes.len() >= SECRET_BYTES_MIN && different >= DIFFERENT_BYTES_MIN).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_file(text: &str, mode: u32) -> Result<Vec<Vec<u8>>, SecretError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        read_or_make(&path)
    }

    fn random_line() -> String {
        BASE64.encode(rand::random::<[u8; 32]>())
    }

    #[test]
    fn tk_4_a_missing_file_is_made_for_its_owner_alone_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/secret");
        let made = read_or_make(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(made[0].len(), SECRET_BYTES_MIN);
        assert_eq!(read_or_make(&path).unwrap(), made);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn tk_4_a_file_that_others_may_read_is_refused() {
        assert!(matches!(with_file(&random_line(), 0o640), Err(SecretError::Exposed(_))));
        assert!(matches!(with_file(&random_line(), 0o604), Err(SecretError::Exposed(_))));
        assert!(with_file(&random_line(), 0o400).is_ok());
    }

    #[test]
    fn tk_4_a_short_or_guessable_key_is_refused() {
        let repeated = BASE64.encode([7; 32]);
        for text in ["", "secret", "c2VjcmV0", repeated.as_str(), "\n\n"] {
            let refused = with_file(text, 0o600);
            assert!(matches!(refused, Err(SecretError::Unusable(_))), "{text:?}");
        }
    }

    #[test]
    fn two_keys_are_active_while_one_replaces_the_other() {
        let text = format!("{}\n{}\n", random_line(), random_line());
        assert_eq!(with_file(&text, 0o600).unwrap().len(), 2);
    }
}
