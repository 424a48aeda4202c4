//! Identities: who a provider says that somebody is, and whose account that means here. A provider and
//! what it calls the person (issuer and subject) mean one account at the most, for ever.

use diesel::prelude::*;

use super::{
    conn::{Conn, on_backend},
    error::is_taken,
    journal::Tx,
    schema::{identities, users},
};
use crate::{
    error::{Code, Result},
    model::{IdentityId, Timestamp, UserId},
};

/// How many identities of an account are listed; it has one of each provider at the most.
const LISTED_MAX: i64 = 100;

/// An identity to be.
#[derive(Clone, Debug)]
pub struct NewIdentity {
    /// Whose.
    pub user_id: UserId,
    /// The provider.
    pub issuer: String,
    /// What the provider calls the person.
    pub subject: String,
    /// What the person knows it by: an address or a name there.
    pub name: Option<String>,
}

/// An identity of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which.
    pub id: IdentityId,
    /// The provider.
    pub issuer: String,
    /// What the person knows it by.
    pub name: Option<String>,
    /// When it was connected.
    pub created_at: Timestamp,
    /// When it was last signed in with.
    pub last_used_at: Timestamp,
}

/// Whose an identity is, and whether that account may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Which identity.
    pub id: IdentityId,
    /// Whose.
    pub user_id: UserId,
    /// Whether the account may be used.
    pub is_active: bool,
    /// Whether there is an address that was not shown to be this person's.
    pub is_unverified: bool,
}

/// The account that an identity means.
pub fn find(conn: &mut Conn, issuer: &str, subject: &str) -> QueryResult<Option<Holder>> {
    let row = identities::table
        .inner_join(users::table)
        .filter(identities::issuer.eq(issuer).and(identities::subject.eq(subject)))
        .select((
            identities::id,
            users::id,
            users::is_active,
            users::email,
            users::email_verified_at,
        ))
        .first::<(i64, i64, bool, Option<String>, Option<i64>)>(conn)
        .optional()?;
    Ok(row.map(|(id, user_id, is_active, email, verified)| Holder {
        id: IdentityId(id),
        user_id: UserId(user_id),
        is_active,
        is_unverified: email.is_some() && verified.is_none(),
    }))
}

/// Connects an identity with an account.
///
/// # Errors
/// `identity_taken` when another commit was first.
pub fn insert(tx: &mut Tx<'_>, identity: &NewIdentity) -> Result<IdentityId> {
    let now = tx.now.0;
    let inserted: QueryResult<i64> = on_backend!(tx.conn, conn => {
        diesel::insert_into(identities::table)
            .values((
                identities::user_id.eq(identity.user_id.0),
                identities::issuer.eq(&identity.issuer),
                identities::subject.eq(&identity.subject),
                identities::name.eq(identity.name.as_deref()),
                identities::created_at.eq(now),
                identities::last_used_at.eq(now),
            ))
            .returning(identities::id)
            .get_result(conn)
    });
    match inserted {
        Ok(id) => Ok(IdentityId(id)),
        Err(error)
            if is_taken(
                &error,
                "identities_issuer_subject_key",
                "identities.issuer, identities.subject",
            ) =>
        {
            Err(Code::IdentityTaken.into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Notes that an identity was signed in with, and what it is called by now.
pub fn touch(tx: &mut Tx<'_>, id: IdentityId, name: Option<&str>) -> QueryResult<()> {
    diesel::update(identities::table.find(id.0))
        .set((identities::last_used_at.eq(tx.now.0), identities::name.eq(name)))
        .execute(tx.conn)?;
    Ok(())
}

/// The identities of an account, the oldest first; all that are ever listed.
pub fn list(conn: &mut Conn, user_id: UserId) -> QueryResult<Vec<Row>> {
    let rows = identities::table
        .filter(identities::user_id.eq(user_id.0))
        .order(identities::id)
        .limit(LISTED_MAX)
        .select((
            identities::id,
            identities::issuer,
            identities::name,
            identities::created_at,
            identities::last_used_at,
        ))
        .load::<(i64, String, Option<String>, i64, i64)>(conn)?;
    let row = |(id, issuer, name, created, used)| Row {
        id: IdentityId(id),
        issuer,
        name,
        created_at: Timestamp(created),
        last_used_at: Timestamp(used),
    };
    Ok(rows.into_iter().map(row).collect())
}

/// The ids of an account's identities; until this commit is over, nobody else changes which these are.
pub fn lock(conn: &mut Conn, user_id: UserId) -> QueryResult<Vec<IdentityId>> {
    let own = users::table.find(user_id.0).select(users::id);
    match conn {
        Conn::Sqlite(conn) => own.first::<i64>(conn).optional()?,
        Conn::Postgres(conn) => own.for_update().first::<i64>(conn).optional()?,
    };
    let ids = identities::table.filter(identities::user_id.eq(user_id.0)).select(identities::id);
    Ok(ids.load::<i64>(conn)?.into_iter().map(IdentityId).collect())
}

/// Takes an identity from its account.
pub fn delete(tx: &mut Tx<'_>, id: IdentityId) -> QueryResult<()> {
    diesel::delete(identities::table.find(id.0)).execute(tx.conn)?;
    Ok(())
}

/// Takes all identities from an account.
pub(super) fn forget(tx: &mut Tx<'_>, user_id: UserId) -> QueryResult<()> {
    let own = identities::table.filter(identities::user_id.eq(user_id.0));
    diesel::delete(own).execute(tx.conn)?;
    Ok(())
}
