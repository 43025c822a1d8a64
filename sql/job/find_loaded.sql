-- What the last thing that changed the catalogue in bulk has loaded, where it was a load with these
-- options that completed: its bytes, and what it knew of the version of a URL; no row otherwise.
-- $1 jsonb: the options
select j.source ->> 'sha256' as sha256, j.result -> 'version' as version
from prodimport.jobs j
where j.id = (
    select id from prodimport.jobs
    where status in {{job/completed}}
    order by finished_at desc, id desc
    limit 1)
  and j.kind = 'load'
  and j.status = 'completed'
  and j.options - 'recordChanges' = $1::jsonb
  and not exists (select from prodimport.purges p where p.purged_at >= j.finished_at)
