-- The images that were given up for a store, each with one of the products that show it.
-- $1 integer: how many
with dead as materialized (
  select id, url, store, attempts - attempts_before as attempts, last_error, status, last_status
  from prodimport.images
  where status = 'dead'
  order by id
  limit $1::integer
),
showing as materialized (
  select shown.url, min(p.sku) as sku, count(*) as products
  from prodimport.products p
  cross join lateral (select distinct url from unnest(p.images) as u (url)) shown
  where shown.url in (select url from dead)
  group by shown.url
)
select
  d.id, s.sku, coalesce(s.products, 0)::integer as products, d.url, d.store, d.attempts,
  d.last_error, d.status, d.last_status
from dead d
left join showing s on s.url = d.url
order by d.id
