-- Who did what, to what, when and from where. No references: an entry outlives what it tells of. It
-- never holds a password, a token, a text that somebody wrote or an e-mail address.
create table audit (
    id bigint not null generated always as identity primary key,
    event text not null,
    actor_id bigint,
    object text not null,
    object_id bigint,
    object_name text not null default '',
    search_key text not null,
    user_id bigint,
    room_id bigint,
    changes text not null default '[]',
    ip text,
    request_id text,
    created_at bigint not null
);
create index audit_created_at_idx on audit (created_at, id);
create index audit_actor_id_idx on audit (actor_id, created_at, id);
create index audit_user_id_idx on audit (user_id, created_at, id);
create index audit_room_id_idx on audit (room_id, created_at, id);
create index audit_object_idx on audit (object, object_id, created_at, id);

-- A deleted account keeps its number, under which notes and tombstones stand, and nothing else. The
-- texts it wrote are taken out bit by bit: all with ids up to `purged_id` are gone.
alter table users add column deleted_at bigint;
alter table users add column purged_id bigint;
create index users_purge_idx on users (id) where purged_id is not null;

-- What the lists of administration are ordered by.
create index messages_created_at_idx on messages (created_at, id);
create index messages_author_id_idx on messages (author_id, id);
create index members_joined_at_all_idx on members (joined_at, room_id, user_id);
create index sessions_created_at_idx on sessions (created_at, id);
create index sessions_last_seen_at_idx on sessions (last_seen_at, id);
