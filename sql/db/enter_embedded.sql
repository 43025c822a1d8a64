-- Tells that a command uses the embedded server; false while the last one out holds it.
-- $1 bigint: the number that stands for being at work
select pg_try_advisory_lock_shared($1::bigint) as held
