//! Accounts as far as signing up and signing in go; what others see of people is in `users`.

use diesel::prelude::*;

use super::{
    conn::{Conn, on_backend},
    error::is_taken,
    journal::Tx,
    schema::users,
};
use crate::{
    error::{Code, Error, Flaw, Result},
    model::{UserId, profile::Locale, text},
};

/// What an account allows its person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whether it may be used.
    pub is_active: bool,
    /// Whether its person is staff.
    pub is_staff: bool,
    /// Whether its person may administer everything.
    pub is_superuser: bool,
}

impl Credentials {
    /// Whether there is a password at all.
    pub fn has_password(&self) -> bool {
        !self.password_hash.is_empty()
    }
}

impl Standing {
    /// What everybody has.
    pub const PERSON: Self = Self { is_active: true, is_staff: false, is_superuser: false };
    /// What whoever may do everything has.
    pub const SUPERUSER: Self = Self { is_active: true, is_staff: true, is_superuser: true };
}

/// An account to be; its parts have been checked.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// As it is shown.
    pub username: String,
    /// The form under which it is unique.
    pub username_key: String,
    /// 1–64 code points.
    pub display_name: String,
    /// Where mails go.
    pub email: Option<String>,
    /// What its password is compared with; empty where there is none.
    pub password_hash: String,
    /// The language of texts for this person.
    pub locale: Locale,
    /// What it allows its person.
    pub standing: Standing,
    /// Whether somebody whose word is good gave the address.
    pub is_email_verified: bool,
}

/// What a sign-in is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// Whose.
    pub user_id: UserId,
    /// The password's hash; empty where there is none.
    pub password_hash: String,
    /// Whether the account may be used.
    pub is_active: bool,
    /// Whether there is an address that was not shown to be this person's.
    pub is_unverified: bool,
}

type CredentialsRow = (i64, String, bool, Option<String>, Option<i64>);

const CREDENTIALS: (
    users::id,
    users::password_hash,
    users::is_active,
    users::email,
    users::email_verified_at,
) = (users::id, users::password_hash, users::is_active, users::email, users::email_verified_at);

/// The key that lets one account at the most have shown an address to be its own, and how SQLite
/// names it.
pub(super) const VERIFIED_KEY: &str = "users_verified_email_key";
pub(super) const VERIFIED_COLUMNS: &str = "users.email_key";

/// Makes an account.
///
/// # Errors
/// `username_taken`.
pub fn insert(tx: &mut Tx<'_>, account: &NewAccount) -> Result<UserId> {
    let now = tx.now.0;
    let verified_at = account.email.as_ref().filter(|_| account.is_email_verified).map(|_| now);
    let inserted: QueryResult<i64> = on_backend!(tx.conn, conn => diesel::insert_into(users::table)
        .values((
            users::username.eq(&account.username),
            users::username_key.eq(&account.username_key),
            users::display_name.eq(&account.display_name),
            users::search_key.eq(text::search_key(&account.display_name, &account.username)),
            users::email.eq(account.email.as_deref()),
            users::email_key.eq(account.email.as_deref().map(text::fold)),
            users::password_hash.eq(&account.password_hash),
            users::is_active.eq(account.standing.is_active),
            users::is_staff.eq(account.standing.is_staff),
            users::is_superuser.eq(account.standing.is_superuser),
            users::email_verified_at.eq(verified_at),
            users::locale.eq(account.locale.code()),
            users::created_at.eq(now),
        ))
        .returning(users::id)
        .get_result(conn));
    match inserted {
        Ok(id) => Ok(UserId(id)),
        Err(error) if is_taken(&error, "users_username_key_key", "users.username_key") => {
            Err(Error::from(Code::UsernameTaken).and("username", Flaw::Taken))
        }
        Err(error) if is_taken(&error, VERIFIED_KEY, VERIFIED_COLUMNS) => {
            Err(Error::from(Code::Conflict).and("email", Flaw::Taken))
        }
        Err(error) => Err(error.into()),
    }
}

/// The account that a folded username or e-mail address means. No username has an `@`. Of several
/// accounts with one address the one that has shown it to be theirs is meant, else the oldest: an
/// address can be given, but not taken from somebody, by writing it down.
pub fn find_credentials(conn: &mut Conn, name_key: &str) -> QueryResult<Option<Credentials>> {
    let mut query = users::table
        .select(CREDENTIALS)
        .order((users::email_verified_at.is_null(), users::id))
        .into_boxed();
    query = if name_key.contains('@') {
        query.filter(users::email_key.eq(name_key))
    } else {
        query.filter(users::username_key.eq(name_key))
    };
    Ok(query.first::<CredentialsRow>(conn).optional()?.map(credentials_of))
}

