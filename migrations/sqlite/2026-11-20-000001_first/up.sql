-- Times are microseconds since 1970 (UTC). Constraints are named where code matches on them.

create table meta (
    key text not null primary key,
    value text not null
) without rowid;

create table users (
    id integer not null primary key autoincrement,
    username text not null,
    username_key text not null,
    display_name text not null,
    search_key text not null,
    bio text not null default '',
    avatar text,
    email text,
    email_key text,
    email_verified_at bigint,
    password_hash text not null,
    is_active boolean not null default true,
    is_staff boolean not null default false,
    is_superuser boolean not null default false,
    locale text not null default 'en',
    presence text not null default 'online',
    status_text text not null default '',
    created_at bigint not null
);
create unique index users_username_key_key on users (username_key);
create index users_email_key_idx on users (email_key) where email_key is not null;
create unique index users_verified_email_key on users (email_key) where email_verified_at is not null;
create index users_search_key_idx on users (search_key, id);
create index users_created_at_idx on users (created_at, id);

create table sessions (
    id integer not null primary key autoincrement,
    user_id bigint not null references users (id) on delete cascade,
    salt text not null,
    generation bigint not null default 0,
    rotated_at bigint not null,
    remember boolean not null default false,
    ip text,
    user_agent text,
    created_at bigint not null,
    last_seen_at bigint not null,
    expires_at bigint not null,
    revoked_at bigint,
    -- Of a personal access token only: a session that is begun by hand and has no refresh tokens.
    name text,
    scopes text,
    token_hash text
);
create index sessions_user_id_idx on sessions (user_id, id);
create unique index sessions_token_hash_key on sessions (token_hash) where token_hash is not null;

-- What is sent by mail to show that an address is somebody's; gone once it is used.
create table mailed_tokens (
    id integer not null primary key autoincrement,
    user_id bigint not null references users (id) on delete cascade,
    purpose text not null,
    token_hash text not null,
    email text not null,
    created_at bigint not null,
    expires_at bigint not null
);
create unique index mailed_tokens_token_hash_key on mailed_tokens (token_hash);
create index mailed_tokens_user_id_idx on mailed_tokens (user_id, purpose);

-- The second factor of an account; not asked for until it was confirmed.
create table totps (
    user_id bigint not null primary key references users (id) on delete cascade,
    secret text not null,
    confirmed_at bigint,
    last_step bigint not null default 0
) without rowid;

create table recovery_codes (
    user_id bigint not null references users (id) on delete cascade,
    code_hash text not null,
    primary key (user_id, code_hash)
) without rowid;

create table rooms (
    id integer not null primary key autoincrement,
    kind text not null,
    name text not null,
    name_key text not null,
    slug text,
    topic text not null default '',
    staff_only boolean not null default false,
    invite_only boolean not null default false,
    owner_id bigint references users (id) on delete set null,
    direct_key text,
    head bigint not null default 0,
    members_count bigint not null default 0,
    created_at bigint not null,
    -- A deleted room has no members and no name, and nobody may know of it; its messages stay as
    -- tombstones, so that neither ids nor nonces are ever used again. Their texts are taken out
    -- bit by bit: up to `purged_seq` they are gone.
    deleted_at bigint,
    purged_seq bigint not null default 0
);
create unique index rooms_slug_key on rooms (slug) where kind = 'group' and not invite_only;
create unique index rooms_direct_key_key on rooms (direct_key) where direct_key is not null;
create index rooms_slug_idx on rooms (slug);
create index rooms_name_key_idx on rooms (name_key, id);
create index rooms_created_at_idx on rooms (created_at, id);
create index rooms_members_count_idx on rooms (members_count, id);
create index rooms_purge_idx on rooms (id) where deleted_at is not null and purged_seq < head;

create table members (
    room_id bigint not null references rooms (id) on delete cascade,
    user_id bigint not null references users (id) on delete cascade,
    role text not null default 'member',
    notify text not null default 'all',
    last_read_seq bigint not null default 0,
    joined_at bigint not null,
    primary key (room_id, user_id)
) without rowid;
create index members_user_id_idx on members (user_id, room_id);
create index members_joined_at_idx on members (room_id, joined_at, user_id);

create table messages (
    id integer not null primary key autoincrement,
    room_id bigint not null references rooms (id) on delete cascade,
    seq bigint not null,
    rev bigint not null,
    kind text not null,
    author_id bigint not null references users (id),
    body text,
    reply_to_id bigint references messages (id) on delete set null,
    nonce text,
    created_at bigint not null,
    edited_at bigint,
    deleted_at bigint
);
create unique index messages_room_id_seq_key on messages (room_id, seq);
create unique index messages_room_id_rev_key on messages (room_id, rev);
create unique index messages_author_id_nonce_key on messages (author_id, nonce) where nonce is not null;
-- Counts what is unread without touching the messages themselves; SQLite needs to find deleted_at
-- in the index, although it is always null there.
create index messages_unread_idx on messages (room_id, seq, author_id, deleted_at)
    where kind = 'text' and deleted_at is null;
create index messages_reply_to_id_idx on messages (reply_to_id) where reply_to_id is not null;

create table mentions (
    room_id bigint not null references rooms (id) on delete cascade,
    user_id bigint not null references users (id) on delete cascade,
    seq bigint not null,
    primary key (room_id, user_id, seq)
) without rowid;
create index mentions_seq_idx on mentions (room_id, seq);

-- What a message said before each of its edits; `rev` is the number of the edit that ended it.
create table message_edits (
    message_id bigint not null references messages (id) on delete cascade,
    rev bigint not null,
    body text not null,
    written_at bigint not null,
    replaced_at bigint not null,
    primary key (message_id, rev)
);

create table reactions (
    message_id bigint not null references messages (id) on delete cascade,
    emoji text not null,
    user_id bigint not null references users (id) on delete cascade,
    rev bigint not null,
    primary key (message_id, emoji, user_id)
) without rowid;

-- Finds messages by any three characters in a row. It holds no text, only which messages have such
-- threes; `room` is the room's id as one such three. It is written a little later than the messages:
-- `meta` says up to which.
create virtual table message_search using fts5 (
    room, body, content = '', contentless_delete = 1, tokenize = 'trigram', detail = none
);
