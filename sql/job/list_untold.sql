-- Jobs that seem to have crashed and of which nobody was told: running, but not held.
select id
from prodimport.jobs
where status = 'running'
  and not crash_told
  and id not in (select job_id from prodimport.live_jobs)
order by id
