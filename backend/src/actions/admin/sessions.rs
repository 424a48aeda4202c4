//! Sessions and personal access tokens: ended by staff. Both are rows of one table.

use super::{Scene, Who, users::subject};
use crate::{
    actions::audit::{self, About, Done},
    error::{Code, Error, Result},
    model::{SessionId, TokenId, UserId},
    policy::{self, AdminDeed, Administrator},
    store::{Conn, Tx, mailboxes, sessions, tokens},
};

fn owner(conn: &mut Conn, id: i64, is_token: bool) -> Result<UserId> {
    let found = sessions::find_owner(conn, id)?.filter(|(_, it)| *it == is_token);
    found.map(|(user_id, _)| user_id).ok_or(Code::NotFound.into())
}

/// Whether a session, or a token, may be ended, and whose it is.
///
/// # Errors
/// `not_found`, also for one that has ended; `forbidden`.
pub(super) fn look(
    conn: &mut Conn,
    admin: Administrator,
    who: &Who,
    id: i64,
    is_token: bool,
) -> Result<String> {
    let user_id = owner(conn, id, is_token)?;
    let subject = subject(conn, who, user_id)?;
    policy::may_administer_account(admin, subject, AdminDeed::SignOut)?;
    let owner = mailboxes::find_of(conn, user_id)?;
    owner.map(|owner| owner.username).ok_or_else(|| Error::from(Code::NotFound))
}

/// Ends one that was looked at.
pub(super) fn perform(tx: &mut Tx<'_>, scene: &Scene, id: i64, is_token: bool) -> Result<()> {
    let user_id = owner(tx.conn, id, is_token)?;
    if is_token {
        let id = TokenId(id);
        tokens::revoke(tx, user_id, id)?;
        audit::record(tx, Done::TokenEnded, &scene.by, About::token(id, user_id))
    } else {
        let id = SessionId(id);
        sessions::revoke(tx, user_id, id)?;
        audit::record(tx, Done::SessionEnded, &scene.by, About::session(id, user_id))
    }
}
