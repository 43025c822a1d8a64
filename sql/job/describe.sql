-- Adds what is known of a job's source once it has been opened. $1 bigint: the job
-- $2 jsonb: the source; $3 bigint: its size, or null; $4 json: its header, or null
update prodimport.jobs
set source = source || $2::jsonb, bytes_total = $3, header = $4
where id = $1 and status = 'running'
