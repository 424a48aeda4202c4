-- Finds what goes with a deleted account.
create index reactions_user_id_idx on reactions (user_id);
