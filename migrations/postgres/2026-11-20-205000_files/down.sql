drop table file_chunks;
drop table files;
alter table messages drop column files_count;
