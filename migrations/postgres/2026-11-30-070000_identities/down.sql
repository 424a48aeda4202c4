drop table used_tickets;
drop table identities;
