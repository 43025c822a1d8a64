-- Makes this transaction hold the lock by which others see that the job lives. $1 bigint: the job
select pg_advisory_xact_lock(hashtext('prodimport.jobs'), $1::bigint::integer)
