//! Every room of one person, which a client is told of all at once.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{
    super::{
        conn::Conn,
        fragment::fixed,
        profiles,
        reading::{MENTIONS, UNREAD},
        schema::{members, rooms},
    },
    BigInt, Row, columns, peers, room_of,
};
use crate::model::{Room, RoomId, UserId, presence::Here};

/// The rooms of one person, in the order of ids, without who is here.
#[derive(Clone, Debug)]
pub struct Mine {
    rows: Vec<Row>,
    peers: HashMap<i64, profiles::Row>,
}

/// Every room of which this person is a member, in the order of ids.
pub fn list_mine(conn: &mut Conn, here: &dyn Here, viewer: UserId) -> QueryResult<Vec<Room>> {
    Ok(Mine::read(conn, viewer)?.shown(here))
}

impl Mine {
    /// Reads them.
    pub fn read(conn: &mut Conn, viewer: UserId) -> QueryResult<Self> {
        let rows = members::table
            .inner_join(rooms::table)
            .filter(members::user_id.eq(viewer.0))
            .order(members::room_id)
            .select(columns!())
            .load::<Row>(conn)?;
        let peers = peers(conn, &rows, viewer)?;
        Ok(Self { rows, peers })
    }

    /// As this person sees them now.
    pub fn shown(&self, here: &dyn Here) -> Vec<Room> {
        let room = |row: &Row| room_of(row.clone(), here, self.peers.get(&row.id).cloned());
        self.rows.iter().map(room).collect()
    }

    /// Their ids.
    pub fn ids(&self) -> impl Iterator<Item = RoomId> {
        self.rows.iter().map(|row| RoomId(row.id))
    }

    /// The other people of the direct rooms among them.
    pub fn peer_ids(&self) -> impl Iterator<Item = UserId> {
        self.peers.values().map(|peer| UserId(peer.0))
    }
}
