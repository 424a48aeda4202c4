//! What every operation of both contracts is about, and what it answers whoever may.

use serde_json::{Value, json};

use super::world::Others;
use crate::harness::PASSWORD;

/// What a cell names.
pub(super) struct Named {
    pub(super) others: Others,
    pub(super) room: i64,
    pub(super) kind: &'static str,
    pub(super) message: i64,
    pub(super) user: i64,
    /// A number that no other cell has.
    pub(super) unique: usize,
    pub(super) token: String,
}

impl Named {
    /// Somebody else who is in the room.
    pub(super) fn fellow(&self) -> i64 {
        if self.kind == "direct" { self.others.host } else { self.others.guest }
    }
}

/// What an operation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    Nothing,
    /// A room, and what must be allowed there, in this order.
    Room(&'static [&'static str]),
    Message(&'static str),
    /// An account as everybody sees it; the letters are for oneself, another, a deactivated, a
    /// deleted and a missing one: `.` allowed, `4` not_found.
    Person(&'static str),
    /// The sessions (0) or the tokens (1) of whoever asks.
    Belonging(usize),
    /// An account that is administered.
    Account(&'static str),
    /// A room, a membership or a message that is administered; the letters are for a group room, a
    /// direct one, and what is not there: `.` allowed, `4` not_found, `f` forbidden.
    Administered(&'static str),
    /// A session or a token that is administered.
    SignIn(&'static str),
    /// The server itself, which superusers change.
    Server,
}

use About::{Account, Administered, Belonging, Message, Nothing, Person, Room, Server, SignIn};

type Body = fn(&Named) -> Value;

/// An operation id or `gateway` and a command; what it is about; what it answers whoever may; its body.
pub(super) type Row = (&'static str, About, &'static [&'static str], Body);

const OK: &[&str] = &["ok"];
const SECRET: &[&str] = &["bad_credentials"];
const LINK: &[&str] = &["link_invalid"];
const WHISPER: &[&str] = &["ok", "not_online"];

fn none(_: &Named) -> Value {
    Value::Null
}

pub(super) const ROWS: &[Row] = &[
    ("get_index", Nothing, OK, none),
    ("get_asyncapi", Nothing, OK, none),
    ("get_openapi", Nothing, OK, none),
    ("redirect_docs", Nothing, OK, none),
    ("get_docs", Nothing, &["not_found"], none),
    ("get_version", Nothing, OK, none),
    ("get_server", Nothing, OK, none),
    ("is_alive", Nothing, OK, none),
    ("is_ready", Nothing, OK, none),
    ("get_avatar", Nothing, &["not_found"], none),
    // Accounts. Secrets are guessed wrongly, so that nothing is changed for whoever asks next.
    (
        "register",
        Nothing,
        OK,
        |it| json!({ "username": format!("new{}", it.unique), "password": PASSWORD }),
    ),
    (
        "set_up",
        Nothing,
        LINK,
        |it| json!({ "token": "x", "username": format!("root{}", it.unique), "password": PASSWORD }),
    ),
    ("login", Nothing, SECRET, |_| json!({ "username": "nobody", "password": "wrong" })),
    ("refresh", Nothing, &["unauthenticated"], |_| json!({ "refresh_token": "x" })),
    ("reset_password", Nothing, OK, |_| json!({ "email": "nobody@example.org" })),
    ("confirm_reset", Nothing, LINK, |_| json!({ "token": "x", "new_password": PASSWORD })),
    ("verify_email", Nothing, LINK, |_| json!({ "token": "x" })),
    ("resend_email", Nothing, OK, |_| json!({ "email": "nobody@example.org" })),
    (
        "change_email",
        Nothing,
        SECRET,
        |_| json!({ "current_password": "x", "email": "a@example.org" }),
    ),
    (
        "change_password",
        Nothing,
        SECRET,
        |_| json!({ "current_password": "x", "new_password": "quartz-Lantern 93 violin" }),
    ),
    ("list_sessions", Nothing, OK, none),
    ("revoke_session", Belonging(0), OK, none),
    ("list_tokens", Nothing, OK, none),
    (
        "create_token",
        Nothing,
        OK,
        |it| json!({ "name": format!("t{}", it.unique), "scopes": ["read"] }),
    ),
    ("revoke_token", Belonging(1), OK, none),
    ("get_totp", Nothing, OK, none),
    ("enrol_totp", Nothing, SECRET, |_| json!({ "current_password": "x" })),
    ("confirm_totp", Nothing, &["not_found"], |_| json!({ "code": "000000" })),
    ("renew_recovery_codes", Nothing, SECRET, |_| json!({ "current_password": "x" })),
    ("remove_totp", Nothing, SECRET, |_| json!({ "current_password": "x" })),
    ("begin_sign_in", Nothing, &["invalid"], |_| json!({ "issuer": "https://id.example.org" })),
    (
        "finish_sign_in",
        Nothing,
        &["sign_in_expired"],
        |_| json!({ "ticket": "x", "code": "x", "state": "x" }),
    ),
    (
        "confirm_sign_in",
        Nothing,
        &["sign_in_expired"],
        |_| json!({ "ticket": "x", "totp": "000000" }),
    ),
    ("list_identities", Nothing, OK, none),
    (
        "begin_connect",
        Nothing,
        SECRET,
        |_| json!({ "issuer": "https://id.example.org", "current_password": "x" }),
    ),
    (
        "connect_identity",
        Nothing,
        &["sign_in_expired"],
        |_| json!({ "ticket": "x", "code": "x", "state": "x" }),
    ),
    ("disconnect_identity", Nothing, &["not_found"], |_| json!({ "current_password": "x" })),
    ("logout", Nothing, OK, none),
    // People.
    ("list_profiles", Nothing, OK, none),
    ("list_blocks", Nothing, OK, none),
    ("get_me", Nothing, OK, none),
    ("update_me", Nothing, OK, |it| json!({ "bio": format!("{}", it.unique) })),
    ("set_avatar", Nothing, OK, none),
    ("remove_avatar", Nothing, OK, none),
    ("get_profile", Person("....4"), OK, none),
    ("get_profile_by_username", Person("....4"), OK, none),
    ("block_profile", Person("4..44"), OK, none),
    ("unblock_profile", Person("4...."), OK, none),
    ("open_direct_room", Person("4.444"), OK, none),
    // Rooms.
    ("list_rooms", Nothing, OK, none),
    ("create_room", Nothing, OK, |it| json!({ "name": format!("New {}", it.unique) })),
    ("get_room", Room(&["see"]), OK, none),
    ("get_room_by_slug", Room(&["see"]), OK, none),
    ("update_room", Room(&["change"]), OK, |_| json!({ "topic": "another" })),
    ("delete_room", Room(&["delete"]), OK, none),
    ("join_room", Room(&["join"]), OK, none),
    ("leave_room", Room(&["leave"]), OK, none),
    ("list_members", Room(&["read"]), OK, none),
    ("put_member", Room(&["manage"]), OK, none),
    ("put_member", Room(&["manage", "promote"]), OK, |_| json!({ "role": "moderator" })),
    ("remove_member", Room(&["manage"]), OK, none),
    ("list_messages", Room(&["read"]), OK, none),
    (
        "send_message",
        Room(&["send"]),
        OK,
        |it| json!({ "body": "x", "nonce": format!("r{}", it.unique) }),
    ),
    ("list_changes", Room(&["read"]), OK, none),
    ("mark_read", Room(&["read"]), OK, |_| json!({ "seq": 1 })),
    ("set_notify", Room(&["read"]), OK, |_| json!({ "notify": "none" })),
    ("send_whisper", Room(&["send"]), WHISPER, |it| json!({ "to": it.fellow(), "body": "x" })),
    ("search_messages", Room(&["read"]), OK, none),
    ("search_messages", Nothing, OK, none),
    // Files: that there is none by this id is told to members only.
    ("upload_file", Room(&["send"]), OK, none),
    ("get_file", Room(&["read"]), &["not_found"], none),
    ("discard_file", Room(&["read"]), &["not_found"], none),
    // Messages.
    ("get_message", Message("get"), OK, none),
    ("edit_message", Message("edit"), OK, |_| json!({ "body": "otherwise" })),
    ("delete_message", Message("delete"), OK, none),
    ("list_former_bodies", Message("history"), OK, none),
    ("add_reaction", Message("react"), OK, none),
    ("remove_reaction", Message("unreact"), OK, none),
    // Administration.
    ("admin_update_server", Server, OK, |it| json!({ "name": format!("Server {}", it.unique) })),
    ("admin_list_audit", Nothing, OK, none),
    ("admin_get_audit_entry", Nothing, OK, none),
    ("admin_list_users", Nothing, OK, none),
    (
        "admin_create_user",
        Nothing,
        OK,
        |it| json!({ "username": format!("made{}", it.unique), "password": PASSWORD }),
    ),
    ("admin_get_user", Account("see"), OK, none),
    ("admin_update_user", Account("profile"), OK, |_| json!({ "bio": "another" })),
    ("admin_delete_user", Account("access"), OK, none),
    ("admin_set_password", Account("credentials"), OK, |_| json!({ "new_password": PASSWORD })),
    ("admin_remove_totp", Account("credentials"), &["not_found"], none),
    ("admin_end_sessions", Account("sign_out"), OK, none),
    ("admin_end_tokens", Account("sign_out"), OK, none),
    (
        "admin_bulk_users",
        Nothing,
        OK,
        |_| json!({ "action": "delete", "ids": [1], "dry_run": true }),
    ),
    ("admin_list_rooms", Nothing, OK, none),
    ("admin_create_room", Nothing, OK, |it| json!({ "name": format!("Made {}", it.unique) })),
    ("admin_get_room", Administered("..4"), OK, none),
    ("admin_update_room", Administered(".f4"), OK, |_| json!({ "topic": "another" })),
    ("admin_delete_room", Administered(".f4"), OK, none),
    (
        "admin_bulk_rooms",
        Nothing,
        OK,
        |_| json!({ "action": "delete", "ids": [1], "dry_run": true }),
    ),
    ("admin_list_memberships", Nothing, OK, none),
    ("admin_get_membership", Administered("..4"), OK, none),
    ("admin_put_membership", Administered(".f4"), OK, |_| json!({ "role": "member" })),
    ("admin_delete_membership", Administered(".f4"), OK, none),
    (
        "admin_bulk_memberships",
        Nothing,
        OK,
        |_| json!({ "action": "remove", "ids": [{ "room_id": 1, "user_id": 1 }], "dry_run": true }),
    ),
    ("admin_list_messages", Nothing, OK, none),
    ("admin_get_message", Administered("..4"), OK, none),
    ("admin_delete_message", Administered("..4"), OK, none),
    (
        "admin_bulk_messages",
        Nothing,
        OK,
        |_| json!({ "action": "delete", "ids": [1], "dry_run": true }),
    ),
    ("admin_list_sessions", Nothing, OK, none),
    ("admin_get_session", SignIn("see"), OK, none),
    ("admin_delete_session", SignIn("sign_out"), OK, none),
    (
        "admin_bulk_sessions",
        Nothing,
        OK,
        |_| json!({ "action": "revoke", "ids": [1], "dry_run": true }),
    ),
    ("admin_list_tokens", Nothing, OK, none),
    ("admin_get_token", SignIn("see"), OK, none),
    ("admin_delete_token", SignIn("sign_out"), OK, none),
    (
        "admin_bulk_tokens",
        Nothing,
        OK,
        |_| json!({ "action": "revoke", "ids": [1], "dry_run": true }),
    ),
    // The gateway.
    ("gateway room.enter", Room(&["read"]), OK, |it| json!({ "room_id": it.room })),
    ("gateway room.exit", Nothing, OK, |it| json!({ "room_id": it.others.host })),
    (
        "gateway message.send",
        Room(&["send"]),
        OK,
        |it| json!({ "room_id": it.room, "body": "x", "nonce": format!("g{}", it.unique) }),
    ),
    (
        "gateway message.edit",
        Message("edit"),
        OK,
        |it| json!({ "message_id": it.message, "body": "otherwise" }),
    ),
    ("gateway message.delete", Message("delete"), OK, |it| json!({ "message_id": it.message })),
    (
        "gateway reaction.add",
        Message("react"),
        OK,
        |it| json!({ "message_id": it.message, "emoji": "👍" }),
    ),
    (
        "gateway reaction.remove",
        Message("unreact"),
        OK,
        |it| json!({ "message_id": it.message, "emoji": "👍" }),
    ),
    ("gateway typing.start", Room(&["send"]), OK, |it| json!({ "room_id": it.room })),
    ("gateway typing.stop", Room(&["send"]), OK, |it| json!({ "room_id": it.room })),
    (
        "gateway whisper.send",
        Room(&["send"]),
        WHISPER,
        |it| json!({ "room_id": it.room, "to": it.fellow(), "body": "x" }),
    ),
    ("gateway presence.set", Nothing, OK, |_| json!({ "presence": "busy" })),
    ("gateway read.mark", Room(&["read"]), OK, |it| json!({ "room_id": it.room, "seq": 1 })),
    (
        "gateway sync",
        Room(&["read"]),
        OK,
        |it| json!({ "room_id": it.room, "after": { "epoch": "another", "rev": 0 } }),
    ),
    ("gateway auth.renew", Nothing, OK, |it| json!({ "token": it.token })),
    ("gateway ping", Nothing, OK, none),
];
