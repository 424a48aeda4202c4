-- A room in which others are online is not renamed or deleted, where its owner wants that.
alter table rooms add column steady_while_occupied boolean not null default false;
