//! What one socket's other end may do, frame by frame: bytes in, steps out.
//!
//! It touches no socket, starts nothing and has no clock of its own, so that a test can say what
//! time it is. It knows commands by name only; what they do is in `commands`.

use std::{collections::VecDeque, time::Duration};

use bytes::Bytes;

use super::frame::{self, Refusal};
use crate::{
    actions::hello::HEARTBEAT,
    error::{Code, Error},
    limits::{Cell, Quota},
    model::{
        Close, Timestamp,
        command::{Command, CommandId, Hello},
        profile::Locale,
    },
};

/// How long `hello` may take, in seconds.
pub(super) const HELLO_WAIT_S: u32 = 5;
const HELLO_WAIT: Duration = Duration::from_secs(1).saturating_mul(HELLO_WAIT_S);
/// After how long without a sign of life a socket is taken for dead: a little before the 45 s, so that who
/// was cut off is shown to be gone within 48 s. It is looked at twice a second, they are waited for 3 s,
/// and that is told four times a second.
const DEAD_AFTER: Duration = Duration::from_millis(44_250);
/// How many bad frames are too many …
const BAD_FRAMES_MAX: usize = 10;
/// … in which time.
const BAD_FRAMES_WITHIN: Duration = Duration::from_secs(60);

/// What to do about a frame.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// Say this.
    Say(Bytes),
    /// Say this, and end the socket.
    Refuse(Bytes, Close),
    /// Find out who has this token, or the one that came with the upgrade; then [`Session::vouched`].
    Vouch(Option<String>),
    /// Find out who it is; then [`Session::greeted`].
    Greet(Hello),
    /// Do it, and reply.
    Run(Command),
    /// End the socket.
    Close(Close),
}

/// What to do because time has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Ask for a sign of life.
    Ping,
    /// End the socket.
    Close(Close),
}

/// The state of one socket.
pub(super) struct Session {
    stage: Stage,
    opened_at: Timestamp,
    /// When the other end gave a sign of life last.
    heard_at: Timestamp,
    pinged_at: Timestamp,
    /// When the newest bad frames came: at most [`BAD_FRAMES_MAX`].
    bad: VecDeque<Timestamp>,
    quota: Option<Quota>,
    taken: Cell,
    /// The same for pings and pongs.
    controls: Cell,
    locale: Locale,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Nothing was said yet.
    Silent,
    /// A long `hello` has begun; it is being found out whether its token is good.
    Begun,
    /// `hello` was said, who it is is being found out.
    Greeted,
    /// Signed in, as long as the token is good.
    Live { expires_at: Timestamp },
    /// Says back what it hears: only tests are like this.
    #[cfg(test)]
    Echo,
}

impl Session {
    /// A socket that has just been opened; commands are limited to `quota`, if there is one.
    pub(super) fn new(now: Timestamp, quota: Option<Quota>, locale: Locale) -> Self {
        Self {
            stage: Stage::Silent,
            opened_at: now,
            heard_at: now,
            pinged_at: now,
            bad: VecDeque::new(),
            quota,
            taken: Cell::default(),
            controls: Cell::default(),
            locale,
        }
    }

    /// One that says back what it hears, so that a test suite of the protocol has something to hear.
    #[cfg(test)]
    pub(super) fn echo(now: Timestamp) -> Self {
        Self { stage: Stage::Echo, ..Self::new(now, None, Locale::En) }
    }

