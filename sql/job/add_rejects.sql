-- Keeps rejects of a job, an array per column. $1 bigint: the job; null for a dry run, whose rejects
-- stand under its own process, so that two at once do not wait for each other
-- $2 bigint[]: row numbers
-- $3 integer[]: the n-th error of its row; $4 bigint[]: lines; $5 text[]: columns
-- $6 text[]: values; $7 text[]: codes; $8 text[]: sentences
-- $9 json[]: the cells of the whole row, with its first error, or null
insert into prodimport.rejects
  (job_id, row_number, ordinal, line, column_name, value, code, error, cells)
select coalesce($1::bigint, -pg_backend_pid()), r.*
from unnest(
  $2::bigint[], $3::integer[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[],
  $9::json[]
) r
