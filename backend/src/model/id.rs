//! Ids: positive integers made by the database, never above 2^53 so that JavaScript can hold them.

use std::{fmt, num::ParseIntError, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::ToSchema;

/// The largest id that a JSON number carries exactly in every language.
pub const ID_MAX: i64 = 1 << 53;

/// A message's number in its room: 1, 2, 3 … without gaps, given at birth and kept.
pub type Seq = i64;

/// The number of a message's latest change; a room's `head` is the newest `rev` in it.
pub type Rev = i64;

/// Why a text or a number is not an id.
#[derive(Debug, thiserror::Error)]
pub enum NotAnId {
    /// Not an integer at all.
    #[error("not an integer")]
    Text(#[from] ParseIntError),
    /// An integer outside 1 ..= 2^53.
    #[error("must be from 1 to 9007199254740992")]
    Range,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
        #[serde(transparent)]
        #[schema(minimum = 1, maximum = 9007199254740992i64)]
        pub struct $name(pub i64);

        impl TryFrom<i64> for $name {
            type Error = NotAnId;
            fn try_from(value: i64) -> Result<Self, NotAnId> {
                if (1..=ID_MAX).contains(&value) { Ok(Self(value)) } else { Err(NotAnId::Range) }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                i64::deserialize(deserializer)?.try_into().map_err(de::Error::custom)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                text.parse::<i64>()?.try_into()
            }
        }
    };
}

id!(
    /// A person.
    UserId
);
id!(
    /// A room.
    RoomId
);
id!(
    /// A message, unique over all rooms.
    MessageId
);
id!(
    /// A file; made by chance, so that it can't be guessed from another.
    FileId
);
id!(
    /// A whisper; made by chance, as nothing keeps whispers.
    WhisperId
);
id!(
    /// One signed-in login of a person; it can be listed and revoked.
    SessionId
);
id!(
    /// Something that was told to nodes; see [`super::Announced`].
    AnnouncementId
);
id!(
    /// Who a provider says that somebody is, connected with an account.
    IdentityId
);
id!(
    /// A personal access token. It is counted with the sessions: no session has the same number.
    TokenId
);
