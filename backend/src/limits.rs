//! How much is too much: meters that let a burst through and then a steady flow, one cell per key.
//!
//! Each cell is one number (GCRA): the moment at which the key will owe nothing. That is also what
//! makes it possible to give back what was taken, so that only sign-ins that failed count. The time
//! is a parameter. This module must not know who asks for what. To add a limit: a field of
//! [`Limits`], its numbers in [`Limits::new`], and the place that takes from it.

use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex},
};

use crate::{
    error::{Error, Result},
    model::{RoomId, Timestamp, UserId},
};

/// How many keys one meter remembers. Beyond it, keys that owe nothing are forgotten; if all of them
/// owe something, new ones share a single cell.
const KEYS_MAX: usize = 100_000;

/// So many at once, and so many again in this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// How many may come at once.
    pub burst: u32,
    /// In which time one comes back, in microseconds.
    interval_us: i64,
}

impl Quota {
    /// `count` in every `per`, of which `burst` may come at once.
    const fn new(count: i64, per_s: i64, burst: u32) -> Self {
        Self { burst, interval_us: per_s * 1_000_000 / count }
    }

    /// The time after which the whole burst is there again, in seconds.
    pub fn window_s(self) -> i64 {
        (self.interval_us * i64::from(self.burst)).div_euclid(1_000_000).max(1)
    }

    fn allowance(self, debt_us: i64, wait_us: Option<i64>) -> Allowance {
        let Self { burst, interval_us } = self;
        let used = debt_us.div_euclid(interval_us) + i64::from(debt_us % interval_us > 0);
        let seconds = |us: i64| us.div_euclid(1_000_000) + i64::from(us % 1_000_000 > 0);
        Allowance {
            quota: self,
            remaining: burst.saturating_sub(u32::try_from(used).unwrap_or(u32::MAX)),
            reset_s: seconds(debt_us),
            retry_after_s: wait_us.map(|us| u32::try_from(seconds(us)).unwrap_or(u32::MAX)),
        }
    }
}

/// What a key has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// The limit that was applied.
    pub quota: Quota,
    /// How many more may come right now.
    pub remaining: u32,
    /// When the whole burst is there again, in seconds.
    pub reset_s: i64,
    /// Set when this one was too much: when to come back, in seconds.
    pub retry_after_s: Option<u32>,
}

impl Allowance {
    /// # Errors
    /// `rate_limited` if this one was too much.
    pub fn check(self) -> Result<()> {
        self.retry_after_s.map_or(Ok(()), |wait_s| Err(Error::rate_limited(wait_s)))
    }
}

/// What one caller owes: the moment at which it will owe nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cell {
    free_at_us: i64,
}

impl Cell {
    /// One that owes nothing from a moment on.
    pub fn free_at(at: Timestamp) -> Self {
        Self { free_at_us: at.0 }
    }

    /// From when on it owes nothing.
    pub fn when_free(self) -> Timestamp {
        Timestamp(self.free_at_us)
    }

    /// How it stands, and whether one more would be too much.
    pub fn allowance(self, quota: Quota, now: Timestamp) -> Allowance {
        let debt_us = self.free_at_us.saturating_sub(now.0).max(0);
        let wait_us = debt_us + quota.interval_us - quota.interval_us * i64::from(quota.burst);
        quota.allowance(debt_us, (wait_us > 0).then_some(wait_us))
    }

    /// Takes one.
    pub fn take(&mut self, quota: Quota, now: Timestamp) -> Allowance {
        let allowance = self.allowance(quota, now);
        if allowance.retry_after_s.is_some() {
            return allowance;
        }
        let debt_us = self.free_at_us.saturating_sub(now.0).max(0) + quota.interval_us;
        self.free_at_us = now.0 + debt_us;
        quota.allowance(debt_us, None)
    }
}

/// One limit for many keys. `None` is the cell that keys share when there are too many.
pub struct Meter<K> {
    quota: Quota,
    /// Held for one look-up at a time, except that a full map is swept under it.
    cells: Mutex<HashMap<Option<K>, Cell>>,
    keys_max: usize,
    on: bool,
}

impl<K: Eq + Hash + Clone> Meter<K> {
    fn new(quota: Quota, on: bool) -> Self {
        Self { quota, cells: Mutex::default(), keys_max: KEYS_MAX, on }
    }

