-- The products of these SKUs as they are, kept so until the transaction ends; locked in the order
-- of their SKUs, so that two who change the same ones can't wait for each other for ever.
-- $1 text[]: the SKUs; `place` says which of them, from 1
select
  i.place::integer,
  p.id, p.sku, p.name, p.description, p.price, p.active, p.owner, p.images, p.compressed_images,
  p.attributes, p.created_at, p.updated_at
from unnest($1::text[]) with ordinality as i (sku, place)
join prodimport.products p on lower(p.sku) = lower(i.sku)
order by lower(p.sku)
for update of p
