//! Which close code follows from which failure. The codes themselves are in `model/close.rs`.

use std::io::{self, ErrorKind};

use actix_web::error::PayloadError;
use actix_ws::ProtocolError;

use crate::{
    error::{Code, Error},
    model::Close,
};

/// The code for what could not be read; none where there is nobody left to tell.
pub(super) fn of_reading(error: &ProtocolError) -> Option<Close> {
    match error {
        ProtocolError::Overflow => Some(Close::TooLarge),
        // Reserved bits and what is not UTF-8 are of the same kind.
        ProtocolError::Io(error) if error.kind() == ErrorKind::InvalidData => {
            let is_reserved = error.to_string().contains(RESERVED);
            Some(if is_reserved { Close::Protocol } else { Close::NotUtf8 })
        }
        ProtocolError::Io(error) if is_overflow(error) => Some(Close::TooLarge),
        // What stands in many frames and is too large together has no kind of its own.
        ProtocolError::Io(error) if error.to_string() == TOO_LONG_TOGETHER => Some(Close::TooLarge),
        ProtocolError::Io(_) => None,
        _ => Some(Close::Protocol),
    }
}

/// What [`super::lengths`] says of a frame that is too long.
fn is_overflow(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<PayloadError>());
    matches!(inner, Some(PayloadError::Overflow))
}

/// How `actix-http` names reserved bits; the tests of the gateway hold it.
const RESERVED: &str = "reserved bits";
/// How `actix-ws` says that; the tests of the gateway hold it.
const TOO_LONG_TOGETHER: &str = "Exceeded maximum continuation size";

/// The answer to the other end's close frame: as polite, unless its code is one that nobody may send
/// (RFC 6455, section 7.4).
pub(super) fn of_farewell(code: Option<u16>) -> Close {
    match code {
        None | Some(1000..=1003 | 1007..=1014 | 3000..=4999) => Close::Normal,
        Some(_) => Close::Protocol,
    }
}

/// The code for a `hello` that was refused, or a session that is over.
pub(super) fn of_refusal(error: &Error) -> Close {
    match error.code {
        // A token that may not read is of no use here, now or later.
        Code::Unauthenticated | Code::Forbidden => Close::Unauthenticated,
        Code::TokenExpired => Close::TokenExpired,
        Code::SessionRevoked => Close::SessionRevoked,
        Code::AccountDeactivated => Close::AccountDeactivated,
        _ => Close::Internal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_to_read_has_its_code() {
        let io = |kind| ProtocolError::Io(io::Error::new(kind, "x"));
        assert_eq!(of_reading(&ProtocolError::Overflow), Some(Close::TooLarge));
        assert_eq!(of_reading(&io(ErrorKind::InvalidData)), Some(Close::NotUtf8));
        assert_eq!(of_reading(&io(ErrorKind::ConnectionReset)), None);
        let together = ProtocolError::Io(io::Error::other(TOO_LONG_TOGETHER));
        assert_eq!(of_reading(&together), Some(Close::TooLarge));
        assert_eq!(of_reading(&ProtocolError::UnmaskedFrame), Some(Close::Protocol));
        assert_eq!(of_reading(&ProtocolError::BadOpCode), Some(Close::Protocol));
    }

    #[test]
    fn ws_3_a_farewell_with_a_code_that_is_none_is_a_broken_rule() {
        for good in [1000, 1001, 1002, 1003, 1007, 1011, 1012, 3000, 3999, 4000, 4999] {
            assert_eq!(of_farewell(Some(good)), Close::Normal, "{good}");
        }
        assert_eq!(of_farewell(None), Close::Normal);
        for bad in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535] {
            assert_eq!(of_farewell(Some(bad)), Close::Protocol, "{bad}");
        }
    }

    #[test]
    fn a_refused_hello_says_whether_to_come_back() {
        for (code, close, comes_back) in [
            (Code::Unauthenticated, 4500, false),
            (Code::Forbidden, 4500, false),
            (Code::TokenExpired, 4003, true),
            (Code::SessionRevoked, 4501, false),
            (Code::AccountDeactivated, 4502, false),
            (Code::Unavailable, 4000, true),
        ] {
            let refused = of_refusal(&code.into());
            assert_eq!((refused.code(), refused.comes_back()), (close, comes_back));
        }
    }
}
