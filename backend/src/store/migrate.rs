//! The schema, brought up to date on every start from migrations inside the binary.

use diesel::{
    ConnectionError, PgConnection, QueryableByName, RunQueryDsl, backend::Backend,
    connection::SimpleConnection, migration::MigrationSource, pg::Pg, sql_query, sql_types::Text,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::conn::Conn;

const SQLITE: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../migrations/postgres");

/// The advisory lock under which a node migrates Postgres, so that two that start together take
/// turns. Any number will do as long as every version of Parlor uses the same.
const POSTGRES_LOCK: i64 = 7_275_267;

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// No connection.
    #[error("the database cannot be opened: {0}")]
    Connection(#[from] ConnectionError),
    /// A migration, or what surrounds it, failed.
    #[error("the schema cannot be brought up to date: {0}")]
    Migration(Box<dyn std::error::Error + Send + Sync>),
}

impl From<diesel::result::Error> for MigrateError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Migration(Box::new(error))
    }
}

/// Runs what has not run yet and names it. Idempotent.
pub(super) fn run(conn: &mut Conn) -> Result<Vec<String>, MigrateError> {
    match conn {
        // Another process, a server or a command beside it, may be at it as well: taking turns begins
        // before anybody looks at what has run.
        Conn::Sqlite(conn) => conn.immediate_transaction(|conn| run_pending(conn, SQLITE)),
        Conn::Postgres(conn) => {
            // Who may only read and write rows starts as well, as long as there is nothing to migrate.
            if is_current(conn) {
                return Ok(Vec::new());
            }
            conn.batch_execute(&format!("select pg_advisory_lock({POSTGRES_LOCK})"))?;
            let ran = run_pending(conn, POSTGRES);
            conn.batch_execute(&format!("select pg_advisory_unlock({POSTGRES_LOCK})"))?;
            ran
        }
    }
}

/// Whether everything has run: asked without the right to make anything, which the library that
/// migrates wants even then.
fn is_current(conn: &mut PgConnection) -> bool {
    #[derive(QueryableByName)]
    struct Ran {
        #[diesel(sql_type = Text)]
        version: String,
    }
    let ran = sql_query("select version from __diesel_schema_migrations").load::<Ran>(conn);
    let known = MigrationSource::<Pg>::migrations(&POSTGRES);
    let (Ok(ran), Ok(known)) = (ran, known) else { return false };
    known.iter().all(|migration| {
        let version = migration.name().version().to_string();
        ran.iter().any(|it| it.version == version)
    })
}

fn run_pending<B: Backend>(
    conn: &mut impl MigrationHarness<B>,
    migrations: EmbeddedMigrations,
) -> Result<Vec<String>, MigrateError>
where
    EmbeddedMigrations: MigrationSource<B>,
{
    let ran = conn.run_pending_migrations(migrations).map_err(MigrateError::Migration)?;
    Ok(ran.into_iter().map(|version| version.to_string()).collect())
}