/// Whether somebody has a username, or had it and was deleted.
pub fn is_taken_key(conn: &mut Conn, username_key: &str) -> QueryResult<bool> {
    let named = users::table.filter(users::username_key.eq(username_key));
    diesel::select(diesel::dsl::exists(named)).get_result(conn)
}

/// What the password of an account is compared with.
pub fn find_credentials_of(conn: &mut Conn, id: UserId) -> QueryResult<Option<Credentials>> {
    let row = users::table.find(id.0).select(CREDENTIALS).first::<CredentialsRow>(conn);
    Ok(row.optional()?.map(credentials_of))
}

fn credentials_of((id, password_hash, is_active, email, verified): CredentialsRow) -> Credentials {
    let is_unverified = email.is_some() && verified.is_none();
    Credentials { user_id: UserId(id), password_hash, is_active, is_unverified }
}

/// Gives an account another password.
pub fn set_password(tx: &mut Tx<'_>, id: UserId, hash: &str) -> QueryResult<()> {
    diesel::update(users::table.find(id.0)).set(users::password_hash.eq(hash)).execute(tx.conn)?;
    Ok(())
}

/// Gives an account another password instead of a known one; `false` if that was changed meanwhile.
pub fn change_password(tx: &mut Tx<'_>, known: &Credentials, hash: &str) -> QueryResult<bool> {
    let changed = diesel::update(users::table.find(known.user_id.0))
        .filter(users::password_hash.eq(&known.password_hash))
        .set(users::password_hash.eq(hash))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// Whether an account still has a known password; until this commit is over nobody gives it another.
pub fn hold_password(tx: &mut Tx<'_>, known: &Credentials) -> QueryResult<bool> {
    let own = users::table.find(known.user_id.0).select(users::password_hash);
    let hash = match tx.conn {
        Conn::Sqlite(conn) => own.first::<String>(conn).optional()?,
        Conn::Postgres(conn) => own.for_no_key_update().first::<String>(conn).optional()?,
    };
    Ok(hash.as_ref() == Some(&known.password_hash))
}

/// Holds what an account allows its person: until this commit is over nobody changes that.
pub fn hold_standing(tx: &mut Tx<'_>, id: UserId) -> QueryResult<()> {
    if let Conn::Postgres(conn) = tx.conn {
        users::table.find(id.0).select(users::id).for_share().first::<i64>(conn).optional()?;
    }
    Ok(())
}

/// What an account allows its person; `None` where there is none, or none any more.
pub fn find_standing(conn: &mut Conn, id: UserId) -> QueryResult<Option<Standing>> {
    let row = users::table
        .find(id.0)
        .filter(users::deleted_at.is_null())
        .select((users::is_active, users::is_staff, users::is_superuser))
        .first::<(bool, bool, bool)>(conn)
        .optional()?;
    Ok(row.map(|(is_active, is_staff, is_superuser)| Standing {
        is_active,
        is_staff,
        is_superuser,
    }))
}

/// Says what an account allows its person from now on.
pub fn update_standing(conn: &mut Conn, id: UserId, standing: Standing) -> QueryResult<()> {
    diesel::update(users::table.find(id.0))
        .set((
            users::is_active.eq(standing.is_active),
            users::is_staff.eq(standing.is_staff),
            users::is_superuser.eq(standing.is_superuser),
        ))
        .execute(conn)?;
    Ok(())
}

/// How many active superusers there are beside this one.
pub fn count_other_superusers(conn: &mut Conn, id: UserId) -> QueryResult<i64> {
    let superusers = users::table.filter(users::is_superuser.and(users::is_active));
    superusers.filter(users::id.ne(id.0)).count().get_result(conn)
}

/// The same; until this commit is over, nobody else changes who they are.
pub fn hold_other_superusers(tx: &mut Tx<'_>, id: UserId) -> QueryResult<i64> {
    let superusers = users::table
        .filter(users::is_superuser.and(users::is_active))
        .order(users::id)
        .select(users::id);
    if let Conn::Postgres(conn) = &mut *tx.conn {
        superusers.for_update().load::<i64>(conn)?;
    }
    count_other_superusers(tx.conn, id)
}

/// Whether somebody may administer everything.
pub fn superuser_exists(conn: &mut Conn) -> QueryResult<bool> {
    let superusers = users::table.filter(users::is_superuser.and(users::is_active));
    diesel::select(diesel::dsl::exists(superusers)).get_result(conn)
}

/// Whether all of these people, no two of them the same, have an active account.
pub fn are_active(conn: &mut Conn, ids: &[UserId]) -> QueryResult<bool> {
    let wanted: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let active = users::table.filter(users::id.eq_any(&wanted).and(users::is_active));
    let count = active.count().get_result::<i64>(conn)?;
    Ok(usize::try_from(count).is_ok_and(|count| count == wanted.len()))
}
