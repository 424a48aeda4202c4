//! Why a socket ends: the close codes, which say whether the client should come back by itself.
//!
//! To add one: a line in the table; below 4500 the client comes back, from 4500 on it does not.

macro_rules! closes {
    ($($(#[$doc:meta])* $variant:ident $code:literal $reason:literal;)*) => {
        /// Why a socket ends.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Close { $($(#[$doc])* $variant,)* }

        impl Close {
            /// Every reason there is, for the contracts and the tests.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The number on the wire.
            pub fn code(self) -> u16 {
                match self { $(Self::$variant => $code,)* }
            }

            /// The reason in words, short enough for a close frame.
            pub fn reason(self) -> &'static str {
                match self { $(Self::$variant => $reason,)* }
            }
        }
    };
}

closes! {
    /// Both are done.
    Normal 1000 "bye";
    /// The frames do not follow RFC 6455.
    Protocol 1002 "protocol error";
    /// A binary frame, or something else that is not taken here.
    Unsupported 1003 "text frames only";
    /// A text frame that is not UTF-8.
    NotUtf8 1007 "not UTF-8";
    /// A frame of more than 128 KiB.
    TooLarge 1009 "too large";
    /// The server restarts: come back after a random while.
    Restart 1012 "restart";
    /// A fault of the server.
    Internal 4000 "internal";
    /// More was waiting for this socket than may wait.
    TooSlow 4001 "too slow";
    /// No sign of life in time.
    HeartbeatMissed 4002 "heartbeat missed";
    /// The access token has expired: renew it first.
    TokenExpired 4003 "token expired";
    /// No token, or one that is not good.
    Unauthenticated 4500 "not authenticated";
    /// The session was signed out or revoked.
    SessionRevoked 4501 "session revoked";
    /// The account was deactivated.
    AccountDeactivated 4502 "account deactivated";
    /// `hello` did not come in time.
    HelloTimeout 4503 "hello timeout";
    /// Too much that could not be read.
    TooManyBadFrames 4504 "too many bad frames";
    /// The person opened too many others after this one.
    TooManySockets 4505 "too many sockets";
}

impl Close {
    /// Whether the client should come back by itself, after a while that grows.
    pub fn comes_back(self) -> bool {
        matches!(self, Self::Restart) || (4000..4500).contains(&self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_distinct_and_may_be_sent() {
        let codes: HashSet<_> = Close::ALL.iter().map(|close| close.code()).collect();
        assert_eq!(codes.len(), Close::ALL.len());
        for code in codes {
            let reserved = [1004, 1005, 1006, 1015].contains(&code);
            assert!(!reserved && ((1000..1013).contains(&code) || (4000..5000).contains(&code)));
        }
    }

    #[test]
    fn only_what_will_pass_invites_to_come_back() {
        let back: Vec<_> = Close::ALL.iter().filter(|c| c.comes_back()).map(|c| c.code()).collect();
        assert_eq!(back, [1012, 4000, 4001, 4002, 4003]);
    }
}
