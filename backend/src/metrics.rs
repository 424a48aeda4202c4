//! What Prometheus asks for: how much is done, and how things stand when it asks.
//!
//! On an address of its own, loopback by default: nothing here is for people who chat, and nothing says
//! who they are. To add a number: a field, its line in [`Metrics::new`], and where it changes.

use std::{
    fmt,
    sync::atomic::{AtomicI64, AtomicU64},
    time::Duration,
};

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

/// The upper bounds of what a call may take, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Call {
    method: String,
    status: u32,
}

/// How things stand at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing {
    /// Sockets that have said who they are.
    pub sockets: usize,
    /// People who are here, on any node as far as is known.
    pub people: usize,
    /// Rooms of which something is kept in memory.
    pub rooms: usize,
    /// Whether the relay carries words, where there are several nodes.
    pub relay: Option<(bool, Duration)>,
    /// Commits of which it is not known whether they stand.
    pub unknown_commits: u64,
}

/// All numbers of one node.
pub struct Metrics {
    registry: Registry,
    calls: Family<Call, Counter>,
    call_seconds: Histogram,
    changes: Counter,
    sockets: Gauge,
    people: Gauge,
    rooms: Gauge,
    relay_up: Gauge,
    relay_seconds: Gauge<f64, AtomicU64>,
    unknown_commits: Gauge<i64, AtomicI64>,
}

impl Metrics {
    /// Everything at zero.
    pub fn new() -> Self {
        let mut new = Self {
            registry: Registry::with_prefix("parlor"),
            calls: Family::default(),
            call_seconds: Histogram::new(SECONDS),
            changes: Counter::default(),
            sockets: Gauge::default(),
            people: Gauge::default(),
            rooms: Gauge::default(),
            relay_up: Gauge::default(),
            relay_seconds: Gauge::default(),
            unknown_commits: Gauge::default(),
        };
        let registry = &mut new.registry;
        registry.register("http_calls", "Calls by method and status", new.calls.clone());
        let seconds = new.call_seconds.clone();
        registry.register("http_call_seconds", "How long calls took", seconds);
        let changes = new.changes.clone();
        registry.register("changes", "Changes of rooms that were committed here", changes);
        registry.register("sockets", "Sockets that have said who they are", new.sockets.clone());
        registry.register("people_online", "People who are here, on any node", new.people.clone());
        registry.register("rooms_heard", "Rooms kept in memory", new.rooms.clone());
        let up = new.relay_up.clone();
        registry.register("relay_up", "Whether the relay carries words between nodes", up);
        let seconds = new.relay_seconds.clone();
        registry.register("relay_seconds", "How long a word took to come back", seconds);
        let unknown = new.unknown_commits.clone();
        registry.register("unknown_commits", "Commits whose outcome was not heard", unknown);
        new
    }

    /// A call was answered.
    pub fn called(&self, method: &str, status: u16, took: Duration) {
        // Whoever invents methods does not make new rows.
        let known = ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&method);
        let method = if known { method } else { "other" }.to_owned();
        self.calls.get_or_create(&Call { method, status: status.into() }).inc();
        self.call_seconds.observe(took.as_secs_f64());
    }

    /// So many changes of rooms were committed.
    pub fn changed(&self, count: u64) {
        self.changes.inc_by(count);
    }

    /// Everything, as Prometheus reads it.
    ///
    /// # Errors
    /// None that can be thought of: it is written to memory.
    pub fn text(&self, standing: Standing) -> Result<String, fmt::Error> {
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.sockets.set(count(standing.sockets));
        self.people.set(count(standing.people));
        self.rooms.set(count(standing.rooms));
        let (is_up, took) = standing.relay.unwrap_or_default();
        self.relay_up.set(is_up.into());
        self.relay_seconds.set(took.as_secs_f64());
        self.unknown_commits.set(i64::try_from(standing.unknown_commits).unwrap_or(i64::MAX));
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_told_as_prometheus_reads_it() {
        let metrics = Metrics::new();
        metrics.called("GET", 200, Duration::from_millis(3));
        metrics.called("BREW", 405, Duration::ZERO);
        metrics.changed(2);
        let relay = Some((true, Duration::from_millis(1)));
        let text = metrics.text(Standing { sockets: 7, relay, ..Standing::default() }).unwrap();
        for line in [
            r#"parlor_http_calls_total{method="GET",status="200"} 1"#,
            r#"parlor_http_calls_total{method="other",status="405"} 1"#,
            "parlor_http_call_seconds_count 2",
            "parlor_changes_total 2",
            "parlor_sockets 7",
            "parlor_relay_up 1",
            "parlor_relay_seconds 0.001",
        ] {
            assert!(text.lines().any(|it| it == line), "{line} is not in\n{text}");
        }
    }
}
