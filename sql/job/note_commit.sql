-- Adds how long COMMIT took, which nobody knew before. $1 bigint: the job; $2 integer: milliseconds
update prodimport.jobs
set result = jsonb_set(result, '{phases,committingMs}', to_jsonb($2::integer))
where id = $1 and result -> 'phases' is not null
