-- The images that were given up for a store, each with one of the products that show it.
-- $1 integer: how many
select
  i.id, min(p.sku) as sku, count(p.sku)::integer as products, i.url, i.store,
  i.attempts - i.attempts_before as attempts, i.last_error, i.status, i.last_status
from prodimport.images i
left join (
  select p.sku, shown.url
  from prodimport.products p
  cross join lateral (select distinct url from unnest(p.images) as u (url)) shown
) p on p.url = i.url
where i.status = 'dead'
group by i.id
order by i.id
limit $1::integer
