//! Memberships, as administration sees them.

use diesel::{
    QueryableByName,
    prelude::QueryResult,
    sql_types::{BigInt, Text},
};

use super::{
    super::{
        conn::Conn,
        rooms::{role_name, role_of},
    },
    Person, Place,
    listing::{self, Listed, Order, Query, Source, TIMELESS},
    person, place,
};
use crate::model::{
    RoomId, Timestamp, UserId,
    admin::membership::{AdminMembership, AdminMembershipOrdering as By, ListAdminMemberships},
};

/// A row of the list.
#[derive(QueryableByName)]
pub struct Row {
    #[diesel(embed)]
    place: Place,
    #[diesel(embed)]
    person: Person,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = BigInt)]
    joined_at: i64,
}

const SOURCE: Source = Source {
    columns: concat!(
        place!(),
        ", ",
        person!(),
        ", members.role as role, members.joined_at as joined_at"
    ),
    from: "members join rooms on rooms.id = members.room_id join users on users.id = members.user_id",
    always: "rooms.deleted_at is null",
    moment: "members.joined_at",
};

/// The list that is asked for; `search` is folded.
pub fn query(which: &ListAdminMemberships, search: Option<&str>) -> Query {
    let down = which.ordering == By::JoinedAtDown;
    let order = Order::number("members.joined_at", "members.user_id", down);
    let mut query = Query::new(SOURCE, Order { more: Some("members.room_id"), ..order });
    query.number("members.room_id", which.room_id.map(|id| id.0));
    query.number("members.user_id", which.user_id.map(|id| id.0));
    query.text("members.role", which.role.map(role_name));
    query.search(&["users.search_key", "rooms.name_key"], search);
    query.when(which.after, which.before, which.dates);
    query
}

/// One membership.
pub fn find(
    conn: &mut Conn,
    room_id: RoomId,
    user_id: UserId,
) -> QueryResult<Option<AdminMembership>> {
    let ids = [("members.room_id", room_id.0), ("members.user_id", user_id.0)];
    listing::find::<Row>(conn, SOURCE, &ids, TIMELESS)
}

impl Listed for Row {
    type Item = AdminMembership;

    fn item(self, _: Timestamp) -> AdminMembership {
        AdminMembership {
            room: self.place.shown(),
            user: self.person.shown(),
            role: role_of(&self.role),
            joined_at: Timestamp(self.joined_at),
        }
    }
}
