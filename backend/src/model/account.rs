//! Signing up, signing in, and the sessions that come of it.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{SessionId, Timestamp, profile::Me};

/// How the refresh token travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// In the body, for programs.
    #[default]
    Token,
    /// In an `HttpOnly` cookie, for browsers.
    Cookie,
}

/// A new account.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// 2–32 characters: letters of one script, digits, `_ . -`.
    #[schema(min_length = 2, max_length = 32)]
    pub username: String,
    /// At least 8 characters and hard to guess.
    #[schema(min_length = 8, max_length = 1024, format = Password)]
    pub password: String,
    /// Where mails go. Needed where addresses must be verified.
    #[schema(max_length = 254)]
    pub email: Option<String>,
    /// 1–64 characters; the username if it is left out.
    #[schema(min_length = 1, max_length = 64)]
    pub display_name: Option<String>,
    /// How the refresh token travels.
    #[serde(default)]
    pub session: Carrier,
}

/// The first superuser of a fresh server.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    /// What the link carries that the server showed when it started.
    #[schema(max_length = 64)]
    pub token: String,
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
    /// How the refresh token travels.
    #[serde(default)]
    pub session: Carrier,
}

/// Somebody who signs in.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The username or the e-mail address.
    #[schema(max_length = 254)]
    pub username: String,
    /// The password.
    #[schema(max_length = 1024, format = Password)]
    pub password: String,
    /// Keep the session for 30 days instead of 24 hours.
    #[serde(default)]
    pub remember: bool,
    /// How the refresh token travels.
    #[serde(default)]
    pub session: Carrier,
    /// With two-factor authentication: six digits, or a recovery code.
    #[schema(min_length = 6, max_length = 64)]
    pub totp: Option<String>,
}

/// A refresh token from the body; browsers send the cookie instead.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The token that the last call answered.
    pub refresh_token: Option<String>,
}

/// What a sign-up, a sign-in or a refresh answers.
#[derive(Clone, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Tokens {
    /// For `Authorization: Bearer`, and for `hello`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: TokenType,
    /// How long the access token is good, in seconds.
    pub expires_in: i64,
    /// The next refresh token; left out where a cookie carries it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// Who signed in.
    pub profile: Me,
}

/// How an access token is shown.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub enum TokenType {
    /// As `Authorization: Bearer <token>`.
    Bearer,
}

/// One signed-in login of a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The session's id.
    pub id: SessionId,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_seen_at: Timestamp,
    /// The address it was last used from.
    pub ip: Option<String>,
    /// The program it was begun with.
    pub user_agent: Option<String>,
    /// Whether it is the session that asks.
    pub current: bool,
}

/// What a list of one's own sessions is ordered by; ties by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum SessionOrdering {
    /// What began last comes first.
    #[default]
    #[serde(rename = "-created_at")]
    CreatedAtDown,
    /// What began first comes first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// What was used last comes first.
    #[serde(rename = "-last_seen_at")]
    LastSeenAtDown,
    /// What was not used for longest comes first.
    #[serde(rename = "last_seen_at")]
    LastSeenAt,
}

/// Which of one's own sessions to list.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListSessions {
    /// Only sessions with this in their `user_agent`, whichever case.
    #[param(max_length = 100)]
    pub search: Option<String>,
    /// The order.
    #[serde(default)]
    #[param(inline)]
    pub ordering: SessionOrdering,
    /// How many at the most.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<i64>,
    /// `next` of the page before.
    #[param(max_length = 4096)]
    pub cursor: Option<String>,
}
