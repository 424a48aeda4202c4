-- What commits told the nodes of a cluster. On SQLite there is one node, so it stays empty.
create table announcements (
    id integer not null primary key autoincrement,
    what text not null,
    created_at bigint not null
);
