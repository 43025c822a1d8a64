-- A page of a job's rejects. $1 bigint: the job · $2 bigint, $3 integer: the row and its n-th error
-- behind which the page begins · $4 integer: how many
select row_number, ordinal, line, column_name, value, code, error
from prodimport.rejects
where job_id = $1 and (row_number, ordinal) > ($2::bigint, $3::integer)
order by row_number, ordinal
limit $4
