-- Deletes the jobs that job/count_old counts, with their rejects and recorded
-- changes. $1 bigint: age in milliseconds
with old as (
  delete from prodimport.jobs
  where coalesce(finished_at, started_at) < now() - $1::bigint * interval '1 millisecond'
    and (status <> 'running' or id not in (select job_id from prodimport.live_jobs))
  returning id
),
rejects as (
  delete from prodimport.rejects r
  using old
  where r.job_id = old.id
),
changes as (
  delete from prodimport.changes c
  using old
  where c.job_id = old.id
)
select count(*)::integer as jobs from old
