//! Accounts, as administration sees them.

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::list::{ordering, which};
use crate::model::{Timestamp, UserId, profile::Locale};

/// An account. Its password is nobody's to see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdminUser {
    /// Who it is.
    pub id: UserId,
    /// The name they sign in with.
    pub username: String,
    /// The name to show.
    pub display_name: String,
    /// Where the avatar is served, a square of 128 pixels; null if there is none.
    pub avatar_url: Option<String>,
    /// At most 500 characters about themselves.
    pub bio: String,
    /// The e-mail address, if one was given.
    pub email: Option<String>,
    /// Whether the address was shown to be this person's.
    pub email_verified: bool,
    /// Whether the account may be used.
    pub is_active: bool,
    /// Whether this person is staff.
    pub is_staff: bool,
    /// Whether this person may administer everything.
    pub is_superuser: bool,
    /// Whether signing in needs a code.
    pub totp_enabled: bool,
    /// The language of texts and mails.
    pub locale: Locale,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When any of its sessions was last used, as far as they are kept; null if none is.
    pub last_seen_at: Option<Timestamp>,
    /// How many live sessions there are.
    pub sessions_count: i64,
    /// How many live personal access tokens there are.
    pub tokens_count: i64,
    /// Of how many rooms they are a member, direct rooms among them.
    pub rooms_count: i64,
}

ordering!(
    /// What a list of accounts is ordered by; ties by id.
    AdminUserOrdering,
    Username "username",
    UsernameDown "-username",
    DisplayName "display_name",
    DisplayNameDown "-display_name",
    CreatedAt "created_at",
    CreatedAtDown "-created_at",
);

which!(
    /// Which accounts to list.
    ListAdminUsers,
    search: "Only accounts with this in their username, display name or e-mail address, whichever case.",
    moment: "was made",
    ordering: AdminUserOrdering,
    /// Only accounts that may be used, or only those that may not.
    is_active: bool,
    /// Only staff, or only others.
    is_staff: bool,
    /// Only superusers, or only others.
    is_superuser: bool,
    /// Only accounts whose address was shown to be theirs, or only others.
    email_verified: bool,
    /// Only accounts with two-factor authentication, or only others.
    totp_enabled: bool,
);

/// An account to be made.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// 2–32 characters: letters of one script, digits, `_ . -`. Reserved words may be given.
    #[schema(min_length = 2, max_length = 32)]
    pub username: String,
    /// At least 8 characters and hard to guess.
    #[schema(min_length = 8, max_length = 1024, format = Password)]
    pub password: String,
    /// Where mails go; it counts as verified.
    #[schema(max_length = 254)]
    pub email: Option<String>,
    /// 1–64 characters; the username if it is left out.
    #[schema(min_length = 1, max_length = 64)]
    pub display_name: Option<String>,
    /// Whether the account may be used; true if it is left out.
    pub is_active: Option<bool>,
    /// Superusers only. Whether this person is staff.
    pub is_staff: Option<bool>,
    /// Superusers only. Whether this person may administer everything; they are staff then.
    pub is_superuser: Option<bool>,
}

/// What to change of an account; what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateUser {
    /// 2–32 characters: letters of one script, digits, `_ . -`. Reserved words may be given.
    #[schema(min_length = 2, max_length = 32)]
    pub username: Option<String>,
    /// 1–64 characters on one line.
    #[schema(min_length = 1, max_length = 64)]
    pub display_name: Option<String>,
    /// At most 500 characters.
    #[schema(max_length = 500)]
    pub bio: Option<String>,
    /// Where mails go; it counts as verified. Null: nowhere.
    #[serde(default, deserialize_with = "given")]
    #[schema(max_length = 254)]
    pub email: Option<Option<String>>,
    /// The language of texts and mails.
    pub locale: Option<Locale>,
    /// False ends all sessions, tokens and sockets at once.
    pub is_active: Option<bool>,
    /// Superusers only. False removes the person from all rooms for staff at once.
    pub is_staff: Option<bool>,
    /// Superusers only, and never for oneself. True makes the person staff as well.
    pub is_superuser: Option<bool>,
}

/// Tells a null, which is something, from what was left out.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Another password for somebody.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPassword {
    /// At least 8 characters and hard to guess.
    #[schema(min_length = 8, max_length = 1024, format = Password)]
    pub new_password: String,
}
