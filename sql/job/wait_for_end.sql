-- Waits until the transaction of a job has ended, by the lock that it holds. $1 bigint: the job
select pg_advisory_xact_lock_shared(hashtext('prodimport.jobs'), $1::bigint::integer)
