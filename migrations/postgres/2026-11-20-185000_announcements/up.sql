-- What commits told the nodes, kept for ten minutes, for those that were not told.
create table announcements (
    id bigint not null generated always as identity primary key,
    what text not null,
    created_at bigint not null
);
