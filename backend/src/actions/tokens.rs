//! Personal access tokens: for programs that act for a person, as far as their scopes go.

use std::{collections::BTreeSet, time::Duration};

use super::{
    Caller, Context, Viewer,
    audit::{self, About, By, Done},
    links, pages,
    sessions::check_still,
    texts,
};
use crate::{
    error::{Code, Error, Flaw, Result},
    keys::opaque,
    mail::Mail,
    model::{
        TokenId,
        credentials::{ListTokens, MadeToken, NewToken, PersonalToken},
        page::List,
    },
    store::{
        Conn, Tx, mailboxes,
        tokens::{self, NewRow},
    },
};

/// The longest name, in code points.
const NAME_CHARS_MAX: usize = 64;
/// The longest life, in days.
const DAYS_MAX: i64 = 3_650;
const DAY_S: u64 = 24 * 60 * 60;

/// Lists the viewer's live tokens.
///
/// # Errors
/// `invalid`.
pub async fn list(
    ctx: &Context,
    viewer: &Viewer,
    wanted: ListTokens,
) -> Result<List<PersonalToken>> {
    let ListTokens { search, scope, ordering, limit, cursor } = wanted;
    let (id, now) = (viewer.user_id, ctx.db.clock().now());
    let list = format!("tokens:{ordering:?}");
    let wanted = pages::wanted(&list, limit, cursor.as_deref())?;
    let which = tokens::Which { search: pages::search(search.as_deref())?, scope, ordering };
    let read = move |conn: &mut Conn| Ok(tokens::list(conn, id, now, &which, &wanted)?);
    Ok(pages::answer(&list, ctx.db.read(read).await?))
}

/// Makes a token and answers it: the only time that anybody sees it.
///
/// # Errors
/// `invalid`, `conflict` when there are too many, `rate_limited`.
pub async fn create(
    ctx: &Context,
    viewer: &Viewer,
    caller: &Caller,
    body: NewToken,
) -> Result<MadeToken> {
    let (id, now) = (viewer.user_id, ctx.db.clock().now());
    let NewToken { name, scopes, expires_in_days } = body;
    let name = texts::name("name", &name, NAME_CHARS_MAX)?;
    let asked = scopes.len();
    let scopes: Vec<_> = scopes.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    if scopes.is_empty() {
        return Err(Error::field("scopes", Flaw::Required));
    }
    if scopes.len() < asked {
        return Err(Error::field("scopes", Flaw::Duplicate));
    }
    let expires_at = match expires_in_days {
        None => None,
        Some(days) => {
            let days = u64::try_from(days).ok().filter(|_| (1..=DAYS_MAX).contains(&days));
            let days =
                days.ok_or_else(|| Error::field("expires_in_days", Flaw::OutOfRange(1, DAYS_MAX)))?;
            Some(now.after(Duration::from_secs(days * DAY_S)))
        }
    };
    ctx.limits.tokens_by_person.take(&id, now).check()?;
    let token = opaque::personal();
    let row = NewRow {
        user_id: id,
        name: name.clone(),
        scopes: scopes.clone(),
        token_hash: token.hash,
        expires_at,
    };
    let (session_id, by) = (viewer.session_id, By::caller(caller, Some(id)));
    let write = move |tx: &mut Tx<'_>| {
        check_still(tx, session_id)?;
        let id = tokens::insert(tx, &row)?;
        audit::record(tx, Done::TokenMade, &by, About::token(id, row.user_id))?;
        Ok((id, tx.now, mailboxes::find_of(tx.conn, row.user_id)?))
    };
    let (token_id, created_at, owner) = ctx.db.write(write).await?;
    audit::note(Done::TokenMade, Some(id), caller);
    if let Some(owner) = owner {
        let mail = Mail::TokenMade { name: owner.username.clone(), token_name: name.clone() };
        links::tell(ctx, &owner, mail);
    }
    Ok(MadeToken { token: token.text, id: token_id, name, scopes, created_at, expires_at })
}

/// Ends one of the viewer's tokens; its sockets are closed once that is durable.
///
/// # Errors
/// `not_found` where the viewer has no such live token.
pub async fn revoke(ctx: &Context, viewer: &Viewer, caller: &Caller, id: TokenId) -> Result<()> {
    let user_id = viewer.user_id;
    let by = By::caller(caller, Some(user_id));
    let write = move |tx: &mut Tx<'_>| {
        let revoked = tokens::revoke(tx, user_id, id)?;
        if revoked {
            audit::record(tx, Done::TokenRevoked, &by, About::token(id, user_id))?;
        }
        Ok(revoked)
    };
    let revoked = ctx.db.write(write).await?;
    if !revoked {
        return Err(Code::NotFound.into());
    }
    audit::note(Done::TokenRevoked, Some(user_id), caller);
    Ok(())
}
