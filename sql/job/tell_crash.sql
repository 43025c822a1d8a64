-- Takes it on to tell of a job that crashed: gives a row to one command only, and none where the job
-- has ended otherwise meanwhile. $1 bigint: the job
update prodimport.jobs
set crash_told = true
where id = $1::bigint
  and status = 'running'
  and not crash_told
  and id not in (select job_id from prodimport.live_jobs)
returning kind
