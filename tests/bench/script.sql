-- What a database person would write: COPY into an unlogged table, then one upsert of the last row
-- of each SKU. The file streams to the server where the COPY stands.

create unlogged table staging (
  row_number bigint generated always as identity,
  name text,
  sku text,
  description text
);

copy staging (name, sku, description) from stdin with (format csv, header);

insert into products as p (sku, name, description)
select distinct on (lower(sku)) sku, name, description
from staging
order by lower(sku), row_number desc
on conflict (lower(sku)) do update set
  sku = excluded.sku,
  name = excluded.name,
  description = excluded.description;

drop table staging;
