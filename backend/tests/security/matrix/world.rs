//! What is asked about. Every cell that changes something has a room, a message or an account of its
//! own, so that no cell's answer depends on another's.

use std::fmt::Write;

use super::people::Asker;
use crate::harness::{Database, TestApp};

/// Ids that the server does not come to by itself.
const FIRST: i64 = 5_000_000;
pub(super) const MISSING: i64 = 4_999_999;

pub(super) const ROOMS: [&str; 6] =
    ["open", "staff_only", "hidden", "direct", "deleted", "missing"];
pub(super) const MESSAGES: [&str; 4] = ["own", "theirs", "note", "tombstone"];

/// What is there in every cell.
#[derive(Clone, Copy)]
pub(super) struct Others {
    /// Owns or moderates every room, and is in every direct one.
    pub(super) host: i64,
    /// Another member of every group room.
    pub(super) guest: i64,
    /// A member of none.
    pub(super) outsider: i64,
}

impl Others {
    pub(super) async fn come(app: &TestApp) -> Self {
        let mut ids = Vec::new();
        for name in ["the.host", "the.guest", "the.outsider"] {
            let id = app.sign_up(name).await.id;
            // So that they may be in every room.
            app.database.run(&format!("update users set is_staff = true where id = {id}"));
            ids.push(id);
        }
        Self { host: ids[0], guest: ids[1], outsider: ids[2] }
    }
}

/// Rows that are still to be put into the database.
pub(super) struct World {
    pub(super) others: Others,
    next: i64,
    rooms: Vec<String>,
    members: Vec<String>,
    messages: Vec<String>,
    users: Vec<String>,
    sessions: Vec<String>,
}

impl World {
    pub(super) fn new(others: Others) -> Self {
        let (rooms, members, messages, users, sessions) = Default::default();
        Self { others, next: FIRST, rooms, members, messages, users, sessions }
    }

    /// Another room of this kind, in which the asker has the part that is theirs; with its note,
    /// which is number 1, and a message, which is number 2.
    pub(super) fn room(&mut self, asker: &Asker, kind: &str, whose: &str) -> (i64, i64) {
        let Others { host, guest, .. } = self.others;
        self.next += 2;
        let id = self.next;
        if kind == "missing" {
            return (MISSING, MISSING);
        }
        let role = asker.role.filter(|_| kind != "deleted");
        let owner = if role == Some("owner") { asker.id } else { host };
        let mut members: Vec<(i64, &str)> = match (kind, role) {
            ("deleted", _) => Vec::new(),
            ("direct", Some(_)) => vec![(host, "member")],
            ("direct", None) => vec![(host, "member"), (guest, "member")],
            (_, Some("owner")) => vec![(host, "moderator"), (guest, "member")],
            _ => vec![(host, "owner"), (guest, "member")],
        };
        members.extend(role.map(|role| (asker.id, if kind == "direct" { "member" } else { role })));
        let is = |flag: &str| kind == flag;
        let named = !is("direct") && !is("deleted");
        let text =
            |text: String, there: bool| if there { format!("'{text}'") } else { "null".into() };
        self.rooms.push(format!(
            "({id}, '{}', {}, {}, {}, {}, {}, {}, {}, 2, {}, 1, {}, {})",
            if is("direct") { "direct" } else { "group" },
            if named { format!("'R{id}'") } else { "''".into() },
            if named { format!("'r{id}'") } else { "''".into() },
            text(format!("r{id}"), named),
            is("staff_only"),
            is("hidden") || is("deleted"),
            if named { owner.to_string() } else { "null".into() },
            text(format!("matrix:{id}"), is("direct")),
            members.len(),
            if is("deleted") { "1" } else { "null" },
            // Its texts were taken out already.
            if is("deleted") { 2 } else { 0 },
        ));
        for (user, role) in members {
            self.members.push(format!("({id}, {user}, '{role}', 1)"));
        }
        let author = if whose == "own" && asker.id != 0 { asker.id } else { host };
        let gone = whose == "tombstone" || is("deleted");
        let mut message = |id: i64, seq: i64, kind: &str, author: i64, body: &str, gone: bool| {
            let gone = if gone { "1" } else { "null" };
            let room = self.next;
            self.messages.push(format!(
                "({id}, {room}, {seq}, {seq}, '{kind}', {author}, {body}, 1, {gone})"
            ));
        };
        message(id, 1, "joined", host, "null", false);
        message(id + 1, 2, "text", author, if gone { "null" } else { "'said'" }, gone);
        (id, if whose == "note" { id } else { id + 1 })
    }

    /// Another account.
    pub(super) fn user(&mut self, kind: &str) -> i64 {
        self.next += 2;
        let id = self.next;
        let is = |flag: &str| kind == flag;
        self.users.push(format!(
            "({id}, 'u{id}', 'u{id}', 'U', 'u', 'none', {}, {}, {}, 1, {})",
            !is("inactive") && !is("deleted"),
            is("of_staff") || is("superuser"),
            is("superuser"),
            if is("deleted") { "1" } else { "null" },
        ));
        id
    }

    /// A session of another account.
    pub(super) fn session(&mut self, kind: &str) -> i64 {
        self.sign_in(kind, "null, null, null")
    }

    /// A token of another account.
    pub(super) fn token(&mut self, kind: &str) -> i64 {
        let hash = format!("'bot', 'read', 'matrix:{}'", self.next);
        self.sign_in(kind, &hash)
    }

    fn sign_in(&mut self, kind: &str, token: &str) -> i64 {
        let user = self.user(kind);
        self.sessions.push(format!("({user}, {user}, 'salt', 1, 1, 1, 9000000000000000, {token})"));
        user
    }

    /// Puts everything into the database.
    pub(super) fn settle(&mut self, app: &TestApp) {
        let mut sql = String::from("begin;");
        let forced = match *app.database {
            Database::Sqlite(_) => "",
            _ => "overriding system value",
        };
        for (table, rows) in [
            (
                "users (id, username, username_key, display_name, search_key, password_hash, is_active, is_staff, is_superuser, created_at, deleted_at)",
                &mut self.users,
            ),
            (
                "sessions (id, user_id, salt, rotated_at, created_at, last_seen_at, expires_at, name, scopes, token_hash)",
                &mut self.sessions,
            ),
            (
                "rooms (id, kind, name, name_key, slug, staff_only, invite_only, owner_id, direct_key, head, members_count, created_at, deleted_at, purged_seq)",
                &mut self.rooms,
            ),
            (
                "messages (id, room_id, seq, rev, kind, author_id, body, created_at, deleted_at)",
                &mut self.messages,
            ),
            ("members (room_id, user_id, role, joined_at)", &mut self.members),
        ] {
            let forced = if table.starts_with("members") { "" } else { forced };
            for rows in rows.chunks(500) {
                write!(sql, "insert into {table} {forced} values {};", rows.join(",")).unwrap();
            }
            rows.clear();
        }
        sql.push_str("commit");
        app.database.run(&sql);
    }
}
