-- Whether a job completed. $1 bigint: the job
select exists (
  select from prodimport.jobs
  where id = $1::bigint and status in {{job/completed}}
) as completed
