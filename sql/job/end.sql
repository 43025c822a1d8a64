-- Writes how a job ended. $1 bigint: the job; $2 jsonb: its result; $3 jsonb: what is known of the
-- source now
update prodimport.jobs
set
  status = $2::jsonb ->> 'status',
  phase = 'done',
  step = null,
  rows_read = ($2::jsonb #>> '{rows,read}')::bigint,
  rows_rejected = ($2::jsonb #>> '{rows,rejected}')::bigint,
  bytes_read = ($2::jsonb ->> 'bytesRead')::bigint,
  source = source || $3::jsonb,
  result = $2::jsonb,
  finished_at = clock_timestamp()
where id = $1 and status = 'running'
-- Whether others took the job for crashed, and said so.
returning crash_told
