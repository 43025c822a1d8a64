-- A product that the merge was to write and that is not there as it would have left it: looked for where
-- the server wrote fewer rows than the merge gave it.
-- $1 to $4: see load/classify.sql; $5 bigint: the job
with classified as not materialized (
  {{load/classify}}
)
select sku
from classified
where verdict in ('insert', 'delete')
  or verdict = 'update' and job_id is distinct from $5::bigint
limit 1
