-- Whether a change `c` is older than $1 bigint milliseconds; a part of others
coalesce(
  c.changed_at, (select coalesce(j.finished_at, j.started_at) from prodimport.jobs j where j.id = c.job_id))
  < now() - $1::bigint * interval '1 millisecond'
