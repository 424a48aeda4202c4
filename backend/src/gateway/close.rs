//! Which close code follows from which failure. The codes themselves are in `model/close.rs`.

use std::io::ErrorKind;

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
        // What stands in many frames and is too large together has no kind of its own.
        ProtocolError::Io(error) if error.to_string() == TOO_LONG_TOGETHER => Some(Close::TooLarge),
        ProtocolError::Io(_) => None,
        _ => Some(Close::Protocol),
    }
}

/// How `actix-http` names reserved bits; the tests of the gateway hold it.
const RESERVED: &str = "reserved bits";
/// How `actix-ws` says that; the tests of the gateway hold it.
const TOO_LONG_TOGETHER: &str = "Exceeded maximum continuation size";

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
    use std::io;

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
