//! Rooms, as administration sees them; those that were deleted are not there.

use diesel::{
    QueryableByName,
    prelude::QueryResult,
    sql_types::{BigInt, Bool, Nullable, Text},
};

use super::{
    super::{
        conn::Conn,
        rooms::{kind_name, kind_of},
    },
    listing::{self, Listed, Order, Query, Source, TIMELESS},
    maybe,
};
use crate::model::{
    RoomId, Timestamp,
    admin::room::{AdminRoom, AdminRoomOrdering as By, ListAdminRooms},
};

/// A row of the list.
#[derive(QueryableByName)]
pub struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    slug: Option<String>,
    #[diesel(sql_type = Text)]
    topic: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    staff_only: bool,
    #[diesel(sql_type = Bool)]
    invite_only: bool,
    #[diesel(sql_type = super::MaybeId)]
    owner_id: Option<i64>,
    #[diesel(sql_type = super::MaybeText)]
    owner_username: Option<String>,
    #[diesel(sql_type = super::MaybeText)]
    owner_display_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    one: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    other: Option<String>,
    #[diesel(sql_type = BigInt)]
    members_count: i64,
    #[diesel(sql_type = BigInt)]
    head: i64,
    #[diesel(sql_type = BigInt)]
    created_at: i64,
}

const SOURCE: Source = Source {
    columns: "rooms.id as id, rooms.name as name, rooms.slug as slug, rooms.topic as topic,
        rooms.kind as kind, rooms.staff_only as staff_only, rooms.invite_only as invite_only,
        rooms.owner_id as owner_id, owner.username as owner_username,
        owner.display_name as owner_display_name, rooms.members_count as members_count,
        rooms.head as head, rooms.created_at as created_at,
        case when rooms.kind = 'direct' then (select users.username from members
            join users on users.id = members.user_id where members.room_id = rooms.id
            order by members.user_id limit 1) end as one,
        case when rooms.kind = 'direct' then (select users.username from members
            join users on users.id = members.user_id where members.room_id = rooms.id
            order by members.user_id desc limit 1) end as other",
    from: "rooms left join users owner on owner.id = rooms.owner_id",
    always: "rooms.deleted_at is null",
    moment: "rooms.created_at",
};

/// The list that is asked for; `search` is folded.
pub fn query(which: &ListAdminRooms, search: Option<&str>) -> Query {
    let number = |key, down| Order::number(key, "rooms.id", down);
    let order = match which.ordering {
        By::Name => Order::text("rooms.name_key", "rooms.id", false),
        By::NameDown => Order::text("rooms.name_key", "rooms.id", true),
        By::CreatedAt => number("rooms.created_at", false),
        By::CreatedAtDown => number("rooms.created_at", true),
        By::MembersCount => number("rooms.members_count", false),
        By::MembersCountDown => number("rooms.members_count", true),
    };
    let mut query = Query::new(SOURCE, order);
    query.text("rooms.kind", which.kind.map(kind_name));
    query.flag("rooms.staff_only", which.staff_only);
    query.flag("rooms.invite_only", which.invite_only);
    query.number("rooms.owner_id", which.owner_id.map(|id| id.0));
    query.search(&["rooms.name_key"], search);
    query.when(which.after, which.before, which.dates);
    query
}

/// One room, unless it was deleted.
pub fn find(conn: &mut Conn, id: RoomId) -> QueryResult<Option<AdminRoom>> {
    listing::find::<Row>(conn, SOURCE, &[("rooms.id", id.0)], TIMELESS)
}

impl Listed for Row {
    type Item = AdminRoom;

    fn item(self, _: Timestamp) -> AdminRoom {
        AdminRoom {
            id: RoomId(self.id),
            name: self.name,
            slug: self.slug,
            topic: self.topic,
            kind: kind_of(&self.kind),
            staff_only: self.staff_only,
            invite_only: self.invite_only,
            owner: maybe(self.owner_id, self.owner_username, self.owner_display_name),
            people: self.one.into_iter().chain(self.other).collect(),
            members_count: self.members_count,
            head: self.head,
            created_at: Timestamp(self.created_at),
        }
    }
}
