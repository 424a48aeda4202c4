//! A person's public face, and what only that person sees of it.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Timestamp, UserId};

/// The longest text about oneself, in code points.
pub const BIO_CHARS_MAX: usize = 500;
/// The longest status text, in code points.
pub const STATUS_TEXT_CHARS_MAX: usize = 80;

/// Where avatars are served; an id and a size follow.
pub const AVATARS: &str = "/media/avatars";
/// The size that an `avatar_url` names: the side of the square, in pixels.
pub const AVATAR_SIZE: u32 = 128;

/// What a person shows of being here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Here, and shows it.
    Online,
    /// Here, but not looking.
    Away,
    /// Here, and not to be disturbed.
    Busy,
    /// No socket is open, or who is here does not show it.
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
    /// Where the avatar is served, a square of 128 pixels; the last part may be replaced by 32, 64 or
    /// 256. Another avatar has another address. Null if there is none.
    pub avatar_url: Option<String>,
    /// At most 500 characters.
    pub bio: String,
    /// Whether this person is staff.
    pub is_staff: bool,
    /// What this person shows now.
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
    /// Where the avatar is served, a square of 128 pixels; the last part may be replaced by 32, 64 or
    /// 256. Another avatar has another address. Null if there is none.
    pub avatar_url: Option<String>,
    /// At most 500 characters.
    pub bio: String,
    /// Whether this person is staff.
    pub is_staff: bool,
    /// What this person shows now.
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
    /// Whether there is a password; without one this person signs in by a provider only.
    pub has_password: bool,
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

/// What to change of one's own profile; what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateMe {
    /// 2–32 characters: letters of one script, digits, `_ . -`.
    #[schema(min_length = 2, max_length = 32)]
    pub username: Option<String>,
    /// 1–64 characters on one line.
    #[schema(min_length = 1, max_length = 64)]
    pub display_name: Option<String>,
    /// At most 500 characters.
    #[schema(max_length = 500)]
    pub bio: Option<String>,
    /// What to show while a socket is open. With `offline` nobody is shown that you are here, nor that
    /// you type, and whispers to you are refused (`not_online`); you hear everything as before.
    pub presence: Option<Presence>,
    /// At most 80 characters on one line.
    #[schema(max_length = 80)]
    pub status_text: Option<String>,
    /// The language of texts and mails.
    pub locale: Option<Locale>,
}

/// What a list of people is ordered by; ties by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum ProfileOrdering {
    /// By username, A to Z, whichever case.
    #[default]
    #[serde(rename = "username")]
    Username,
    /// Z to A.
    #[serde(rename = "-username")]
    UsernameDown,
    /// By display name, A to Z, whichever case.
    #[serde(rename = "display_name")]
    DisplayName,
    /// Z to A.
    #[serde(rename = "-display_name")]
    DisplayNameDown,
    /// Oldest account first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// Newest account first.
    #[serde(rename = "-created_at")]
    CreatedAtDown,
}

/// Which people to list.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListProfiles {
    /// Only people with this in their display name or username, whichever case.
    #[param(max_length = 100)]
    pub search: Option<String>,
    /// Only people who are online, or only those who are not.
    pub online: Option<bool>,
    /// The order.
    #[serde(default)]
    #[param(inline)]
    pub ordering: ProfileOrdering,
    /// How many at the most.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<i64>,
    /// `next` of the page before.
    #[param(max_length = 4096)]
    pub cursor: Option<String>,
}
