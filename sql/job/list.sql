-- The newest jobs, each with whether anybody still holds its lock.
-- $1 bigint: only this one, or null; $2 integer: how many
select
  j.id, j.kind, j.status, j.phase, j.rows_read, j.rows_rejected, j.bytes_read, j.bytes_total,
  j.source, j.header, j.options, j.result, j.started_at, j.finished_at,
  j.id in (select job_id from prodimport.live_jobs) as is_held
from prodimport.jobs j
where $1::bigint is null or j.id = $1
order by j.id desc
limit $2::integer
