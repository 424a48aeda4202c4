-- How many files a message has: nobody looks for files of a message that has none.
alter table messages add column files_count bigint not null default 0;

-- What people send along. A file that stands in no message is its uploader's alone, and is deleted
-- after a while; so is one whose bytes did not all come.
create table files (
    id integer not null primary key,
    room_id bigint not null references rooms (id) on delete cascade,
    uploader_id bigint not null references users (id),
    message_id bigint references messages (id) on delete cascade,
    position bigint not null default 0,
    name text not null,
    media_type text not null,
    size bigint not null,
    width bigint,
    height bigint,
    is_complete boolean not null default false,
    created_at bigint not null
);
create index files_message_id_idx on files (message_id, position) where message_id is not null;
create index files_room_id_idx on files (room_id);
create index files_uploader_id_idx on files (uploader_id, size);
create index files_loose_idx on files (created_at) where message_id is null;

create table file_chunks (
    file_id bigint not null references files (id) on delete cascade,
    number bigint not null,
    bytes blob not null,
    primary key (file_id, number)
);
