//! People from whom one takes nothing private.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Profile, Timestamp};

/// Somebody whom the caller has blocked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// Who.
    pub profile: Profile,
    /// Since when.
    pub created_at: Timestamp,
}

/// What a list of blocked people is ordered by; ties by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum BlockOrdering {
    /// Who was blocked last comes first.
    #[default]
    #[serde(rename = "-created_at")]
    CreatedAtDown,
    /// Who was blocked first comes first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// By display name, A to Z, whichever case.
    #[serde(rename = "display_name")]
    DisplayName,
    /// Z to A.
    #[serde(rename = "-display_name")]
    DisplayNameDown,
}

/// Which blocked people to list.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListBlocks {
    /// Only people with this in their display name or username, whichever case.
    #[param(max_length = 100)]
    pub search: Option<String>,
    /// The order.
    #[serde(default)]
    #[param(inline)]
    pub ordering: BlockOrdering,
    /// How many at the most.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<i64>,
    /// `next` of the page before.
    #[param(max_length = 4096)]
    pub cursor: Option<String>,
}
