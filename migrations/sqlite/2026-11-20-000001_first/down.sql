drop table mentions;
drop table messages;
drop table members;
drop table rooms;
drop table sessions;
drop table users;
drop table meta;