    /// What it allows; nothing where everything is let through.
    pub fn quota(&self) -> Option<Quota> {
        self.on.then_some(self.quota)
    }

    /// Takes one.
    pub fn take(&self, key: &K, now: Timestamp) -> Allowance {
        if !self.on {
            return self.quota.allowance(0, None);
        }
        let mut cells = self.cells.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let key = self.place(&mut cells, key, now);
        cells.entry(key).or_default().take(self.quota, now)
    }

    /// Gives back one that was taken and should not count after all.
    pub fn give_back(&self, key: &K, now: Timestamp) {
        let mut cells = self.cells.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let key = self.place(&mut cells, key, now);
        if let Some(cell) = cells.get_mut(&key) {
            cell.free_at_us -= self.quota.interval_us;
        }
    }

    /// The cell of a key: its own, unless there are too many.
    fn place(&self, cells: &mut HashMap<Option<K>, Cell>, key: &K, now: Timestamp) -> Option<K> {
        let key = Some(key.clone());
        if cells.contains_key(&key) || cells.len() < self.keys_max {
            return key;
        }
        cells.retain(|_, cell| cell.free_at_us > now.0);
        if cells.len() < self.keys_max { key } else { None }
    }
}

/// How many may be inside at once for one key.
pub struct Crowd<K> {
    /// Who is inside: never more than there are connections.
    inside: Arc<Mutex<HashMap<K, usize>>>,
    max: usize,
    on: bool,
}

/// One who is inside, for as long as this is kept.
#[derive(Debug)]
pub struct Inside<K: Eq + Hash> {
    key: K,
    inside: Arc<Mutex<HashMap<K, usize>>>,
}

impl<K: Eq + Hash + Clone> Crowd<K> {
    fn new(max: usize, on: bool) -> Self {
        Self { inside: Arc::default(), max, on }
    }

    /// Lets one in, unless there are too many.
    pub fn enter(&self, key: &K) -> Option<Inside<K>> {
        let mut inside = self.inside.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let count = inside.entry(key.clone()).or_default();
        if self.on && *count >= self.max {
            return None;
        }
        *count = count.saturating_add(1);
        Some(Inside { key: key.clone(), inside: self.inside.clone() })
    }
}

impl<K: Eq + Hash> Drop for Inside<K> {
    fn drop(&mut self) {
        let mut inside = self.inside.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let Some(count) = inside.get_mut(&self.key) else { return };
        *count = count.saturating_sub(1);
        if *count == 0 {
            inside.remove(&self.key);
        }
    }
}

/// Where somebody comes from, as far as limits go: an IPv4 address, or the /64 of an IPv6 address,
/// since whoever has one of those has all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Net(IpAddr);

impl From<Option<IpAddr>> for Net {
    fn from(ip: Option<IpAddr>) -> Self {
        match ip.map(|ip| ip.to_canonical()) {
            Some(IpAddr::V6(ip)) => Self(IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64))),
            Some(ip) => Self(ip),
            None => Self(IpAddr::V6(Ipv6Addr::UNSPECIFIED)),
        }
    }
}

/// At whose password somebody guesses.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Guessed {
    /// An account's, by whichever of its names.
    Account(UserId),
    /// That of somebody who is nobody, by the folded name.
    Name(String),
}

/// Whom a mail is for, as whoever asks for it names them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Addressee {
    /// By the folded address.
    At(String),
    /// By the account.
    Of(UserId),
}

