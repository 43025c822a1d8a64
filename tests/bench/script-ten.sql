-- The same for ten columns: prices and flags are cast, images split, the rest becomes jsonb.

create unlogged table staging (
  row_number bigint generated always as identity,
  name text,
  sku text,
  description text,
  price numeric(16, 4),
  active boolean,
  images text,
  owner text,
  colour text,
  material text,
  size text
);

copy staging (name, sku, description, price, active, images, owner, colour, material, size)
from stdin with (format csv, header);

insert into products as p (sku, name, description, price, active, images, owner, attributes)
select distinct on (lower(sku))
  sku, name, description, price, active, string_to_array(images, '|'), owner,
  jsonb_build_object('colour', colour, 'material', material, 'size', size)
from staging
order by lower(sku), row_number desc
on conflict (lower(sku)) do update set
  sku = excluded.sku,
  name = excluded.name,
  description = excluded.description,
  price = excluded.price,
  active = excluded.active,
  images = excluded.images,
  owner = excluded.owner,
  attributes = excluded.attributes;

drop table staging;
