-- Records a purge, at the time that it has waited for other changes, not at which it began to.
-- $1 jsonb: what was to be purged; $2 bigint: how many products were deleted; $3 text: by whom
insert into prodimport.purges (scope, deleted, purged_at, purged_by, database_role)
values ($1, $2, clock_timestamp(), $3, current_user)
