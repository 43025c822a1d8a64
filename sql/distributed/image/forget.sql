-- Forgets what was never fetched and no product shows any more. The nodes are asked for those that
-- are shown, and send no others.
with doubtful as materialized (
  select id, url
  from prodimport.images
  where status in ('waiting', 'dead')
    and key is null
),
shown as materialized (
  select distinct shown.url
  from prodimport.products p
  cross join unnest(p.images) as shown (url)
  where shown.url in (select url from doubtful)
)
delete from prodimport.images i
using doubtful d
where i.id = d.id
  and i.status in ('waiting', 'dead')
  and i.key is null
  and not exists (select 1 from shown where shown.url = d.url)
returning i.id
