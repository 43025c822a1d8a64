-- Keeps the cells of rows that were rejected without them. $1 bigint: the job
-- $2 bigint[]: row numbers; $3 json[]: the cells of each whole row
update prodimport.rejects r
set cells = found.cells
from unnest($2::bigint[], $3::json[]) found (row_number, cells)
where r.job_id = $1::bigint and r.row_number = found.row_number and r.ordinal = 1
