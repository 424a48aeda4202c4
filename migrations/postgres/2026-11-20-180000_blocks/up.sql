-- Who takes no private messages and no whispers from whom.
create table blocks (
    user_id bigint not null references users (id) on delete cascade,
    blocked_id bigint not null references users (id) on delete cascade,
    created_at bigint not null,
    primary key (user_id, blocked_id)
);
create index blocks_created_at_idx on blocks (user_id, created_at, blocked_id);
