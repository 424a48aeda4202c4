//! How long everything took, whole and around each kind of fault.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write,
    time::Duration,
};

use tokio::time::Instant;

use super::{
    history::{Ack, History, Strike},
    listener::Listener,
};

/// How long after its end a fault may still be felt.
const AFTERMATH: Duration = Duration::from_secs(1);

/// When a listener passed each number.
struct Ear {
    node: Option<usize>,
    heard: HashMap<i64, Instant>,
    spells: Vec<(Instant, Option<Instant>)>,
}

impl Ear {
    fn new(listener: &Listener) -> Self {
        let mut heard = HashMap::new();
        let mut last = 0;
        for (rev, at) in &listener.passed {
            // What came before there was a socket is not live.
            let first = if last == 0 { *rev } else { last + 1 };
            for rev in first..=*rev {
                heard.entry(rev).or_insert(*at);
            }
            last = *rev;
        }
        Self { node: listener.node, heard, spells: listener.spells.clone() }
    }

    /// Whether it was up to date and had a socket then.
    fn is_live(&self, then: Instant) -> bool {
        self.spells.iter().any(|(begin, end)| *begin <= then && end.is_none_or(|end| then <= end))
    }

    /// How late a message came, after its sender knew that it was stored, to a socket that was open all
    /// the while.
    fn delay(&self, ack: &Ack) -> Option<Duration> {
        let heard = *self.heard.get(&ack.seq)?;
        let is_within = |(begin, end): &(Instant, Option<Instant>)| {
            *begin <= ack.at && end.is_none_or(|end| heard <= end)
        };
        let is_live = self.spells.iter().any(is_within);
        is_live.then(|| heard.saturating_duration_since(ack.at))
    }
}

/// What was felt of a kind of fault.
#[derive(Default)]
struct Felt {
    times: usize,
    sends: Vec<Duration>,
    delays: Vec<Duration>,
    /// How long after its end everybody had everything from before.
    complete: Duration,
}

pub(super) fn report(history: &History, listeners: &[Listener]) -> String {
    let (acks, ears) = (history.acks(), listeners.iter().map(Ear::new).collect::<Vec<_>>());
    let mut kinds = BTreeMap::<&str, Felt>::new();
    history.strikes(|strikes| {
        for strike in strikes {
            feel(kinds.entry(strike.kind).or_default(), strike, &acks, &ears);
        }
    });
    let mut text = format!("{history}\n");
    let mut line = |name: &str, times: usize, felt: &mut Felt| {
        let (sends, delays) = (span(&mut felt.sends), span(&mut felt.delays));
        let complete = felt.complete.as_millis();
        writeln!(text, "{name:<28}{times:>6}{sends:>22}{delays:>22}{complete:>12}").unwrap();
    };
    let mut whole = Felt {
        sends: acks.iter().map(Ack::took).collect(),
        delays: acks.iter().flat_map(|ack| ears.iter().filter_map(|ear| ear.delay(ack))).collect(),
        ..Felt::default()
    };
    line("the whole run", 1, &mut whole);
    for (kind, mut felt) in kinds {
        line(kind, felt.times, &mut felt);
    }
    let head = format!(
        "{:<28}{:>6}{:>22}{:>22}{:>12}\n",
        "in milliseconds", "times", "sends p99/all", "heard p99/all", "complete"
    );
    let at = text.find("the whole run").unwrap();
    text.insert_str(at, &head);
    text
}

fn feel(felt: &mut Felt, strike: &Strike, acks: &[Ack], ears: &[Ear]) {
    felt.times += 1;
    let until = strike.healed + AFTERMATH;
    // Who listens at the node that is hit comes back when it does.
    let spared = || ears.iter().filter(|ear| ear.node != strike.node || strike.node.is_none());
    for ack in acks {
        if ack.at >= strike.began && ack.began <= until {
            felt.sends.push(ack.took());
        }
        if ack.at >= strike.began && ack.at <= until {
            felt.delays.extend(spared().filter_map(|ear| ear.delay(ack)));
        }
        if ack.at <= strike.healed {
            // Nor is it this fault's doing if somebody has not come back from the one before.
            let live = spared().filter(|ear| ear.is_live(strike.began));
            let heard = live.filter_map(|ear| ear.heard.get(&ack.seq));
            let late = heard.map(|at| at.saturating_duration_since(strike.healed)).max();
            felt.complete = felt.complete.max(late.unwrap_or_default());
        }
    }
}

fn span(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |index: usize| times.get(index).map_or(0, Duration::as_millis);
    format!("{}/{}", at(times.len() * 99 / 100), at(times.len().saturating_sub(1)))
}
