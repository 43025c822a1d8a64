-- Keeps rejects of a job, an array per column. $1 bigint: the job · $2 bigint[]: row numbers
-- $3 integer[]: the n-th error of its row · $4 bigint[]: lines · $5 text[]: columns
-- $6 text[]: values · $7 text[]: codes · $8 text[]: sentences
insert into prodimport.rejects
  (job_id, row_number, ordinal, line, column_name, value, code, error)
select $1::bigint, r.*
from unnest(
  $2::bigint[], $3::integer[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[]
) r