    /// A text frame came.
    pub(super) fn text(&mut self, text: &str, now: Timestamp) -> Step {
        self.heard(now);
        #[cfg(test)]
        if self.stage == Stage::Echo {
            return Step::Say(crate::model::frame::text(&[text.as_bytes()]));
        }
        match (frame::read(text), self.stage) {
            (Ok(Command::Hello(hello)), Stage::Silent) => {
                self.stage = Stage::Greeted;
                Step::Greet(hello)
            }
            // Nobody says two things before it is known who they are (SECURITY, WS-2).
            (Ok(command), Stage::Silent) => {
                self.turn_away(id_of(command), &Code::Unauthenticated.into())
            }
            (Err(Refusal { id, error }), Stage::Silent) => self.turn_away(id, &error),
            (Ok(Command::Hello(_)), _) => self.bad_frame(None, &Code::Conflict.into(), now),
            (Ok(command), Stage::Live { .. }) => match self.take(now) {
                Ok(()) => Step::Run(command),
                Err(error) => self.refuse(id_of(command), &error),
            },
            (Ok(command), _) => self.bad_frame(id_of(command), &Code::Unauthenticated.into(), now),
            (Err(Refusal { id: None, error }), _) => self.bad_frame(None, &error, now),
            (Err(Refusal { id, error }), _) => match self.take(now) {
                Ok(()) => self.refuse(id, &error),
                Err(error) => self.refuse(id, &error),
            },
        }
    }

    /// A text has begun that is longer than a stranger may say: its first bytes, and how long it is to be
    /// is bounded already.
    pub(super) fn begun(&mut self, beginning: &[u8], now: Timestamp) -> Step {
        self.heard(now);
        self.stage = Stage::Begun;
        Step::Vouch(frame::token_in(beginning))
    }

    /// The token of what has begun is good: the rest may come.
    pub(super) fn vouched(&mut self) {
        self.stage = Stage::Silent;
    }

    /// A frame came that is no text.
    pub(super) fn binary(&mut self, _bytes: &[u8]) -> Step {
        #[cfg(test)]
        if self.stage == Stage::Echo {
            return Step::Say(super::echo::binary(_bytes));
        }
        Step::Close(Close::Unsupported)
    }

    /// A ping or a pong came: a sign of life, unless it is the thousandth.
    pub(super) fn control(&mut self, now: Timestamp) -> Option<Close> {
        self.heard(now);
        let allowance = self.quota.map(|quota| self.controls.take(quota, now));
        let is_much = allowance.is_some_and(|allowance| allowance.check().is_err());
        is_much.then_some(Close::TooManyBadFrames)
    }

    fn heard(&mut self, now: Timestamp) {
        self.heard_at = now;
    }

    /// Who it is was found out; the token is good until `expires_at`.
    pub(super) fn greeted(&mut self, expires_at: Timestamp, locale: Locale) {
        self.stage = Stage::Live { expires_at };
        self.locale = locale;
    }

    /// Whether nobody knows yet who it is.
    pub(super) fn is_stranger(&self) -> bool {
        self.stage == Stage::Silent
    }

    /// Whether it is being found out who it is: nothing else is read meanwhile.
    pub(super) fn is_greeting(&self) -> bool {
        matches!(self.stage, Stage::Begun | Stage::Greeted)
    }

    /// The language of its errors.
    pub(super) fn locale(&self) -> Locale {
        self.locale
    }

    /// What is due now; to be asked about twice a second.
    pub(super) fn due(&mut self, now: Timestamp) -> Option<Due> {
        match self.stage {
            Stage::Silent | Stage::Begun if now.since(self.opened_at) >= HELLO_WAIT => {
                return Some(Due::Close(Close::HelloTimeout));
            }
            Stage::Live { expires_at } if now >= expires_at => {
                return Some(Due::Close(Close::TokenExpired));
            }
            _ => {}
        }
        if now.since(self.heard_at) >= DEAD_AFTER {
            return Some(Due::Close(Close::HeartbeatMissed));
        }
        if now.since(self.pinged_at) < HEARTBEAT {
            return None;
        }
        self.pinged_at = now;
        Some(Due::Ping)
    }

    fn take(&mut self, now: Timestamp) -> Result<(), Error> {
        self.quota.map_or(Ok(()), |quota| self.taken.take(quota, now).check())
    }

    /// What is said to somebody who is not let in.
    pub(super) fn refused(&self, error: &Error) -> Bytes {
        frame::refused(None, error, self.locale)
    }

