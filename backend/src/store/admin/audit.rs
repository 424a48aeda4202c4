//! The audit log, as administration reads it.

use diesel::{
    QueryableByName,
    prelude::QueryResult,
    sql_types::{BigInt, Nullable, Text},
};

use super::{
    super::conn::Conn,
    MaybeId, MaybeText,
    listing::{self, Listed, Order, Query, Source, TIMELESS},
    maybe,
};
use crate::model::{
    RoomId, Timestamp,
    admin::audit::{AuditEntry, AuditId, AuditOrdering as By, ListAudit, ObjectKind},
};

/// A row of the list.
#[derive(QueryableByName)]
pub struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    event: String,
    #[diesel(sql_type = MaybeId)]
    actor_id: Option<i64>,
    #[diesel(sql_type = MaybeText)]
    actor_username: Option<String>,
    #[diesel(sql_type = MaybeText)]
    actor_display_name: Option<String>,
    #[diesel(sql_type = Text)]
    object: String,
    #[diesel(sql_type = MaybeId)]
    object_id: Option<i64>,
    #[diesel(sql_type = Text)]
    object_name: String,
    #[diesel(sql_type = MaybeId)]
    user_id: Option<i64>,
    #[diesel(sql_type = MaybeText)]
    user_username: Option<String>,
    #[diesel(sql_type = MaybeText)]
    user_display_name: Option<String>,
    #[diesel(sql_type = MaybeId)]
    room_id: Option<i64>,
    #[diesel(sql_type = Text)]
    changes: String,
    #[diesel(sql_type = Nullable<Text>)]
    ip: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    request_id: Option<String>,
    #[diesel(sql_type = BigInt)]
    created_at: i64,
}

const SOURCE: Source = Source {
    columns: "audit.id as id, audit.event as event, audit.actor_id as actor_id,
        actor.username as actor_username, actor.display_name as actor_display_name,
        audit.object as object, audit.object_id as object_id, audit.object_name as object_name,
        audit.user_id as user_id, concerned.username as user_username,
        concerned.display_name as user_display_name, audit.room_id as room_id,
        audit.changes as changes, audit.ip as ip, audit.request_id as request_id,
        audit.created_at as created_at",
    from: "audit left join users actor on actor.id = audit.actor_id
        left join users concerned on concerned.id = audit.user_id",
    always: "1 = 1",
    moment: "audit.created_at",
};

/// The list that is asked for; `search` is folded.
pub fn query(which: &ListAudit, search: Option<&str>) -> Query {
    let down = which.ordering == By::CreatedAtDown;
    let mut query = Query::new(SOURCE, Order::number("audit.created_at", "audit.id", down));
    query.text("audit.event", which.event.as_deref());
    query.number("audit.actor_id", which.actor_id.map(|id| id.0));
    query.number("audit.user_id", which.user_id.map(|id| id.0));
    query.number("audit.room_id", which.room_id.map(|id| id.0));
    query.text("audit.object", which.object.map(ObjectKind::name));
    query.number("audit.object_id", which.object_id.map(|id| id.0));
    query.search(&["audit.search_key"], search);
    query.when(which.after, which.before, which.dates);
    query
}

/// One entry.
pub fn find(conn: &mut Conn, id: AuditId) -> QueryResult<Option<AuditEntry>> {
    listing::find::<Row>(conn, SOURCE, &[("audit.id", id.0)], TIMELESS)
}

impl Listed for Row {
    type Item = AuditEntry;

    fn item(self, _: Timestamp) -> AuditEntry {
        AuditEntry {
            id: AuditId(self.id),
            event: self.event,
            actor: maybe(self.actor_id, self.actor_username, self.actor_display_name),
            object: ObjectKind::of(&self.object),
            object_id: self.object_id,
            object_name: self.object_name,
            user: maybe(self.user_id, self.user_username, self.user_display_name),
            room_id: self.room_id.map(RoomId),
            changes: serde_json::from_str(&self.changes).unwrap_or_default(),
            ip: self.ip,
            request_id: self.request_id,
            created_at: Timestamp(self.created_at),
        }
    }
}
