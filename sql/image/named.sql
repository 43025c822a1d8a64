-- The keys that must stay: those that a product names or waits to be given, and those that undo may
-- bring back: of changes by hand it brings none. Also a part of others. $1 text: the store
with of_products as materialized (
  select distinct named.key
  from prodimport.products p
  cross join unnest(p.compressed_images) as named (key)
),
waiting as materialized (
  select distinct shown.url
  from prodimport.products p
  cross join unnest(p.images) as shown (url)
  where p.compressed_images = '{}'
)
select key
from of_products
where key is not null
union
select i.key
from prodimport.images i
join waiting w on w.url = i.url
where i.store = $1::text
  and i.key is not null
union
select named.key
from prodimport.changes c
cross join jsonb_array_elements_text(c.old -> 'compressedImages') as named (key)
where named.key is not null
  and c.changed_at is null
union
select named.key
from prodimport.changes c
cross join jsonb_array_elements_text(c.new -> 'compressedImages') as named (key)
where named.key is not null
  and c.changed_at is null
