-- A page of a job's rejects. $1 bigint: the job; null for the dry run on this connection
-- $2 bigint, $3 integer: the row and its n-th error after which the page begins
-- $4 integer: how many
select row_number, ordinal, line, column_name, value, code, error, cells
from prodimport.rejects
where job_id = coalesce($1::bigint, -pg_backend_pid()) and (row_number, ordinal) > ($2::bigint, $3::integer)
order by row_number, ordinal
limit $4