/// Every limit that callers meet.
pub struct Limits {
    /// Sign-ups, by address.
    pub sign_ups: Meter<Net>,
    /// Sign-ins, whether they fail or not, by address.
    pub sign_ins: Meter<Net>,
    /// Sign-ins that failed, whoever tried and at whom, but for addresses that the person has a session
    /// from.
    pub failures: Meter<()>,
    /// Sign-ins that failed, by address.
    pub failures_by_address: Meter<Net>,
    /// Passwords that were wrong, by account and, for addresses that the person has a session from, the
    /// address: an attack from elsewhere does not lock them out there.
    pub failures_by_account: Meter<(Guessed, Option<Net>)>,
    /// Sign-ins by a provider that were begun or finished, by address: each may ask the provider.
    pub provider_calls_by_address: Meter<Net>,
    /// Mails with a link that were asked for without a session, by address of the caller, and links
    /// that were tried.
    pub links_by_address: Meter<Net>,
    /// New passwords that were asked for, by the folded e-mail address.
    pub resets_by_account: Meter<String>,
    /// Mails with a link, by the folded e-mail address that they go to.
    pub links_by_mailbox: Meter<String>,
    /// Links that were asked for again, to verify an address.
    pub repeats_by_addressee: Meter<Addressee>,
    /// Mails that tell of something, likewise. Apart from the links, so that nobody silences them
    /// by asking for links.
    pub notices_by_mailbox: Meter<String>,
    /// Whatever asks a signed-in person for their password.
    pub proofs_by_person: Meter<UserId>,
    /// Codes of an authenticator and recovery codes that were wrong.
    pub wrong_codes_by_person: Meter<UserId>,
    /// Personal access tokens that are made.
    pub tokens_by_person: Meter<UserId>,
    /// Pictures that are uploaded: each is a second of work.
    pub pictures_by_person: Meter<UserId>,
    /// Files that are uploaded.
    pub files_by_person: Meter<UserId>,
    /// Rooms that are made, direct ones too: each is there for ever.
    pub rooms_by_person: Meter<UserId>,
    /// Who comes into rooms and goes, and what rooms are called: each stands in the room's history. By the
    /// person who does it.
    pub notes_by_person: Meter<UserId>,
    /// Searches.
    pub searches_by_person: Meter<UserId>,
    /// Sockets that have not said who they are, by address.
    pub silent_sockets: Crowd<Net>,
    /// Sockets that begin a long `hello` and have not said yet by which token, by address.
    pub long_hellos: Crowd<Net>,
    /// Changes of a profile: each is told to everybody who shares a room.
    pub profile_changes_by_person: Meter<UserId>,
    /// Refusals of a person that are kept in the audit log.
    pub denials_by_person: Meter<UserId>,
    /// REST calls of a person.
    pub calls_by_person: Meter<UserId>,
    /// REST calls without sign-in, by address.
    pub calls_by_address: Meter<Net>,
    /// Messages and whispers of a person in a room, by either door.
    pub messages: Meter<(UserId, RoomId)>,
    /// Edits and reactions of a person in a room, by either door: all the emoji that one person may put
    /// on a message can be put there at once.
    pub alterations: Meter<(UserId, RoomId)>,
    /// Commands on one socket, which keeps its own [`Cell`]; none: as many as it likes.
    pub commands: Option<Quota>,
}

