//! A disk of a few megabytes that a test can fill. It is mounted, which takes root.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::Path,
    process::Command,
};

use tempfile::TempDir;

pub(crate) struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// With so many megabytes, which everybody may write.
    pub(crate) fn with_mib(size: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = format!("size={size}m,mode=777");
        as_root(&["mount", "-t", "tmpfs", "-o", &options, "tmpfs"], folder.path());
        Self { folder }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Fills it to the last byte.
    pub(crate) fn fill(&self) {
        let mut filler = OpenOptions::new().create(true).append(true).open(self.filler()).unwrap();
        let mut size = 64 * 1024;
        while size > 0 {
            match filler.write(&vec![0; size]) {
                Ok(_) => {}
                Err(why) if why.kind() == io::ErrorKind::StorageFull => size /= 2,
                Err(why) => panic!("{why}"),
            }
        }
    }

    /// Makes room again.
    pub(crate) fn free(&self) {
        fs::remove_file(self.filler()).unwrap();
        File::create(self.filler()).unwrap();
    }

    fn filler(&self) -> std::path::PathBuf {
        self.folder.path().join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        as_root(&["umount", "--lazy"], self.folder.path());
    }
}

fn as_root(words: &[&str], folder: &Path) {
    let is_root =
        fs::metadata("/proc/self").is_ok_and(|it| std::os::unix::fs::MetadataExt::uid(&it) == 0);
    let sudo: &[&str] = if is_root { &[] } else { &["sudo", "-n"] };
    let mut all = sudo.iter().chain(words);
    let done = Command::new(all.next().unwrap()).args(all).arg(folder).output().unwrap();
    let why = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{words:?} needs root: {why}");
}
