//! What proves who somebody is, and changing it: passwords, addresses, codes, personal tokens.
//!
//! Nothing here can be printed: what holds a secret has no `Debug`.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Timestamp, TokenId};

/// What is asked of an e-mail address before an account may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verification {
    /// Nothing: no mail is sent, an address is believed to be nobody's in particular.
    None,
    /// A link is sent; the account may be used at once.
    #[default]
    Optional,
    /// No session before the link was opened.
    Mandatory,
}

/// Another password for the caller.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password of today. Left out by whoever has none, and has signed in within the last five
    /// minutes.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 1024, format = Password)]
    pub current_password: String,
    /// At least 8 characters and hard to guess.
    #[schema(min_length = 8, max_length = 1024, format = Password)]
    pub new_password: String,
}

/// Somebody who has forgotten their password.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    /// The address of the account.
    #[schema(min_length = 3, max_length = 254)]
    pub email: String,
}

/// A new password, by the link of a mail.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmReset {
    /// What the link carries.
    #[schema(max_length = 64)]
    pub token: String,
    /// At least 8 characters and hard to guess.
    #[schema(min_length = 8, max_length = 1024, format = Password)]
    pub new_password: String,
}

/// An address that is shown to be somebody's, by the link of a mail.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyEmail {
    /// What the link carries.
    #[schema(max_length = 64)]
    pub token: String,
}

/// Whom to send the link once more.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResendEmail {
    /// The address; the caller's own if it is left out, which needs a session.
    #[schema(min_length = 3, max_length = 254)]
    pub email: Option<String>,
}

/// Another address for the caller.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeEmail {
    /// The password. Left out by whoever has none, and has signed in within the last five minutes.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 1024, format = Password)]
    pub current_password: String,
    /// The new address.
    #[schema(min_length = 3, max_length = 254)]
    pub email: String,
}

/// What a sign-up answers where an address must be verified first.
#[derive(Clone, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerificationPending {
    /// Always `email_not_verified`, the code that signing in answers until then.
    pub code: String,
    /// Where the link was sent.
    pub email: String,
}

/// The beginning of two-factor authentication.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolTotp {
    /// The password. Left out by whoever has none, and has signed in within the last five minutes.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 1024, format = Password)]
    pub current_password: String,
}

/// What an authenticator program needs; shown once.
#[derive(Clone, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TotpSecret {
    /// To be typed in: base32 (RFC 6238: HMAC-SHA-1, 6 digits, 30 seconds).
    pub secret: String,
    /// To be shown as a QR code.
    pub otpauth_uri: String,
}

/// A first code, which shows that the authenticator works.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmTotp {
    /// Six digits.
    #[schema(min_length = 6, max_length = 64)]
    pub code: String,
}

/// Other recovery codes, for the password.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenewRecoveryCodes {
    /// The password. Left out by whoever has none, and has signed in within the last five minutes.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 1024, format = Password)]
    pub current_password: String,
}

/// Codes that stand in for the authenticator, each once; shown once.
#[derive(Clone, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecoveryCodes {
    /// Ten of them.
    pub recovery_codes: Vec<String>,
}

/// The end of two-factor authentication: the password or a code.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveTotp {
    /// The password.
    #[schema(min_length = 1, max_length = 1024, format = Password)]
    pub current_password: Option<String>,
    /// Six digits, or a recovery code.
    #[schema(min_length = 6, max_length = 64)]
    pub code: Option<String>,
}

/// Whether signing in needs a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TotpState {
    /// It does.
    pub enabled: bool,
    /// How many recovery codes were not used yet.
    pub recovery_codes_left: i64,
}

/// What a personal access token may be used for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// To read what its owner may read.
    Read,
    /// To change what its owner may change.
    Write,
    /// To administer, if its owner may.
    Admin,
}

impl Scope {
    /// The name as it is stored and as it travels.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }

    /// The scope of a name.
    pub fn of(name: &str) -> Option<Self> {
        [Self::Read, Self::Write, Self::Admin].into_iter().find(|scope| scope.name() == name)
    }
}

/// How far whoever asks may go: a session as far as its person, a token as far as its scopes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Signed in with the password.
    Session,
    /// A program with a personal access token.
    Token(Vec<Scope>),
}

/// A personal access token to be.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What its owner calls it: 1–64 characters on one line.
    #[schema(min_length = 1, max_length = 64)]
    pub name: String,
    /// What it may be used for: at least one.
    #[schema(min_items = 1, max_items = 3)]
    pub scopes: Vec<Scope>,
    /// In how many days it ends; never if it is left out.
    #[schema(minimum = 1, maximum = 3650)]
    pub expires_in_days: Option<i64>,
}

/// A personal access token, without the token itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonalToken {
    /// Its id.
    pub id: TokenId,
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute; null if never.
    pub last_used_at: Option<Timestamp>,
    /// When it ends; null if never.
    pub expires_at: Option<Timestamp>,
}

/// What a list of one's own tokens is ordered by; ties by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum TokenOrdering {
    /// What was made last comes first.
    #[default]
    #[serde(rename = "-created_at")]
    CreatedAtDown,
    /// What was made first comes first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// By name, A to Z, whichever case.
    #[serde(rename = "name")]
    Name,
    /// Z to A.
    #[serde(rename = "-name")]
    NameDown,
    /// What was used last comes first, what was never used at the end.
    #[serde(rename = "-last_used_at")]
    LastUsedAtDown,
    /// What was never used comes first, then what was not for longest.
    #[serde(rename = "last_used_at")]
    LastUsedAt,
    /// What ends first comes first, what never ends at the end.
    #[serde(rename = "expires_at")]
    ExpiresAt,
    /// What never ends comes first, then what ends last.
    #[serde(rename = "-expires_at")]
    ExpiresAtDown,
}

/// Which of one's own tokens to list.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListTokens {
    /// Only tokens with this in their name, whichever case.
    #[param(max_length = 100)]
    pub search: Option<String>,
    /// Only tokens that may be used for this.
    #[param(inline)]
    pub scope: Option<Scope>,
    /// The order.
    #[serde(default)]
    #[param(inline)]
    pub ordering: TokenOrdering,
    /// How many at the most.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<i64>,
    /// `next` of the page before.
    #[param(max_length = 4096)]
    pub cursor: Option<String>,
}

/// A personal access token that was just made.
#[derive(Clone, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MadeToken {
    /// The token: `parlor_pat_…`, to be used like an access token. It is shown now and never again.
    pub token: String,
    /// Its id.
    pub id: TokenId,
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends; null if never.
    pub expires_at: Option<Timestamp>,
}
