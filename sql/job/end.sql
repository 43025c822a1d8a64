-- Writes how a job ended. $1 bigint: the job; $2 text: its status; $3 bigint: rows read
-- $4 bigint: rows rejected; $5 bigint: bytes read; $6 jsonb: what is known of the source now
-- $7 jsonb: the result
update prodimport.jobs
set
  status = $2,
  phase = 'done',
  rows_read = $3,
  rows_rejected = $4,
  bytes_read = $5,
  source = source || $6::jsonb,
  result = $7,
  finished_at = clock_timestamp()
where id = $1 and status = 'running'
