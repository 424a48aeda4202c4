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
    /// What its password is compared with.
    pub password_hash: String,
    /// The language of texts for this person.
    pub locale: Locale,
    /// Staff and superuser: made by the operator.
    pub is_superuser: bool,
}

/// What a sign-in is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// Whose.
    pub user_id: UserId,
    /// The password's hash.
    pub password_hash: String,
    /// Whether the account may be used.
    pub is_active: bool,
}

/// Makes an account.
///
/// # Errors
/// `username_taken`.
pub fn insert(tx: &mut Tx<'_>, account: &NewAccount) -> Result<UserId> {
    let now = tx.now.0;
    let inserted: QueryResult<i64> = on_backend!(tx.conn, conn => diesel::insert_into(users::table)
        .values((
            users::username.eq(&account.username),
            users::username_key.eq(&account.username_key),
            users::display_name.eq(&account.display_name),
            users::search_key.eq(text::search_key(&account.display_name, &account.username)),
            users::email.eq(account.email.as_deref()),
            users::email_key.eq(account.email.as_deref().map(text::fold)),
            users::password_hash.eq(&account.password_hash),
            users::is_staff.eq(account.is_superuser),
            users::is_superuser.eq(account.is_superuser),
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
        Err(error) => Err(error.into()),
    }
}

/// The account that a folded username or e-mail address means. No username has an `@`. Of several
/// accounts with one address the one that has shown it to be theirs is meant, else the oldest: an
/// address can be given, but not taken from somebody, by writing it down.
pub fn find_credentials(conn: &mut Conn, name_key: &str) -> QueryResult<Option<Credentials>> {
    let mut query = users::table
        .select((users::id, users::password_hash, users::is_active))
        .order((users::email_verified_at.is_null(), users::id))
        .into_boxed();
    query = if name_key.contains('@') {
        query.filter(users::email_key.eq(name_key))
    } else {
        query.filter(users::username_key.eq(name_key))
    };
    let row = query.first::<(i64, String, bool)>(conn).optional()?;
    Ok(row.map(|(id, password_hash, is_active)| Credentials {
        user_id: UserId(id),
        password_hash,
        is_active,
    }))
}

/// Whether somebody may administer everything.
pub fn superuser_exists(conn: &mut Conn) -> QueryResult<bool> {
    let superusers = users::table.filter(users::is_superuser.and(users::is_active));
    diesel::select(diesel::dsl::exists(superusers)).get_result(conn)
}

/// Replaces a password's hash by another of the same password, unless it was changed meanwhile.
pub fn renew_hash(tx: &mut Tx<'_>, known: &Credentials, renewed: &str) -> QueryResult<()> {
    diesel::update(users::table.find(known.user_id.0))
        .filter(users::password_hash.eq(&known.password_hash))
        .set(users::password_hash.eq(renewed))
        .execute(tx.conn)?;
    Ok(())
}
