-- Who a provider of sign-ins says that somebody is.
create table identities (
    id bigint not null generated always as identity primary key,
    user_id bigint not null references users (id) on delete cascade,
    issuer text not null,
    subject text not null,
    name text,
    created_at bigint not null,
    last_used_at bigint not null
);
create unique index identities_issuer_subject_key on identities (issuer, subject);
create index identities_user_id_idx on identities (user_id, id);

-- What callers keep for the server and may show it once: that it was shown.
create table used_tickets (
    id text not null primary key,
    expires_at bigint not null
);
create index used_tickets_expires_at_idx on used_tickets (expires_at);
