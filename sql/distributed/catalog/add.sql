-- Inserts products, but for those whose SKU is there already; gives them back.
-- $1 jsonb: [{"sku", "name", "description", "price", "active", "owner", "images", "attributes"}]
insert into prodimport.products as p
  (sku_key, sku, name, description, price, active, owner, images, attributes, created_at,
   updated_at)
select
  lower(i.sku), i.sku, i.name, i.description, i.price, i.active, i.owner, i.images, i.attributes,
  date_trunc('milliseconds', statement_timestamp()),
  date_trunc('milliseconds', statement_timestamp())
from jsonb_to_recordset($1::jsonb) as i (
  place integer, sku text, name text, description text, price numeric(16, 4), active boolean,
  owner text, images text[], attributes jsonb
)
order by i.place
on conflict (lower(sku)) do nothing
returning
  {{catalog/columns}},
  {{load/snapshot}}::text as snapshot
