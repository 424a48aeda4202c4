//! What people wrote, as administration sees it: of direct rooms never the text.

use diesel::{
    QueryableByName,
    prelude::QueryResult,
    sql_types::{BigInt, Nullable, Text},
};

use super::{
    super::conn::Conn,
    Person, Place,
    listing::{self, Listed, Order, Query, Source, TIMELESS},
    person, place,
};
use crate::{
    model::{
        MessageId, Timestamp,
        admin::message::{AdminMessage, AdminMessageOrdering as By, ListAdminMessages},
    },
    policy,
};

/// A row of the list.
#[derive(QueryableByName)]
pub struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(embed)]
    place: Place,
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(embed)]
    person: Person,
    #[diesel(sql_type = Nullable<Text>)]
    body: Option<String>,
    #[diesel(sql_type = BigInt)]
    files_count: i64,
    #[diesel(sql_type = BigInt)]
    created_at: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    edited_at: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    deleted_at: Option<i64>,
}

/// The text of a direct room does not even leave the database.
const SOURCE: Source = Source {
    columns: concat!(
        "messages.id as id, messages.seq as seq, ",
        place!(),
        ", ",
        person!(),
        ", case when rooms.kind = 'group' then messages.body end as body,
        case when rooms.kind = 'group' then messages.files_count else 0 end as files_count,
        messages.created_at as created_at, messages.edited_at as edited_at,
        messages.deleted_at as deleted_at"
    ),
    from: "messages join rooms on rooms.id = messages.room_id
        join users on users.id = messages.author_id",
    always: "messages.kind = 'text' and rooms.deleted_at is null",
    moment: "messages.created_at",
};

/// The list that is asked for, without a search.
pub fn query(which: &ListAdminMessages) -> Query {
    let down = which.ordering == By::CreatedAtDown;
    let mut query = Query::new(SOURCE, Order::number("messages.created_at", "messages.id", down));
    query.number("messages.room_id", which.room_id.map(|id| id.0));
    query.number("messages.author_id", which.author_id.map(|id| id.0));
    query.flag("messages.deleted_at is not null", which.deleted);
    query.when(which.after, which.before, which.dates);
    query
}

/// One message; a note of the room itself is none.
pub fn find(conn: &mut Conn, id: MessageId) -> QueryResult<Option<AdminMessage>> {
    listing::find::<Row>(conn, SOURCE, &[("messages.id", id.0)], TIMELESS)
}

/// The messages with these ids, in their order; `down` is the newest first.
pub fn find_all(conn: &mut Conn, ids: &[i64], down: bool) -> QueryResult<Vec<AdminMessage>> {
    listing::find_all::<Row>(conn, SOURCE, "messages.id", ids, down, TIMELESS)
}

impl Listed for Row {
    type Item = AdminMessage;

    fn item(self, _: Timestamp) -> AdminMessage {
        let room = self.place.shown();
        AdminMessage {
            id: MessageId(self.id),
            body: self.body.filter(|_| policy::may_be_read_by_staff(room.kind)),
            room,
            files_count: self.files_count,
            seq: self.seq,
            author: self.person.shown(),
            created_at: Timestamp(self.created_at),
            edited_at: self.edited_at.map(Timestamp),
            deleted_at: self.deleted_at.map(Timestamp),
        }
    }
}
