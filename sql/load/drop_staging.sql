-- Drops the table that a load's rows stood in.
drop table staging
