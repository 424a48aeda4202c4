//! How a node is, as whoever watches over it hears it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How well something works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// As it should.
    Ok,
    /// Worse than it should, but nothing is refused.
    Degraded,
    /// Not at all.
    Down,
}

/// One part of a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Which part: `store`; `fan_out`, what is told to sockets; `relay` on a node that is one of several.
    pub name: String,
    /// How it is.
    pub state: State,
    /// How long it took to answer, in milliseconds.
    pub latency_ms: f64,
}

/// Whether a node can serve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Readiness {
    /// The worst of its parts.
    pub state: State,
    /// Each part.
    pub parts: Vec<Part>,
}
