//! Millions of hostile frames, without a socket: whatever comes, a session answers or ends, nothing
//! panics and nothing is kept. `make fuzz FRAMES=10000000` runs long, the tests briefly.
//!
//! What is tried is made from `frames.corpus` by cutting, repeating, joining and spoiling. A frame that
//! was found to break something belongs there, so that it is tried first for ever.

use std::{collections::HashSet, env};

use actix_web::rt::time::Instant;
use rand::{Rng, SeedableRng, rngs::SmallRng, seq::IndexedRandom};
use serde_json::Value;

use super::{
    frame::token_in,
    incoming::Frames,
    session::{Due, Session, Step},
};
use crate::{
    limits::Limits,
    model::{Timestamp, command::Command, profile::Locale},
};

const CORPUS: &str = include_str!("frames.corpus");
/// How many frames the tests try.
const FRAMES: usize = 40_000;
/// How many one session hears.
const FRAMES_EACH: usize = 50;
/// No frame that is tried is longer, in bytes.
const FRAME_BYTES_MAX: usize = 8 * 1024;
/// What is put into frames: what JSON, numbers, texts and UTF-8 are made of.
const BITS: [&str; 26] = [
    "\"",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "null",
    "true",
    "-1",
    "0",
    "9007199254740993",
    "1e999",
    "\\u0000",
    "\\ud800",
    "\u{202e}",
    "\u{feff}",
    "e\u{301}",
    "\"id\":\"1\"",
    "\"type\":\"hello\"",
    "\"type\":\"ping\"",
    "\"room_id\":1",
    "\"body\":\"\"",
    "\"token\":\"\"",
    " ",
    "\\",
];

fn number(name: &str, otherwise: usize) -> usize {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn cut<'a>(random: &mut SmallRng, text: &'a str) -> &'a str {
    let at = random.random_range(0..=text.len());
    &text[text.floor_char_boundary(at)..]
}

/// A frame that is nearly one of the corpus.
fn frame(random: &mut SmallRng, corpus: &[&str]) -> String {
    let mut text = (*corpus.choose(random).unwrap()).to_owned();
    for _ in 0..random.random_range(0..6) {
        let at = text.floor_char_boundary(random.random_range(0..=text.len()));
        match random.random_range(0..6) {
            0 => text.truncate(at),
            1 => text.insert_str(at, BITS.choose(random).unwrap()),
            2 => {
                let other = corpus.choose(random).unwrap();
                text.insert_str(at, cut(random, other));
            }
            3 if at < text.len() => drop(text.remove(at)),
            4 => text = text.repeat(random.random_range(1..4)),
            _ => text.insert(at, random.random()),
        }
        text.truncate(text.floor_char_boundary(FRAME_BYTES_MAX));
    }
    text
}

/// Lets a session hear frames and follows its steps as a socket would.
fn one_session(random: &mut SmallRng, frames: impl IntoIterator<Item = String>) -> Vec<usize> {
    let mut now = Timestamp(1_800_000_000_000_000);
    let mut session = Session::new(now, Limits::new(random.random()).commands, Locale::En);
    if random.random() {
        session.greeted(Timestamp(now.0 + 60_000_000), Locale::En);
    }
    let mut kinds = vec![0; 4];
    for text in frames {
        now = Timestamp(now.0 + random.random_range(0..200_000));
        let step = match random.random_range(0..20) {
            0 => session.binary(text.as_bytes()),
            1 => session.control(now).map_or(Step::Close(crate::model::Close::Normal), Step::Close),
            _ => session.text(&text, now),
        };
        let token = token_in(text.as_bytes());
        assert!(token.is_none_or(|token| text.contains(&token)), "{text:?}");
        let goes_on = !matches!(step, Step::Refuse(..)) || random.random_ratio(3, 4);
        match step {
            Step::Vouch(_) => unreachable!("nothing has only begun here"),
            Step::Say(said) | Step::Refuse(said, _) => {
                kinds[0] += 1;
                // What it says is a frame that carries one JSON object, not much longer than what it heard.
                assert!(said.len() < 2 * text.len() + 1_024, "{text:?}");
                let from = if said[1] == 126 { 4 } else { 2 };
                let reply: Value = serde_json::from_slice(&said[from..]).unwrap();
                assert!(reply["ok"] == false, "{text:?}: {reply}");
                if !goes_on {
                    break;
                }
            }
            Step::Greet(_) => {
                kinds[1] += 1;
                session.greeted(Timestamp(now.0 + 60_000_000), Locale::Ru);
            }
            Step::Run(_) => kinds[2] += 1,
            Step::Close(_) => {
                kinds[3] += 1;
                if !random.random_ratio(1, 4) {
                    break;
                }
            }
        }
        if let Some(Due::Close(_)) = session.due(now) {
            break;
        }
    }
    kinds
}

