-- Ends the server process that holds a job's lock, where its connection was lost on our side: it
-- would hold the catalogue until it notices by itself. $1 bigint: the job
select pg_terminate_backend(pid)
from pg_locks
where locktype = 'advisory'
  and objsubid = 2
  and database = (select oid from pg_database where datname = current_database())
  and classid = (hashtext('prodimport.jobs')::bigint & 4294967295)::oid
  and objid = $1::bigint::oid
  and mode = 'ExclusiveLock'
  and granted
