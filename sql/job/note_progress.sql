-- Notes how far a job has come. $1 bigint: the job; $2 text: its phase; $3 bigint: rows read
-- $4 bigint: rows rejected; $5 bigint: bytes read; $6 text: the step of the merge, or null
update prodimport.jobs
set phase = $2, rows_read = $3, rows_rejected = $4, bytes_read = $5, step = $6
where id = $1 and status = 'running'