#[test]
fn a_command_is_called_by_its_type() {
    let mut names = HashSet::new();
    for text in CORPUS.lines() {
        let Ok(value) = serde_json::from_str::<Value>(text) else { continue };
        if let (true, Ok(command)) = (value.is_object(), serde_json::from_str::<Command>(text)) {
            assert_eq!(command.name(), value["type"]);
            names.insert(command.name());
        }
    }
    assert_eq!(names.len(), 16, "all of them are tried: {names:?}");
}

#[test]
fn do_4_millions_of_hostile_frames_break_no_session_and_leave_nothing() {
    let corpus: Vec<_> = CORPUS.lines().collect();
    let frames = number("FUZZ_FRAMES", FRAMES);
    let seed = number("FUZZ_SEED", 1);
    let mut random = SmallRng::seed_from_u64(u64::try_from(seed).unwrap());
    let (mut tried, mut kinds, began) = (0, vec![0; 4], Instant::now());
    for each in corpus.chunks(5) {
        one_session(&mut random, each.iter().map(|text| (*text).to_owned()));
    }
    let mut hear = |frames| {
        while tried < frames {
            let some: Vec<_> = (0..FRAMES_EACH).map(|_| frame(&mut random, &corpus)).collect();
            let here = one_session(&mut random, some);
            tried += here.iter().sum::<usize>();
            kinds.iter_mut().zip(here).for_each(|(all, some)| *all += some);
        }
    };
    // What grows once has grown then.
    hear(frames / 4);
    let kept = allocation_counter::measure(|| hear(frames));
    // Every way out was taken, so what was tried was neither all good nor all nonsense.
    assert!(kinds.iter().all(|count| *count > tried / 500), "{kinds:?} of {tried}");
    assert!(kept.bytes_current < 1_024, "{} bytes are kept", kept.bytes_current);
    eprintln!("{tried} frames in {:?}: {kinds:?}", began.elapsed());
}

#[test]
fn do_4_ws_4_hostile_bytes_are_refused_where_they_break_a_rule_and_nothing_of_them_is_kept() {
    let bytes_all = number("FUZZ_FRAMES", FRAMES) * 20;
    let mut random = SmallRng::seed_from_u64(u64::try_from(number("FUZZ_SEED", 1)).unwrap());
    let (mut passed, mut broken) = (0_usize, 0_usize);
    while passed < bytes_all {
        let mut frames = Frames::new(2_000, 2_000);
        for _ in 0..200 {
            let is_wild = random.random_ratio(1, 10);
            let first: u8 = if is_wild {
                random.random()
            } else {
                *[0x81, 0x82, 0x01, 0x00, 0x80, 0x89, 0x8a].choose(&mut random).unwrap()
            };
            let length = *[0, 1, 3, 60, 125].choose(&mut random).unwrap();
            let mask: [u8; 4] = random.random();
            let mut bytes = vec![first, 0x80 | length];
            bytes.extend(mask);
            bytes.extend((0..usize::from(length)).map(|at| b'a' ^ mask[at % 4]));
            if random.random_ratio(1, 20) {
                let at = random.random_range(0..bytes.len());
                bytes[at] = random.random();
            }
            let (good, why) = frames.pass(&bytes);
            assert!(good <= bytes.len() && (why.is_some() || good == bytes.len()));
            assert!(frames.kept_bytes() <= 14);
            passed += good;
            if why.is_some() {
                broken += 1;
                break;
            }
            passed += 1;
        }
    }
    assert!(broken > 100, "{broken}");
}
