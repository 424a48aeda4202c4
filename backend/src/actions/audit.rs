//! What an operator wants to find later: who got in, who did not, who changed a credential, a role, a
//! room, somebody else's account.
//!
//! It is written twice: [`record`] puts it into the audit log, in the commit in which it is done, and
//! [`note`] into the log of the process. Both have the same stable `event`, the person and the
//! address of the call, and never a password, a token, a text that somebody wrote or an e-mail
//! address.

use std::{net::IpAddr, sync::Arc};

use super::{Caller, Context, Viewer};
use crate::{
    error::{Code, Result},
    model::{
        IdentityId, MessageId, RoomId, SessionId, TokenId, UserId,
        admin::audit::{FieldChange, ObjectKind},
    },
    store::{
        Tx,
        audit::{self, NewEntry},
    },
};

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
    /// The name or the password was wrong, or the account is not one to sign in to now.
    SignInFailed "auth.sign_in_failed";
    /// The password was right and the code was wrong.
    CodeFailed "auth.code_failed";
    /// A signed-in person gave a wrong password where it was asked for.
    ProofFailed "auth.proof_failed";
    /// A provider's word was not believed.
    ProviderRefused "auth.provider_refused";
    /// An identity of a provider was connected with an account.
    IdentityConnected "auth.identity_connected";
    /// An identity was taken from its account.
    IdentityDisconnected "auth.identity_disconnected";
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
    /// Other recovery codes took the place of the old ones.
    RecoveryCodesRenewed "auth.recovery_codes_renewed";
    /// A personal access token was made.
    TokenMade "auth.token_made";
    /// A personal access token was ended.
    TokenRevoked "auth.token_revoked";
    /// A session was ended by its person.
    SessionRevoked "auth.session_revoked";
    /// A session was ended by signing out.
    SignedOut "auth.signed_out";
    /// The operator, or whoever had the link of a fresh server, made an account that may do everything.
    SuperuserMade "auth.superuser_made";
    /// A group room got another name, topic, flag or owner.
    RoomChanged "room.changed";
    /// A group room was deleted.
    RoomDeleted "room.deleted";
    /// Somebody may do other things in a room.
    RoleChanged "room.role_changed";
    /// Somebody was removed from a room.
    MemberRemoved "room.member_removed";
    /// A message was deleted by somebody who did not write it.
    MessageDeleted "message.deleted";
    /// Somebody tried what they may not do.
    AccessRefused "access.refused";
    /// An account was made by staff.
    UserMade "admin.user_made";
    /// An account was changed by staff.
    UserChanged "admin.user_changed";
    /// An account was deleted by staff.
    UserDeleted "admin.user_deleted";
    /// A password was set by staff.
    PasswordSet "admin.password_set";
    /// A second factor was taken away by staff.
    TotpTaken "admin.totp_taken";
    /// All sessions of somebody were ended by staff.
    SessionsEnded "admin.sessions_ended";
    /// All personal access tokens of somebody were ended by staff.
    TokensEnded "admin.tokens_ended";
    /// A session was ended by staff.
    SessionEnded "admin.session_ended";
    /// A personal access token was ended by staff.
    TokenEnded "admin.token_ended";
    /// A room was made by staff.
    RoomMadeByStaff "admin.room_made";
    /// A room was changed by staff.
    RoomChangedByStaff "admin.room_changed";
    /// A room was deleted by staff.
    RoomDeletedByStaff "admin.room_deleted";
    /// Somebody was put into a room by staff.
    MemberAddedByStaff "admin.member_added";
    /// Somebody may do other things in a room, by the word of staff.
    RoleChangedByStaff "admin.role_changed";
    /// Somebody was removed from a room by staff.
    MemberRemovedByStaff "admin.member_removed";
    /// The server got another name.
    ServerRenamed "admin.server_renamed";
    /// A message was deleted by staff.
    MessageDeletedByStaff "admin.message_deleted";
}

/// Who does something, and from where.
#[derive(Clone, Debug, Default)]
pub(super) struct By {
    user_id: Option<UserId>,
    ip: Option<IpAddr>,
    request_id: Option<Arc<str>>,
}

impl By {
    /// Whoever calls, once it is known who that is.
    pub(super) fn caller(caller: &Caller, user_id: Option<UserId>) -> Self {
        Self { user_id, ip: caller.ip, request_id: caller.request_id.clone() }
    }
}

impl From<&Viewer> for By {
    fn from(viewer: &Viewer) -> Self {
        Self::caller(&viewer.caller, Some(viewer.user_id))
    }
}

/// What something is done to. Its name is looked up when the entry is written.
#[derive(Clone, Debug)]
pub(super) struct About {
    object: ObjectKind,
    object_id: Option<i64>,
    user_id: Option<UserId>,
    room_id: Option<RoomId>,
    changes: Vec<FieldChange>,
}

impl About {
    fn new(object: ObjectKind, object_id: Option<i64>) -> Self {
        Self { object, object_id, user_id: None, room_id: None, changes: Vec::new() }
    }