impl Limits {
    /// The limits of PROTOCOL, section 5; `on: false` lets everything through.
    pub fn new(on: bool) -> Self {
        Self {
            sign_ups: Meter::new(Quota::new(20, 60, 20), on),
            sign_ins: Meter::new(Quota::new(30, 60, 30), on),
            failures: Meter::new(Quota::new(600, 60, 600), on),
            failures_by_address: Meter::new(Quota::new(10, 60, 10), on),
            failures_by_account: Meter::new(Quota::new(5, 300, 5), on),
            provider_calls_by_address: Meter::new(Quota::new(30, 60, 30), on),
            links_by_address: Meter::new(Quota::new(20, 60, 20), on),
            resets_by_account: Meter::new(Quota::new(5, 60, 5), on),
            links_by_mailbox: Meter::new(Quota::new(5, 3_600, 5), on),
            repeats_by_addressee: Meter::new(Quota::new(1, 180, 1), on),
            notices_by_mailbox: Meter::new(Quota::new(20, 3_600, 20), on),
            proofs_by_person: Meter::new(Quota::new(5, 60, 5), on),
            wrong_codes_by_person: Meter::new(Quota::new(5, 300, 5), on),
            tokens_by_person: Meter::new(Quota::new(20, 3_600, 20), on),
            pictures_by_person: Meter::new(Quota::new(10, 3_600, 10), on),
            files_by_person: Meter::new(Quota::new(200, 86_400, 200), on),
            rooms_by_person: Meter::new(Quota::new(100, 86_400, 100), on),
            notes_by_person: Meter::new(Quota::new(5, 1, 200), on),
            searches_by_person: Meter::new(Quota::new(20, 1, 60), on),
            silent_sockets: Crowd::new(50, on),
            long_hellos: Crowd::new(8, on),
            profile_changes_by_person: Meter::new(Quota::new(30, 60, 30), on),
            denials_by_person: Meter::new(Quota::new(10, 600, 10), on),
            calls_by_person: Meter::new(Quota::new(50, 1, 100), on),
            calls_by_address: Meter::new(Quota::new(20, 1, 40), on),
            messages: Meter::new(Quota::new(5, 1, 20), on),
            alterations: Meter::new(Quota::new(10, 1, 40), on),
            commands: on.then_some(Quota::new(20, 1, 60)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000_000);

    fn after(ms: u64) -> Timestamp {
        NOW.after(Duration::from_millis(ms))
    }

    fn meter(quota: Quota) -> Meter<u8> {
        Meter::new(quota, true)
    }

    #[test]
    fn a_burst_passes_and_then_a_steady_flow() {
        let meter = meter(Quota::new(2, 1, 3));
        let taken: Vec<_> = (0..3).map(|_| meter.take(&1, NOW)).collect();
        assert_eq!(taken.iter().map(|it| it.remaining).collect::<Vec<_>>(), [2, 1, 0]);
        assert_eq!(meter.take(&1, NOW).check().unwrap_err().retry_after_s, Some(1));
        assert!(meter.take(&1, after(499)).check().is_err());
        assert!(meter.take(&1, after(500)).check().is_ok());
        assert!(meter.take(&1, after(500)).check().is_err());
        assert_eq!(meter.take(&1, after(10_000)).remaining, 2);
    }

    #[test]
    fn keys_do_not_pay_for_each_other() {
        let meter = meter(Quota::new(1, 60, 1));
        assert!(meter.take(&1, NOW).check().is_ok());
        assert!(meter.take(&2, NOW).check().is_ok());
        assert_eq!(meter.take(&1, NOW).retry_after_s, Some(60));
    }

    #[test]
    fn what_is_given_back_does_not_count() {
        let meter = meter(Quota::new(1, 60, 1));
        for _ in 0..5 {
            assert!(meter.take(&1, NOW).check().is_ok());
            meter.give_back(&1, NOW);
        }
        assert!(meter.take(&1, NOW).check().is_ok());
        assert!(meter.take(&1, NOW).check().is_err());
    }

    #[test]
    fn a_full_meter_forgets_who_owes_nothing_and_makes_the_rest_share() {
        let mut meter = meter(Quota::new(1, 1, 1));
        meter.keys_max = 2;
        assert!(meter.take(&1, NOW).check().is_ok());
        assert!(meter.take(&2, NOW).check().is_ok());
        assert!(meter.take(&3, NOW).check().is_ok());
        assert!(meter.take(&4, NOW).check().is_err(), "shares a cell with 3");
        assert!(meter.take(&5, after(2_000)).check().is_ok());
        assert!(meter.take(&6, after(2_000)).check().is_ok());
        assert!(meter.cells.lock().unwrap().len() <= 3);
    }

    #[test]
    fn ws_2_a_crowd_has_room_again_when_somebody_goes() {
        let crowd = Crowd::new(2, true);
        let (first, second) = (crowd.enter(&1).unwrap(), crowd.enter(&1).unwrap());
        assert!(crowd.enter(&1).is_none());
        assert!(crowd.enter(&2).is_some());
        drop(first);
        let third = crowd.enter(&1).unwrap();
        assert!(crowd.enter(&1).is_none());
        drop((second, third));
        assert!(crowd.inside.lock().unwrap().is_empty());
        let open = Crowd::new(0, false);
        assert!(open.enter(&1).is_some());
    }

    #[test]
    fn au_6_an_ipv6_address_counts_by_its_64_bits() {
        let net = |text: &str| Net::from(Some(text.parse().unwrap()));
        assert_eq!(net("2001:db8::1"), net("2001:db8::ffff:1"));
        assert_ne!(net("2001:db8::1"), net("2001:db8:0:1::1"));
        assert_eq!(net("::ffff:192.0.2.1"), net("192.0.2.1"));
        assert_ne!(net("192.0.2.1"), net("192.0.2.2"));
    }
}
