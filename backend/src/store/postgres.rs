//! What is particular to Postgres: how long anything may take, and how durable it has to be.

use diesel::{
    connection::SimpleConnection,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Text},
};
use url::Url;

/// How a server may break its word, and how to mend it.
#[derive(Debug, thiserror::Error)]
#[error(
    "Postgres runs with {setting} = {value}, so a message that was acknowledged could be lost in a crash: set it to on, or start with PARLOR_UNSAFE_DURABILITY=on"
)]
pub struct DurabilityError {
    setting: &'static str,
    value: String,
}

/// What a connection is opened with, unless the address says otherwise: a server that is not there
/// is noticed soon, whichever way it went.
const LIMITS: &[(&str, &str)] = &[
    ("connect_timeout", "3"),
    ("tcp_user_timeout", "3000"),
    ("keepalives_idle", "5"),
    ("keepalives_interval", "2"),
    ("keepalives_count", "2"),
];

/// Nobody waits for a lock, and no lock waits for a node that has stopped, longer than this.
const SESSION: &str = "
    set lock_timeout = '2s';
    set idle_in_transaction_session_timeout = '2s';
    set statement_timeout = '10s';
    set client_min_messages = warning;";

#[derive(QueryableByName)]
struct Shown {
    #[diesel(sql_type = Text)]
    value: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The address with limits for the connection.
pub(super) fn with_limits(address: &str) -> String {
    let Ok(mut url) = Url::parse(address) else { return address.to_owned() };
    let given: Vec<_> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    let missing = LIMITS.iter().filter(|(name, _)| !given.iter().any(|known| known == name));
    for (name, value) in missing {
        url.query_pairs_mut().append_pair(name, value);
    }
    url.into()
}

/// Makes a connection of a node what the rest of this folder expects; it is named after the node.
pub(super) fn set_up(conn: &mut PgConnection, node: u64) -> QueryResult<()> {
    conn.batch_execute(&format!("{SESSION} set application_name = 'parlor {node:016x}'"))
}

/// The history that a database is in: the name of its server, the timeline from the current WAL file's name,
/// and the table's own number, which is another one wherever a dump made the table anew.
pub(super) fn history(conn: &mut PgConnection) -> QueryResult<String> {
    let history = "select to_hex(system_identifier) || '-'
        || ltrim(substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), '0') || '-'
        || to_hex('meta'::regclass::oid::bigint) as value
        from pg_control_system()";
    Ok(sql_query(history).get_result::<Shown>(conn)?.value)
}

/// Whether what is acknowledged is on the disk (GUARANTEES, G1).
pub(super) fn check_durability(
    conn: &mut PgConnection,
) -> QueryResult<Result<(), DurabilityError>> {
    let strong: &[(&'static str, &[&str])] = &[
        ("fsync", &["on"]),
        ("full_page_writes", &["on"]),
        ("synchronous_commit", &["on", "remote_apply"]),
    ];
    for (setting, allowed) in strong {
        let shown = sql_query(format!("select current_setting('{setting}') as value"));
        let value = shown.get_result::<Shown>(conn)?.value;
        if !allowed.contains(&value.as_str()) {
            return Ok(Err(DurabilityError { setting, value }));
        }
    }
    Ok(Ok(()))
}

/// What the server calls itself.
pub(super) fn version(conn: &mut PgConnection) -> QueryResult<String> {
    let version = sql_query("select 'Postgres ' || current_setting('server_version') as value");
    Ok(version.get_result::<Shown>(conn)?.value)
}

/// How many programs that call themselves nodes of Parlor, by different names, are on this database.
pub(super) fn count_nodes(conn: &mut PgConnection) -> QueryResult<i64> {
    let nodes = "select count(distinct application_name) as count from pg_stat_activity
        where datname = current_database() and application_name like 'parlor %'";
    Ok(sql_query(nodes).get_result::<Count>(conn)?.count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_address_says_itself_stays() {
        let address = with_limits("postgres://ann:pw@db/chat?connect_timeout=9");
        assert!(address.starts_with("postgres://ann:pw@db/chat?connect_timeout=9&tcp_user"));
        assert!(!address.contains("connect_timeout=3"));
    }
}
