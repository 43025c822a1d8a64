-- Inserts all staged rows, within the shards, where no product is stored and no row names an action;
-- see the plain one. A product has the id that was staged with it.
-- $1 boolean: blank cells clear; $2 boolean: the flag of a product that names none
-- $3 bigint: the job
insert into prodimport.products
  (id, sku_key, sku, name, description, price, active, owner, images, attributes, job_id,
   created_at, updated_at)
select
  id, sku_key, sku, name, description, price, coalesce(active, $2::boolean), owner,
  coalesce(images, '{}'),
  case when $1::boolean then coalesce(jsonb_strip_nulls(attributes), '{}')
    else coalesce(attributes, '{}') end,
  $3::bigint,
  date_trunc('milliseconds', statement_timestamp()),
  date_trunc('milliseconds', statement_timestamp())
from staging
where action <> 'n'
