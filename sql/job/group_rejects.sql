-- The kinds of a job's rejects, the commonest first, with their first rows and an example.
-- $1 bigint: the job; null for the dry run on this connection
with kinds as (
  select
    code,
    column_name,
    count(distinct row_number)::integer as rows,
    (array_agg(distinct row_number order by row_number))[1:5] as first_rows
  from prodimport.rejects
  where job_id = coalesce($1::bigint, -pg_backend_pid())
  group by code, column_name
)
select k.code, k.column_name, k.rows, k.first_rows, r.value, r.error
from kinds k
cross join lateral (
  select value, error
  from prodimport.rejects
  where job_id = coalesce($1::bigint, -pg_backend_pid())
    and row_number = k.first_rows[1]
    and code = k.code
    and column_name is not distinct from k.column_name
  order by ordinal
  limit 1
) r
order by k.rows desc, k.first_rows[1]