    fn refuse(&self, id: Option<CommandId>, error: &Error) -> Step {
        Step::Say(frame::refused(id, error, self.locale))
    }

    fn turn_away(&self, id: Option<CommandId>, error: &Error) -> Step {
        Step::Refuse(frame::refused(id, error, self.locale), Close::Unauthenticated)
    }

    fn bad_frame(&mut self, id: Option<CommandId>, error: &Error, now: Timestamp) -> Step {
        self.bad.push_back(now);
        while self.bad.front().is_some_and(|at| now.since(*at) > BAD_FRAMES_WITHIN) {
            self.bad.pop_front();
        }
        if self.bad.len() >= BAD_FRAMES_MAX {
            return Step::Close(Close::TooManyBadFrames);
        }
        self.refuse(id, error)
    }
}

pub(super) fn id_of(command: Command) -> Option<CommandId> {
    match command {
        Command::Hello(_) => None,
        Command::RoomEnter(it) => Some(it.id),
        Command::RoomExit(it) => Some(it.id),
        Command::MessageSend(it) => Some(it.id),
        Command::MessageEdit(it) => Some(it.id),
        Command::MessageDelete(it) => Some(it.id),
        Command::ReactionAdd(it) | Command::ReactionRemove(it) => Some(it.id),
        Command::TypingStart(it) => Some(it.id),
        Command::TypingStop(it) => Some(it.id),
        Command::WhisperSend(it) => Some(it.id),
        Command::PresenceSet(it) => Some(it.id),
        Command::ReadMark(it) => Some(it.id),
        Command::Sync(it) => Some(it.id),
        Command::AuthRenew(it) => Some(it.id),
        Command::Ping(it) => Some(it.id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use serde_json::Value;

    const START: Timestamp = Timestamp(1_800_000_000_000_000);
    const HELLO: &str = r#"{"type":"hello","token":"t"}"#;
    const PING: &str = r#"{"type":"ping","id":"1"}"#;

    fn after(seconds: u64) -> Timestamp {
        START.after(Duration::from_secs(seconds))
    }

    fn silent() -> Session {
        Session::new(START, Limits::new(true).commands, Locale::En)
    }

    fn live() -> Session {
        let mut session = silent();
        assert!(matches!(session.text(HELLO, START), Step::Greet(_)));
        session.greeted(after(600), Locale::En);
        session
    }

    fn code(step: Step) -> String {
        let (Step::Say(frame) | Step::Refuse(frame, Close::Unauthenticated)) = step else {
            panic!("{step:?}")
        };
        let start = frame.iter().position(|byte| *byte == b'{').unwrap();
        let reply: Value = serde_json::from_slice(&frame[start..]).unwrap();
        assert_eq!(reply["ok"], false);
        reply["error"]["code"].as_str().unwrap().to_owned()
    }

    #[test]
    fn ws_2_nothing_is_done_before_hello_and_hello_is_said_once() {
        let mut session = silent();
        assert!(matches!(session.text(HELLO, START), Step::Greet(_)));
        assert_eq!(code(session.text(PING, START)), "unauthenticated");
        session.greeted(after(600), Locale::En);
        assert!(matches!(session.text(PING, START), Step::Run(Command::Ping(_))));
        assert_eq!(code(session.text(HELLO, START)), "conflict");
    }

    #[test]
    fn ws_5_ten_bad_frames_in_a_minute_end_the_socket() {
        let mut session = live();
        for second in 0..9 {
            assert_eq!(code(session.text("{", after(second))), "malformed");
        }
        assert_eq!(code(session.text("{", after(61))), "malformed");
        assert_eq!(session.text("{", after(61)), Step::Close(Close::TooManyBadFrames));
    }

    #[test]
    fn ws_2_who_says_other_things_than_hello_is_ended() {
        for (text, expected) in [
            (PING, "unauthenticated"),
            (r#"{"type":"x","id":"1"}"#, "invalid"),
            (r#"{"type":"hello","token":7}"#, "invalid"),
            ("{", "malformed"),
        ] {
            let step = silent().text(text, START);
            assert!(matches!(step, Step::Refuse(..)), "{text}: {step:?}");
            assert_eq!(code(step), expected, "{text}");
        }
    }

    #[test]
    fn ws_2_a_long_hello_is_read_once_its_token_is_good_and_within_five_seconds() {
        let mut session = silent();
        let token = Some("t.o-k_n".to_owned());
        let beginning = br#"{"type":"hello", "token" : "t.o-k_n","resume":{"rooms":{"1"#;
        assert_eq!(session.begun(beginning, START), Step::Vouch(token));
        assert!(session.is_greeting());
        session.vouched();
        assert!(!session.is_greeting());
        assert_eq!(session.due(after(5)), Some(Due::Close(Close::HelloTimeout)));
        assert!(matches!(session.text(HELLO, after(4)), Step::Greet(_)));
        for nothing in [&b"{"[..], br#"{"token":"cut off"#, br#"{"token":7}"#, b"\xff", b""] {
            assert_eq!(silent().begun(nothing, START), Step::Vouch(None));
        }
        let mut late = silent();
        late.begun(beginning, after(1));
        assert_eq!(late.due(after(5)), Some(Due::Close(Close::HelloTimeout)));
    }

    #[test]
    fn ws_6_pings_are_limited_like_commands() {
        let mut session = live();
        for _ in 0..60 {
            assert_eq!(session.control(START), None);
        }
        assert_eq!(session.control(START), Some(Close::TooManyBadFrames));
        assert_eq!(session.control(after(1)), None);
    }

    #[test]
    fn commands_that_can_be_answered_are_not_bad_frames() {
        let mut session = live();
        for _ in 0..50 {
            assert_eq!(code(session.text(r#"{"type":"x","id":"1"}"#, START)), "invalid");
        }
    }

    #[test]
    fn ws_6_sixty_commands_at_once_and_twenty_a_second_are_enough() {
        let mut session = live();
        for _ in 0..60 {
            assert!(matches!(session.text(PING, START), Step::Run(_)));
        }
        assert_eq!(code(session.text(PING, START)), "rate_limited");
        for _ in 0..20 {
            assert!(matches!(session.text(PING, after(1)), Step::Run(_)));
        }
        assert_eq!(code(session.text(PING, after(1))), "rate_limited");
        let mut unlimited = Session::new(START, Limits::new(false).commands, Locale::En);
        unlimited.greeted(after(600), Locale::En);
        assert!((0..1_000).all(|_| matches!(unlimited.text(PING, START), Step::Run(_))));
    }

    #[test]
    fn silence_is_asked_about_and_then_ends_the_socket() {
        let mut session = silent();
        assert_eq!(session.due(after(4)), None);
        assert_eq!(session.due(after(5)), Some(Due::Close(Close::HelloTimeout)));
        let mut session = live();
        assert_eq!(session.due(after(19)), None);
        assert_eq!(session.due(after(20)), Some(Due::Ping));
        assert_eq!(session.due(after(21)), None);
        session.heard(after(21));
        assert_eq!(session.due(after(40)), Some(Due::Ping));
        assert_eq!(session.due(after(66)), Some(Due::Close(Close::HeartbeatMissed)));
    }

    #[test]
    fn se_5_a_token_that_is_not_renewed_ends_the_socket() {
        let mut session = live();
        session.heard(after(599));
        assert_eq!(session.due(after(599)), Some(Due::Ping));
        assert_eq!(session.due(after(600)), Some(Due::Close(Close::TokenExpired)));
        session.greeted(after(1_200), Locale::Ru);
        assert_eq!(session.due(after(600)), None);
        assert_eq!(session.locale(), Locale::Ru);
    }
}
