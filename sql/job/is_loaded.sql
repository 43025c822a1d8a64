-- Whether the last thing that changed the catalogue in bulk was a load of these bytes with these
-- options that completed. $1 text: sha256 of the file; $2 jsonb: the options
select exists (
  select
  from prodimport.jobs j
  where j.id = (
      select id from prodimport.jobs
      where status in ('completed', 'completed_with_rejects')
      order by finished_at desc, id desc
      limit 1)
    and j.kind = 'load'
    and j.status = 'completed'
    and j.source ->> 'sha256' = $1::text
    and j.options - 'recordChanges' = $2::jsonb
    and not exists (select from prodimport.purges p where p.purged_at >= j.finished_at)
) as is_loaded
