-- The newest jobs, each with its result so far, and whether anybody still holds its lock. Jobs of
-- early versions keep their duplicates in another place.
-- $1 bigint: only this one, or null; $2 integer: how many
select
  j.id,
  j.kind,
  j.phase,
  j.step,
  j.step_since as "stepSince",
  j.step_ms as "stepMs",
  j.source,
  j.bytes_total::double precision as "bytesTotal",
  j.header,
  j.options,
  j.started_by as by,
  j.database_role as "databaseRole",
  j.tool_version as "toolVersion",
  coalesce(j.result, '{}') - 'duplicates' || jsonb_build_object(
    'status', j.status,
    'bytesRead', j.bytes_read,
    'rows', jsonb_build_object(
      'read', j.rows_read,
      'rejected', j.rows_rejected,
      'duplicates', coalesce(j.result #> '{rows,duplicates}', j.result -> 'duplicates', '0'))
  ) as result,
  j.started_at as "startedAt",
  j.finished_at as "finishedAt",
  j.id in (select job_id from prodimport.live_jobs) as is_held
from prodimport.jobs j
where $1::bigint is null or j.id = $1
order by j.id desc
limit $2::integer
