-- How many changes a job recorded, by what they were. $1 bigint: the job
select
  count(*)::integer as changes,
  (count(*) filter (where action = 'inserted'))::integer as inserted,
  (count(*) filter (where action in ('updated', 'deactivated')))::integer as updated,
  (count(*) filter (where action = 'deleted'))::integer as deleted
from prodimport.changes
where job_id = $1::bigint
