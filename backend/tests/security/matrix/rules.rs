//! The one small table from which every cell's answer follows.

/// Who has which part in a room × which room → what each deed answers: `.` allowed, `4` not_found,
/// `f` forbidden, `s` room_staff_only, `o` not_room_owner. Columns: [`DEEDS`].
const ROOMS: &[(&str, &str, &str)] = &[
    ("nobody", "open", "...fffofo"),
    ("nobody", "staff_only", ".s.ssssss"),
    ("nobody", "hidden", "444444444"),
    ("nobody", "direct", "444444444"),
    ("member", "open", ".....fofo"),
    ("member", "staff_only", ".s.ssssss"),
    ("member", "hidden", ".....fofo"),
    ("member", "direct", "..f..ffff"),
    ("moderator", "open", "......o.o"),
    ("moderator", "staff_only", ".s.ssssss"),
    ("moderator", "hidden", "......o.o"),
    ("moderator", "direct", "..f..ffff"),
    ("owner", "open", "........."),
    ("owner", "staff_only", ".s.ssssss"),
    ("owner", "hidden", "........."),
    ("owner", "direct", "..f..ffff"),
    ("staff", "open", "...ff...."),
    ("staff", "staff_only", "...ff...."),
    ("staff", "hidden", "444444444"),
    ("staff", "direct", "444444444"),
    ("staff_member", "open", "........."),
    ("staff_member", "staff_only", "........."),
    ("staff_member", "hidden", "........."),
    ("staff_member", "direct", "..f..ffff"),
];
const DEEDS: [&str; 9] =
    ["see", "join", "leave", "read", "send", "change", "delete", "manage", "promote"];

/// Who may do what to a message of a room whose messages they may read: whose it is × deed.
/// Columns: get, react, edit, delete, history. Others get not_found whatever they want.
const MESSAGES: &[(&str, &str, &str, &str)] = &[
    // Part in the room, own message, another's, a note of the room.
    ("member", ".....", "..fff", ".ffff"),
    ("moderates", ".....", "..f..", ".ffff"),
];
const MESSAGE_DEEDS: [&str; 5] = ["get", "react", "edit", "delete", "history"];

/// Who administers × whose account it is × deed. Columns: see, profile, sign_out, access,
/// credentials, flags.
const ACCOUNTS: &[(&str, &str, &str)] = &[
    ("staff", "plain", "....."),
    ("staff", "of_staff", ".ffff"),
    ("staff", "superuser", ".ffff"),
    ("staff", "self", "...ff"),
    ("superuser", "plain", "....."),
    ("superuser", "of_staff", "....."),
    ("superuser", "superuser", "....."),
    ("superuser", "self", "...ff"),
    // A token never reaches what proves who somebody is.
    ("token", "plain", "....f"),
    ("token", "of_staff", ".ffff"),
    ("token", "superuser", ".ffff"),
    ("token", "self", "...ff"),
];
const ACCOUNT_DEEDS: [&str; 5] = ["see", "profile", "sign_out", "access", "credentials"];

fn letter(table: &str, columns: &[&str], column: &str) -> &'static str {
    let at = columns.iter().position(|it| *it == column).expect("a deed of the table");
    match table.as_bytes()[at] {
        b'.' => "ok",
        b'4' => "not_found",
        b'f' => "forbidden",
        b's' => "room_staff_only",
        b'o' => "not_room_owner",
        other => panic!("{other}"),
    }
}

/// What somebody with this part in a room is told when they want to do this to it.
pub(super) fn room(part: &str, room: &str, deed: &str) -> &'static str {
    if matches!(room, "deleted" | "missing") {
        return "not_found";
    }
    let row = ROOMS.iter().find(|(who, which, _)| *who == part && *which == room);
    letter(row.expect("a row of the table").2, &DEEDS, deed)
}

/// The same of a message in a room.
pub(super) fn message(part: &str, room_kind: &str, whose: &str, deed: &str) -> &'static str {
    if room(part, room_kind, "read") != "ok" {
        return "not_found";
    }
    let moderates = room(part, room_kind, "manage") == "ok";
    let row = MESSAGES.iter().find(|it| it.0 == if moderates { "moderates" } else { "member" });
    let (_, own, theirs, note) = row.expect("a row of the table");
    // What is no more can't be reacted to; all else is as of anybody's message.
    if (whose, deed) == ("tombstone", "react") {
        return "conflict";
    }
    let deed = if deed == "unreact" { "react" } else { deed };
    match whose {
        "own" => letter(own, &MESSAGE_DEEDS, deed),
        "theirs" | "tombstone" => letter(theirs, &MESSAGE_DEEDS, deed),
        _ => letter(note, &MESSAGE_DEEDS, deed),
    }
}

/// What somebody who administers as this is told when they want to do this to an account.
pub(super) fn account(admin: &str, whose: &str, deed: &str) -> &'static str {
    if whose == "missing" {
        return "not_found";
    }
    let row = ACCOUNTS.iter().find(|(who, subject, _)| *who == admin && *subject == whose);
    letter(row.expect("a row of the table").2, &ACCOUNT_DEEDS, deed)
}

/// What a scope reaches: the first of these that fits the call.
pub(super) fn need(is_open: bool, method: &str, path: &str) -> &'static str {
    match (is_open, method) {
        (true, _) => "nothing",
        _ if path.starts_with("/api/auth/") => "session",
        _ if path.starts_with("/api/admin/") => "admin",
        (_, "get") => "read",
        _ => "write",
    }
}

/// The commands that change nothing, for which the right to read is enough.
pub(super) const READING: [&str; 5] = ["room.enter", "room.exit", "sync", "auth.renew", "ping"];
