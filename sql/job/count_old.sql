-- How many jobs are old enough to be purged: ended, or dead, since. $1 bigint: age in milliseconds
select count(*)::integer as jobs
from prodimport.jobs
where coalesce(finished_at, started_at) < now() - $1::bigint * interval '1 millisecond'
  and (status <> 'running' or id not in (select job_id from prodimport.live_jobs))
