//! A person's public face, and what only that person sees of it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Timestamp, UserId};

/// What a person shows of being here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// At least one socket is open.
    Online,
    /// Here, but not looking.
    Away,
    /// Here, and not to be disturbed.
    Busy,
    /// No socket is open.
    Offline,
}

/// Everything that others may know of a person, and nothing else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The person's id.
    pub id: UserId,
    /// 2–32 characters; unique after NFKC and case folding.
    pub username: String,
    /// 1–64 characters.
    pub display_name: String,
    /// Where the avatar is served; none was uploaded if null.
    pub avatar_url: Option<String>,
    /// At most 500 characters.
    pub bio: String,
    /// Whether this person is staff.
    pub is_staff: bool,
    /// Whether this person is here now.
    pub presence: Presence,
    /// At most 80 characters.
    pub status_text: String,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// The caller's own profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Me {
    /// The person's id.
    pub id: UserId,
    /// 2–32 characters; unique after NFKC and case folding.
    pub username: String,
    /// 1–64 characters.
    pub display_name: String,
    /// Where the avatar is served; none was uploaded if null.
    pub avatar_url: Option<String>,
    /// At most 500 characters.
    pub bio: String,
    /// Whether this person is staff.
    pub is_staff: bool,
    /// Whether this person is here now.
    pub presence: Presence,
    /// At most 80 characters.
    pub status_text: String,
    /// When the account was made.
    pub created_at: Timestamp,
    /// The e-mail address, if one was given.
    pub email: Option<String>,
    /// Whether the address was shown to be this person's.
    pub email_verified: bool,
    /// Whether this person may administer everything.
    pub is_superuser: bool,
    /// The language of texts and mails.
    pub locale: Locale,
}

/// The languages that Parlor speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Russian.
    Ru,
}

impl Locale {
    /// The code as it is stored and as `Accept-Language` has it.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
        }
    }

    /// The language of a code; English for one that Parlor does not speak.
    pub fn of(code: &str) -> Self {
        if code == "ru" { Self::Ru } else { Self::En }
    }
}
