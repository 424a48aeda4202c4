//! Before the node ends: every socket is told, then they are closed in waves, in no order, so that
//! the nodes that are left are not asked by all of them at once.

use std::{rc::Rc, time::Duration};

use actix_web::rt::time::sleep;
use rand::seq::SliceRandom;

use super::{frame, worker::Worker};
use crate::model::{
    Close,
    event::{Draining, Event},
};

/// How long it takes at the most, in milliseconds.
const DRAIN_MS_MAX: u32 = 8_000;
/// How many sockets of a thread are closed in one wave, …
const WAVE_LEN: usize = 25;
/// … at the least, and how far waves are apart, in milliseconds.
const WAVE_MS: u32 = 50;

/// Tells the sockets of one thread, and closes them.
pub(super) async fn run(worker: Rc<Worker>) {
    let mut sockets = worker.sockets();
    let (after_ms, wave_len) = plan(sockets.len());
    let draining = frame::event(&Event::Draining(Draining { after_ms }));
    for shared in sockets.iter().filter(|shared| shared.viewer().is_some()) {
        shared.queue.push(draining.clone());
    }
    sockets.shuffle(&mut rand::rng());
    for wave in sockets.chunks(wave_len) {
        for shared in wave {
            shared.queue.close(Close::Restart);
        }
        sleep(Duration::from_millis(WAVE_MS.into())).await;
    }
}

/// How long it takes for so many sockets, and how many of them go at once.
fn plan(sockets: usize) -> (u32, usize) {
    let waves_max = usize::try_from(DRAIN_MS_MAX / WAVE_MS).unwrap_or(1);
    let wave_len = sockets.div_ceil(waves_max).max(WAVE_LEN);
    let waves = u32::try_from(sockets.div_ceil(wave_len)).unwrap_or(1);
    (waves.saturating_mul(WAVE_MS).min(DRAIN_MS_MAX), wave_len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_go_at_once_and_many_within_the_bound() {
        assert_eq!(plan(0), (0, WAVE_LEN));
        assert_eq!(plan(1), (50, WAVE_LEN));
        assert_eq!(plan(100), (200, WAVE_LEN));
        assert_eq!(plan(100_000), (DRAIN_MS_MAX, 625));
    }
}