    pub(super) fn server() -> Self {
        Self::new(ObjectKind::Server, None)
    }

    pub(super) fn user(id: UserId) -> Self {
        Self { user_id: Some(id), ..Self::new(ObjectKind::User, Some(id.0)) }
    }

    pub(super) fn room(id: RoomId) -> Self {
        Self { room_id: Some(id), ..Self::new(ObjectKind::Room, Some(id.0)) }
    }

    pub(super) fn membership(room_id: RoomId, user_id: UserId) -> Self {
        let new = Self::new(ObjectKind::Membership, None);
        Self { room_id: Some(room_id), user_id: Some(user_id), ..new }
    }

    pub(super) fn message(id: MessageId, room_id: RoomId, author_id: UserId) -> Self {
        let new = Self::new(ObjectKind::Message, Some(id.0));
        Self { room_id: Some(room_id), user_id: Some(author_id), ..new }
    }

    pub(super) fn session(id: SessionId, user_id: UserId) -> Self {
        Self { user_id: Some(user_id), ..Self::new(ObjectKind::Session, Some(id.0)) }
    }

    pub(super) fn identity(id: IdentityId, user_id: UserId) -> Self {
        Self { user_id: Some(user_id), ..Self::new(ObjectKind::Identity, Some(id.0)) }
    }

    pub(super) fn token(id: TokenId, user_id: UserId) -> Self {
        Self { user_id: Some(user_id), ..Self::new(ObjectKind::Token, Some(id.0)) }
    }

    pub(super) fn with(self, changes: Vec<FieldChange>) -> Self {
        Self { changes, ..self }
    }
}

/// That a field is another than before; what it was and is where that may be kept.
pub(super) fn change<T: ToString>(field: &str, before: Option<T>, after: Option<T>) -> FieldChange {
    let (before, after) = (before.map(|it| it.to_string()), after.map(|it| it.to_string()));
    FieldChange { field: field.to_owned(), before, after }
}

/// That a field is another than before, which is all that is kept of it.
pub(super) fn hidden(field: &str) -> FieldChange {
    change::<String>(field, None, None)
}

/// Writes into the audit log what this commit does.
///
/// # Errors
/// Those of the store.
pub(super) fn record(tx: &mut Tx<'_>, done: Done, by: &By, about: About) -> Result<()> {
    let About { object, object_id, user_id, room_id, changes } = about;
    let entry = NewEntry {
        event: done.name(),
        actor_id: by.user_id,
        object,
        object_id,
        user_id,
        room_id,
        changes,
        ip: by.ip,
        request_id: by.request_id.clone(),
    };
    Ok(audit::insert(tx, &entry)?)
}

/// Writes into both logs what was refused. The audit log has it a little later than the answer, so
/// that nothing of it shows in how long that takes.
pub(super) fn refused(ctx: &Context, done: Done, caller: &Caller, about: Option<UserId>) {
    note(done, about, caller);
    let about = about.map_or_else(|| About::new(ObjectKind::User, None), About::user);
    record_later(ctx, done, By::caller(caller, None), about);
}

/// Writes into both logs that somebody who is signed in tried what they may not do: by which call, and
/// why not. The audit log has only so many of one person, so that nobody fills it by trying.
pub(super) fn denied(ctx: &Context, viewer: &Viewer, call: &str, code: Code) {
    note(Done::AccessRefused, Some(viewer.user_id), &viewer.caller);
    let now = ctx.db.clock().now();
    if ctx.limits.denials_by_person.take(&viewer.user_id, now).check().is_err() {
        return;
    }
    let why = vec![change("call", None, Some(call)), change("code", None, Some(code.name()))];
    let about = About::user(viewer.user_id).with(why);
    record_later(ctx, Done::AccessRefused, viewer.into(), about);
}

fn record_later(ctx: &Context, done: Done, by: By, about: About) {
    let db = ctx.db.clone();
    let errand = async move { db.write(move |tx| record(tx, done, &by, about)).await };
    if ctx.errands.run(errand).is_err() {
        tracing::warn!(event = done.name(), "too much is under way; it is not in the audit log");
    }
}

/// Throws away what the audit log has kept long enough.
///
/// # Errors
/// Those of the store.
pub async fn sweep(ctx: &Context) -> Result<()> {
    while ctx.db.write(|tx| Ok(audit::sweep(tx)?)).await? {}
    Ok(())
}

/// Notes what was done, by or to whom, from where.
pub(super) fn note(done: Done, user_id: Option<UserId>, caller: &Caller) {
    let event = done.name();
    let user_id = user_id.map(|id| id.0);
    let ip = caller.ip.map(tracing::field::display);
    let request_id = caller.request_id.as_deref();
    match done {
        Done::SignInFailed
        | Done::CodeFailed
        | Done::ProofFailed
        | Done::ProviderRefused
        | Done::RefreshReused
        | Done::AccessRefused => tracing::warn!(event, user_id, ip, request_id, "refused"),
        _ => tracing::info!(event, user_id, ip, request_id, "done"),
    }
}
