//! What Prometheus asks for: how much is done, and how things stand when it asks.
//!
//! On an address of its own, loopback by default: nothing here is for people who chat, and nothing says
//! who they are. To add a number: a field, its line in [`Metrics::new`], and where it changes.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use prometheus_client::{
    encoding::{EncodeLabelSet, EncodeMetric, MetricEncoder, NoLabelSet, text::encode},
    metrics::{MetricType, counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

use crate::tally::{self, Tally};

/// The upper bounds of what a call may take, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Call {
    method: String,
    status: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    code: u32,
}

/// How things stand at one moment.
#[derive(Clone, Debug, Default)]
pub struct Figures {
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
    /// How often the database was read.
    pub reads: u64,
    /// How often something was missed, and was read.
    pub repairs: u64,
    /// How many sockets ended with each code.
    pub closes: Vec<(u16, u64)>,
    /// How long callers waited for a connection to the database, in microseconds.
    pub waits_us: Option<tally::Reading>,
    /// How many pieces of work a commit had.
    pub batches: Option<tally::Reading>,
    /// How long it took until what was new stood in every queue, in microseconds.
    pub fan_out_us: Option<tally::Reading>,
}

/// Something that was counted elsewhere, as Prometheus reads it.
#[derive(Clone, Debug)]
struct Told {
    read: Arc<Mutex<tally::Reading>>,
    /// What is counted is told by so many times as much.
    per: f64,
}

impl Told {
    fn new(per: f64) -> Self {
        Self { read: Arc::new(Mutex::new(Tally::new(&[]).read())), per }
    }

    fn set(&self, read: Option<tally::Reading>) {
        if let Some(read) = read {
            *self.read.lock().unwrap_or_else(PoisonError::into_inner) = read;
        }
    }

    /// A number of what is counted as it is told.
    fn shown(&self, value: u64) -> f64 {
        // Bounds are small; the last of them is no bound at all.
        u32::try_from(value).map_or(f64::MAX, |value| f64::from(value) / self.per)
    }
}

impl EncodeMetric for Told {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> fmt::Result {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let buckets: Vec<_> = read.buckets.iter().map(|(top, n)| (self.shown(*top), *n)).collect();
        // A sum is larger than any single value.
        let sum = Duration::from_micros(read.sum).as_secs_f64() * 1e6 / self.per;
        encoder.encode_histogram::<NoLabelSet>(sum, read.count, &buckets, None)
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Histogram
    }
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
    reads: Counter,
    repairs: Counter,
    closes: Family<Ended, Counter>,
    waits: Told,
    batches: Told,
    fan_out: Told,
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
            reads: Counter::default(),
            repairs: Counter::default(),
            closes: Family::default(),
            waits: Told::new(1e6),
            batches: Told::new(1.0),
            fan_out: Told::new(1e6),
        };
        let registry = &mut new.registry;
        registry.register("http_calls", "Calls by method and status", new.calls.clone());
        let seconds = new.call_seconds.clone();
        registry.register("http_call_seconds", "How long calls took", seconds);
        let changes = new.changes.clone();
        registry.register("changes", "Changes of rooms that were committed here", changes);
        registry.register("sockets", "Sockets that have said who they are", new.sockets.clone());
        registry.register(
            "people_here",
            "People who have a socket, on any node, whatever they show",
            new.people.clone(),
        );
        registry.register("rooms_heard", "Rooms kept in memory", new.rooms.clone());
        let up = new.relay_up.clone();
        registry.register(
            "relay_up",
            "Whether the relay carries words between nodes, there and back",
            up,
        );
        let seconds = new.relay_seconds.clone();
        registry.register("relay_seconds", "How long a word took to come back", seconds);
        let unknown = new.unknown_commits.clone();
        registry.register("unknown_commits", "Commits whose outcome was not heard", unknown);
        let reads = new.reads.clone();
        registry.register("database_reads", "Reads of the database, not of memory", reads);
        let waits = new.waits.clone();
        registry.register("database_wait_seconds", "How long a read waited for its turn", waits);
        registry.register("commit_batch", "Pieces of work in one commit", new.batches.clone());
        let fan_out = new.fan_out.clone();
        registry.register(
            "fan_out_seconds",
            "From being told of news until it stands in the queue of every socket of a thread",
            fan_out,
        );
        let repairs = new.repairs.clone();
        registry.register("repairs", "Gaps in rooms that were read from the database", repairs);
        registry.register("socket_closes", "Sockets that ended, by their code", new.closes.clone());
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
    pub fn text(&self, figures: Figures) -> Result<String, fmt::Error> {
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.sockets.set(count(figures.sockets));
        self.people.set(count(figures.people));
        self.rooms.set(count(figures.rooms));
        let (is_up, took) = figures.relay.unwrap_or_default();
        self.relay_up.set(is_up.into());
        self.relay_seconds.set(took.as_secs_f64());
        self.unknown_commits.set(i64::try_from(figures.unknown_commits).unwrap_or(i64::MAX));
        self.reads.inner().store(figures.reads, Ordering::Relaxed);
        self.repairs.inner().store(figures.repairs, Ordering::Relaxed);
        for (code, count) in figures.closes {
            let closes = self.closes.get_or_create(&Ended { code: code.into() });
            closes.inner().store(count, Ordering::Relaxed);
        }
        self.waits.set(figures.waits_us);
        self.batches.set(figures.batches);
        self.fan_out.set(figures.fan_out_us);
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
        let (waits, batches) = (Tally::new(tally::MICROS), Tally::new(tally::COUNTS));
        waits.add(2_000);
        batches.add(3);
        batches.add(9_999);
        let figures = Figures {
            sockets: 7,
            relay,
            reads: 5,
            closes: vec![(4001, 2)],
            waits_us: Some(waits.read()),
            batches: Some(batches.read()),
            ..Figures::default()
        };
        let text = metrics.text(figures).unwrap();
        for line in [
            r#"parlor_http_calls_total{method="GET",status="200"} 1"#,
            r#"parlor_http_calls_total{method="other",status="405"} 1"#,
            "parlor_http_call_seconds_count 2",
            "parlor_changes_total 2",
            "parlor_sockets 7",
            "parlor_relay_up 1",
            "parlor_relay_seconds 0.001",
            "parlor_database_reads_total 5",
            r#"parlor_socket_closes_total{code="4001"} 2"#,
            "parlor_database_wait_seconds_sum 0.002",
            r#"parlor_database_wait_seconds_bucket{le="0.0025"} 1"#,
            r#"parlor_database_wait_seconds_bucket{le="0.001"} 0"#,
            r#"parlor_commit_batch_bucket{le="4.0"} 1"#,
            r#"parlor_commit_batch_bucket{le="+Inf"} 2"#,
        ] {
            assert!(text.lines().any(|it| it == line), "{line} is not in\n{text}");
        }
    }
}
