-- Records a purge. $1 jsonb: what was to be purged · $2 bigint: how many products were deleted
insert into prodimport.purges (scope, deleted)
values ($1, $2)
