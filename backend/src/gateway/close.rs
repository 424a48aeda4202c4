//! Which close code follows from which failure. The codes themselves are in `model/close.rs`.

use actix_ws::ProtocolError;

use crate::{
    error::{Code, Error},
    model::Close,
};

/// The code for a frame that can't be taken to pieces. What [`super::incoming`] lets pass can be.
pub(super) fn of(error: &ProtocolError) -> Close {
    match error {
        ProtocolError::Overflow => Close::TooLarge,
        _ => Close::Protocol,
    }
}

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
