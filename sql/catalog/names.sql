-- Which products had a SKU at some time, as far as changes by hand tell, and all keys that these had.
-- $1 text: the SKU; $2 bigint[]: products that are known to have it
with ids as materialized (
  select product_id
  from prodimport.changes
  where changed_at is not null and sku_key = lower($1::text)
  union
  select product_id
  from prodimport.changes
  where changed_at is not null and lower(new ->> 'sku') <> sku_key
    and lower(new ->> 'sku') = lower($1)
  union
  select unnest($2::bigint[])
),
names as (
  select lower($1) as key
  union
  select sku_key
  from prodimport.changes
  where changed_at is not null and product_id in (select product_id from ids)
  union
  select lower(new ->> 'sku')
  from prodimport.changes
  where changed_at is not null and product_id in (select product_id from ids)
    and lower(new ->> 'sku') <> sku_key
)
select
  array(select product_id from ids) as ids,
  array(select key from names) as keys
