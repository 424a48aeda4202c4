drop index sessions_last_seen_at_idx;
drop index sessions_created_at_idx;
drop index members_joined_at_all_idx;
drop index messages_author_id_idx;
drop index messages_created_at_idx;
drop index users_purge_idx;
alter table users drop column purged_id;
alter table users drop column deleted_at;
drop table audit;
