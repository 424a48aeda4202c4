-- How often somebody was wrong lately, as one number: the moment from which on nothing is held against
-- them. The key is a hash, since what stands where a name belongs may be a password.
create table failures (
    key text not null primary key,
    free_at bigint not null
);
create index failures_free_at_idx on failures (free_at);
