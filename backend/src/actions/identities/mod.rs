//! Identities: signing in and up by a provider of OpenID Connect, and connecting one with an account.
//!
//! Whoever begins gets a ticket to keep: what the provider has to bring back is sealed in it, so only
//! they can finish, on any node, once, within ten minutes. An account is known by issuer and subject,
//! never by an address: what a provider says about addresses gives nobody somebody else's account.

mod connecting;
mod naming;
mod signing_in;
mod ticket;

use super::{
    Caller, Context, Viewer,
    audit::{self, About, By, Done},
    links, pages,
    proof::{Proven, prove},
    sessions::check_still,
};
use crate::{
    error::{Code, Error, Result},
    limits::Net,
    mail::Mail,
    model::{
        IdentityId,
        identity::{Disconnect, Identity, IdentityOrdering, ListIdentities, ProviderRef},
        page::List,
        text,
    },
    oidc::Provider,
    policy,
    store::{
        Tx, identities,
        page::{Key, Position, sorted},
    },
};

pub use connecting::{begin as begin_connect, finish as connect};
pub use signing_in::{SignedIn, begin, confirm, finish};

/// The providers that people may sign in by.
pub fn providers(ctx: &Context) -> Vec<ProviderRef> {
    let shown = |provider: &Provider| ProviderRef {
        issuer: provider.issuer().to_owned(),
        label: provider.label().to_owned(),
    };
    ctx.providers.iter().map(shown).collect()
}

/// Lists the viewer's identities.
///
/// # Errors
/// `invalid`.
pub async fn list(
    ctx: &Context,
    viewer: &Viewer,
    wanted: ListIdentities,
) -> Result<List<Identity>> {
    let ListIdentities { search, ordering, limit, cursor } = wanted;
    let list = format!("identities:{ordering:?}");
    let wanted = pages::wanted(&list, limit, cursor.as_deref())?;
    let search = pages::search(search.as_deref())?;
    let mut items = own(ctx, viewer).await?;
    if let Some(search) = &search {
        let has = |name: &String| text::fold(name).contains(search.as_str());
        items.retain(|it| has(&it.label) || it.name.as_ref().is_some_and(has));
    }
    use IdentityOrdering as By;
    let down = matches!(ordering, By::CreatedAtDown | By::LastUsedAtDown | By::LabelDown);
    let page = sorted(items, down, &wanted, |it| Position {
        key: match ordering {
            By::CreatedAt | By::CreatedAtDown => Key::Number(it.created_at.0),
            By::LastUsedAt | By::LastUsedAtDown => Key::Number(it.last_used_at.0),
            By::Label | By::LabelDown => Key::Text(text::fold(&it.label)),
        },
        id: it.id.0,
    });
    Ok(pages::answer(&list, page))
}

/// All of the viewer's identities, the oldest first.
async fn own(ctx: &Context, viewer: &Viewer) -> Result<Vec<Identity>> {
    let id = viewer.user_id;
    let rows = ctx.db.read(move |conn| Ok(identities::list(conn, id)?)).await?;
    Ok(rows.into_iter().map(|row| shown(ctx, row)).collect())
}

/// Takes one of the viewer's identities away, unless it is the last way in.
///
/// # Errors
/// `not_found` where the viewer has no such identity, `last_way_in`, `bad_credentials`,
/// `reauthentication_required`, `rate_limited`.
pub async fn disconnect(
    ctx: &Context,
    viewer: &Viewer,
    caller: &Caller,
    id: IdentityId,
    body: &Disconnect,
) -> Result<()> {
    let user_id = viewer.user_id;
    let own = own(ctx, viewer).await?.into_iter().find(|own| own.id == id);
    let own = own.ok_or_else(|| Error::from(Code::NotFound))?;
    let Proven { known, owner } = prove(ctx, viewer, caller, &body.current_password).await?;
    let (session_id, by) = (viewer.session_id, By::caller(caller, Some(user_id)));
    let write = move |tx: &mut Tx<'_>| {
        let ids = identities::lock(tx.conn, user_id)?;
        check_still(tx, session_id)?;
        if !ids.contains(&id) {
            return Err(Code::NotFound.into());
        }
        policy::may_disconnect(known.has_password(), ids.len().saturating_sub(1))?;
        identities::delete(tx, id)?;
        audit::record(tx, Done::IdentityDisconnected, &by, About::identity(id, user_id))
    };
    ctx.db.write(write).await?;
    audit::note(Done::IdentityDisconnected, Some(user_id), caller);
    let name = owner.username.clone();
    links::tell(ctx, &owner, Mail::IdentityDisconnected { name, provider: own.label });
    Ok(())
}

fn shown(ctx: &Context, row: identities::Row) -> Identity {
    let identities::Row { id, issuer, name, created_at, last_used_at } = row;
    let label = find(ctx, &issuer).map_or_else(|| issuer.clone(), |it| it.label().to_owned());
    Identity { id, issuer, label, name, created_at, last_used_at }
}

/// The provider with this address, if there is one.
fn find<'a>(ctx: &'a Context, issuer: &str) -> Option<&'a Provider> {
    ctx.providers.iter().find(|provider| provider.issuer() == issuer)
}

/// Takes one of the calls that may ask a provider.
fn take_call(ctx: &Context, caller: &Caller) -> Result<()> {
    let now = ctx.db.clock().now();
    ctx.limits.provider_calls_by_address.take(&Net::from(caller.ip), now).check()
}
