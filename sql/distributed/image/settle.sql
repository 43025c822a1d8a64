-- Gives products their compressed images once each of their images has one or is dead: the keys in
-- the order of the images, without the dead. Only where the images are still the same.
-- $1 bigint[]: images whose key is new, so that products which have keys need another look;
-- $2 integer: at most so many products
with revised as materialized (
  select url from prodimport.images where id = any ($1::bigint[])
),
candidates as materialized (
  select p.id, p.sku_key, p.images, p.compressed_images
  from prodimport.products p
  where p.images <> '{}'
    and (p.compressed_images = '{}' or p.images && array(select url from revised))
),
settled as materialized (
  select
    c.id, c.sku_key, c.images, c.compressed_images,
    array_agg(i.key order by shown.position) filter (where i.key is not null) as keys
  from candidates c
  cross join unnest(c.images) with ordinality as shown (url, position)
  left join prodimport.images i on i.url = shown.url
  group by c.id, c.sku_key, c.images, c.compressed_images
  having bool_and(coalesce(i.key is not null or i.status = 'dead', false))
),
changed as materialized (
  select id, sku_key, images, keys
  from settled
  where keys <> compressed_images
  order by id
  limit $2::integer
)
update prodimport.products p
set
  compressed_images = c.keys,
  updated_at = date_trunc('milliseconds', statement_timestamp())
from changed c
where p.sku_key = c.sku_key
  and p.id = c.id
  and p.images = c.images
returning p.id
