//! What an operator wants to find in the log: who got in, who did not, who changed a credential.
//!
//! Every entry has a stable `event`, the person and the address of the call, and never a secret.

use std::net::IpAddr;

use crate::model::UserId;

macro_rules! deeds {
    ($($(#[$doc:meta])* $variant:ident $name:literal;)*) => {
        /// What was done, or tried.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Done { $($(#[$doc])* $variant,)* }

        impl Done {
            fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

deeds! {
    /// An account was made.
    SignedUp "auth.signed_up";
    /// A session was begun.
    SignedIn "auth.signed_in";
    /// The name or the password was wrong.
    SignInFailed "auth.sign_in_failed";
    /// The password was right and the code was wrong.
    CodeFailed "auth.code_failed";
    /// A signed-in person gave a wrong password where it was asked for.
    ProofFailed "auth.proof_failed";
    /// An old refresh token came back; its session was ended.
    RefreshReused "auth.refresh_reused";
    /// A link for a new password was asked for, and sent.
    ResetSent "auth.reset_sent";
    /// The password was changed by its owner.
    PasswordChanged "auth.password_changed";
    /// The password was changed by a mailed link.
    PasswordReset "auth.password_reset";
    /// An address was shown to be the person's.
    EmailVerified "auth.email_verified";
    /// Another address took the place of the old one.
    EmailChanged "auth.email_changed";
    /// Two-factor authentication began.
    TotpOn "auth.totp_on";
    /// Two-factor authentication ended.
    TotpOff "auth.totp_off";
    /// A recovery code was used.
    RecoveryCodeUsed "auth.recovery_code_used";
    /// A personal access token was made.
    TokenMade "auth.token_made";
    /// A personal access token was ended.
    TokenRevoked "auth.token_revoked";
    /// A session was ended by its person.
    SessionRevoked "auth.session_revoked";
}

/// Notes what was done, by or to whom, from where.
pub(super) fn note(done: Done, user_id: Option<UserId>, ip: Option<IpAddr>) {
    let event = done.name();
    let user_id = user_id.map(|id| id.0);
    match done {
        Done::SignInFailed | Done::CodeFailed | Done::ProofFailed | Done::RefreshReused => {
            tracing::warn!(event, user_id, ip = ip.map(tracing::field::display), "refused");
        }
        _ => tracing::info!(event, user_id, ip = ip.map(tracing::field::display), "done"),
    }
}
