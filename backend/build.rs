//! Makes the folder of the web client where it was not built, so that the server builds without it.

use std::{fs, io};

/// Where `npm run build` leaves the web client.
const CLIENT: &str = "../frontend/dist";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={CLIENT}");
    println!("cargo::rerun-if-changed=../migrations");
    fs::create_dir_all(CLIENT)
}
