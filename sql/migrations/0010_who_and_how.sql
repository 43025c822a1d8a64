-- Who ran a job and with which version, and whether somebody was told that it crashed.

alter table prodimport.jobs
  -- Such as ops@shop-1, of the machine that ran it.
  add column started_by text,
  add column database_role text,
  add column tool_version text,
  -- Whether import.failed went out though its own process could not send it.
  add column crash_told boolean not null default false;

-- Nobody asked to be told of those before.
update prodimport.jobs
set crash_told = true
where status = 'running' and id not in (select job_id from prodimport.live_jobs);
