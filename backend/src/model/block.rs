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

/// Which page of the people whom the caller has blocked.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListBlocks {
    /// How many at the most.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<i64>,
    /// `next` of the page before.
    #[param(max_length = 4096)]
    pub cursor: Option<String>,
}
