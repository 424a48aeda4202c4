alter table rooms drop column steady_while_occupied;
