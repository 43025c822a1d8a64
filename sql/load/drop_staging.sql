-- Drops the table that a load's rows stood in, and the view of it.
drop view staging;
drop table {{staging}}
