//! The first superuser of a fresh server, made by whoever opens the one link that it shows at its start.
//!
//! The link is good once, and only while nobody may administer everything: somebody who finds it later
//! has nothing. Only its hash is stored (SECURITY, AU-11).

use super::{
    Caller, Context,
    accounts::{self, Given, Grant, begin, grant},
    audit::{self, About, By, Done},
};
use crate::{
    error::{Code, Error, Result},
    keys::opaque,
    limits::Net,
    model::account::{Register, SetUp},
    store::{
        Conn, Tx,
        accounts::{self as rows, NewAccount, Standing},
        setup,
    },
};

/// The token of a new link; `None` where somebody may administer everything, and no link is good any
/// more.
///
/// # Errors
/// Those of the store.
pub async fn prepare(ctx: &Context) -> Result<Option<String>> {
    let token = opaque::setup();
    let write = move |tx: &mut Tx<'_>| {
        if rows::superuser_exists(tx.conn)? {
            setup::delete(tx)?;
            return Ok(false);
        }
        setup::insert(tx, &token.hash)?;
        Ok(true)
    };
    Ok(ctx.db.write(write).await?.then_some(token.text))
}

/// Makes the first superuser and signs in.
///
/// # Errors
/// `link_invalid` for a token that is none, was used, or comes when there is a superuser; `invalid`
/// with every field that is wrong, `username_taken`, `rate_limited`, `unavailable`.
pub async fn set_up(ctx: &Context, caller: &Caller, body: SetUp) -> Result<Grant> {
    let SetUp { token, username, password, email, display_name, session } = body;
    let now = ctx.db.clock().now();
    ctx.limits.links_by_address.take(&Net::from(caller.ip), now).check()?;
    let link_invalid = || Error::from(Code::LinkInvalid);
    let hash = opaque::hash_of_setup(&token).ok_or_else(link_invalid)?;
    let known = hash.clone();
    let is_open =
        move |conn: &mut Conn| Ok(!rows::superuser_exists(conn)? && setup::is_one(conn, &known)?);
    if !ctx.db.read(is_open).await? {
        return Err(link_invalid());
    }
    let body = Register { username, password, email, display_name, session };
    let account = accounts::draft(ctx, &body, Given::ByTheOperator, caller.locale).await?;
    let account = NewAccount { standing: Standing::SUPERUSER, is_email_verified: true, ..account };
    let from = caller.clone();
    let write = move |tx: &mut Tx<'_>| {
        if rows::superuser_exists(tx.conn)? || !setup::take(tx, &hash)? {
            return Err(link_invalid());
        }
        let id = rows::insert(tx, &account)?;
        let by = By::caller(&from, Some(id));
        audit::record(tx, Done::SuperuserMade, &by, About::user(id))?;
        begin(tx, id, false, &from)
    };
    let begun = ctx.db.write(write).await?;
    audit::note(Done::SuperuserMade, None, caller);
    grant(ctx, begun).await
}
