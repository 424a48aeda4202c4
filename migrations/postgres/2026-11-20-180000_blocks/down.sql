drop table blocks;
