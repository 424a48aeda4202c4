//! Errors as they travel: RFC 9457 over REST, `error` in a reply over the gateway.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An error over REST, as `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    /// Always `about:blank`: `code` says which error it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Stable, `snake_case`, for programs.
    pub code: String,
    /// A sentence for people, in the language of `Accept-Language`.
    pub detail: String,
    /// The `X-Request-Id` of the answer, to find it in the logs.
    pub request_id: String,
    /// What is wrong with which field.
    pub errors: Vec<FieldProblem>,
}

/// An error over the gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplyError {
    /// Stable, `snake_case`, for programs; the codes are those of REST.
    pub code: String,
    /// A sentence for people.
    pub detail: String,
    /// When to try again, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
    /// What is wrong with which field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<FieldProblem>>,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldProblem {
    /// The field's name, dotted where it lies deeper.
    pub field: String,
    /// Stable, `snake_case`.
    pub code: String,
    /// A sentence for people.
    pub detail: String,
}
