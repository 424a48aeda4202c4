//! Files that people send along with their messages.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{RoomId, Timestamp, id::FileId};

/// The largest file, in bytes.
pub const FILE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// The longest name of a file, in code points.
pub const FILE_NAME_CHARS_MAX: usize = 255;
/// The longest media type that is kept, in bytes.
pub const MEDIA_TYPE_BYTES_MAX: usize = 127;
/// How many files one message carries at the most.
pub const FILES_PER_MESSAGE_MAX: usize = 10;
/// How many bytes all files of one person have at the most.
pub const FILES_BYTES_PER_PERSON_MAX: i64 = 256 * 1024 * 1024;
/// What a file is served as unless it is a picture that was written anew.
pub const OCTETS: &str = "application/octet-stream";

/// A file.
///
/// PNG, JPEG and WebP are looked at by their content, decoded and written anew, so that nothing is
/// left of them but what they show: they have a `width` and a `height`. Everything else is kept as it
/// came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Which file; a number made by chance.
    pub id: FileId,
    /// The room that it belongs to.
    pub room_id: RoomId,
    /// What its owner calls it: 1–255 characters, not a path.
    pub name: String,
    /// Of a picture what it is served as; of everything else what its owner's program called it, for
    /// information.
    pub media_type: String,
    /// How many bytes are served.
    pub size: i64,
    /// How wide a picture is, in pixels; null for everything else.
    pub width: Option<u32>,
    /// How high a picture is, in pixels; null for everything else.
    pub height: Option<u32>,
    /// When it was uploaded.
    pub created_at: Timestamp,
}

impl File {
    /// Whether it is a picture that was written anew, so that it may be shown in its place.
    pub fn is_picture(&self) -> bool {
        self.width.is_some()
    }
}

/// How a file that is uploaded is called.
#[derive(Clone, Debug, PartialEq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UploadFile {
    /// 1–255 characters on one line, without slashes.
    #[param(min_length = 1, max_length = 255)]
    pub name: String,
}
