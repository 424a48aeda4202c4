-- The pictures of people, one row for each size: rows like everything else, so that nodes share no
-- folder. One that was given up stays for a while, since clients go on showing it until they hear.
create table avatars (
    id text not null,
    size bigint not null,
    bytes blob not null,
    created_at bigint not null,
    retired_at bigint,
    primary key (id, size)
);
create index avatars_retired_at_idx on avatars (retired_at) where retired_at is not null;
