//! The tables, as both databases have them. Kept by hand: `diesel print-schema` gives another text
//! for each database. A test compares it, and the two migration folders, with what a migrated
//! database says of itself. `message_search` is not here: it is another thing in each database.

diesel::table! {
    meta (key) {
        key -> Text,
        value -> Text,
    }
}

diesel::table! {
    users (id) {
        id -> BigInt,
        username -> Text,
        username_key -> Text,
        display_name -> Text,
        search_key -> Text,
        bio -> Text,
        avatar -> Nullable<Text>,
        email -> Nullable<Text>,
        email_key -> Nullable<Text>,
        email_verified_at -> Nullable<BigInt>,
        password_hash -> Text,
        is_active -> Bool,
        is_staff -> Bool,
        is_superuser -> Bool,
        locale -> Text,
        presence -> Text,
        status_text -> Text,
        created_at -> BigInt,
        deleted_at -> Nullable<BigInt>,
        purged_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        user_id -> BigInt,
        salt -> Text,
        generation -> BigInt,
        rotated_at -> BigInt,
        remember -> Bool,
        ip -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        expires_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
        name -> Nullable<Text>,
        scopes -> Nullable<Text>,
        token_hash -> Nullable<Text>,
    }
}

diesel::table! {
    mailed_tokens (id) {
        id -> BigInt,
        user_id -> BigInt,
        purpose -> Text,
        token_hash -> Text,
        email -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    totps (user_id) {
        user_id -> BigInt,
        secret -> Text,
        confirmed_at -> Nullable<BigInt>,
        last_step -> BigInt,
    }
}

diesel::table! {
    recovery_codes (user_id, code_hash) {
        user_id -> BigInt,
        code_hash -> Text,
    }
}

diesel::table! {
    rooms (id) {
        id -> BigInt,
        kind -> Text,
        name -> Text,
        name_key -> Text,
        slug -> Nullable<Text>,
        topic -> Text,
        staff_only -> Bool,
        invite_only -> Bool,
        owner_id -> Nullable<BigInt>,
        direct_key -> Nullable<Text>,
        head -> BigInt,
        members_count -> BigInt,
        created_at -> BigInt,
        deleted_at -> Nullable<BigInt>,
        purged_seq -> BigInt,
        steady_while_occupied -> Bool,
    }
}

diesel::table! {
    members (room_id, user_id) {
        room_id -> BigInt,
        user_id -> BigInt,
        role -> Text,
        notify -> Text,
        last_read_seq -> BigInt,
        joined_at -> BigInt,
    }
}

diesel::table! {
    messages (id) {
        id -> BigInt,
        room_id -> BigInt,
        seq -> BigInt,
        rev -> BigInt,
        kind -> Text,
        author_id -> BigInt,
        body -> Nullable<Text>,
        reply_to_id -> Nullable<BigInt>,
        nonce -> Nullable<Text>,
        created_at -> BigInt,
        edited_at -> Nullable<BigInt>,
        deleted_at -> Nullable<BigInt>,
        files_count -> BigInt,
    }
}

diesel::table! {
    mentions (room_id, user_id, seq) {
        room_id -> BigInt,
        user_id -> BigInt,
        seq -> BigInt,
    }
}

diesel::table! {
    message_edits (message_id, rev) {
        message_id -> BigInt,
        rev -> BigInt,
        body -> Text,
        written_at -> BigInt,
        replaced_at -> BigInt,
    }
}

diesel::table! {
    reactions (message_id, emoji, user_id) {
        message_id -> BigInt,
        emoji -> Text,
        user_id -> BigInt,
        rev -> BigInt,
    }
}

diesel::table! {
    audit (id) {
        id -> BigInt,
        event -> Text,
        actor_id -> Nullable<BigInt>,
        object -> Text,
        object_id -> Nullable<BigInt>,
        object_name -> Text,
        search_key -> Text,
        user_id -> Nullable<BigInt>,
        room_id -> Nullable<BigInt>,
        changes -> Text,
        ip -> Nullable<Text>,
        request_id -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    blocks (user_id, blocked_id) {
        user_id -> BigInt,
        blocked_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    announcements (id) {
        id -> BigInt,
        what -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    files (id) {
        id -> BigInt,
        room_id -> BigInt,
        uploader_id -> BigInt,
        message_id -> Nullable<BigInt>,
        position -> BigInt,
        name -> Text,
        media_type -> Text,
        size -> BigInt,
        width -> Nullable<BigInt>,
        height -> Nullable<BigInt>,
        is_complete -> Bool,
        created_at -> BigInt,
    }
}

diesel::table! {
    file_chunks (file_id, number) {
        file_id -> BigInt,
        number -> BigInt,
        bytes -> Binary,
    }
}

diesel::table! {
    identities (id) {
        id -> BigInt,
        user_id -> BigInt,
        issuer -> Text,
        subject -> Text,
        name -> Nullable<Text>,
        created_at -> BigInt,
        last_used_at -> BigInt,
    }
}

diesel::table! {
    used_tickets (id) {
        id -> Text,
        expires_at -> BigInt,
    }
}

diesel::table! {
    failures (key) {
        key -> Text,
        free_at -> BigInt,
    }
}

diesel::table! {
    avatars (id, size) {
        id -> Text,
        size -> BigInt,
        bytes -> Binary,
        created_at -> BigInt,
        retired_at -> Nullable<BigInt>,
    }
}

diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(identities -> users (user_id));
diesel::joinable!(mailed_tokens -> users (user_id));
diesel::joinable!(members -> users (user_id));
diesel::joinable!(members -> rooms (room_id));
diesel::joinable!(messages -> users (author_id));
diesel::joinable!(messages -> rooms (room_id));
diesel::joinable!(message_edits -> messages (message_id));
diesel::joinable!(reactions -> messages (message_id));
diesel::joinable!(file_chunks -> files (file_id));
diesel::allow_tables_to_appear_in_same_query!(
    users,
    sessions,
    identities,
    mailed_tokens,
    rooms,
    members,
    messages,
    mentions,
    message_edits,
    reactions,
    blocks
);
diesel::allow_tables_to_appear_in_same_query!(avatars, users);
