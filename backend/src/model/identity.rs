//! Signing in by a provider of OpenID Connect, and the identities that come of it.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{IdentityId, Timestamp, account::Carrier};

/// A provider that people may sign in by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderRef {
    /// Its address, by which it is named in other calls.
    pub issuer: String,
    /// What people call it.
    pub label: String,
}

/// Somebody who wants to sign in by a provider.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginSignIn {
    /// Which provider.
    #[schema(max_length = 512)]
    pub issuer: String,
    /// Keep the session for 30 days instead of 24 hours.
    #[serde(default)]
    pub remember: bool,
    /// Where the browser shall come back to: `/oidc/` of this site, or, for programs, any path of
    /// `http://127.0.0.1` or `http://[::1]` with any port. The web client leaves it out.
    #[schema(max_length = 512)]
    pub redirect_uri: Option<String>,
}

/// Somebody who wants to connect a provider with their account.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginConnect {
    /// Which provider.
    #[schema(max_length = 512)]
    pub issuer: String,
    /// The password. Left out by whoever has none, and has signed in within the last five minutes.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 1024, format = Password)]
    pub current_password: String,
    /// As when signing in.
    #[schema(max_length = 512)]
    pub redirect_uri: Option<String>,
}

/// Where to send the browser.
#[derive(Clone, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Begun {
    /// The provider's page.
    pub authorization_url: String,
    /// To be kept by whoever began, until the browser comes back: it is good once, for ten minutes, and
    /// nobody else can finish.
    pub ticket: String,
    /// How long it is good, in seconds.
    pub expires_in: i64,
}

/// What the browser came back with.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishSignIn {
    /// What was kept.
    #[schema(max_length = 4096)]
    pub ticket: String,
    /// `code` of the address that the browser came back to.
    #[schema(min_length = 1, max_length = 4096)]
    pub code: String,
    /// `state` of it.
    #[schema(max_length = 512)]
    pub state: String,
    /// `iss` of it, if it is there.
    #[schema(max_length = 512)]
    pub iss: Option<String>,
    /// How the refresh token travels.
    #[serde(default)]
    pub session: Carrier,
}

/// The same, for an account that exists.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishConnect {
    /// What was kept.
    #[schema(max_length = 4096)]
    pub ticket: String,
    /// `code` of the address that the browser came back to.
    #[schema(min_length = 1, max_length = 4096)]
    pub code: String,
    /// `state` of it.
    #[schema(max_length = 512)]
    pub state: String,
    /// `iss` of it, if it is there.
    #[schema(max_length = 512)]
    pub iss: Option<String>,
}

/// What is still asked of whoever a provider has confirmed.
#[derive(Clone, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInPending {
    /// `totp_required`: send the ticket with a code; `email_not_verified`: open the link in the mail,
    /// and begin again.
    pub code: String,
    /// With `totp_required`: good until a code was right, for five minutes; null otherwise.
    pub ticket: Option<String>,
    /// With `email_not_verified`: where the link was sent; null otherwise.
    pub email: Option<String>,
}

/// The second factor of whoever a provider has confirmed.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmSignIn {
    /// Of the answer that asked for it.
    #[schema(max_length = 4096)]
    pub ticket: String,
    /// Six digits, or a recovery code.
    #[schema(min_length = 6, max_length = 64)]
    pub totp: String,
    /// How the refresh token travels.
    #[serde(default)]
    pub session: Carrier,
}

/// Who a provider says that the caller is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Its id.
    pub id: IdentityId,
    /// The provider's address.
    pub issuer: String,
    /// What people call the provider; its address, if it is not set up any more.
    pub label: String,
    /// What the caller is called there: an address or a name.
    pub name: Option<String>,
    /// When it was connected.
    pub created_at: Timestamp,
    /// When it was last signed in with.
    pub last_used_at: Timestamp,
}

/// What a list of one's own identities is ordered by; ties by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum IdentityOrdering {
    /// What was connected first comes first.
    #[default]
    #[serde(rename = "created_at")]
    CreatedAt,
    /// What was connected last comes first.
    #[serde(rename = "-created_at")]
    CreatedAtDown,
    /// What was not signed in with for longest comes first.
    #[serde(rename = "last_used_at")]
    LastUsedAt,
    /// What was signed in with last comes first.
    #[serde(rename = "-last_used_at")]
    LastUsedAtDown,
    /// By what the provider is called, A to Z, whichever case.
    #[serde(rename = "label")]
    Label,
    /// Z to A.
    #[serde(rename = "-label")]
    LabelDown,
}

/// Which of one's own identities to list.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListIdentities {
    /// Only identities with this in what the provider is called, or the caller there, whichever case.
    #[param(max_length = 100)]
    pub search: Option<String>,
    /// The order.
    #[serde(default)]
    #[param(inline)]
    pub ordering: IdentityOrdering,
    /// How many at the most.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<i64>,
    /// `next` of the page before.
    #[param(max_length = 4096)]
    pub cursor: Option<String>,
}

/// The end of an identity.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Disconnect {
    /// The password. Left out by whoever has none, and has signed in within the last five minutes.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 1024, format = Password)]
    pub current_password: String,
}
